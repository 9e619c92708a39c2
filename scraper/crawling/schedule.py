"""Crawl each source when it is due: `every` so often, or by a `cron` expression in local time.

When a source was last crawled stands in the store, so a restart neither repeats a run nor forgets one, and
goes on at once with one that was interrupted.
"""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import tzinfo

    from scraper.config import Source
    from scraper.store.base import SourceState

    Run = Callable[[Source], Awaitable[object]]
    Sleep = Callable[[float], Awaitable[None]]
    StateOf = Callable[[str], Awaitable[SourceState]]

# The words that cron has for common times, https://man7.org/linux/man-pages/man5/crontab.5.html
_CRON_WORDS = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
               "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}  # fmt: skip
_CRON_FIELDS = 5
# The clock is looked at again after so many seconds at most: it may have jumped.
_LONGEST_SLEEP_SECONDS = 30.0
_SHORTEST_SLEEP_SECONDS = 0.05


def read_cron(text: str) -> str:
    """Return the five fields of a cron expression, which may be one of cron's words; raise ValueError."""
    fields = _CRON_WORDS.get(text.strip(), text.strip())
    if len(fields.split()) != _CRON_FIELDS:  # CronSim takes a sixth one for seconds.
        raise ValueError(f"it has {len(fields.split())} fields")
    try:
        CronSim(fields, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(str(error)) from error
    return fields


def next_run(source: Source, last_started: datetime | None, now: datetime) -> datetime:
    """Return when a source is due, in UTC, which may be in the past; all times are aware ones.

    A source never crawled is due now, or, with `cron`, at its next time. After a run it is due `every` later,
    or at the first time of `cron` after that run: runs that were missed are made up for by one. cron times
    are those of `now`'s zone, as Debian's cron has them where clocks change
    (https://manpages.debian.org/cron.8).
    """
    if source.cron:
        return _after(source.cron, (last_started or now).astimezone(now.tzinfo)).astimezone(UTC)
    if last_started is None:
        return now.astimezone(UTC)
    return last_started.astimezone(UTC) + timedelta(seconds=source.every)


def _after(cron: str, start: datetime) -> datetime:
    """Return the first time of `cron` after `start`, in its zone.

    A fixed hour that comes twice because the clocks go back is taken the first time only; CronSim knows that
    only of times that it has itself passed by.
    """
    has_fixed_hour = "*" not in cron.split()[1]
    times = CronSim(cron, start)
    found = next(times)
    while has_fixed_hour and found.fold and found.replace(tzinfo=None) <= start.replace(tzinfo=None):
        found = next(times)
    return found


def local_now() -> datetime:
    """Return the present time in the zone of this machine, with its changes of the clock."""
    return datetime.now(_local_zone())


@cache
def _local_zone() -> tzinfo:
    """Return the zone by its name, because an offset alone does not know when the clocks change."""
    name = os.environ.get("TZ") or os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return datetime.now(UTC).astimezone().tzinfo or UTC


class Scheduler:
    """Starts the run of each source when it is due, each source at most once at a time."""

    def __init__(
        self,
        sources: Sequence[Source],
        run: Run,
        state_of: StateOf,
        *,
        sleep: Sleep,
        at_once: set[str] | None = None,
        clock: Callable[[], datetime] = local_now,
    ) -> None:
        """Schedule `run` for each of `sources`; `sleep` takes seconds and may return early.

        `run` returns None for a source that it could not have, because another process crawls it. Sources
        named in `at_once` do not wait for their time; each is taken out of it when it was run.
        """
        self._sources = sources
        self._run = run
        self._state_of = state_of
        self._sleep = sleep
        self._at_once = set() if at_once is None else at_once
        self._clock = clock
        self._first_seen: dict[str, datetime] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def serve(self, is_over: Callable[[], bool]) -> None:
        """Run sources as they fall due until `is_over`; then wait for the runs that are on.

        What a run raises is raised, and ends the others.
        """
        try:
            while not is_over():
                wake = await self.start_due()
                seconds = (wake - self._clock()).total_seconds()
                await self._wait(min(max(seconds, _SHORTEST_SLEEP_SECONDS), _LONGEST_SLEEP_SECONDS))
            await asyncio.gather(*self._tasks.values())
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def start_due(self) -> datetime:
        """Start what is due and not running, and return when the next source is due."""
        now = self._clock()
        wakes = [now.astimezone(UTC) + timedelta(seconds=_LONGEST_SLEEP_SECONDS)]
        for source in self._sources:
            if not self._is_free(source.name):
                continue
            state = await self._state_of(source.name)
            due = next_run(source, self._last_started(source, state, now), now)
            if due <= now or state.is_unfinished or source.name in self._at_once:
                self._tasks[source.name] = asyncio.create_task(self._start(source))
            else:
                wakes.append(due)
        return min(wakes)

    async def _wait(self, seconds: float) -> None:
        """Sleep until there may be something to start: a source whose run ends may be due again at once."""
        sleeping = asyncio.ensure_future(self._sleep(seconds))
        await asyncio.wait({sleeping, *self._tasks.values()}, return_when=asyncio.FIRST_COMPLETED)
        sleeping.cancel()
        await asyncio.gather(sleeping, return_exceptions=True)

    async def _start(self, source: Source) -> None:
        came = await self._run(source)
        self._at_once.discard(source.name)
        if came is None:
            # Another process crawls it: it stays due, but is not asked for again at once.
            await self._sleep(_LONGEST_SLEEP_SECONDS)

    def _last_started(self, source: Source, state: SourceState, now: datetime) -> datetime | None:
        """Return from when on to count: the last run, or where that cannot be, when this was first seen.

        It cannot be in the future (the clock was set back), nor missing where `cron` counts from it.
        """
        # In UTC: two times of one zone are compared by their wall clock, which goes back once a year.
        last = state.last_started.astimezone(UTC) if state.last_started else None
        if (last is None and source.cron) or (last is not None and last > now.astimezone(UTC)):
            seen = self._first_seen.get(source.name, now)
            self._first_seen[source.name] = min(seen, now)
            return self._first_seen[source.name]
        self._first_seen.pop(source.name, None)
        return last

    def _is_free(self, name: str) -> bool:
        """Tell whether a source is not being crawled; raise what its last run raised."""
        task = self._tasks.get(name)
        if task is None:
            return True
        if not task.done():
            return False
        del self._tasks[name]
        task.result()
        return True
