"""When a source is due, over days, changes of the clock and restarts; time is told, never waited for."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from virtual_time import Clock, run

from scraper.config import Source
from scraper.crawling.schedule import Scheduler, next_run
from scraper.store.base import SourceState

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Day:
    """A false clock, the starts of runs, and what a store would remember of them."""

    def __init__(self, start: datetime, sources: list[Source], lasts: float = 0.0) -> None:
        self.now = start
        self.sources = sources
        self.starts: dict[str, list[datetime]] = {source.name: [] for source in sources}
        self.ends: dict[str, datetime] = {}
        self.running: set[str] = set()
        self.lasts = timedelta(seconds=lasts)
        self.is_over = False
        self.jumps: list[tuple[datetime, timedelta]] = []

    async def run(self, source: Source) -> bool:
        assert source.name not in self.running
        self.running.add(source.name)
        self.starts[source.name].append(self.now)
        end = self.now + self.lasts
        while self.now < end and not self.is_over:  # noqa: ASYNC110 - the clock is ours
            await asyncio.sleep(0)
        self.running.discard(source.name)
        if not self.is_over:
            self.ends[source.name] = self.now
        return True

    async def state_of(self, name: str) -> SourceState:
        return SourceState(name, self.starts[name][-1] if self.starts[name] else None, self.ends.get(name))

    async def sleep(self, seconds: float) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        # One zone all through: adding in the local zone would count an hour twice, or not at all.
        self.now = (self.now.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(self.now.tzinfo)
        while self.jumps and self.now >= self.jumps[0][0]:
            self.now += self.jumps.pop(0)[1]

    def pass_by(self, hours: float, is_over: Callable[[], bool] | None = None, at_once: str = "") -> None:
        end = self.now.astimezone(UTC) + timedelta(hours=hours)
        scheduler = Scheduler(
            self.sources,
            self.run,
            self.state_of,
            sleep=self.sleep,
            at_once=set(at_once.split()),
            clock=lambda: self.now,
        )

        def is_enough() -> bool:
            self.is_over = is_over() if is_over else self.now.astimezone(UTC) >= end
            return self.is_over

        asyncio.run(scheduler.serve(is_enough))


def source(name: str = "a", **options: object) -> Source:
    return Source(name, "https://example.org/", **options)  # type: ignore[arg-type]


def test_in_24_hours_every_due_run_happens_once_and_none_early() -> None:
    sources = [
        source("half", every=1800.0),
        source("six", every=6 * 3600.0),
        source("cron", cron="15 * * * *"),
    ]
    day = Day(NOON, sources)
    day.pass_by(24)
    assert [len(day.starts[name]) for name in ("half", "six", "cron")] == [48, 4, 24]
    for name, gap in (("half", 1800), ("six", 6 * 3600)):
        starts = day.starts[name]
        between = [later - earlier for earlier, later in pairwise(starts)]
        assert all(timedelta(seconds=gap) <= one < timedelta(seconds=gap + 1) for one in between), between
    assert all(start.minute == 15 and start.second < 1 for start in day.starts["cron"])


def test_a_run_that_lasts_longer_than_its_interval_is_never_on_twice() -> None:
    day = Day(NOON, [source(every=600.0)], lasts=1500)
    day.pass_by(2)
    assert len(day.starts["a"]) == 5  # one every 1,500 s, in the two hours


def test_a_restart_repeats_no_run_and_makes_up_for_missed_ones_by_one() -> None:
    day = Day(NOON, [source(every=3600.0), source("b", cron="0 * * * *")])
    day.pass_by(1.5)
    assert [len(starts) for starts in day.starts.values()] == [2, 1]
    day.pass_by(0.25)
    assert [len(starts) for starts in day.starts.values()] == [2, 1]
    day.now += timedelta(hours=5)
    day.pass_by(0.1)
    assert [len(starts) for starts in day.starts.values()] == [3, 2]


def test_a_run_that_was_interrupted_goes_on_at_once_at_the_next_start() -> None:
    day = Day(NOON, [source(every=86_400.0), source("b", cron="0 * * * *")], lasts=1200)
    day.pass_by(0.1)
    day.pass_by(0.5)
    assert day.starts["a"][1] - NOON < timedelta(minutes=7)
    day.pass_by(1)
    assert [len(starts) for starts in day.starts.values()] == [2, 1]


def test_a_source_that_is_crawled_every_few_seconds_is_not_kept_waiting() -> None:
    clock = Clock()
    starts: list[datetime] = []

    async def run_for_a_second(_: Source) -> bool:
        starts.append(clock.now())
        await asyncio.sleep(1)
        return True

    async def state_of(name: str) -> SourceState:
        last = starts[-1] if starts else None
        return SourceState(name, last, last)

    async def main() -> None:
        scheduler = Scheduler(
            [source(every=3.0)], run_for_a_second, state_of, sleep=asyncio.sleep, clock=clock.now
        )
        await scheduler.serve(lambda: clock.monotonic() > 1_060)

    run(main())
    assert 18 <= len(starts) <= 21


def test_who_begins_with_all_sources_waits_for_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    day = Day(NOON, [source(every=60.0), source("b", every=60.0)])
    day.pass_by(1 / 120)
    lasting = {"b": 1500.0}
    run = day.run

    async def run_long(one: Source) -> bool:
        day.lasts = timedelta(seconds=lasting.get(one.name, 0.0))
        return await run(one)

    monkeypatch.setattr(day, "run", run_long)
    day.pass_by(0.3, at_once="a b")
    assert day.starts["a"][1] == day.starts["b"][1] == day.starts["a"][0] + timedelta(seconds=30)
    assert len(day.starts["a"]) > 15
    assert len(day.starts["b"]) == 2


@pytest.mark.parametrize("hours", [-24 * 3650, -24, -1])
def test_a_clock_set_back_delays_a_source_by_one_interval_at_most(hours: int) -> None:
    day = Day(NOON, [source(every=3600.0)])
    day.jumps = [(NOON + timedelta(minutes=90), timedelta(hours=hours))]
    day.pass_by(4, is_over=lambda: len(day.starts["a"]) >= 4)
    real = [start - timedelta(hours=hours) if start < NOON else start for start in day.starts["a"]]
    assert real[2] - real[1] <= timedelta(hours=1, minutes=31)


def test_a_clock_set_forward_leads_to_one_run_and_no_burst() -> None:
    day = Day(NOON, [source(every=3600.0)])
    day.jumps = [(NOON + timedelta(minutes=90), timedelta(days=1))]
    day.pass_by(26.6)
    assert len(day.starts["a"]) == 2 + 1 + 1  # noon, one o'clock, after the jump, an hour later


@pytest.mark.parametrize(
    ("start", "runs"),
    [
        (datetime(2026, 10, 25, 0, 0, tzinfo=BERLIN), 1),  # clocks go back: half past two comes twice
        (datetime(2026, 3, 29, 0, 0, tzinfo=BERLIN), 1),  # and forward: half past two does not come at all
    ],
)
def test_a_daily_time_comes_once_where_the_clocks_change(start: datetime, runs: int) -> None:
    day = Day(start, [source(cron="30 2 * * *")])
    day.pass_by(23)
    assert len(day.starts["a"]) == runs


def test_every_is_counted_in_real_hours_where_the_clocks_change() -> None:
    day = Day(datetime(2026, 10, 25, 0, 0, tzinfo=BERLIN), [source(every=3600.0)])
    day.pass_by(6)
    starts = [start.astimezone(UTC) for start in day.starts["a"]]
    assert [start - starts[0] for start in starts] == [timedelta(hours=n) for n in range(len(starts))]


def test_a_source_that_another_process_crawls_is_asked_for_again_later() -> None:
    day = Day(NOON, [source()])
    asked: list[datetime] = []

    async def refused(_: Source) -> None:
        asked.append(day.now)

    scheduler = Scheduler(day.sources, refused, day.state_of, sleep=day.sleep, clock=lambda: day.now)
    asyncio.run(scheduler.serve(lambda: day.now > NOON + timedelta(minutes=5)))
    assert 3 <= len(asked) <= 12


def test_what_a_run_raises_ends_the_schedule_and_the_other_runs() -> None:
    ended: list[str] = []

    async def broken(one: Source) -> None:
        if one.name == "b":
            raise OSError("the disk is full")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(one.name)

    day = Day(NOON, [source(), source("b")])
    scheduler = Scheduler(day.sources, broken, day.state_of, sleep=day.sleep, clock=lambda: day.now)
    with pytest.raises(OSError, match="disk is full"):
        asyncio.run(scheduler.serve(lambda: False))
    assert ended == ["a"]


def test_a_source_with_cron_waits_for_its_time_also_at_first() -> None:
    assert next_run(source(cron="0 6 * * *"), None, NOON) == NOON.replace(hour=6) + timedelta(days=1)
