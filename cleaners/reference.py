"""The trafilatura seam: its opinion of the page's blocks."""

from __future__ import annotations

import logging
import re

_SQUEEZE = re.compile(r"[\W_]+")
_SURE_LENGTH = 25  # Characters from which a text is taken for itself wherever it stands.
_SHARE = 0.6  # Of a block's shingles that the opinion must hold.
_SHINGLE = 4
_COMBINING_FLOOD = re.compile(r"([^\w\s\x00-\x7f]{30})[^\w\s\x00-\x7f]+")
_ASCII = re.compile(r"[\x00-\x7f]+")
# trafilatura is quadratic in the number of paragraphs: beyond this its opinion costs seconds.
MAX_BLOCKS = 2_500
MAX_CHARACTERS = 3_000_000
MAX_TAGS = 20_000  # In elements of one paragraph too; the largest of 2,146 real pages had 21,646.


def opinion(markup: str, texts: list[str]) -> list[bool] | None:
    """Tell for each block text whether trafilatura's fast mode takes it for the article's.

    None where the page is too large to ask, or trafilatura finds nothing.
    """
    if len(texts) > MAX_BLOCKS or not _may_ask(markup):
        return None
    extracted = _extract(markup)
    if not extracted:
        return None
    lines = {_SQUEEZE.sub("", line.lower()) for line in extracted.splitlines()}
    whole = _SQUEEZE.sub("", extracted.lower())
    shingles: set[tuple[str, ...]] = set()

    def holds(text: str) -> bool:
        squeezed = _SQUEEZE.sub("", text.lower())
        if not squeezed or squeezed in lines:
            return bool(squeezed)
        if len(squeezed) < _SURE_LENGTH:
            return False
        if squeezed in whole:
            return True
        words = text.lower().split()
        if not shingles:
            shingles.update(_shingles(extracted.lower().split()))
        own = _shingles(words)
        return bool(own) and sum(shingle in shingles for shingle in own) >= _SHARE * len(own)

    return [holds(text) for text in texts]


def _may_ask(markup: str) -> bool:
    return len(markup) <= MAX_CHARACTERS and markup.count("<") <= MAX_TAGS


def _shingles(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[place : place + _SHINGLE]) for place in range(len(words) - _SHINGLE + 1)]


def _extract(markup: str) -> str:
    import trafilatura  # noqa: PLC0415 - 200 ms, and not every page needs it

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    # Python's and libxml2's normalisation are quadratic in runs of combining marks. Few pages have any, and
    # without its ASCII a page is short.
    if not markup.isascii() and _COMBINING_FLOOD.search(_ASCII.sub(" ", markup)):
        markup = _COMBINING_FLOOD.sub(r"\1", markup)
    try:
        return trafilatura.extract(markup, fast=True, include_comments=False, deduplicate=False) or ""
    except Exception:  # noqa: BLE001 - it asserts and trips over odd markup, which may cost no more than its advice
        return ""
