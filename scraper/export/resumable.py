"""One file out of many pieces, that has its name only when whole, and goes on where it was interrupted.

Beside `news.jsonl` grow `.news.jsonl.part` and `.news.jsonl.state`, which says up to which byte the part is
sure, how many records those are, the number of the last one, and a checksum. A pipe is written to as it is,
from the beginning.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import zlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from scraper.errors import ExportError
from scraper.export.alone import alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
_SURE_EVERY_BYTES = 4_000_000  # At most so much is written again after an interruption.
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export has come, for sure."""

    choice: str
    last_id: int = 0
    records: int = 0
    size: int = 0
    checksum: int = 0


def write_file(
    path: Path | None,
    read: Callable[[int], Iterator[tuple[int, T]]],
    encode: Callable[[T], bytes],
    *,
    choice: str,
    seal: Callable[[Path], Path] | None = None,
) -> int:
    """Write the pieces that `read` yields after a number, and return how many the file holds.

    `seal` turns the whole part into what gets the name, where that is not the part itself; it needs a file on
    a disk. A link is followed; None is standard output.
    """
    if path is None:
        if sys.stdout is None:
            raise ExportError("standard output is closed")
        return _pour(sys.stdout.buffer, read, encode)
    check_target(path)
    if is_stream(path):
        if seal is not None:
            raise ExportError(
                f"{path}: cannot be written piece by piece in this format; name a file on a disk"
            )
        with path.open("wb") as file:
            return _pour(file, read, encode)
    place = Path(os.path.realpath(path))
    with alone(path, place.with_name(f".{place.name}.lock")):
        return _write_place(place, read, encode, choice, seal)


def _write_place(
    path: Path,
    read: Callable[[int], Iterator[tuple[int, T]]],
    encode: Callable[[T], bytes],
    choice: str,
    seal: Callable[[Path], Path] | None,
) -> int:
    part, state = path.with_name(f".{path.name}.part"), path.with_name(f".{path.name}.state")
    progress = _find_progress(part, state, choice)
    with part.open("r+b" if progress.size else "wb") as growing:
        growing.seek(progress.size)
        growing.truncate()
        for piece_progress in _grow(growing, read(progress.last_id), encode, progress):
            progress = piece_progress
            growing.flush()
            os.fsync(growing.fileno())
            save(state, progress)
    whole = part if seal is None else seal(part)
    whole.replace(path)
    part.unlink(missing_ok=True)
    state.unlink(missing_ok=True)
    return progress.records


def check_target(path: Path) -> None:
    """Raise ExportError where `path` cannot become a file."""
    if path.is_dir():
        raise ExportError(f"{path}: is a folder; name a file in it")
    if not path.parent.is_dir():
        raise ExportError(f"{path}: there is no folder {path.parent}; make it first")


def is_stream(path: Path) -> bool:
    """Tell whether `path` is there and is written to as it is: a pipe, a terminal; raise ExportError for a disk."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        raise ExportError(f"{path}: is no file; name one")
    return not stat.S_ISREG(mode)


def save(state: Path, progress: Progress) -> None:
    """Write down how far an export has come."""
    write_whole(state, json.dumps(asdict(progress)).encode())


def load(state: Path, choice: str) -> Progress:
    """Return how far an export of the same choice had come; from the beginning if that is not known."""
    try:
        progress = Progress(**json.loads(state.read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return Progress(choice)
    return progress if progress.choice == choice else Progress(choice)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is never seen half written."""
    part = path.with_name(f".{path.name}.new")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _grow(
    file: BinaryIO, pieces: Iterator[tuple[int, T]], encode: Callable[[T], bytes], progress: Progress
) -> Iterator[Progress]:
    """Write pieces, and yield how far that came whenever it is time to make sure of it."""
    sure = progress.size
    for number, piece in pieces:
        data = encode(piece)
        file.write(data)
        progress = replace(
            progress,
            last_id=number,
            records=progress.records + 1,
            size=progress.size + len(data),
            checksum=zlib.crc32(data, progress.checksum),
        )
        if progress.size - sure >= _SURE_EVERY_BYTES:
            sure = progress.size
            yield progress
    yield progress


def _pour(
    file: BinaryIO, read: Callable[[int], Iterator[tuple[int, T]]], encode: Callable[[T], bytes]
) -> int:
    """Write all pieces where nothing can be taken back, and return how many."""
    count = 0
    for _, piece in read(0):
        file.write(encode(piece))
        count += 1
    file.flush()
    return count


def _find_progress(part: Path, state: Path, choice: str) -> Progress:
    """Return how far a part has come that is what its state says; else begin anew."""
    progress = load(state, choice)
    if not progress.size or _checksum(part, progress.size) != progress.checksum:
        return Progress(choice)
    return progress


def _checksum(path: Path, size: int) -> int | None:
    """Return the checksum of the first bytes of a file, None if there are not so many."""
    checksum = 0
    try:
        with path.open("rb") as file:
            while size and (data := file.read(min(size, _CHUNK))):
                checksum = zlib.crc32(data, checksum)
                size -= len(data)
    except FileNotFoundError:
        return None
    return None if size else checksum
