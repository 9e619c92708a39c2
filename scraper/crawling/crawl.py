"""Crawl sources: lease an address, fetch it, clean it, store what came of it, settle.

Each step of a visit is safe to be killed after: what is settled is in the store, what is not is due again.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self, TypeVar

from scraper.crawling.edits import settings_of
from scraper.crawling.events import Tally, Told
from scraper.crawling.pool import DEADLINE_SECONDS, Pool
from scraper.crawling.revisit import is_listing
from scraper.crawling.schedule import local_now, next_run
from scraper.crawling.stopping import Stopped, Stopping
from scraper.crawling.visit import Trips
from scraper.discovery.discover import seeds
from scraper.durations import HOUR
from scraper.manners.politeness import Politeness
from scraper.net.fetcher import Fetcher, polite_gate
from scraper.store.base import FIRST_OF_PAGES
from scraper.surroundings import Surroundings, now_utc
from scraper.urls import host_of, identify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from scraper.config import CrawlConfig, Source
    from scraper.crawling.events import Listener
    from scraper.manners.gate import Gate
    from scraper.manners.politeness import Politeness
    from scraper.store.base import Found, Lease, Store

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_POLL_SECONDS = 1.0  # How often a run with pages in work looks for hosts that have become free.
_PATIENCE_SECONDS = 150.0  # A run waits for a host so long; the longest crawl-delay is 120 s.
_LONGEST_WAIT_SECONDS = 12.0 * HOUR  # What waits longer failed, and is not a host's wish worth telling.
_MOST_LISTINGS = 200  # Front pages, feeds and sitemaps of one pass; an index may name fifty thousand.
_TRIAL_LISTINGS = 10  # And of one that is limited to a few pages, beyond so many.
_SHORTEST_PAUSE_SECONDS = 0.02
_TURN_SECONDS = 0.25  # How often, after a while, a run looks whether a host that another has is free.
_MOMENT = "%Y-%m-%d %H:%M:%S"
_LEASE_SLACK_SECONDS = 300.0  # For the waits at a host, which the deadline of a fetch does not count.


def lease_time(config: CrawlConfig) -> timedelta:
    """Return how long an address stays this process's own: longer than any visit takes."""
    return timedelta(seconds=config.fetch.timeout_seconds + 2 * DEADLINE_SECONDS + _LEASE_SLACK_SECONDS)


@dataclass(slots=True)
class Budget:
    """How many pages may still be taken, over all sources; None is no limit.

    Who takes a page holds `lock` from looking whether one is left until it is taken.
    """

    left: int | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def take(self) -> None:
        """Take one page."""
        if self.left is not None:
            self.left -= 1

    @property
    def is_spent(self) -> bool:
        """Whether no page may be taken any more."""
        return self.left is not None and self.left <= 0


class Engine:
    """What the runs of all sources share: the fetcher, the workers, and the one thread that uses the store."""

    def __init__(
        self,
        config: CrawlConfig,
        store: Store,
        listener: Listener,
        *,
        stopping: Stopping | None = None,
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        """Prepare; nothing is started before the context is entered."""
        self.config = config
        self.store = store
        self.listener = listener
        self.stopping = stopping or Stopping()
        self.clock = clock
        self.slots = asyncio.Semaphore(config.concurrency)
        self.pool = Pool(config.workers)
        self._taken: set[str] = set()  # Sources that another process crawled when last asked for.
        self._thread = ThreadPoolExecutor(1, "store")
        self._stack = AsyncExitStack()
        self.gate: Politeness

    async def __aenter__(self) -> Self:
        """Start what runs share."""
        self._stack.callback(self._thread.shutdown)
        await self._stack.enter_async_context(self.pool)
        surroundings = Surroundings(now=self.clock, sleep=self.stopping.sleep_or_leave, run=self.ask)
        self.gate = polite_gate(
            self.config.fetch,
            self.config.user_agent,
            ledger=self.store,
            robots=self.store,
            surroundings=surroundings,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of connections, workers and the thread; the store stays its opener's."""
        await self._stack.__aexit__(kind, error, trace)

    async def ask(self, call: Callable[[], T], /) -> T:
        """Make a call of the store in its thread, and return what it returns."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def fetcher_for(self, gate: Gate) -> Fetcher:
        """Return a fetcher that asks `gate` before each request."""
        return Fetcher(self.config.fetch, user_agent=self.config.user_agent, gate=gate, clock=self.clock)

    async def run(self, source: Source, budget: Budget) -> Tally | None:
        """Visit all of a source that is due, and return what came of it; None if another process does so."""
        start, name = self.clock(), source.name
        until = start + lease_time(self.config)
        key, names = identify(source.url), [one.name for one in self.config.sources]
        await self.ask(lambda: self.store.succeed(name, key, names, start))
        before = await self.ask(lambda: self.store.source_state(name))
        if not await self.ask(lambda: self.store.begin_run(name, start, until)):
            if name not in self._taken:
                self.listener.told(Told(start, name, "another process crawls it now"))
            self._taken.add(name)
            return None
        self._taken.discard(name)
        tally = await _Run(self, source, budget, start).run()
        if self.stopping.is_set or budget.is_spent:
            # A limited run is none to the schedule; one that was interrupted goes on as soon as it can.
            since = start if budget.left is None else before.last_started
            due = start if budget.left is None else next_run(source, since, local_now())
            await self.ask(lambda: self.store.leave_run(name, since, due))
            return tally
        due = next_run(source, start, local_now())
        await self.ask(lambda: self.store.end_run(name, self.clock(), due))
        return tally


class _Run:
    """One pass over one source."""

    def __init__(self, engine: Engine, source: Source, budget: Budget, start: datetime) -> None:
        self._engine = engine
        self._source = source
        self._budget = budget
        self._start = start
        self._pages_left = source.max_pages
        self._tasks: set[asyncio.Task[None]] = set()
        self._listings = 0
        self._most_listings = min(_MOST_LISTINGS, _TRIAL_LISTINGS + (budget.left or _MOST_LISTINGS))
        self._listings_read = 0
        self._turn_seconds = _SHORTEST_PAUSE_SECONDS
        self._held_until = start + lease_time(engine.config) / 2
        self._tally = Tally()
        self._trips = Trips(engine, source, self._tally)
        self._own = ""  # The source's own address, until it was asked for.
        self._left_until: datetime | None = None

    async def run(self) -> Tally:
        """Take what is due until there is no more of it, or the crawl is to stop."""
        engine = self._engine
        try:
            scope = self._trips.scope
            settings = settings_of(self._source, engine.config)
            await engine.ask(
                lambda: engine.store.revise(
                    self._source.name, settings, lambda url: not scope.refuses(url), self._start
                )
            )
            found = await self._seeds()
            self._own = found[0].url if found else ""
            await engine.ask(lambda: engine.store.add(self._source.name, found))
            while not engine.stopping.is_set:
                await self._hold()
                if await self._take():
                    continue
                if self._tasks:
                    await self._reap(_POLL_SECONDS)
                elif not await self._pause():
                    break
            while self._tasks:
                await self._reap(None)
        except Stopped:
            _LOG.debug("%s: stopped before its first page", self._source.name)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._sum_up()
        return self._tally

    async def _sum_up(self) -> None:
        """Tell what people should know of the run as a whole."""
        for text in self._trips.traps:
            self._tell(text)
        if self._least_priority:
            read = f"{self._listings_read} feeds and sitemaps were read, the most of one pass"
            self._tell(f"{read}; if there are more, the next reads them")
        waits = {} if self._engine.stopping.is_set or self._is_spent else await self._left_alone()
        host = host_of(self._source.url)
        trouble = self._trips.trouble or (waits.get(host, "") if self._own else "")
        if trouble:
            self._tally.unread.append(self._source.name)
            self._tell(f"could not be read: {trouble}")
            waits.pop(host, "")
        for text in waits.values():
            self._tell(text)
        if self._left_until and not waits and not trouble:
            self._tell(f"what is left must wait until {self._left_until:{_MOMENT}} UTC")

    def _tell(self, text: str) -> None:
        self._engine.listener.told(Told(self._engine.clock(), self._source.name, text))

    async def _left_alone(self) -> dict[str, str]:
        """Say of each host that must be left alone, though something is due there, until when and why."""
        engine, now = self._engine, self._engine.clock()
        states = await engine.ask(lambda: engine.store.left_alone(self._source.name, self._start, now))
        said = {}
        for host, state in states.items():
            until = max(filter(None, (state.parked_until, state.not_before)))
            if (until - now).total_seconds() > _PATIENCE_SECONDS:
                why = (
                    f"{state.failures} refusals in a row, the last {state.parked_for}"
                    if state.parked_for
                    else "it asked for that"
                )
                said[host] = f"{host} is left alone until {until:{_MOMENT}} UTC: {why}"
        return said

    async def _seeds(self) -> list[Found]:
        named: Sequence[str] = ()
        if "sitemap" in self._source.discover:
            named = (await self._engine.gate.robots_for(self._source.url)).sitemaps
        return seeds(self._source, named)

    async def _hold(self) -> None:
        """Hold on to the source while the run lasts, in time before others may take it."""
        now = self._engine.clock()
        if now < self._held_until:
            return
        until = now + lease_time(self._engine.config)
        self._held_until = now + lease_time(self._engine.config) / 2
        await self._engine.ask(lambda: self._engine.store.extend_run(self._source.name, until))

    async def _take(self) -> bool:
        """Begin the next visit; False if there is none to begin now.

        None is begun while a listing is read: what it leads to may be worth more than what is known.
        """
        if self._listings or self._is_spent:
            return False
        await self._engine.slots.acquire()
        async with self._budget.lock:
            lease = None if self._is_spent else await self._lease()
            if lease and not is_listing(lease):
                self._pages_left -= 1
                self._budget.take()
        if lease is None:
            self._engine.slots.release()
            return False
        self._own = "" if lease.url == self._own else self._own
        self._listings += is_listing(lease)
        self._listings_read += is_listing(lease)
        self._turn_seconds = _SHORTEST_PAUSE_SECONDS
        self._tasks.add(asyncio.create_task(self._visit(lease)))
        return True

    @property
    def _least_priority(self) -> int:
        return FIRST_OF_PAGES if self._listings_read >= self._most_listings else 0

    @property
    def _is_spent(self) -> bool:
        return self._pages_left <= 0 or self._budget.is_spent

    async def _lease(self) -> Lease | None:
        engine = self._engine
        now = engine.clock()
        until = now + lease_time(engine.config)
        names, least = [self._source.name], self._least_priority
        leases = await engine.ask(
            lambda: engine.store.lease(names, self._start, now, until, 1, least_priority=least)
        )
        return leases[0] if leases else None

    async def _reap(self, timeout: float | None) -> None:  # noqa: ASYNC109 - wait's own
        """Wait for a visit to end; raise what it raised."""
        done, self._tasks = await asyncio.wait(
            self._tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
        )
        for task in done:
            task.result()

    async def _pause(self) -> bool:
        """Wait until there may be something to take; False if the run is over."""
        if self._is_spent:
            return False
        engine = self._engine
        names, least = [self._source.name], self._least_priority
        when = await engine.ask(lambda: engine.store.next_due(names, self._start, least_priority=least))
        if when is None:
            return False
        wait = (when - engine.clock()).total_seconds()
        if wait > _LONGEST_WAIT_SECONDS:
            return False
        if wait > _PATIENCE_SECONDS:
            self._left_until = when
            return False
        if wait <= 0:
            wait = self._turn_seconds
            self._turn_seconds = min(2 * wait, _TURN_SECONDS)
        await engine.stopping.sleep(max(wait, _SHORTEST_PAUSE_SECONDS))
        return True

    async def _visit(self, lease: Lease) -> None:
        try:
            await self._trips.visit(lease)
        finally:
            self._listings -= is_listing(lease)
            self._engine.slots.release()
