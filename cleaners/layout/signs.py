"""The characters of a page as numbers: what each of them is, looked up for all blocks at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DIGIT, CAPITAL, ALPHANUMERIC, STOP, CLOSER, COMMA, ODD, _KNOWN = (1 << bit for bit in range(8))
STOPS = ".!?…。！？।؟۔"
_CLOSERS = "\"'”’»)]」』"
_COMMAS = ",、，،"
_ODD = "|©@#→»›•"
_SEPARATOR = "\0"  # Stands in no text, and ends one like white space does.
_ROW = 256
# What every character is, as bits; filled a row at a time, for a page has letters of few scripts.
_TABLE = np.zeros(0x110000, dtype=np.uint8)


class Signs:
    """The characters of texts in a row: their codes, what they are, and whose they are."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Look all characters up; each text is followed by a separator."""
        self.lengths = np.array([len(text) for text in texts], dtype=np.int64)
        self.codes = _codes_of(texts)
        self.kinds = _kinds_of(self.codes)
        self.owners = np.repeat(np.arange(len(texts)), self.lengths + 1)

    def count(self, kind: int) -> NDArray[np.int64]:
        """Return for each text how many of its characters are of a kind."""
        return self._count(np.flatnonzero(self.kinds & kind))

    def count_in_head(self, kinds: Sequence[int], reach: int) -> list[NDArray[np.int64]]:
        """Return the same for some kinds, of the first characters of each text only."""
        heads = self.kinds.copy()
        ends = np.cumsum(self.lengths + 1)
        for text in np.flatnonzero(self.lengths > reach):
            heads[ends[text] - self.lengths[text] - 1 + reach : ends[text]] = 0
        return [self._count(np.flatnonzero(heads & kind)) for kind in kinds]

    def count_sentences(self) -> NDArray[np.int64]:
        """Return for each text how many stops stand before white space, a closing mark or its end."""
        stops = np.flatnonzero(self.kinds & STOP)
        return self._count(stops[self.kinds[stops + 1] & CLOSER != 0])

    def count_lines(self) -> NDArray[np.int64]:
        """Return for each text how many line breaks it holds."""
        return self._count(np.flatnonzero(self.codes == ord("\n")))

    def _count(self, places: NDArray[Any]) -> NDArray[np.int64]:
        return np.bincount(self.owners[places], minlength=len(self.lengths))


def squeeze(texts: Sequence[str]) -> list[str]:
    """Return each text in lower case, nothing left of it but letters and digits."""
    codes = _codes_of([_SEPARATOR.join(texts).lower()])
    kept = codes[(_kinds_of(codes) & ALPHANUMERIC != 0) | (codes == 0)]
    joined: str = kept.tobytes().decode("utf-32-le", "surrogatepass")
    return joined.split(_SEPARATOR)[: len(texts)]


def _codes_of(texts: Sequence[str]) -> NDArray[np.uint32]:
    joined = _SEPARATOR.join((*texts, ""))
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _kinds_of(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    kinds = _TABLE[codes]
    if not kinds.all():
        for row in set((codes[kinds == 0] // _ROW).tolist()):
            _TABLE[row * _ROW : (row + 1) * _ROW] = [_kind_of(chr(row * _ROW + low)) for low in range(_ROW)]
        kinds = _TABLE[codes]
    return kinds


def _kind_of(sign: str) -> int:
    is_closer = sign.isspace() or sign in _CLOSERS or sign == _SEPARATOR
    return (
        _KNOWN
        | (DIGIT if sign.isdigit() else 0)
        | (CAPITAL if sign.isupper() else 0)
        | (ALPHANUMERIC if sign.isalnum() else 0)
        | (STOP if sign in STOPS else 0)
        | (CLOSER if is_closer else 0)
        | (COMMA if sign in _COMMAS else 0)
        | (ODD if sign in _ODD else 0)
    )
