"""robots.txt as RFC 9309 has it: read, fetched, kept, and known before any page is asked for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polite_server import HANGS, PoliteServer, get, polite_server
from virtual_time import START

from scraper.config import FetchConfig
from scraper.manners.politeness import MemoryLedger, MemoryRobots, Politeness, RobotsAnswer, Surroundings
from scraper.manners.robots import MAX_BYTES, agent_token, read_rules
from scraper.store.base import CachedRobots

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime

    from scraper.manners.gate import Denial

CLOSED = b"User-agent: *\nDisallow: /\n"
KEEPS_OUT = b"User-agent: *\nDisallow: /page\n"
OPEN = b"User-agent: *\nDisallow: /other\n"
ORIGIN = "https://example.org"


@dataclass
class Hands:
    """A clock that a test turns, and that sleeping turns."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)

    def surroundings(self) -> Surroundings:
        return Surroundings(self.now, lambda: self.seconds, self.sleep, lambda: 0.5)


def gate(hands: Hands, robots: MemoryRobots | None = None, ask: Any = get) -> Politeness:
    config = FetchConfig(delay_seconds=0.0)
    cache = MemoryRobots() if robots is None else robots
    return Politeness(config, "chaffinch/0.1", MemoryLedger(), cache, ask, hands.surroundings())


async def ask_page(polite: Politeness, server: PoliteServer) -> Denial | None:
    """Ask for a page as the fetcher does, and return the refusal."""
    url = f"{server.origin}/page"
    async with polite.enter(url) as denial:
        if denial is None:
            await get(url)
            polite.answered(url, 200)
        return denial


def with_servers(test: Callable[[PoliteServer, PoliteServer], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        async with polite_server() as server, polite_server() as other:
            await test(server, other)

    asyncio.run(main())


def cut_at(size: int) -> bytes:
    """Return a file that forbids the page only beyond `size` bytes."""
    line = b"Disallow: /filler\n"
    return b"User-agent: *\n" + line * (size // len(line) + 1) + b"Disallow: /page\n"


def redirects(count: int) -> Callable[[PoliteServer], None]:
    def prepare(server: PoliteServer) -> None:
        for number in range(count):
            path = "/robots.txt" if number == 0 else f"/{number}"
            server.says(path, 301, b"", f"Location: /{number + 1}")
        server.says(f"/{count}", 200, CLOSED)

    return prepare


def says(status: int, body: bytes = b"", *headers: str) -> Callable[[PoliteServer], None]:
    return lambda server: server.says("/robots.txt", status, body, *headers)


def raw(answer: bytes) -> Callable[[PoliteServer], None]:
    return lambda server: server.answers.update({"/robots.txt": answer})


MATRIX: dict[str, tuple[Callable[[PoliteServer], None], bool]] = {
    "200 that allows": (says(200, OPEN), True),
    "200 that forbids": (says(200, KEEPS_OUT), False),
    "200 that is empty": (says(200), True),
    "200 with a byte order mark": (says(200, b"\xef\xbb\xbf" + KEEPS_OUT), False),
    "200 in UTF-16": (says(200, b"\xff\xfe" + KEEPS_OUT.decode().encode("utf-16-le")), False),
    "200 in UTF-16, the other way": (says(200, b"\xfe\xff" + KEEPS_OUT.decode().encode("utf-16-be")), False),
    "200 in bad UTF-8": (says(200, b"# \xff\xfe\xe4\n" + KEEPS_OUT), False),
    "200 with NUL bytes": (says(200, KEEPS_OUT.replace(b"a", b"\0a")), False),
    "200 with CR alone": (says(200, KEEPS_OUT.replace(b"\n", b"\r")), False),
    "200 that is a page": (says(200, b"<!DOCTYPE html><title>x</title>\n" + CLOSED), True),
    "200 of 400 KiB": (says(200, cut_at(400 * 1024)), False),
    "200 of 600 KiB": (says(200, cut_at(600 * 1024)), True),
    "200 of 10 MB": (says(200, cut_at(10_000_000)), True),
    "206 is a 2xx": (says(206, KEEPS_OUT), False),
    "301 once": (redirects(1), False),
    "301 five times": (redirects(5), False),
    "301 six times": (redirects(6), True),
    "302 to nowhere": (says(302, b"", "Location: javascript:1"), True),
    "302 without a target": (says(302), True),
    "401": (says(401, CLOSED), True),
    "403": (says(403, CLOSED), True),
    "404": (says(404, CLOSED), True),
    "410": (says(410), True),
    "429": (says(429), False),
    "500": (says(500, OPEN), False),
    "503": (says(503, OPEN), False),
    "no answer in time": (raw(HANGS), False),
    "closed without an answer": (raw(b" "), False),
    "garbage": (raw(b"what?\r\n\r\n"), False),
}


@pytest.mark.parametrize("case", MATRIX)
def test_a_page_is_asked_for_where_robots_lets_us_and_never_before(case: str) -> None:
    async def check(server: PoliteServer, _: PoliteServer) -> None:
        prepare, is_allowed = MATRIX[case]
        prepare(server)
        denial = await ask_page(gate(Hands()), server)
        assert (denial is None) == is_allowed, denial
        assert server.asked[0] == "/robots.txt"
        assert ("/page" in server.asked) == is_allowed

    with_servers(check)


def test_a_robots_on_another_host_holds_for_the_one_that_sent_us_there() -> None:
    async def check(server: PoliteServer, other: PoliteServer) -> None:
        server.says("/robots.txt", 308, b"", f"Location: {other.origin}/elsewhere.txt")
        other.says("/elsewhere.txt", 200, KEEPS_OUT)
        assert await ask_page(gate(Hands()), server) is not None
        assert (server.asked, other.asked) == (["/robots.txt"], ["/elsewhere.txt"])

    with_servers(check)


@pytest.mark.parametrize("reason", ["dns", "tls", "refused-address", "connect", "timeout"])
def test_a_host_that_cannot_be_reached_is_not_asked_for_pages_and_the_reason_is_told(reason: Any) -> None:
    async def ask(url: str) -> RobotsAnswer:  # noqa: ARG001
        return RobotsAnswer(0, reason=reason, detail="it is so")

    async def main() -> None:
        async with gate(Hands(), ask=ask).enter("http://a.test/") as denial:
            assert denial
            assert denial.reason == reason
            assert denial.detail == "http://a.test/robots.txt could not be fetched: it is so"

    asyncio.run(main())


@pytest.mark.parametrize(
    ("first", "hours", "times"),
    [(200, 23.9, 1), (200, 24.1, 2), (404, 23.9, 1), (404, 24.1, 2), (503, 0.1, 1), (503, 0.2, 2)],
)
def test_a_robots_is_kept_for_a_day_and_a_missing_one_asked_for_sooner(
    first: int, hours: float, times: int
) -> None:
    async def check(server: PoliteServer, _: PoliteServer) -> None:
        hands, cache = Hands(), MemoryRobots()
        server.says("/robots.txt", first, OPEN)
        polite = gate(hands, cache)
        await ask_page(polite, server)
        hands.seconds += hours * 3_600
        await ask_page(polite, server)
        assert server.asked.count("/robots.txt") == times
        await ask_page(gate(hands, cache), server)
        assert server.asked.count("/robots.txt") == times

    with_servers(check)


def test_one_lost_connection_does_not_close_a_host_for_long() -> None:
    answers = [RobotsAnswer(0, reason="bad-response", detail="it was reset"), RobotsAnswer(200, OPEN)]
    hands = Hands()

    async def ask(_: str) -> RobotsAnswer:
        return answers.pop(0)

    async def main() -> None:
        polite = gate(hands, ask=ask)
        async with polite.enter("http://a.test/") as denial:
            assert denial
        hands.seconds += 11
        async with polite.enter("http://a.test/") as denial:
            assert denial is None

    asyncio.run(main())


@pytest.mark.parametrize(("days", "is_allowed"), [(2, True), (29, True), (31, False), (-2, False)])
@pytest.mark.parametrize("answer", [b"HTTP/1.1 500 x\r\n\r\n", b" "])
def test_a_stale_copy_serves_for_thirty_days_while_there_is_no_newer(
    answer: bytes,
    days: int,
    is_allowed: bool,  # noqa: FBT001
) -> None:
    async def check(server: PoliteServer, _: PoliteServer) -> None:
        hands, cache = Hands(), MemoryRobots()
        server.answers["/robots.txt"] = answer
        cache.keep_robots(server.origin, CachedRobots(hands.now() - timedelta(days=days), 200, OPEN))
        assert (await ask_page(gate(hands, cache), server) is None) == is_allowed
        assert server.asked[0] == "/robots.txt"

    with_servers(check)


def test_many_pages_at_once_ask_for_robots_once() -> None:
    async def check(server: PoliteServer, _: PoliteServer) -> None:
        server.says("/robots.txt", 200, OPEN)
        polite = gate(Hands())
        await asyncio.gather(*(ask_page(polite, server) for _ in range(20)))
        assert server.asked == ["/robots.txt"] + ["/page"] * 20

    with_servers(check)


def test_the_rules_of_few_origins_are_kept_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.manners.robots._MEMORY", 3)

    async def ask(url: str) -> RobotsAnswer:  # noqa: ARG001
        return RobotsAnswer(200, OPEN)

    async def main() -> None:
        polite = gate(Hands(), ask=ask)
        for number in range(10):
            await polite.robots_for(f"http://h{number}.test/")
        assert len(polite._robots._known) == 3

    asyncio.run(main())


def rules(text: str, agent: str = "chaffinch") -> Any:
    return read_rules(CachedRobots(START, 200, text.encode()), ORIGIN, agent)


@pytest.mark.parametrize(
    ("text", "path", "is_allowed"),
    [
        ("User-agent: chaffinch\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/a", False),
        ("User-agent: chaffinch\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/b", True),
        ("User-agent: ChaffInch\nUser-agent: other\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf?y", True),
        ("User-agent: *\nDisallow:", "/x", True),
        ("User-agent: *\nDisallow: /a", "/robots.txt", True),
        ("Disallow: /", "/x", True),
        ("User-agent: *\nDisallow: /ä", "/%C3%A4", False),
    ],
)
def test_the_rules_say(text: str, path: str, is_allowed: bool) -> None:  # noqa: FBT001
    assert rules(text).allows(f"{ORIGIN}{path}") is is_allowed


@pytest.mark.parametrize(
    "name",
    ["chaffinch/0.1", "Chaffinch 0.1", "CHAFFINCH", "chaffinch/2 (+https://x.org/)", "chaffinch*", "*chaffinch*", "chaffinch # x"],
)  # fmt: skip
@pytest.mark.parametrize("line", ["User-agent: {}", "  user-agent:{}", "Useragent {}", "User agent : {}"])
def test_a_group_is_ours_whatever_stands_behind_our_name(line: str, name: str) -> None:
    read = rules(f"{line.format(name)}\nDisallow: /a\nCrawl-delay: 3\n\nUser-agent: *\nDisallow: /b")
    assert (read.allows(f"{ORIGIN}/a"), read.allows(f"{ORIGIN}/b"), read.crawl_delay) == (False, True, 3.0)


@pytest.mark.parametrize(
    "name", ["chaff", "inch", "c", "chaffinches", "chaffinch-news", "chaffinch_2", "my chaffinch", "ours"]
)
def test_a_group_is_not_ours_that_shares_a_part_of_our_name(name: str) -> None:
    read = rules(f"User-agent: {name}\nDisallow: /a\n\nUser-agent: * \nDisallow: /b")
    assert (read.allows(f"{ORIGIN}/a"), read.allows(f"{ORIGIN}/b")) == (True, False)


def test_groups_of_our_name_are_one() -> None:
    read = rules(
        "User-agent: chaffinch\nDisallow: /a\nUser-agent: x\nAllow: /\nUser-agent: chaffinch/2\nDisallow: /b"
    )
    assert [read.allows(f"{ORIGIN}/{path}") for path in "abc"] == [False, False, True]


@pytest.mark.parametrize(
    ("said", "delay"),
    [("5", 5.0), ("0.5", 0.5), ("120", 120.0), ("-1", 0.0), ("x", 0.0), ("", 0.0), ("nan", 0.0)],
)
def test_a_crawl_delay_is_read(said: str, delay: float) -> None:
    read = rules(f"User-agent: *\nCrawl-delay: {said}")
    assert read.crawl_delay == delay
    assert read.allows(f"{ORIGIN}/")


@pytest.mark.parametrize("said", ["121", "1e20"])
def test_a_crawl_delay_beyond_all_patience_skips_the_host_and_says_so(said: str) -> None:
    read = rules(f"User-agent: *\nCrawl-delay: {said}\nSitemap: /s.xml")
    assert not read.allows(f"{ORIGIN}/")
    assert "between requests; we wait 120 s at most" in read.why_not(f"{ORIGIN}/")
    assert read.sitemaps == (f"{ORIGIN}/s.xml",)


def test_sitemaps_are_resolved_and_named_once() -> None:
    text = "Sitemap: /a.xml\nsitemap: https://other.org/b.xml\nSitemap: /a.xml\nSitemap: javascript:1"
    assert rules(text).sitemaps == (f"{ORIGIN}/a.xml", "https://other.org/b.xml")


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [
        ("chaffinch/0.1 (+https://example.org/)", "chaffinch"),
        ("News-Bot", "News-Bot"),
        ("", "*"),
        ("a/1 b/2", "a"),
    ],
)
def test_robots_knows_us_by_our_first_product_token(user_agent: str, token: str) -> None:
    assert agent_token(user_agent) == token


def test_half_a_line_at_the_limit_is_not_read() -> None:
    line = b"Disallow: /filler-of-some-length\n"
    body = (b"User-agent: *\n" + line * (MAX_BYTES // len(line) + 2))[
        : MAX_BYTES - 12
    ] + b"\nDisallow: /page-and-more"
    assert read_rules(CachedRobots(START, 200, body), ORIGIN, "x").allows(f"{ORIGIN}/page")


@given(st.binary(max_size=400), st.integers(0, 999))
def test_no_robots_breaks_the_reading(body: bytes, status: int) -> None:
    read = read_rules(CachedRobots(START, status, body), ORIGIN, "chaffinch")
    assert isinstance(read.allows(f"{ORIGIN}/page"), bool)
    assert 0 <= read.crawl_delay <= 120
