"""One address, one outcome: what servers say, and what is made of it."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from asking import NOW, ask, ask_once, failure
from hostile_server import PAGE, OpenGate, Peer, Server, answer, quick, redirect, saying, serving

import scraper
from scraper import CrawlRequest, Failure, Fetcher, Outcome, Page, Unchanged
from scraper.config import USER_AGENT
from scraper.manners.gate import Denial
from scraper.net.answers import hash_of

MODIFIED = "Sat, 21 Nov 2026 10:00:00 GMT"


def test_a_page_comes_with_all_that_its_server_said_of_it() -> None:
    lines = (
        "Content-Type: Text/HTML; Charset='ISO-8859-1'",
        'ETag: W/"a1"',
        f"Last-Modified: {MODIFIED}",
        "X-Two: a",
        "X-Two: b",
    )
    with serving(saying(answer(PAGE, *lines))) as server:
        page = ask(server, "/news?id=1#comments")
    assert isinstance(page, Page)
    assert (page.url, page.final_url) == (f"{server.url}/news?id=1#comments", f"{server.url}/news?id=1")
    assert (page.status, page.body, page.fetched_at, page.redirects) == (200, PAGE, NOW, ())
    assert (page.content_type, page.charset) == ("text/html", "iso-8859-1")
    assert (page.etag, page.last_modified, page.body_hash) == ('W/"a1"', MODIFIED, hash_of(PAGE))
    assert [value for name, value in page.headers if name == "x-two"] == ["a", "b"]
    assert 0 < page.elapsed_seconds < 5


def test_little_is_sent_and_always_who_we_are() -> None:
    with serving(saying(answer())) as server:
        ask(server, "/news")
    (peer,) = server.asked
    assert peer.head.startswith(b"GET /news HTTP/1.1\r\n")
    assert peer.headers["host"] == f"127.0.0.1:{server.port}"
    assert peer.headers["user-agent"] == USER_AGENT
    assert peer.headers.keys() == {"host", "user-agent", "accept", "accept-encoding", "connection"}


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "blocked"), (402, "blocked"), (403, "blocked"), (407, "blocked"), (451, "blocked"),
        (999, "blocked"), (429, "rate-limited"), (404, "not-found"),
        (410, "gone"), (500, "server-error"), (502, "server-error"), (503, "server-error"), (504, "server-error"),
        (520, "server-error"), (400, "bad-response"),
        (405, "bad-response"), (406, "bad-response"), (418, "bad-response"), (201, "bad-response"), (205, "bad-response"), (226, "bad-response"),
        (305, "bad-response"), (600, "bad-response"),
    ],
)  # fmt: skip
def test_every_status_has_its_reason(status: int, reason: str) -> None:
    outcome = failure(answer(PAGE, status=f"{status} Said"))
    assert (outcome.reason, outcome.status, outcome.retry_after) == (reason, status, None)


def test_the_status_of_an_error_counts_however_its_body_ends() -> None:
    assert failure(answer(PAGE, status="404 Not Found", length=10**9)).reason == "not-found"
    assert failure(answer(b"\x1f\x8bx", "Content-Encoding: gzip", status="503 Busy")).reason == "server-error"
    assert failure(answer(PAGE * 90, status="410 Gone")).reason == "gone"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0), ("0", 0.0), (" 7 ", 7.0), ("1.5", 1.5), ("99999999999999999999999999", 86_400.0), ("86401", 86_400.0),
        ("Sun, 22 Nov 2026 12:05:00 GMT", 300.0), ("Sunday, 22-Nov-26 12:05:00 GMT", 300.0), ("Sun Nov 22 12:05:00 2026", 300.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0), ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0), ("-5", None), ("soon", None), ("", None), ("1e9", None),
        ("Sun, 99 Nov 2026 12:05:00 GMT", None), ("٣", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", ["429 Slow Down", "503 Busy"])
def test_retry_after_is_read_as_seconds_or_as_a_date_and_never_believed_beyond_a_day(
    status: str, said: str, seconds: float | None
) -> None:
    gate = OpenGate()
    with serving(saying(answer(b"", f"Retry-After: {said}", status=status))) as server:
        outcome = ask(server, gate=gate)
    assert isinstance(outcome, Failure)
    assert outcome.retry_after == seconds
    assert gate.told == [(outcome.status, seconds)]


def test_a_date_to_wait_for_is_reckoned_by_the_clock_of_its_server() -> None:
    said = ("Date: Sun, 22 Nov 2026 15:00:00 GMT", "Retry-After: Sun, 22 Nov 2026 15:05:00 GMT")
    assert failure(answer(b"", *said, status="503 Busy")).retry_after == 300.0


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
def test_redirects_are_followed_hop_by_hop(status: str) -> None:
    places = {"/": "/a", "/a": "//127.0.0.1:PORT/b?x=ü y", "/b?x=%C3%BC%20y": "c/../d#e"}

    def lead(peer: Peer) -> None:
        place = places.get(peer.path)
        peer.send(redirect(place.replace("PORT", str(server.port)), status=status) if place else answer())

    gate = OpenGate()
    with serving(lead) as server:
        page = ask(server, gate=gate)
    assert isinstance(page, Page)
    way = [f"{server.url}{path}" for path in ("/", "/a", "/b?x=%C3%BC%20y", "/d")]
    assert (page.url, page.final_url, list(page.redirects)) == (way[0], way[3], way[:3])
    assert gate.entered == way
    assert [status for status, _ in gate.told[:3]] == [int(status[:3])] * 3


def test_a_redirect_in_latin_letters_is_read_as_utf_8_or_else_as_latin_1() -> None:
    def lead(peer: Peer, spelt: bytes) -> None:
        peer.send(answer() if "%" in peer.path else redirect("@").replace(b"@", spelt))

    for spelt in ("/caf\u00e9".encode(), "/caf\u00e9".encode("latin-1")):
        with serving(partial(lead, spelt=spelt)) as server:
            page = ask(server)
        assert isinstance(page, Page)
        assert page.final_url == f"{server.url}/caf%C3%A9"


def test_the_body_of_a_redirect_is_never_waited_for() -> None:
    def lead(peer: Peer) -> None:
        peer.send(
            answer() if peer.path == "/a" else answer(b"", "Location: /a", status="301 Moved", length=10**12)
        )
        peer.over.wait(5)

    with serving(lead) as server:
        assert isinstance(ask(server), Page)


def test_cookies_live_for_one_fetch_and_go_back_only_where_they_came_from() -> None:
    def lead(peer: Peer) -> None:
        if "cookie" in peer.headers:
            peer.send(redirect(f"{other.url}/") if peer.path == "/" else answer())
        else:
            peer.send(
                redirect(
                    "/",
                    "Set-Cookie: seen=yes; Path=/; HttpOnly",
                    "Set-Cookie: b=\x01",
                    "Set-Cookie: c=d e; Path=/",
                )
            )

    with serving(lead) as server, serving(saying(answer())) as other:
        assert isinstance(ask(server), Page)
        assert [peer.headers.get("cookie") for peer in server.asked] == [None, "seen=yes; c=d"]
        assert "cookie" not in other.asked[0].headers
        ask(server)
    assert "cookie" not in server.asked[2].headers


def test_a_flood_of_cookies_is_not_sent_back() -> None:
    flood = [f"Set-Cookie: c{number}={'x' * 400}" for number in range(100)]
    with serving(lambda peer: peer.send(redirect("/a", *flood) if peer.path == "/" else answer())) as server:
        assert isinstance(ask(server), Page)
    assert max(len(peer.head) for peer in server.asked) < 4_000


def test_the_deadline_holds_for_all_hops_together_but_not_for_the_waits_of_manners() -> None:
    class Slow(OpenGate):
        @asynccontextmanager
        async def enter(self, url: str, *, robots: bool = True) -> AsyncIterator[Denial | None]:
            await asyncio.sleep(0.3)
            async with super().enter(url, robots=robots) as denial:
                yield denial

    def lead(peer: Peer) -> None:
        peer.over.wait(0.2)
        peer.send(redirect(f"{peer.path}a"))

    with serving(lead) as server:
        outcome = ask(server, config=quick(0.5, max_redirects=50), gate=Slow())
    assert isinstance(outcome, Failure)
    assert outcome.reason == "timeout"
    # Two answers of 0.2 s fit into the half second, for all the 0.9 s of waiting for turns.
    assert [peer.path for peer in server.asked] == ["/", "/a", "/aa"]


@pytest.mark.parametrize(
    ("etag", "modified"),
    [
        ('"a1"', ""),
        ('W/"a1"', MODIFIED),
        ('"ä€ 1"'.encode().decode("latin-1"), ""),
        ("", MODIFIED),
        ("unquoted-1", ""),
        ('""', ""),
    ],
)
def test_validators_go_back_byte_for_byte_and_304_is_unchanged(etag: str, modified: str) -> None:
    with serving(saying(b'HTTP/1.1 304 Not Modified\r\nETag: "a2"\r\n\r\n')) as server:
        outcome = ask(server, CrawlRequest(f"{server.url}/a", etag=etag, last_modified=modified))
    (peer,) = server.asked
    assert (peer.headers.get("if-none-match", ""), peer.headers.get("if-modified-since", "")) == (
        etag,
        modified,
    )
    assert outcome == Unchanged(f"{server.url}/a", f"{server.url}/a", NOW, "validator", '"a2"', modified)


@pytest.mark.parametrize(
    ("etag", "modified"),
    [
        ("*", ""), ('"' + "x" * 400 + '"', ""), ('"a"\r\nX-Evil: 1', ""), ('"a', ""), ("W/a", ""), ('"a\x00"', ""),
        ("a, b", ""), ('"a", "b"', ""), ("€", ""),
        ("", "yesterday"), ("", "0"), ("", "Sun, 22 Nov 2099 12:00:00 GMT"), ("", MODIFIED + "\r\nX: 1"), ("", "Thu, 99 Foo 2026 10:00:00 GMT"),
    ],
)  # fmt: skip
def test_validators_that_are_none_are_never_sent(etag: str, modified: str) -> None:
    with serving(saying(answer())) as server:
        assert isinstance(
            ask(server, CrawlRequest(f"{server.url}/", etag=etag, last_modified=modified)), Page
        )
    assert server.asked[0].headers.keys().isdisjoint({"if-none-match", "if-modified-since", "x-evil", "x"})


def test_validators_that_are_none_are_not_kept() -> None:
    page = ask_once(answer(PAGE, "ETag: *", "Last-Modified: -1"))
    assert isinstance(page, Page)
    assert (page.etag, page.last_modified) == ("", "")


def test_the_same_body_is_unchanged_where_a_server_has_no_validators() -> None:
    with serving(saying(answer(PAGE, 'ETag: "new"'))) as server:
        first = ask(server)
        assert isinstance(first, Page)
        second = ask(server, CrawlRequest(f"{server.url}/", body_hash=first.body_hash))
        third = ask(server, CrawlRequest(f"{server.url}/", body_hash=hash_of(b"another")))
    assert second == Unchanged(f"{server.url}/", f"{server.url}/", NOW, "body", '"new"')
    assert isinstance(third, Page)


@pytest.mark.parametrize("wait", [None, 90.0])
def test_what_the_gate_denies_is_not_asked(wait: float | None) -> None:
    with serving(saying(answer())) as server:
        gate = OpenGate(Denial("robots-denied", "robots.txt says no", wait))
        outcome = ask(server, gate=gate)
    assert outcome == Failure(
        f"{server.url}/", "robots-denied", "robots.txt says no", NOW, f"{server.url}/", retry_after=wait
    )
    assert (server.asked, gate.told) == ([], [])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (answer(), 200), (answer(b"%PDF-1.7 and so on"), 200), (answer(PAGE, status="500 No"), 500),
        (answer(length=99_999), 200), (b"", 0), (b"nonsense\r\n\r\n", 0),
        (answer(length=10**9), 200),
    ],
)  # fmt: skip
def test_the_gate_hears_how_each_request_went(data: bytes, told: int) -> None:
    gate = OpenGate()
    with serving(saying(data)) as server:
        ask(server, gate=gate)
    assert gate.told == [(told, None)]


def test_robots_txt_is_asked_first_and_obeyed_unless_told_otherwise() -> None:
    def lead(peer: Peer) -> None:
        peer.send(
            answer(b"User-agent: *\nDisallow: /private", "Content-Type: text/plain")
            if peer.path == "/robots.txt"
            else answer()
        )

    with serving(lead) as server:
        outcomes = [scraper.fetch(f"{server.url}{path}", config=quick()) for path in ("/news", "/private/a")]
        assert isinstance(scraper.fetch(f"{server.url}/private/a", config=quick(respect_robots=False)), Page)
    assert isinstance(outcomes[0], Page)
    assert isinstance(outcomes[1], Failure)
    assert outcomes[1].reason == "robots-denied"
    assert [peer.path for peer in server.asked] == ["/robots.txt", "/news", "/private/a"]


def test_a_private_address_is_refused_unless_it_is_allowed() -> None:
    with serving(saying(answer())) as server:
        outcome = scraper.fetch(server.url)
    assert isinstance(outcome, Failure)
    assert outcome.reason == "refused-address"
    assert server.asked == []


def test_a_port_where_nobody_listens_is_a_failure_to_connect() -> None:
    with serving(saying(answer())) as server:
        pass
    outcome = ask(server)
    assert isinstance(outcome, Failure)
    assert outcome.reason == "connect"
    assert "refused" in outcome.detail or "failed" in outcome.detail


def test_the_synchronous_door_says_what_to_use_inside_a_loop() -> None:
    async def go() -> None:
        scraper.fetch("http://127.0.0.1/")

    with pytest.raises(RuntimeError, match="await Fetcher"):
        asyncio.run(go())


@pytest.mark.parametrize("name", ["", "two\nlines", "ünknown", "x" * 300])
def test_a_user_agent_that_cannot_be_sent_is_refused_at_once(name: str) -> None:
    with pytest.raises(ValueError, match="user agent"):
        Fetcher(user_agent=name)


def test_importing_the_package_loads_no_client_and_every_public_name_is_there() -> None:
    code = "import sys, scraper; print([m for m in ('httpx', 'httpcore', 'asyncio', 'sqlalchemy', 'ssl') if m in sys.modules])"
    listed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert listed.stdout.strip() == "[]"
    assert all(getattr(scraper, name) is not None for name in scraper.__all__)
    with pytest.raises(AttributeError, match="no attribute"):
        _ = scraper.nonsense


def test_a_fetch_that_is_cancelled_spoils_nothing() -> None:
    async def go(good: Server) -> Outcome:
        came, loop = asyncio.Event(), asyncio.get_running_loop()

        def hold(peer: Peer) -> None:
            loop.call_soon_threadsafe(came.set)
            peer.over.wait(5)

        with serving(hold) as held:
            async with Fetcher(quick(), gate=OpenGate()) as fetcher:
                for _ in range(30):
                    task = asyncio.create_task(fetcher.fetch(held.url))
                    await came.wait()
                    came.clear()
                    task.cancel()
                    with pytest.raises(asyncio.CancelledError):
                        await task
                return await fetcher.fetch(good.url)

    with serving(saying(answer())) as good:
        assert isinstance(asyncio.run(go(good)), Page)
