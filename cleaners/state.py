"""The article in the state that a page hands to its own scripts, for pages that show none before these have run.

Frameworks write what a page is built from into a script, as JSON: the story is one of many objects in it, known by
its headline, and its text a string of markup or a list of blocks, whatever the names of the fields.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaners import shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_CHARACTERS = 8_000_000  # Of all scripts of a page.
_SHORTEST_SCRIPT = 400
_MOST_OBJECTS = 200_000
_MOST_PLACES = 8  # Of a script at which an object may begin.
_LONGEST_TITLE = 400
_FEWEST_WORDS = 50
_MOSTLY = 0.8  # Of the words of the longest text: lists of about as many are the same one, in finer blocks.
_BEGINNING = re.compile(r"(?:\A|[=(,])\s*(?=[{\[])")
_QUOTED = re.compile(r"""JSON\.parse\(\s*(?=")""")
_TEXTS = frozenset(
    "text content value html body markup copy paragraph children richtext spans nodes items".split()
)
_OTHER_STORY = ("headline", "slug", "canonicalUrl", "canonical_url")
_NO_TEXT = re.compile(
    r"image|photo|video|audio|embed|gallery|advert|\bad\b|related|promo|newsletter|link_list|raw_html",
    re.IGNORECASE,
)


class _Text(NamedTuple):
    """A text that may be the story's: its paragraphs, and the words of them all."""

    paragraphs: tuple[str, ...]
    words: int


def stated_body(scripts: Iterable[str], title: str) -> str:
    """Return the text of the story of this title, its paragraphs apart or as markup; an empty one where no script has it."""
    headline = shapes.fold(title)
    texts: list[_Text] = []
    for state in _states(scripts) if headline else ():
        for story in _about(state, headline):
            texts += _texts_in(story)
    most = max((text.words for text in texts), default=0)
    if most < _FEWEST_WORDS:
        return ""
    best = max((text for text in texts if text.words >= _MOSTLY * most), key=_fineness)
    return "\n\n".join(best.paragraphs)


def _fineness(text: _Text) -> int:
    """Return a measure of how many paragraphs a text is parted into, by blocks, markup or lines."""
    return len(text.paragraphs) + sum(each.count("<p") + each.count("\n") for each in text.paragraphs)


def _states(scripts: Iterable[str]) -> Iterator[Any]:
    """Yield the objects that scripts hold as JSON: alone, given to a name or a function, or quoted."""
    left = _MOST_CHARACTERS
    for script in scripts:
        left -= len(script)
        if left < 0:
            return
        if len(script) >= _SHORTEST_SCRIPT:
            yield from _objects_in(script)


def _objects_in(script: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    place = tried = 0
    while tried < _MOST_PLACES and (found := _BEGINNING.search(script, place)):
        tried += 1
        state, place = _read(decoder, script, found.end())
        if isinstance(state, dict | list):
            yield state
    if found := _QUOTED.search(script):
        text, _ = _read(decoder, script, found.end())
        state, _ = _read(decoder, text, 0) if isinstance(text, str) else (None, 0)
        if isinstance(state, dict | list):
            yield state


def _read(decoder: json.JSONDecoder, text: str, place: int) -> tuple[Any, int]:
    """Return what stands at a place of a text, None where it is no JSON, and the place behind it."""
    try:
        return decoder.raw_decode(text, place)
    except (ValueError, RecursionError):
        return None, place + 1


def _about(state: Any, headline: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON is any
    """Yield the objects that have a headline, or an object with it, among their own fields."""
    for each in _within(state):
        if isinstance(each, dict) and any(_is_headline(value, headline) for value in each.values()):
            yield each


def _is_headline(value: Any, headline: str) -> bool:  # noqa: ANN401 - JSON is any
    if isinstance(value, dict) and len(value) <= _MOST_PLACES:
        return any(isinstance(inner, str) and _is_headline(inner, headline) for inner in value.values())
    return isinstance(value, str) and len(value) <= _LONGEST_TITLE and shapes.fold(value) == headline


def _within(state: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON is any
    """Yield all objects and lists of a state, outer ones first."""
    waiting = [state]
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            return
        each = waiting.pop()
        yield each
        inner = each.values() if isinstance(each, dict) else each
        waiting += [value for value in inner if isinstance(value, dict | list)]


def _texts_in(story: dict[str, Any]) -> Iterator[_Text]:
    """Yield what may be the text of a story: its long strings, and its lists of blocks."""
    for each in _within(story):
        if isinstance(each, list):
            yield _of_paragraphs(tuple(filter(None, map(_paragraph, each))))
        elif each is story or not _is_other(each):
            for value in each.values():
                if isinstance(value, str) and len(value) >= _FEWEST_WORDS:
                    yield _of_paragraphs((value,))


def _of_paragraphs(paragraphs: tuple[str, ...]) -> _Text:
    return _Text(paragraphs, sum(map(shapes.word_count, paragraphs)))


def _is_other(each: Any) -> bool:  # noqa: ANN401 - JSON is any
    """Tell whether an object is another story, or shows something."""
    return isinstance(each, dict) and (
        any(name in each for name in _OTHER_STORY) or _NO_TEXT.search(str(each.get("type") or "")) is not None
    )


def _paragraph(block: Any) -> str:  # noqa: ANN401 - JSON is any
    """Return the text of a block: a string, or an object with one, its parts run together."""
    parts: list[str] = []
    waiting = [block]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            parts.append(each)
        elif isinstance(each, list):
            waiting += reversed(each)
        elif isinstance(each, dict) and not _is_other(each):
            waiting += [value for name, value in reversed(each.items()) if name.lower() in _TEXTS]
    return "".join(parts).strip()
