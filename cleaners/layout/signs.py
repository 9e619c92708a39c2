"""The characters of a page as numbers: what each of them is, looked up for all blocks at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DIGIT, CAPITAL, SMALL, STOP, COMMA, COLON, ODD, BREAK, _CLOSER, _SQUEEZED, _KNOWN = (
    1 << bit for bit in range(11)
)
_LOWER_FROM = 11  # The bit from which on a sign holds its character in lower case.
_COUNTED = DIGIT | CAPITAL | STOP | COMMA | ODD | BREAK
STOPS = ".!?…。！？।؟۔"
_CLOSERS = "\"'”’»)]」』"
_AFTER_STOP = f"{_CLOSERS} "
_COMMAS = ",、，،"
_ODD = "|©@#→»›•"
_SEPARATOR = "\0"  # Stands in no text, and ends one like white space does.
_ROW = 256
# What every character is, as bits; filled a row at a time, for a page has letters of few scripts.
_TABLE = np.zeros(0x110000, dtype=np.uint32)


class Signs:
    """The characters of texts in a row: what they are, and where the texts begin."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Look all characters up; each text, of which none is empty, is followed by a separator."""
        self.texts = texts
        self.lengths = np.array([len(text) for text in texts], dtype=np.intp)
        self._ends = np.cumsum(self.lengths + 1)
        self._signs = _signs_of(_SEPARATOR.join((*texts, "")))
        self._places = np.flatnonzero(self._signs & _COUNTED)
        self._found = self._signs.take(self._places)
        self._owners = np.repeat(np.arange(len(texts)), self.lengths + 1).take(self._places)
        self._offsets = self._places - (self._ends - self.lengths - 1).take(self._owners)

    def count(self, kind: int) -> NDArray[np.intp]:
        """Return for each text how many of its characters are of a kind."""
        return self._count(self._found & kind != 0)

    def count_in_head(self, kinds: Sequence[int], reach: int) -> list[NDArray[np.intp]]:
        """Return the same for some kinds, of the first characters of each text only."""
        heads = np.where(self._offsets < reach, self._found, 0)
        return [self._count(heads & kind != 0) for kind in kinds]

    def count_sentences(self) -> NDArray[np.intp]:
        """Return for each text how many stops stand before white space, a closing mark or its end."""
        return self._count((self._found & STOP != 0) & (self._signs.take(self._places + 1) & _CLOSER != 0))

    def begin_with(self, kind: int) -> NDArray[np.bool_]:
        """Tell of each text whether its first character is of a kind."""
        return np.asarray(self._signs.take(self._ends - self.lengths - 1) & kind != 0)

    def end_with(self, kind: int) -> NDArray[np.bool_]:
        """Tell of each text whether its last character is of a kind."""
        return np.asarray(self._signs.take(self._ends - 2) & kind != 0)

    def end_sentences(self) -> NDArray[np.bool_]:
        """Tell of each text whether a stop is its last character but for quotation marks and brackets."""
        are_ended = self.end_with(STOP)
        for text in np.flatnonzero(self.end_with(_CLOSER)).tolist():
            are_ended[text] = self.texts[text].rstrip(_AFTER_STOP).endswith(tuple(STOPS))
        return are_ended

    def squeezed(self) -> list[str]:
        """Return each text in lower case, nothing left of it but letters and digits."""
        return _squeezed(self._signs)[: len(self.texts)]

    def _count(self, is_meant: NDArray[Any]) -> NDArray[np.intp]:
        return np.bincount(self._owners[is_meant], minlength=len(self.lengths))


def squeeze(texts: Sequence[str]) -> list[str]:
    """Return each text in lower case, nothing left of it but letters and digits."""
    return _squeezed(_signs_of(_SEPARATOR.join(texts)))[: len(texts)]


def _squeezed(signs: NDArray[np.uint32]) -> list[str]:
    kept = signs[signs & _SQUEEZED != 0] >> _LOWER_FROM
    joined: str = kept.tobytes().decode("utf-32-le", "surrogatepass")
    return joined.split(_SEPARATOR)


def _signs_of(text: str) -> NDArray[np.uint32]:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    signs = _TABLE.take(codes)
    if not signs.all():
        for row in set((codes[signs == 0] // _ROW).tolist()):
            _TABLE[row * _ROW : (row + 1) * _ROW] = [_sign_of(chr(row * _ROW + low)) for low in range(_ROW)]
        signs = _TABLE.take(codes)
    return signs


def _sign_of(character: str) -> int:
    is_separator = character == _SEPARATOR
    is_of = {
        DIGIT: character.isdigit(),
        CAPITAL: character.isupper(),
        SMALL: character.islower(),
        STOP: character in STOPS,
        COMMA: character in _COMMAS,
        COLON: character in ":：",
        ODD: character in _ODD,
        BREAK: character == "\n",
        _CLOSER: is_separator or character.isspace() or character in _CLOSERS,
        _SQUEEZED: is_separator or character.isalnum(),
        _KNOWN: True,
    }
    # One sigma is enough: which of the two a capital becomes depends on its place in a word.
    lower = "σ" if character == "ς" else character.lower()
    return sum(kind for kind, is_it in is_of.items() if is_it) | ord(lower[0]) << _LOWER_FROM
