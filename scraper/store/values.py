"""Values as the tables hold them: times as seconds, texts that every database takes, long ones compressed."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import Any, overload

_LEVEL = 1  # Three times smaller at a quarter of the time that the usual level takes.
_LATEST = datetime.max.replace(tzinfo=UTC).timestamp() - 1


@overload
def to_seconds(time: datetime) -> float: ...
@overload
def to_seconds(time: datetime | None) -> float | None: ...
def to_seconds(time: datetime | None) -> float | None:
    """Return a time as seconds since 1970."""
    return None if time is None else time.timestamp()


@overload
def to_time(seconds: float) -> datetime: ...
@overload
def to_time(seconds: float | None) -> datetime | None: ...
def to_time(seconds: float | None) -> datetime | None:
    """Return seconds since 1970 as a UTC time."""
    return None if seconds is None else datetime.fromtimestamp(min(seconds, _LATEST), UTC)


def storable(text: str) -> str:
    """Return `text` without what a database refuses: the zero character, and halves of surrogate pairs."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return text.replace("\0", "")


def pack(data: bytes) -> bytes:
    """Compress bytes."""
    return zlib.compress(data, _LEVEL)


def unpack(data: bytes) -> bytes:
    """Return bytes as they were before `pack`."""
    return zlib.decompress(data)


def pack_json(value: object) -> bytes:
    """Compress plain JSON types."""
    return pack(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def unpack_json(data: bytes) -> Any:  # noqa: ANN401 - JSON is any
    """Return the plain JSON types that were compressed."""
    return json.loads(unpack(data))
