"""What tells a text from others: an exact hash, and a sketch by which similar texts are found."""

from __future__ import annotations

import hashlib
import re
from array import array
from heapq import nsmallest
from sys import byteorder
from typing import TYPE_CHECKING

from cleaners import memory, shapes
from scraper.store.base import Fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cleaners import Article

SKETCH_SIZE = 128  # Values kept of a text; the estimate is off by about 0.04 at a similarity of 0.85.
SIMILAR = 0.85
_SHINGLE_WORDS = 5
# A shorter text shares its few shingles with others by chance: a caption, a notice.
_MIN_SHINGLES = 32
# Texts as alike as SIMILAR have hardly ever (about once in 2,000 pairs) none of so many values in common.
_KEYS = 4
_ITEM = "I" if array("I").itemsize == 4 else "L"  # noqa: PLR2004 - four bytes a value
# Han, kana, Thai and Lao are written without spaces: each character counts as a word.
_UNSPACED = r"\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")


def fingerprint(article: Article) -> Fingerprints:
    """Return what tells the text of an article from others.

    Case, white space, punctuation and how the text is parted into blocks do not count, and noise is not in
    it. `blocks` are as `cleaners.memory` counts them, with those that the memory took out: else a text that
    a site repeats would be forgotten as soon as it is removed.
    """
    text = " ".join(folded for block in article.blocks if (folded := shapes.fold(block.text)))
    repeated = (gone.text for gone in article.removed if gone.reason == "site-memory")
    blocks = (*(block.text for block in article.blocks), *repeated)
    return Fingerprints(
        hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest(),
        sketch(text),
        tuple(dict.fromkeys(memory.fingerprint(block) for block in blocks)),
    )


def sketch(folded: str) -> bytes:
    """Return the bottom-k MinHash sketch of a folded text; empty for one too short to be compared."""
    hashes = {_hash(shingle) for shingle in _shingles(folded)}
    return _pack(nsmallest(SKETCH_SIZE, hashes)) if len(hashes) >= _MIN_SHINGLES else b""


def similarity(one: bytes, other: bytes) -> float:
    """Estimate which share of all their five-word runs two sketched texts have in common, 0 to 1."""
    mine, others = set(_unpack(one)), set(_unpack(other))
    if not mine or not others:
        return 0.0
    lowest = nsmallest(SKETCH_SIZE, mine | others)
    return sum(1 for value in lowest if value in mine and value in others) / len(lowest)


def keys(packed: bytes) -> Sequence[int]:
    """Return values of a sketch by which similar ones are looked up: they share at least one."""
    return _unpack(packed[: _KEYS * 4]).tolist()


def _shingles(folded: str) -> Iterable[str]:
    words = _TOKEN.findall(folded) if shapes.is_unspaced(folded) else folded.split()
    count = len(words) - _SHINGLE_WORDS + 1
    return (" ".join(words[start : start + _SHINGLE_WORDS]) for start in range(count))


def _hash(text: str) -> int:
    # A checksum would do in a third of the time, but is no fair lot: texts alike but for a digit, such as
    # tables, get values that are alike too.
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=4).digest(), "big")


def _pack(values: Iterable[int]) -> bytes:
    packed = array(_ITEM, values)
    if byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _unpack(packed: bytes) -> array[int]:
    values: array[int] = array(_ITEM, packed)
    if byteorder == "big":
        values.byteswap()
    return values
