"""The text inside one block: its white space, its line breaks, its links."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes
from cleaners.types import Link

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# For <br>, and for the beginning of a table's cell: pieces of their own, as no text holds control characters.
LINE, CELL = "\x1e", "\x1f"
_SPACES = re.compile(rf"[ \t\n\r\f{LINE}{CELL}]+")
_LONG_LINE = 60
_MISSES = (
    20  # Links that are not found where they must be: the text was rewritten, and looking on costs time.
)


class Span(NamedTuple):
    """Pieces that are a link: `pieces[start:end]` leads to `url`, an empty one for a link without address."""

    start: int
    end: int
    url: str


class Run(NamedTuple):
    """A text, and the words of its links with their addresses, in order."""

    text: str
    linked: tuple[tuple[str, str], ...]


def squeeze(text: str) -> str:
    """Return `text` with runs of HTML white space as one space; no-break spaces inside stay."""
    if text.isascii():
        return " ".join(text.split())
    return _SPACES.sub(" ", text).strip(" \u00a0\u3000\u200b\ufeff")


def split_runs(pieces: Sequence[str], spans: Sequence[Span]) -> Iterator[Run]:
    """Yield the texts between empty lines (`<br><br>`), and behind a long line that ends its sentence."""
    first = 0
    for text, start, end in _split_lines(pieces):
        while first < len(spans) and spans[first].end <= start:
            first += 1
        yield Run(text, tuple(_words_of(pieces, spans, first, (start, end))))


def linked_words(pieces: Sequence[str], spans: Sequence[Span]) -> tuple[tuple[str, str], ...]:
    """Return the words of each link with its address."""
    return tuple(_words_of(pieces, spans, 0, (0, len(pieces))))


def _split_lines(pieces: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Yield texts, each with the pieces that it spans."""
    lines: list[str] = []
    start = place = 0
    for end in chain((number for number, piece in enumerate(pieces) if piece == LINE), (len(pieces),)):
        line = squeeze("".join(pieces[place:end]))
        if lines and (not line or (len(lines[-1]) > _LONG_LINE and shapes.is_sentence_end(lines[-1]))):
            yield "\n".join(lines), start, place
            lines = []
        if line:
            start = start if lines else place
            lines.append(line)
        place = end + 1
    if lines:
        yield "\n".join(lines), start, len(pieces)


def _words_of(
    pieces: Sequence[str], spans: Sequence[Span], first: int, reach: tuple[int, int]
) -> Iterator[tuple[str, str]]:
    for number in range(first, len(spans)):
        start, end, url = spans[number]
        if start >= reach[1]:
            return
        raw = "".join(pieces[max(start, reach[0]) : min(end, reach[1])])
        yield "\n".join(filter(None, map(squeeze, raw.split(LINE)))), url


def find_links(text: str, linked: Sequence[tuple[str, str]]) -> tuple[tuple[Link, ...], int]:
    """Return the links of a text with their places, and how many of its characters they hold."""
    links: list[Link] = []
    place = characters = misses = 0
    for words, url in linked:
        start = text.find(words, place) if words else -1
        if start >= 0:
            place = start + len(words)
            characters += len(words)
            if url:
                links.append(Link(start, place, url))
        elif words:
            misses += 1
            if misses > _MISSES:
                break
    return tuple(links), characters
