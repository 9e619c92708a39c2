"""Servers that mean harm, or are broken: each comes to the right failure, in time, in little memory."""

import asyncio
import gzip
import resource
import time
import zlib
from collections.abc import Iterator
from itertools import count

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd
from hostile_server import (
    MB,
    PAGE,
    Behaviour,
    OpenGate,
    Peer,
    Server,
    answer,
    bomb,
    chunked,
    dripping,
    endless,
    hanging,
    headers_without_end,
    quick,
    redirect,
    redirecting_on,
    resetting,
    saying,
    serving,
)  # fmt: skip

from scraper import Failure, FetchConfig, Fetcher, Outcome, Page

CHUNKED = answer(b"", "Transfer-Encoding: chunked", length=-1)
ENDLESS = answer(b"", length=-1)
TIMEOUTS: dict[str, Behaviour] = {
    "says nothing": hanging,
    "one byte at a time": dripping(ENDLESS),
    "one byte of a chunk at a time": dripping(CHUNKED, b"1\r\nx\r\n"),
    "one header at a time": dripping(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
    "one letter of a header at a time": dripping(b"HTTP/1.1 200 OK\r\nX-A: "),
    "early hints, now and then": dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "redirects slowly and for ever": redirecting_on,
    "a redirect and then nothing": lambda peer: peer.send(redirect("/a")) if peer.path == "/" else hanging(peer),
    "stops before its announced end": dripping(answer(length=2 * len(PAGE)), b""),
    "stops before the end of its gzip": dripping(answer(gzip.compress(PAGE)[:-9], "Content-Encoding: gzip", length=-1), b""),
}  # fmt: skip
TOO_LARGE: dict[str, Behaviour] = {
    "a body without end": endless(ENDLESS, b"x" * 65_536),
    "chunks without end": endless(CHUNKED, b"2000\r\n" + b"x" * 8_192 + b"\r\n"),
    "chunk extensions without end": endless(CHUNKED, b"1;" + b"a" * 60_000 + b"\r\nx\r\n"),
    "announced as huge": saying(answer(length=10**12)),
    "announced as absurd": saying(answer(length=10**19)),
} | {
    f"a bomb of 1 GB in {coding}": saying(answer(bomb(coding), f"Content-Encoding: {coding}"))
    for coding in ("gzip", "br", "zstd")
}
BROKEN: dict[str, Behaviour] = {
    "headers without end": headers_without_end,
    "one header without end": endless(b"HTTP/1.1 200 OK\r\nX-A: ", b"y" * 10_000),
    "early hints without end": endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100),
    "hangs up at once": saying(b""),
    "resets at once": resetting(b""),
    "resets in its headers": resetting(b"HTTP/1.1 200 OK\r\nContent-"),
    "resets in its body": resetting(answer(length=2 * len(PAGE))),
    "hangs up in its headers": saying(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"),
    "HTTP/0.9": saying(PAGE),
    "no HTTP": saying(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    "a status line that is none": saying(b"HTTP/1.1 fine OK\r\n\r\n" + PAGE),
    "a status of four digits": saying(b"HTTP/1.1 2000 OK\r\n\r\n" + PAGE),
    "TLS where none is expected": saying(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(600)),
    "a header with a NUL": saying(answer(PAGE, "X-A: b\0c")),
    "a header name with a space": saying(answer(PAGE, "X A: b")),
    "a length below zero": saying(
        answer(length=-5).replace(b"\r\n\r\n", b"\r\nContent-Length: -5\r\n\r\n", 1)
    ),
    "a length that is no number": saying(answer(PAGE, "Content-Length: many", length=-1)),
    "two lengths": saying(answer(PAGE, "Content-Length: 5")),
    "a length that is too small": saying(answer(length=len(PAGE) - 40)),
    "a length that is too great": saying(answer(length=len(PAGE) + 40)),
    "a chunk whose size is none": saying(CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n"),
    "a chunk of a size below zero": saying(CHUNKED + b"-5\r\nabc\r\n0\r\n\r\n"),
    "a chunk longer than it says": saying(CHUNKED + b"2\r\nabcdef\r\n0\r\n\r\n"),
    "no last chunk": saying(chunked(PAGE)[:-5]),
    "two answers at once": saying(answer() + answer(b"<html>another page")),
    "gzip that is none": saying(answer(PAGE, "Content-Encoding: gzip")),
    "br that is none": saying(answer(PAGE, "Content-Encoding: br")),
    "zstd that is none": saying(answer(PAGE, "Content-Encoding: zstd")),
    "gzip within gzip": saying(answer(gzip.compress(bomb("gzip")), "Content-Encoding: gzip, gzip")),
    "a coding nobody knows": saying(answer(PAGE, "Content-Encoding: rot13")),
    "an upgrade": saying(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
    "a page without a body": saying(answer(b"")),
    "a page of white space": saying(answer(b" \n\t \r\n")),
    "no content": saying(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "accepted, come back later": saying(answer(PAGE, status="202 Accepted")),
    "a part of the page": saying(answer(PAGE, "Content-Range: bytes 0-9/99", status="206 Partial Content")),
    "not modified, though nobody asked": saying(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    "a redirect to nowhere": saying(answer(b"", status="302 Found")),
    "multiple choices": saying(answer(PAGE, "Location: /a", status="300 Multiple Choices")),
}
LOOPS: dict[str, Behaviour] = {
    "to itself": saying(redirect("/")),
    "to itself, relative": saying(redirect("?")),
    "to itself, by way of a dot": saying(redirect("./a/..")),
    "there and back": lambda peer: peer.send(redirect("/a" if peer.path == "/" else "/")),
    "ever on": lambda peer: peer.send(redirect(f"{peer.path}a")),
    "with a new cookie each time": lambda peer: peer.send(redirect("/", f"Set-Cookie: a={peer.headers.get('cookie', '')[-9:]}1")),
    "with a body without end": endless(answer(b"", "Location: /", status="301 Moved", length=-1), b"x" * 65_536),
}  # fmt: skip
NOT_HTML: dict[str, Behaviour] = {
    "a stream of video that claims to be a page": endless(ENDLESS, b"<p>" + b"\0\xff" * 30_000),
    "a film without end": endless(answer(b"", "Content-Type: video/mp4", length=-1), b"x" * 65_536),
    "a huge file that claims to be a page": saying(answer(b"%PDF-1.7" + b"x" * 9_000, length=2_900_000)),
}
ELSEWHERE = (
    "file:///etc/hosts", "javascript:alert(1)", "data:text/html,hello", "ftp://192.0.2.1/", "gopher://192.0.2.1/", "mailto:a@b.example",
    "http://user:secret@192.0.2.1/", "http://", "https://[", "http://a b/", "http://192.0.2.1:99999/", "http://192.0.2.1:0/", "view-source:http://x/",
    f"http://{'a' * 64}.example/", f"http://192.0.2.1/{'a' * 4_000}", "http://xn--\xff/", "http://169.254.169.254/latest/meta-data/",
)  # fmt: skip
CASES = [
    (reason, name, behaviour)
    for reason, table in (
        ("timeout", TIMEOUTS), ("too-large", TOO_LARGE), ("bad-response", BROKEN), ("redirect-loop", LOOPS), ("not-html", NOT_HTML),
        ("refused-address", {f"redirects to {place[:40]}": saying(redirect(place)) for place in ELSEWHERE}),
    )
    for name, behaviour in table.items()
]  # fmt: skip


def fetch_from(server: Server, config: FetchConfig) -> Outcome:
    async def go() -> Outcome:
        async with Fetcher(config, gate=OpenGate()) as fetcher:
            return await fetcher.fetch(f"{server.url}/")

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("reason", "behaviour"), [(case[0], case[2]) for case in CASES], ids=[case[1] for case in CASES]
)
def test_a_hostile_server_comes_to_the_right_failure_in_time(reason: str, behaviour: Behaviour) -> None:
    deadline = 0.4 if reason == "timeout" else 5.0
    started = time.monotonic()
    with serving(behaviour) as server:
        outcome = fetch_from(
            server, quick(deadline, max_redirects=8 if reason == "timeout" else 5, max_bytes=3 * MB)
        )
    assert isinstance(outcome, Failure)
    assert (outcome.reason, outcome.url) == (reason, f"{server.url}/")
    assert outcome.detail
    assert "\n" not in outcome.detail
    assert time.monotonic() - started < deadline + 2


def test_bombs_and_bodies_without_end_take_little_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for behaviour in TOO_LARGE.values():
        with serving(behaviour) as server:
            fetch_from(server, quick(10, max_bytes=10 * MB))
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1_000 < 100


def test_a_host_that_hangs_delays_no_other() -> None:
    async def go(bad: Server, good: Server) -> tuple[Outcome, bool]:
        async with Fetcher(quick(2), gate=OpenGate()) as fetcher:
            held = [asyncio.create_task(fetcher.fetch(f"{bad.url}/{number}")) for number in range(20)]
            outcome = await fetcher.fetch(good.url)
            were_held = not any(task.done() for task in held)
            for task in held:
                task.cancel()
            await asyncio.gather(*held, return_exceptions=True)
            return outcome, were_held

    with serving(hanging) as bad, serving(saying(answer())) as good:
        outcome, were_held = asyncio.run(go(bad, good))
    assert isinstance(outcome, Page)
    assert were_held


def test_a_robots_txt_that_hangs_ends_in_time_and_no_page_is_asked_for() -> None:
    async def go(server: Server) -> Outcome:
        async with Fetcher(quick(0.4)) as fetcher:
            return await fetcher.fetch(f"{server.url}/news")

    started = time.monotonic()
    with serving(hanging) as server:
        outcome = asyncio.run(go(server))
    assert isinstance(outcome, Failure)
    assert outcome.reason in ("timeout", "robots-denied")
    assert [peer.path for peer in server.asked] == ["/robots.txt"]
    assert time.monotonic() - started < 2.4


def cuts(whole: bytes) -> Iterator[bytes]:
    """Yield an answer cut at every twentieth of its body, and just before its end."""
    head = whole.index(b"\r\n\r\n") + 4
    for twentieth in range(20):
        yield whole[: head + (len(whole) - head) * twentieth // 20]
    yield whole[:-1]


@pytest.mark.parametrize(
    "whole",
    [
        answer(),
        chunked(PAGE),
        answer(gzip.compress(PAGE), "Content-Encoding: gzip"),
        answer(gzip.compress(PAGE), "Content-Encoding: gzip", length=-1),
        chunked(PAGE, 7),
        answer(brotli.compress(PAGE), "Content-Encoding: br", length=-1),
        answer(zstd.compress(PAGE), "Content-Encoding: zstd", length=-1),
        answer(zlib.compress(PAGE), "Content-Encoding: deflate", length=-1),
    ],
    ids=["plain", "chunked", "gzip", "gzip to the end", "small chunks", "br", "zstd", "deflate"],
)
@pytest.mark.parametrize("ending", ["hangs up", "resets"])
def test_a_body_that_is_cut_is_never_a_page(whole: bytes, ending: str) -> None:
    pieces = list(cuts(whole))
    numbers = count()

    def cut(peer: Peer) -> None:
        peer.send(pieces[next(numbers)])
        if ending == "resets":
            peer.reset()

    with serving(cut) as server:
        outcomes = [fetch_from(server, quick()) for _ in pieces]
    assert {outcome.reason for outcome in outcomes if isinstance(outcome, Failure)} == {"bad-response"}
    assert [outcome for outcome in outcomes if isinstance(outcome, Page)] == []
    with serving(saying(whole)) as server:
        outcome = fetch_from(server, quick())
    assert isinstance(outcome, Page)
    assert outcome.body == PAGE


def test_a_body_belongs_to_its_address_whatever_else_the_server_sends() -> None:
    """Answers that come late or twice, and pages without them, in turn: none is ever taken for another's."""

    def body(path: str) -> bytes:
        return PAGE + path.encode()

    def answers_twice(peer: Peer) -> None:
        peer.send(answer(body(peer.path), "Connection: keep-alive"))
        if peer.path.endswith("3"):
            peer.over.wait(0.03)
        if int(peer.path[1:]) % 3 == 0:
            peer.send(answer(b"<html>of another page"))

    async def go(server: Server) -> list[Outcome]:
        async with Fetcher(quick(), gate=OpenGate()) as fetcher:
            return [await fetcher.fetch(f"{server.url}/{number}") for number in range(200)]

    with serving(answers_twice) as server:
        outcomes = asyncio.run(go(server))
    pages = [outcome for outcome in outcomes if isinstance(outcome, Page)]
    assert all(page.body == body(page.url.removeprefix(server.url)) for page in pages)
    assert len(pages) == 133
    assert {outcome.reason for outcome in outcomes if isinstance(outcome, Failure)} == {"bad-response"}


@pytest.mark.parametrize(
    "label", ["utf-16", "idna", "rot13", "hex", "base64", "undefined", "x" * 500, "\xff", "", "zlib"]
)
def test_a_charset_that_is_nonsense_is_kept_for_the_cleaner_to_judge(label: str) -> None:
    with serving(saying(answer(PAGE, f"Content-Type: text/html; charset={label}"))) as server:
        outcome = fetch_from(server, quick())
    assert isinstance(outcome, Page)
    assert outcome.body == PAGE
    assert len(outcome.charset) <= 40
