"""Content codings undone a little at a time: gzip, deflate, br and zstd, never more at once than is asked for."""

from __future__ import annotations

import sys
import zlib
from typing import TYPE_CHECKING, Protocol

import brotli  # type: ignore[import-untyped]  # It has no types.

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCEPTED = "gzip, br, zstd"
_STEP = 65_536
# RFC 9659: a window of 8 MB is what every receiver must take, and what browsers stop at.
_WINDOW_LOG = 23
# What servers write there though it is no coding: then the body stands as it is.
_NO_CODINGS = {"", "identity", "none", "binary", "8bit", "7bit", "utf-8", "utf8", "iso-8859-1", "text/html"}


class DecodingError(ValueError):
    """A body that is not what its Content-Encoding says, or ends too early."""


class Decoder(Protocol):
    """Undoes one content coding."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` decodes to, in pieces of about 64 KB; raises DecodingError."""

    def finish(self) -> None:
        """Raise DecodingError where more data should have come."""


def decoder_for(coding: str) -> Decoder:
    """Return the decoder for a Content-Encoding header; raises DecodingError for unknown and stacked codings."""
    names = [name for name in (part.strip().lower() for part in coding.split(",")) if name not in _NO_CODINGS]
    if not names:
        return _Identity()
    if len(names) > 1:
        raise DecodingError(f"stacked content codings ({', '.join(names)[:60]}) are not undone")
    make = _DECODERS.get(names[0])
    if make is None:
        raise DecodingError(f"the content coding {names[0][:30]!r} is unknown")
    return make()


class _Identity:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def finish(self) -> None:
        """Take any end for a good one."""


class _Gzip:
    """One member after another; zeros and other matter behind the last are no part of the body."""

    _MAGIC = b"\x1f\x8b"

    def __init__(self) -> None:
        self._member = zlib.decompressobj(31)
        self._between = b""  # What may be the first byte of another member.
        self._is_over = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        data = self._between + data
        self._between = b""
        while data and not self._is_over:
            if self._member.eof and not self._begin_member(data):
                return
            yield from _inflate(self._member, data, "gzip")
            data = self._member.unused_data

    def _begin_member(self, data: bytes) -> bool:
        if data == self._MAGIC[:1]:
            self._between = data
            return False
        self._is_over = not data.startswith(self._MAGIC)
        if not self._is_over:
            self._member = zlib.decompressobj(31)
        return not self._is_over

    def finish(self) -> None:
        if not self._member.eof or self._between:
            raise DecodingError("the gzip-coded body ends too early")


class _Deflate:
    """What RFC 9110 calls deflate is zlib's format; some servers send the bare stream, as browsers know."""

    def __init__(self) -> None:
        self._head = b""
        self._stream: zlib._Decompress | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stream is None:
            data = self._head + data
            if len(data) < len(b"\x78\x9c"):
                self._head = data
                return
            is_zlib = data[0] & 0x0F == zlib.DEFLATED and int.from_bytes(data[:2], "big") % 31 == 0
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
        if not self._stream.eof:
            yield from _inflate(self._stream, data, "deflate")

    def finish(self) -> None:
        if self._stream is None or not self._stream.eof:
            raise DecodingError("the deflate-coded body ends too early")


def _inflate(stream: zlib._Decompress, data: bytes, name: str) -> Iterator[bytes]:
    try:
        while True:
            if piece := stream.decompress(data, _STEP):
                yield piece
            data = stream.unconsumed_tail
            if stream.eof or not (data or len(piece) == _STEP):
                return
    except zlib.error as error:
        raise DecodingError(f"the body is not {name}-coded, or damaged") from error


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while not self._stream.is_finished():
                piece = self._stream.process(data, output_buffer_limit=_STEP)
                if piece:
                    yield piece
                elif self._stream.can_accept_more_data():
                    return
                data = b""
        except brotli.error as error:
            raise DecodingError("the body is not br-coded, or damaged") from error

    def finish(self) -> None:
        if not self._stream.is_finished():
            raise DecodingError("the br-coded body ends too early")


class _Zstd:
    """One frame after another, as with gzip's members."""

    def __init__(self) -> None:
        self._frame = self._new_frame()
        self._has_begun = False

    @staticmethod
    def _new_frame() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG})

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while data:
                if self._frame.eof:
                    self._frame, self._has_begun = self._new_frame(), False
                self._has_begun = True
                yield from self._decode(data)
                data = self._frame.unused_data if self._frame.eof else b""
        except zstd.ZstdError as error:
            raise DecodingError("the body is not zstd-coded, or damaged") from error

    def _decode(self, data: bytes) -> Iterator[bytes]:
        if piece := self._frame.decompress(data, _STEP):
            yield piece
        while not (self._frame.eof or self._frame.needs_input):
            if piece := self._frame.decompress(b"", _STEP):
                yield piece

    def finish(self) -> None:
        if not self._frame.eof:
            raise DecodingError("the zstd-coded body ends too early")


_DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstd,
}
