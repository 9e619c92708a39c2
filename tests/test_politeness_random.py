"""Never two requests at once to a host, never too soon, whatever the hosts, the answers and the kills are."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st
from manners import DAY, SharedLedger, world
from virtual_time import START, run

from scraper.config import FetchConfig
from scraper.manners.backoff import may_name_a_wait
from scraper.manners.politeness import MemoryRobots, Politeness
from scraper.store.base import CachedRobots


@dataclass(frozen=True)
class Plan:
    """A random crawl: what is asked, how hosts answer, and when processes are killed."""

    requests: tuple[tuple[int, int, float, int, float], ...]
    delay: float
    crawl_delays: tuple[float, ...]
    kills: tuple[float, ...]


plans = st.builds(
    Plan,
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(0, 1),
            st.floats(0.01, 15),
            st.sampled_from([200, 200, 200, 404, 304, 0, 403, 429, 500, 503]),
            st.sampled_from([-1.0, 0.0, 5.0, 40.0, 1e9]),
        ),
        min_size=1,
        max_size=25,
    ).map(tuple),
    st.sampled_from([0.2, 1.0, 3.0]),
    st.tuples(*[st.sampled_from([0.0, 0.5, 9.0])] * 3),
    st.lists(st.floats(0.1, 60), max_size=4).map(tuple),
)


class Crawl:
    """Two processes over the requests of a plan; a killed one is followed by another of its kind."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.clock, self.server = world()
        self.ledger = SharedLedger()
        self.robots = MemoryRobots()
        self.owners = [0, 0]
        self.until: dict[int, float] = defaultdict(float)
        self.early: list[str] = []

    async def request(self, gate: Politeness, plan: tuple[int, int, float, int, float]) -> None:
        number, _, seconds, status, wait = plan
        url = f"http://host{number}.test/{seconds}"
        async with gate.enter(url) as denial:
            if denial is not None:
                return
            if self.clock.monotonic() < self.until[number] - 0.001:
                self.early.append(url)
            await self.server.serve(url, seconds)
            gate.answered(url, status, wait if wait >= 0 else None)
            asked = wait if may_name_a_wait(status) else 0.0
            self.until[number] = self.clock.monotonic() + min(max(asked, 0.0), DAY)

    def start(self, process: int) -> list[asyncio.Task[None]]:
        gate = Politeness(
            FetchConfig(delay_seconds=self.plan.delay, timeout_seconds=20.0),
            "chaffinch/0.1",
            self.ledger.of(f"{process}-{self.owners[process]}"),
            self.robots,
            self.server.answer_robots,
            self.clock.surroundings(),
        )
        mine = (one for one in self.plan.requests if one[1] == process)
        return [asyncio.create_task(self.request(gate, one)) for one in mine]

    async def run(self) -> None:
        for number, delay in enumerate(self.plan.crawl_delays):
            body = f"User-agent: *\nCrawl-delay: {delay}".encode()
            self.robots.keep_robots(f"http://host{number}.test", CachedRobots(START, 200, body))
        tasks = [self.start(0), self.start(1)]
        for turn, pause in enumerate(self.plan.kills):
            await asyncio.sleep(pause)
            process = turn % 2
            self.ledger.kill(f"{process}-{self.owners[process]}")
            for task in tasks[process]:
                task.cancel()
            await asyncio.gather(*tasks[process], return_exceptions=True)
            self.owners[process] += 1
            tasks[process] = self.start(process)
        await asyncio.gather(*tasks[0], *tasks[1])


@settings(max_examples=60, deadline=None)
@given(plans)
def test_never_two_at_once_and_never_too_soon(plan: Plan) -> None:
    crawl = Crawl(plan)
    run(crawl.run())
    assert crawl.early == []
    for number, delay in enumerate(plan.crawl_delays):
        gaps = crawl.server.gaps(f"host{number}.test")
        assert all(gap >= max(plan.delay, delay) - 0.001 for gap in gaps)
