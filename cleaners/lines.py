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
NO_BREAK_SPACE = "\u00a0"
SOFT_HYPHEN = "\u00ad"  # Where a word may be broken: nothing to read, and no word is found that holds one.
_SPACES = re.compile(rf"[ \t\n\r\f{LINE}{CELL}]+")
_UNEVEN = re.compile(rf"[\t\n\r\f{LINE}{CELL}]|  ")
_BLANKS = " \u00a0\u3000\u200b\ufeff"
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


class Links(NamedTuple):
    """The links of a text with their places, and how many of its characters they hold."""

    links: tuple[Link, ...]
    characters: int


NO_LINKS = Links((), 0)


def squeeze(text: str) -> str:
    """Return `text` with runs of white space as one space, no-break ones too, and without soft hyphens."""
    if "  " not in text and text.isprintable():
        return text.strip(_BLANKS)
    if text.isascii():
        return " ".join(text.split())
    # As browsers do with a copied text: who looks for "10 km" finds it.
    text = text.replace(SOFT_HYPHEN, "").replace(NO_BREAK_SPACE, " ")
    return (_SPACES.sub(" ", text) if _UNEVEN.search(text) else text).strip(_BLANKS)


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


def links_of(text: str, pieces: Sequence[str], spans: Sequence[Span]) -> Links:
    """Return the links of a text that holds all of `pieces`."""
    if len(spans) == 1:
        start, end, url = spans[0]
        # Most links are all there is of their block.
        if squeeze("".join(pieces[start:end])) == text:
            return Links((Link(0, len(text), url),) if url else (), len(text))
    return find_links(text, linked_words(pieces, spans))


def find_links(text: str, linked: Sequence[tuple[str, str]]) -> Links:
    """Return the links of a text, from their words and addresses in order."""
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
    return Links(tuple(links), characters)
