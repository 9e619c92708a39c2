"""Time, chance and where blocking calls run: what manners depend on and a test sets."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


class Run(Protocol):
    """Make a call that may block, somewhere it may."""

    async def __call__(self, call: Callable[[], T], /) -> T:
        """Return what `call` returns, or raise what it raises."""


def now_utc() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


async def _run_here(call: Callable[[], T], /) -> T:
    return call()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The clocks, the dice and the place for blocking calls; the defaults are the machine's own.

    `now` is the wall clock (UTC), `monotonic` never jumps (seconds), `random` is at least 0 and below 1.
    """

    now: Callable[[], datetime] = now_utc
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random
    run: Run = _run_here
