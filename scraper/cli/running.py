"""Run a crawl from the command line: one pass, or until stopped; signals end it between two requests."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from time import monotonic
from typing import TYPE_CHECKING

from scraper.crawling.crawl import Budget, Engine
from scraper.crawling.events import Tally, Told
from scraper.crawling.schedule import Scheduler
from scraper.crawling.stopping import Stopping
from scraper.durations import MINUTE, format_duration
from scraper.errors import PassingStoreError
from scraper.store import open_store
from scraper.surroundings import now_utc

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator

    from scraper.config import CrawlConfig, Source
    from scraper.crawling.events import Listener
    from scraper.store.base import SourceState, Store

_FIRST_PAUSE_SECONDS = 15.0
_LONGEST_PAUSE_SECONDS = 15.0 * MINUTE


def crawl_once(config: CrawlConfig, store: Store, listener: Listener, limit: int | None = None) -> Tally:
    """Visit all that is due of all sources, at most `limit` pages, and return what came of it."""
    total = Tally()

    async def work(engine: Engine) -> None:
        async def run(source: Source, budget: Budget) -> None:
            if tally := await engine.run(source, budget):
                total.add(tally)

        budget = Budget(limit)
        await _all(run(source, budget) for source in config.sources)

    _run(_with_engine(config, store, listener, work))
    return total


def crawl_on(config: CrawlConfig, listener: Listener, *, at_once: bool) -> None:
    """Crawl each source when it is due until a signal comes; `at_once` begins with all of them.

    A store that was opened once and cannot be used for a while is waited for: it may be locked, full, or its
    server gone.
    """
    _run(_serve(config, listener, {source.name for source in config.sources} if at_once else set()))


async def _serve(config: CrawlConfig, listener: Listener, at_once: set[str]) -> None:
    stopping = Stopping()
    pause, was_open = _FIRST_PAUSE_SECONDS, False
    with _signals(stopping, listener):
        while True:
            began = monotonic()
            try:
                with open_store(config.store, must_exist=was_open) as store:
                    was_open = True
                    async with Engine(config, store, listener, stopping=stopping) as engine:
                        await _crawl_due(engine, at_once)
            except PassingStoreError as error:
                if stopping.is_set or not was_open:
                    raise
                if monotonic() - began > _LONGEST_PAUSE_SECONDS:
                    pause = _FIRST_PAUSE_SECONDS
                listener.told(Told(now_utc(), "", f"{error}; going on in {format_duration(pause)}"))
                await stopping.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            if stopping.is_set:
                return


async def _crawl_due(engine: Engine, at_once: set[str]) -> None:
    """Crawl each source when it is due until the crawl is to stop."""

    async def run(source: Source) -> Tally | None:
        return await engine.run(source, Budget())

    async def state_of(name: str) -> SourceState:
        return await engine.ask(lambda: engine.store.source_state(name))

    scheduler = Scheduler(engine.config.sources, run, state_of, sleep=engine.stopping.sleep, at_once=at_once)
    await scheduler.serve(lambda: engine.stopping.is_set)


def _run(main: Coroutine[None, None, None]) -> None:
    """Run to the end, or to the second signal, which is as good as Ctrl-C."""
    try:
        asyncio.run(main)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _with_engine(
    config: CrawlConfig, store: Store, listener: Listener, work: Callable[[Engine], Awaitable[None]]
) -> None:
    stopping = Stopping()
    with _signals(stopping, listener):
        async with Engine(config, store, listener, stopping=stopping) as engine:
            await work(engine)


@contextlib.contextmanager
def _signals(stopping: Stopping, listener: Listener) -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM end the crawl in good order, and a second one at once."""
    loop = asyncio.get_running_loop()
    main = asyncio.current_task()
    assert main is not None

    def stop() -> None:
        if stopping.is_set:
            main.cancel()
            return
        stopping.set()
        text = "stopping as soon as what is under way has ended; once more to end at once"
        listener.told(Told(now_utc(), "", text))

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # On Windows, where Ctrl-C ends it at once.
            loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)


async def _all(runs: Iterable[Coroutine[None, None, object]]) -> None:
    """Wait for all runs; where one raises, end the others and raise that."""
    tasks = [asyncio.create_task(run) for run in runs]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
