"""Stop a crawl between two requests: what waits is sent home, what is under way may finish."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from scraper.manners.gate import Denial

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from scraper.manners.gate import Gate


class Stopped(Exception):  # noqa: N818 - a signal, not an error
    """The crawl is to stop, and this address was not asked."""


class Stopping:
    """Whether a crawl is to stop, and a way to sleep until it is."""

    def __init__(self) -> None:
        """Begin with no wish to stop."""
        self._event = asyncio.Event()

    @property
    def is_set(self) -> bool:
        """Whether the crawl is to stop."""
        return self._event.is_set()

    def set(self) -> None:
        """Wish for the crawl to stop."""
        self._event.set()

    async def sleep(self, seconds: float) -> None:
        """Sleep, but not beyond the wish to stop."""
        try:
            await asyncio.wait_for(self._event.wait(), max(0.0, seconds))
        except TimeoutError:
            return

    async def sleep_or_leave(self, seconds: float) -> None:
        """Sleep; raise Stopped as soon as the crawl is to stop."""
        await self.sleep(seconds)
        if self.is_set:
            raise Stopped


class Guard:
    """A gate before the gate: nobody passes once the crawl is to stop, nor to where `refuses` gives a reason."""

    def __init__(self, gate: Gate, stopping: Stopping, refuses: Callable[[str], str]) -> None:
        """Guard `gate`; `refuses` returns why an address must not be asked, or an empty string."""
        self._gate = gate
        self._stopping = stopping
        self._refuses = refuses

    @asynccontextmanager
    async def enter(self, url: str, *, robots: bool = True) -> AsyncIterator[Denial | None]:
        """Wait for the turn of `url`; raise Stopped if the crawl is to stop before it comes."""
        if self._stopping.is_set:
            raise Stopped
        if reason := self._refuses(url):
            yield Denial("refused-address", reason)
            return
        async with self._gate.enter(url, robots=robots) as denial:
            if self._stopping.is_set:
                raise Stopped
            yield denial

    def answered(self, url: str, status: int, retry_after: float | None = None) -> None:
        """Take note of an answer."""
        self._gate.answered(url, status, retry_after)
