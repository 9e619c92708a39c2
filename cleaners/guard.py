"""Make hostile or broken markup harmless before it is parsed, in linear time.

Lexbor is quadratic in the depth of nesting, in attributes and in options, and builds open formatting elements
anew behind every block (measured: a 40 kB page can cost 1.3 GB). Real pages stay far below these limits: of
2,146, the largest had 21,646 tags and 189 open formatting tags, and one in a hundred nests beyond 300 only
because markup stands in its scripts.
"""

from __future__ import annotations

import re
from itertools import accumulate
from operator import sub
from typing import TYPE_CHECKING, NamedTuple

from cleaners.elements import COVERS, FOREIGN, FORMATTING, HTML_AGAIN, RAW, SELF_CLOSING, VOID
from cleaners.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_TAGS = 400_000
MAX_DEPTH = 256
_MAX_FORMATTING = 250
_MAX_REOPENED = 400_000  # Formatting elements times tags: what a parser may have to open anew.
_MAX_ATTRIBUTES = 200
_MAX_OPTIONS = 3_000
_KNOWN_TAGS = 2_000  # Beyond these a page makes names up.
_SURE_TAGS = 20_000  # A page of more is read tag by tag, as is one that looks deep.
_SURE_CHARACTERS = 65_536  # A shorter page cannot hold attributes enough to matter.

# An attribute as the tokenizer of HTML reads it: its quotes count only behind an equals sign.
_ATTRIBUTE = (
    r"""(?:=[^\s/>=]*+|[^\s/>=]++)(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+|(?=>)))?+"""
)
_ANY_ATTRIBUTE = re.compile(_ATTRIBUTE)
_ATTRIBUTES = rf"(?:[\s/]++|{_ATTRIBUTE})*+"
_COMMENT = r"!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+(?:--!?>|\Z))"


def _raw_elements(attributes: str) -> str:
    """Return a pattern for the elements whose content is text, each up to its own end tag."""
    spelled = ["".join(f"[{letter}{letter.upper()}]" for letter in name) for name in RAW]
    content = (rf"{name}(?=[\s/>]){attributes}>?[^<]*+(?:<(?!/{name}[\s/>])[^<]*+)*+" for name in spelled)
    return "|".join(content)


# Most tags are as simple as this, which says the same of them in half the time.
_SIMPLE = (
    r"(?![sStTxXiInN][cCtTeEiImMfFoO])[a-zA-Z][a-zA-Z0-9]*+"
    rf"""(?:[ \t\r\n\f]++[a-zA-Z][a-zA-Z0-9_:-]*+(?:="[^"]*+")?+){{0,{_MAX_ATTRIBUTES}}}+[ \t\r\n\f]*+/?>"""
)
_FEW_ATTRIBUTES = rf"(?:[\s/]*+(?:{_ATTRIBUTE})){{0,{_MAX_ATTRIBUTES}}}+[\s/]*+(?=>|\Z)"
_ORDINARY = re.compile(
    rf"[^<]*+(?:<(?:/|{_SIMPLE}|{_COMMENT}|{_raw_elements(_FEW_ATTRIBUTES)}|[a-zA-Z][^\s/>]*+{_FEW_ATTRIBUTES}>?|(?![a-zA-Z]))"
    r"[^<]*+)*+"
)
_TOKEN = re.compile(rf"<(?:{_COMMENT}|{_raw_elements(_ATTRIBUTES)}|(/?)([a-zA-Z][^\s/>]*+)({_ATTRIBUTES})>?)")
_RAW_TAG = re.compile(rf"<({'|'.join(RAW)}){_ATTRIBUTES}", re.IGNORECASE | re.ASCII)
_NAME = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*")


class Tamed(NamedTuple):
    """Markup that is safe to parse, and what had to be done to it."""

    text: str
    notes: tuple[str, ...]


def tame(markup: str) -> Tamed:
    """Return markup that Lexbor parses in linear time, all its text kept.

    Raises ParseError for a page of more than 400,000 tags.
    """
    count = markup.count("<")
    if count > MAX_TAGS:
        raise ParseError(f"more than {MAX_TAGS:,} tags")
    if not _is_suspect(markup, count):
        return Tamed(markup, ())
    taming = _Taming(count)
    text = _TOKEN.sub(taming.keep, markup)
    return Tamed(text, tuple(taming.notes))


class _Steps(dict[str, int]):
    """How a tag changes the number of open elements, by `<name` or `</name`; learns names as they come."""

    def __init__(self, is_counted: Callable[[str], bool]) -> None:
        super().__init__()
        self._is_counted = is_counted

    def __missing__(self, tag: str) -> int:
        step = 0 if not self._is_counted(tag.strip("</").lower()) else -1 if tag[1] == "/" else 1
        if len(self) < _KNOWN_TAGS:
            self[tag] = step
        return step


_DEPTH_STEPS = _Steps(lambda name: name not in VOID and name not in SELF_CLOSING)
_FORMATTING_STEPS = _Steps(FORMATTING.__contains__)


def _is_suspect(markup: str, count: int) -> bool:
    """Tell whether a page may be beyond a limit, so that its tags must be looked at one by one."""
    if count > _SURE_TAGS:
        return True
    names = _NAME.findall(markup)
    if _rises(map(_DEPTH_STEPS.__getitem__, names), beyond=MAX_DEPTH):
        return True
    if _rises(map(_FORMATTING_STEPS.__getitem__, names), beyond=_formatting_limit(count)):
        return True
    if count > _MAX_OPTIONS and sum(name.lower() == "<option" for name in names) > _MAX_OPTIONS:
        return True
    ordinary = _ORDINARY.match(markup) if len(markup) > _SURE_CHARACTERS else None
    return ordinary is not None and ordinary.end() < len(markup)


def _rises(steps: Iterable[int], beyond: int) -> bool:
    """Tell whether a running sum rises by more than `beyond`: whether so many elements may be open."""
    steps = list(steps)
    if steps.count(1) <= beyond:
        return False
    sums = list(accumulate(steps, initial=0))
    return max(sums) - min(sums) > beyond and max(map(sub, sums, accumulate(sums, min))) > beyond


def _formatting_limit(count: int) -> int:
    return min(_MAX_FORMATTING, _MAX_REOPENED // max(1, count))


class _Taming:
    """Decides tag by tag what stays of a suspect page."""

    def __init__(self, count: int) -> None:
        self.notes: dict[str, None] = {}
        self.depth = 0
        self.formatting = 0
        self.formatting_limit = _formatting_limit(count)
        self.options = 0
        self.is_foreign = False

    def keep(self, found: re.Match[str]) -> str:
        """Return a token of markup, or what shall stand in its place."""
        end, name, attributes = found[1], found[2], found[3]
        if name is None:
            return _RAW_TAG.sub(self._keep_raw_tag, found[0], count=1)
        if self._is_beyond(name.lower(), end, is_closed=attributes.endswith("/")):
            return " "
        return f"<{end}{name}>" if self._is_flood(attributes) else found[0]

    def _keep_raw_tag(self, tag: re.Match[str]) -> str:
        return f"<{tag[1]}" if self._is_flood(tag[0]) else tag[0]

    def _is_flood(self, attributes: str) -> bool:
        is_flood = (
            len(attributes) > _MAX_ATTRIBUTES and len(_ANY_ATTRIBUTE.findall(attributes)) > _MAX_ATTRIBUTES
        )
        return self._note(is_flood, "floods of attributes were dropped")

    def _is_beyond(self, name: str, end: str, *, is_closed: bool) -> bool:
        if name in FOREIGN:
            self.is_foreign = not end
        elif name in HTML_AGAIN:
            self.is_foreign = False
        if self.is_foreign and is_closed:
            return False
        if name in ("option", "optgroup", "select"):
            self.options += not end
            return self._note(self.options > _MAX_OPTIONS, "a flood of options was made plain text")
        if name in FORMATTING:
            deep = self.formatting >= self.formatting_limit + bool(end)
            self.formatting = max(0, self.formatting + (-1 if end else 1))
            return self._note(deep, "formatting that was never closed was dropped")
        if not self.is_foreign and (name in VOID or name in SELF_CLOSING):
            return False
        deep = self.depth >= MAX_DEPTH + bool(end)
        self.depth = max(0, self.depth + (-1 if end else 1))
        return self._note(deep, f"markup nested deeper than {MAX_DEPTH} was flattened")

    def _note(self, is_beyond: bool, note: str) -> bool:  # noqa: FBT001
        if is_beyond:
            self.notes[note] = None
        return is_beyond


_OPENING = re.compile(rf"<(?:(!--)|([!?/](?![a-zA-Z])[^>]*+)|(/?)([a-zA-Z][^\s/>]*+){_ATTRIBUTES})(>?)")
_COMMENT_BODY = re.compile(r"-?>|.*?--!?>", re.DOTALL)
_RAW_END = re.compile(rf"</({'|'.join(RAW)})(?=[\s/>])", re.IGNORECASE | re.ASCII)
_FRAMES = re.compile(r"</?(?:frameset|frame|noframes)(?=[\s/>])[^>]*+>?", re.IGNORECASE | re.ASCII)
_NEXT_BLOCK = re.compile(
    r"</?(?:p|div|h[1-6]|body|head|article|section|main|table|ul|ol|footer|header|meta|link)(?=[\s/>])",
    re.IGNORECASE | re.ASCII,
)


def reveal(markup: str) -> str:
    """Return markup whose end nothing hides that was never closed: no comment, script, quote or template."""
    return _Revealing(_FRAMES.sub(" ", markup)).run()


class _Revealing:
    """Reads markup tag by tag and mends what runs to its end."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.pieces: list[str] = []
        self.covers: dict[str, list[int]] = {}
        self.raw_ends = {found[1].lower(): found.start() for found in _RAW_END.finditer(markup)}
        self.last_comment_end = markup.rfind("-->")
        self.last_bracket = markup.rfind(">")

    def run(self) -> str:
        place = 0
        while found := _OPENING.search(self.markup, place):
            self.pieces.append(self.markup[place : found.start()])
            place = self._read(found)
        self.pieces.append(self.markup[place:])
        for left_open in self.covers.values():
            for number in left_open:
                self.pieces[number] = " "
        return "".join(self.pieces)

    def _read(self, found: re.Match[str]) -> int:
        """Keep or mend one token; return the place behind it."""
        name = (found[4] or "").lower()
        if found[1]:
            return self._read_comment(found)
        if not found[5]:
            return self._read_unfinished(found)
        if name == "plaintext":
            return found.end()
        if name in RAW and not found[3]:
            return self._read_raw(found, name)
        self.pieces.append(found[0])
        if name in COVERS:
            self._cover(name, is_end=bool(found[3]))
        return found.end()

    def _cover(self, name: str, *, is_end: bool) -> None:
        left_open = self.covers.setdefault(name, [])
        if not is_end:
            left_open.append(len(self.pieces) - 1)
        elif left_open:
            left_open.pop()

    def _read_comment(self, found: re.Match[str]) -> int:
        is_closed = found.start() < self.last_comment_end
        body = _COMMENT_BODY.match(self.markup, found.end(1)) if is_closed else None
        self.pieces.append(self.markup[found.start() : body.end()] if body else "&lt;!--")
        return body.end() if body else found.end(1)

    def _read_unfinished(self, found: re.Match[str]) -> int:
        """Mend a tag that runs to the end of the page: a quote or the tag itself was left open."""
        bracket = self.markup.find(">", found.start()) if found.start() < self.last_bracket else -1
        if bracket < 0:
            self.pieces.append(self.markup[found.start() :].replace("<", "&lt;"))
            return len(self.markup)
        self.pieces.append(f"<{found[3]}{found[4]}>" if found[4] else "&lt;")
        return bracket + 1 if found[4] else found.start() + 1

    def _read_raw(self, found: re.Match[str], name: str) -> int:
        if found.end() <= self.raw_ends.get(name, -1):
            end = next(end for end in _RAW_END.finditer(self.markup, found.end()) if end[1].lower() == name)
            self.pieces.append(_plain(self.markup[found.start() : end.end()]))
            return end.end()
        block = _NEXT_BLOCK.search(self.markup, found.end())
        place = block.start() if block else found.end()
        self.pieces.append(f"{_plain(self.markup[found.start() : place])}</{name}>")
        return place


def _plain(element: str) -> str:
    """Return a raw element in which no comment begins: in a script that can hide its end tag."""
    return element.replace("<!--", "")
