"""One export at a time to one place: two would write into each other's file."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from scraper.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO


@contextmanager
def alone(path: Path, lock: Path) -> Iterator[None]:
    """Keep other exports to `path` away by locking the file `lock`; raise ExportError where one is under way.

    The lock of a process that was killed is free.
    """
    with lock.open("ab") as file:
        if not _has_locked(file) or not _is_named(file, lock):
            raise ExportError(f"{path}: another export is writing it; try again when it is done")
        try:
            yield
        finally:
            with suppress(OSError):  # On Windows, where nothing is locked.
                lock.unlink()


def _has_locked(file: BinaryIO) -> bool:
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # A file system without locks.
        return True
    return True


def _is_named(file: BinaryIO, path: Path) -> bool:
    """Tell whether an open file is the one of this name: who had the lock before may have deleted it since."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
