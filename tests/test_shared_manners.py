"""Several processes or threads ask one host: together they are as polite as one, and no slower than they must be."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from manners import SharedLedger, polite, sharing, visit, world
from virtual_time import run

from scraper.manners.politeness import RobotsAnswer


def test_the_delay_after_a_request_of_another_process_is_waited_for_once() -> None:
    async def main() -> None:
        _, server = world()
        ledger = SharedLedger()
        await visit(polite(server, ledger.of("first")), server, "http://example.org/1")
        await asyncio.sleep(1.0)
        await visit(polite(server, ledger.of("second")), server, "http://example.org/2")
        assert server.gaps("example.org") == pytest.approx([1.0] * 3)

    run(main())


def test_the_own_delay_counts_from_the_end_of_a_request_of_another_process() -> None:
    async def main() -> None:
        _, server = world()
        ledger = SharedLedger()
        hasty = polite(server, ledger.of("first"), delay_seconds=0.5, respect_robots=False)
        await visit(hasty, server, "http://example.org/1")
        await asyncio.sleep(3.0)
        await visit(polite(server, ledger.of("second"), delay_seconds=8.0), server, "http://example.org/2")
        assert server.gaps("example.org") == pytest.approx([8.0] * 2)

    run(main())


def test_a_crawl_delay_counts_from_the_robots_file_that_another_asked_for() -> None:
    async def main() -> None:
        _, server = world()
        server.robots["http://example.org/robots.txt"] = RobotsAnswer(200, b"User-agent: *\nCrawl-delay: 30")
        first, second = sharing(server), sharing(server)
        await first.robots_for("http://example.org/")
        await asyncio.sleep(5.0)
        await visit(second, server, "http://example.org/1")
        assert server.gaps("example.org") == pytest.approx([30.0])

    run(main())


def test_a_robots_file_that_another_asks_for_just_now_is_waited_for_and_not_asked_for_again() -> None:
    async def main() -> None:
        _, server = world()
        gates = [sharing(server) for _ in range(5)]
        await asyncio.gather(*(visit(gate, server, "http://example.org/1") for gate in gates))
        assert server.asked == ["http://example.org/robots.txt"] + ["http://example.org/1"] * 5
        assert server.gaps("example.org") == pytest.approx([1.0] * 5, abs=0.5)
        assert min(server.gaps("example.org")) >= 1.0 - 1e-9

    run(main())


def test_however_many_of_one_process_wait_for_a_host_each_has_its_turn() -> None:
    async def main() -> None:
        _, server = world()
        gates = [sharing(server) for _ in range(150)]
        denials = await asyncio.gather(*(visit(gate, server, "http://example.org/") for gate in gates))
        assert denials == [None] * 150
        assert min(server.gaps("example.org")) >= 1.0 - 1e-9

    run(main())


def test_a_host_that_another_process_never_gives_back_is_given_up() -> None:
    async def main() -> None:
        clock, server = world()
        ledger = SharedLedger()
        ledger.of("other").claim("example.org", clock.now(), clock.now() + timedelta(days=1))
        denial = await visit(
            polite(server, ledger.of("own"), respect_robots=False), server, "http://example.org/"
        )
        assert denial
        assert "another process" in denial.detail

    run(main())
