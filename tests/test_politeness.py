"""What is owed to a host is paid: the time between two requests, what it asks for, and peace where it refuses."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest
from manners import ALLOW, DAY, SharedLedger, polite, visit, world
from virtual_time import START, run

from scraper.config import FetchConfig
from scraper.manners.politeness import MemoryLedger, MemoryRobots, Politeness, RobotsAnswer
from scraper.store.base import HostState


def test_between_the_end_of_a_request_and_the_next_lies_the_delay() -> None:
    async def main() -> None:
        _, server = world()
        gate = polite(server)
        await asyncio.gather(*(visit(gate, server, f"http://a.example.org/{number}") for number in range(5)))
        assert server.gaps("example.org") == pytest.approx([1.0] * 5)

    run(main())


def test_hosts_of_one_domain_wait_for_each_other_and_other_hosts_do_not() -> None:
    async def main() -> None:
        clock, server = world()
        gate = polite(server)
        urls = ["http://a.example.org/", "https://b.example.org/", "http://example.net/"]
        await asyncio.gather(*(visit(gate, server, url) for url in urls))
        assert min(server.gaps("example.org")) >= 1.0 - 1e-9
        assert server.took["example.net"][-1][1] == pytest.approx(1_000 + 0.1 + 1 + 0.1)
        assert clock.monotonic() < 1_010

    run(main())


def test_robots_is_asked_before_any_page() -> None:
    async def main() -> None:
        _, server = world()
        server.robots["http://example.org/robots.txt"] = RobotsAnswer(200, b"User-agent: *\nDisallow: /no")
        gate = polite(server)
        denial = await visit(gate, server, "http://example.org/no/1")
        assert denial
        assert (denial.reason, denial.retry_after) == ("robots-denied", None)
        assert await visit(gate, server, "http://example.org/yes") is None
        assert server.asked == ["http://example.org/robots.txt", "http://example.org/yes"]

    run(main())


def test_robots_is_not_asked_where_it_is_not_respected() -> None:
    async def main() -> None:
        _, server = world()
        gate = polite(server, MemoryLedger(), respect_robots=False)
        await visit(gate, server, "http://example.org/")
        async with polite(server).enter("http://example.net/", robots=False) as denial:
            assert denial is None
        assert server.asked == ["http://example.org/"]

    run(main())


def test_a_robots_that_hangs_delays_no_other_host() -> None:
    async def main() -> None:
        clock, server = world()

        async def ask(url: str) -> RobotsAnswer:
            if "slow" in url:
                await asyncio.sleep(60)
                return RobotsAnswer(0, reason="timeout", detail="no answer in 60 s")
            return ALLOW

        gate = Politeness(
            FetchConfig(), "chaffinch", MemoryLedger(), MemoryRobots(), ask, clock.surroundings()
        )
        slow = asyncio.create_task(visit(gate, server, "http://slow.test/"))
        assert await visit(gate, server, "http://quick.test/") is None
        assert clock.monotonic() < 1_002
        denial = await slow
        assert denial
        assert denial.reason == "timeout"
        assert "slow.test" not in server.took

    run(main())


def test_a_crawl_delay_is_obeyed_and_never_shortens_the_delay() -> None:
    async def main() -> None:
        _, server = world()
        server.robots["http://slow.test/robots.txt"] = RobotsAnswer(200, b"User-agent: *\nCrawl-delay: 7")
        server.robots["http://fast.test/robots.txt"] = RobotsAnswer(200, b"User-agent: *\nCrawl-delay: 0.1")
        gate = polite(server)
        for number in range(3):
            await visit(gate, server, f"http://slow.test/{number}")
            await visit(gate, server, f"http://fast.test/{number}")
        assert server.gaps("slow.test")[1:] == pytest.approx([7.0, 7.0])
        assert min(server.gaps("slow.test")) >= 7 - 1e-9
        assert min(server.gaps("fast.test")) >= 1 - 1e-9

    run(main())


@pytest.mark.parametrize("status", [200, 404, 410, 401])
def test_what_one_address_asks_for_closes_no_host(status: int) -> None:
    async def main() -> None:
        _, server = world()
        gate = polite(server)
        await visit(gate, server, "http://example.org/1", status, 3_600.0)
        assert await visit(gate, server, "http://example.org/2") is None
        assert server.gaps("example.org")[-1] == pytest.approx(1.0)

    run(main())


@pytest.mark.parametrize(
    ("status", "retry_after", "least"),
    [
        (429, 30.0, 30), (503, 30.0, 30), (403, 30.0, 30), (413, 30.0, 30), (301, 30.0, 30),
        (429, None, 1), (429, -5.0, 1), (429, 0.0, 1), (429, float("nan"), 1),
    ],
)  # fmt: skip
def test_a_host_is_left_alone_for_as_long_as_it_asks(
    status: int, retry_after: float | None, least: float
) -> None:
    async def main() -> None:
        _, server = world()
        gate = polite(server)
        await visit(gate, server, "http://example.org/1", status, retry_after)
        assert await visit(gate, server, "http://example.org/2") is None
        assert server.gaps("example.org")[-1] == pytest.approx(least)

    run(main())


@pytest.mark.parametrize(("asked", "told"), [(3_600.0, 3_600.0), (1e20, DAY), (float("inf"), DAY)])
def test_nobody_stands_and_waits_for_an_hour(asked: float, told: float) -> None:
    async def main() -> None:
        clock, server = world()
        gate = polite(server)
        await visit(gate, server, "http://example.org/1", 429, asked)
        denial = await visit(gate, server, "http://example.org/2")
        assert denial
        assert denial.reason == "rate-limited"
        assert denial.retry_after == pytest.approx(told)
        await asyncio.sleep(told)
        assert await visit(gate, server, "http://example.org/2") is None
        assert clock.monotonic() < 1_000 + told + 10

    run(main())


def test_after_each_refusal_the_time_between_two_requests_doubles() -> None:
    async def main() -> None:
        _, server = world()
        gate = polite(server, delay_seconds=0.0)
        for number in range(5):
            await visit(gate, server, f"http://example.org/{number}", 503)
        assert server.gaps("example.org") == pytest.approx([0, 1, 2, 4, 8])

    run(main())


def test_a_success_ends_the_doubling() -> None:
    async def main() -> None:
        _, server = world()
        gate = polite(server)
        for status in (503, 503, 503, 200, 503, 200):
            assert await visit(gate, server, "http://example.org/", status) is None
        assert server.gaps("example.org") == pytest.approx([1, 1, 2, 4, 1, 1])

    run(main())


@pytest.mark.parametrize(
    ("status", "reason"), [(429, "rate-limited"), (503, "server-error"), (403, "blocked"), (0, "connect")]
)
def test_a_host_is_parked_after_five_refusals_in_a_row_while_others_go_on(
    status: int, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        _, server = world()
        gate = polite(server)
        for number in range(5):
            assert await visit(gate, server, f"http://example.org/{number}", status) is None
        denial = await visit(gate, server, "http://example.org/6")
        assert denial
        assert denial.reason == reason
        assert denial.retry_after == pytest.approx(900)
        assert "example.org is left alone for 15m after 5 refusals" in denial.detail
        assert await visit(gate, server, "http://example.net/") is None
        await asyncio.sleep(901)
        assert await visit(gate, server, "http://example.org/7", status) is None
        denial = await visit(gate, server, "http://example.org/8")
        assert denial
        assert denial.retry_after == pytest.approx(1_800)
        await asyncio.sleep(1_801)
        assert await visit(gate, server, "http://example.org/9") is None
        assert await visit(gate, server, "http://example.org/10") is None

    with caplog.at_level(logging.WARNING, "scraper.manners.politeness"):
        run(main())
    assert "example.org is left alone for 15m: 5 refusals in a row" in caplog.text


def test_a_parked_host_is_not_asked_for_its_robots_either() -> None:
    async def main() -> None:
        clock, server = world()
        ledger = MemoryLedger()
        until = clock.now() + timedelta(hours=1)
        ledger.release("example.org", HostState(failures=6, parked_until=until, parked_for="server-error"))
        gate = polite(server, ledger)
        denial = await visit(gate, server, "http://example.org/")
        assert denial
        assert denial.reason == "server-error"
        rules = await gate.robots_for("http://example.org/")
        assert not rules.allows("http://example.org/")
        assert rules.reason == "server-error"
        assert server.asked == []

    run(main())


def test_what_a_host_asked_for_holds_over_a_restart() -> None:
    async def main() -> None:
        _, server = world()
        ledger = SharedLedger()
        first = polite(server, ledger.of("first"))
        await visit(first, server, "http://example.org/1", 429, 60.0)
        second = polite(server, ledger.of("second"))
        assert await visit(second, server, "http://example.org/2") is None
        assert server.asked[1:3] == ["http://example.org/1", "http://example.org/robots.txt"]
        assert server.gaps("example.org")[1] >= 60 - 1e-9

    run(main())


def test_a_kill_in_a_request_is_followed_by_the_whole_delay() -> None:
    async def main() -> None:
        clock, server = world()
        ledger = SharedLedger()
        server.seconds = 8.0
        task = asyncio.create_task(visit(polite(server, ledger.of("first")), server, "http://example.org/1"))
        await asyncio.sleep(8 + 1 + 5)
        ledger.kill("first")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        killed = clock.monotonic()
        await visit(polite(server, ledger.of("second")), server, "http://example.org/1")
        assert min(start for start, _ in server.took["example.org"] if start >= killed) >= killed + 1.0
        assert clock.monotonic() < killed + 30

    run(main())


def test_a_cancelled_wait_gives_the_host_back() -> None:
    async def main() -> None:
        _, server = world()
        ledger = SharedLedger()
        gate = polite(server, ledger.of("first"))
        await visit(gate, server, "http://example.org/1")
        waiting = asyncio.create_task(visit(gate, server, "http://example.org/2"))
        await asyncio.sleep(0.5)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert ledger.claims == {}
        assert await visit(gate, server, "http://example.org/3") is None

    run(main())


@pytest.mark.parametrize("asked", [60.0, 3_600.0])
def test_a_host_that_must_wait_long_is_free_for_other_processes(asked: float) -> None:
    async def main() -> None:
        _, server = world()
        ledger = SharedLedger()
        gate = polite(server, ledger.of("first"))
        await visit(gate, server, "http://example.org/1", 429, asked)
        waiting = asyncio.create_task(visit(gate, server, "http://example.org/2"))
        await asyncio.sleep(30)
        assert ledger.claims == {}
        await waiting

    run(main())


def test_a_host_that_another_process_holds_is_waited_for() -> None:
    async def main() -> None:
        _, server = world()
        ledger = SharedLedger()
        server.seconds = 3.0
        gates = [polite(server, ledger.of(owner)) for owner in ("first", "second")]
        await asyncio.gather(*(visit(gate, server, "http://example.org/") for gate in gates))
        assert min(server.gaps("example.org")) >= 1.0 - 1e-9

    run(main())


@pytest.mark.parametrize("jump", [DAY, -DAY, 3_650 * DAY, -3_650 * DAY, 3_600, -3_600])
def test_a_jump_of_the_wall_clock_causes_neither_a_burst_nor_a_stall(jump: float) -> None:
    async def main() -> None:
        clock, server = world()
        gate = polite(server)
        for number in range(6):
            await visit(gate, server, f"http://example.org/{number}")
            clock.jump(jump if number == 2 else 0)
        assert server.gaps("example.org") == pytest.approx([1.0] * 6)

    run(main())


@pytest.mark.parametrize("years", [1, 10, 1_000])
def test_a_stored_time_far_in_the_future_is_not_believed(years: int) -> None:
    async def main() -> None:
        clock, server = world()
        ledger = MemoryLedger()
        far = START + timedelta(days=365 * years)
        state = HostState(not_before=far, parked_until=far, parked_for="blocked", ended_at=far)
        ledger.release("example.org", state)
        assert (
            await visit(polite(server, ledger, respect_robots=False), server, "http://example.org/") is None
        )
        assert clock.monotonic() == pytest.approx(1_001.1)

    run(main())


def test_an_address_that_is_none_is_refused() -> None:
    async def main() -> None:
        _, server = world()
        denial = await visit(polite(server), server, "http://user@example.org/")
        assert denial
        assert denial.reason == "refused-address"

    run(main())


def test_hosts_to_which_nothing_is_owed_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.manners.politeness._MEMORY", 10)

    async def main() -> None:
        _, server = world()
        gate = polite(server, delay_seconds=0.0)
        for number in range(100):
            await visit(gate, server, f"http://host{number}.test/")
        assert len(gate._hosts) <= 11

    run(main())
