"""An event loop whose clock jumps to the next timer: hours of waiting pass at once, in the right order."""

from __future__ import annotations

import asyncio
import selectors
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from scraper.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class _Selector(selectors.SelectSelector):
    """Never waits: what would be waited for is added to the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        assert ready or timeout is not None, "nothing will ever happen again"
        if not ready and timeout:
            self.now += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now


class Clock:
    """The time of the running loop; `jump` sets the wall clock, and it alone, forward or back."""

    def __init__(self) -> None:
        self.skew = timedelta(0)

    def now(self) -> datetime:
        """Return the wall clock's time."""
        return START + timedelta(seconds=self.monotonic() - 1_000.0) + self.skew

    def monotonic(self) -> float:
        """Return the loop's time."""
        return asyncio.get_running_loop().time()

    def jump(self, seconds: float) -> None:
        """Set the wall clock."""
        self.skew += timedelta(seconds=seconds)

    def surroundings(self, random: Callable[[], float] = lambda: 0.5) -> Surroundings:
        """Return surroundings with this clock."""
        return Surroundings(self.now, self.monotonic, asyncio.sleep, random)


def run(main: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in virtual time, and return what it returns."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)
