"""Run a crawl from the command line: one pass, or until stopped; signals end it between two requests."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections import Counter
from typing import TYPE_CHECKING

from scraper.crawl import Budget, Engine
from scraper.schedule import Scheduler
from scraper.stopping import Stopping

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator

    from scraper.config import CrawlConfig, Source
    from scraper.events import Listener, Tally, Told, Visited
    from scraper.store.base import SourceState, Store


class Watch:
    """A listener that passes everything on, and knows which sources could not be read."""

    def __init__(self, listener: Listener) -> None:
        """Pass on to `listener`."""
        self._listener = listener
        self._hubs: dict[str, bool] = {}
        self._pages: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()

    @property
    def failed(self) -> list[str]:
        """The sources whose own address failed, or of which nothing but failures came."""
        barren = [name for name in self._failures if not self._pages[name]]
        return sorted({*barren, *(name for name, is_read in self._hubs.items() if not is_read)})

    def visited(self, event: Visited) -> None:
        """Take note of a visit."""
        self._listener.visited(event)
        if event.is_hub:
            self._hubs[event.source] = event.reason is None
        counts = self._failures if event.reason else self._pages
        counts[event.source] += 1

    def told(self, event: Told) -> None:
        """Pass on something about a source."""
        self._listener.told(event)


def crawl_once(config: CrawlConfig, store: Store, listener: Listener, limit: int | None = None) -> list[str]:
    """Visit all that is due of all sources, and return the names of those that could not be read."""
    watch = Watch(listener)

    async def work(engine: Engine) -> None:
        budget = Budget(limit)
        await _all(engine.run(source, budget) for source in config.sources)

    asyncio.run(_with_engine(config, store, watch, work))
    return watch.failed


def crawl_on(config: CrawlConfig, store: Store, listener: Listener, *, at_once: bool) -> None:
    """Crawl each source when it is due until a signal comes; `at_once` begins with all of them."""

    async def work(engine: Engine) -> None:
        async def run(source: Source) -> Tally | None:
            return await engine.run(source, Budget())

        async def state_of(name: str) -> SourceState:
            return await engine.ask(lambda: store.source_state(name))

        if at_once:
            await _all(run(source) for source in config.sources)
        scheduler = Scheduler(config.sources, run, state_of, sleep=engine.stopping.sleep)
        await scheduler.serve(lambda: engine.stopping.is_set)

    asyncio.run(_with_engine(config, store, listener, work))


async def _with_engine(
    config: CrawlConfig, store: Store, listener: Listener, work: Callable[[Engine], Awaitable[None]]
) -> None:
    stopping = Stopping()
    with _signals(stopping):
        async with Engine(config, store, listener, stopping=stopping) as engine:
            await work(engine)


@contextlib.contextmanager
def _signals(stopping: Stopping) -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM end the crawl in good order, and a second one at once."""
    loop = asyncio.get_running_loop()
    main = asyncio.current_task()
    assert main is not None

    def stop() -> None:
        if stopping.is_set:
            main.cancel()
        stopping.set()

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
