"""Files cleaned ahead of their turn by several processes; they come out in the order in which they were named."""

from __future__ import annotations

import os
import signal
from collections import deque
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from scraper.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from cleaners import Article
    from scraper.cli.inputs import Reader

_AHEAD = 4  # Files under way for each process: none waits for work, and few articles wait in memory.
_reader: Reader | None = None  # In a process of the pool: how it reads.


class ReaderAhead:
    """Reads as a `Reader` does, the files among the inputs in `jobs` processes ahead of being asked for."""

    def __init__(self, reader: Reader, names: Sequence[str], jobs: int) -> None:
        """Be asked for all of `names`, one after another in this order."""
        self._reader = reader
        self._jobs = jobs
        self._waiting = deque(name for name in names if reader.is_file(name))
        self._under_way: deque[tuple[str, Future[Article]]] = deque()
        self._pool = self._new_pool(jobs)

    def __enter__(self) -> Self:
        """Be ready; processes start with the first file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all processes; what none has begun is left."""
        self._pool.shutdown(cancel_futures=True)

    def read(self, name: str) -> Article:
        """Return the article of the next input; raises what `Reader.read` does, and InputError for one that ends its process."""
        if not self._reader.is_file(name):
            return self._reader.read(name)
        try:
            self._send()
            if isinstance(end := self._under_way[0][1].exception(), BrokenExecutor):
                raise end
        except BrokenExecutor:
            return self._read_alone(name)
        return self._under_way.popleft()[1].result()

    def _send(self) -> None:
        """Have files cleaned as far ahead as may be; raises BrokenExecutor where a process has died."""
        while self._waiting and len(self._under_way) < _AHEAD * self._jobs:
            article = self._pool.submit(_read, self._waiting[0])
            self._under_way.append((self._waiting.popleft(), article))

    def _read_alone(self, name: str) -> Article:
        """Read the next file after a process has died, to see whether it is to blame; those behind it begin anew."""
        self._waiting.extendleft(name for name, _ in reversed(self._under_way))
        self._waiting.popleft()
        self._under_way.clear()
        self._pool.shutdown()
        self._pool = self._new_pool(self._jobs)
        try:
            with self._new_pool(1) as alone:
                return alone.submit(_read, name).result()
        except BrokenExecutor:
            raise InputError("cleaning it ended its process, perhaps for want of memory") from None

    def _new_pool(self, size: int) -> ProcessPoolExecutor:
        # Where processes are not forked, Python would look for its modules in the present folder first.
        os.environ["PYTHONSAFEPATH"] = "1"
        # The web stays here, where manners are kept: the processes read files only.
        return ProcessPoolExecutor(size, initializer=_begin, initargs=(replace(self._reader, web=None),))


def _begin(reader: Reader) -> None:
    global _reader  # noqa: PLW0603 - it is sent once to each process, not with each file
    _reader = reader
    # Ctrl-C is for the command, which then ends its processes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read(name: str) -> Article:
    assert _reader
    return _reader.read(name)
