"""A progress bar on a terminal, a line now and then elsewhere; all on standard error."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Item = TypeVar("Item")

_BAR = 30
_SECONDS_ON_TERMINAL = 0.1
_SECONDS_WHEN_PIPED = 5.0


def show(items: Iterable[Item], total: int, label: str) -> Iterator[Item]:
    """Yield the items, and show how many of `total` there have been and how long the rest may take."""
    is_terminal = sys.stderr.isatty()
    pause = _SECONDS_ON_TERMINAL if is_terminal else _SECONDS_WHEN_PIPED
    start = last = time.monotonic()
    for done, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - last >= pause or (done == total and is_terminal):
            last = now
            _write(
                f"{label} {_picture(done, total, is_terminal)} {_left(done, total, now - start)}", is_terminal
            )
    if is_terminal:
        _write("", is_terminal)


def _picture(done: int, total: int, is_terminal: bool) -> str:  # noqa: FBT001
    filled = _BAR * done // max(total, 1)
    bar = f"[{'#' * filled}{'.' * (_BAR - filled)}] " if is_terminal else ""
    return f"{bar}{done}/{total}"


def _left(done: int, total: int, seconds: float) -> str:
    return f"{seconds / done * (total - done):.0f} s left"


def _write(line: str, is_terminal: bool) -> None:  # noqa: FBT001
    sys.stderr.write(f"\r\x1b[K{line}" if is_terminal else f"{line}\n")
    sys.stderr.flush()
