"""Plain text to blocks: paragraphs apart by blank lines, or one paragraph a line; stanzas and code stay whole."""

from __future__ import annotations

import re
from itertools import pairwise
from textwrap import dedent
from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes
from cleaners.documents import check_blocks
from cleaners.lines import SOFT_HYPHEN
from cleaners.types import Block, Kind, Link

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_LINE_END = re.compile("\r\n?|[\n\u2028\u2029]")
_ITEM = re.compile(r"\s*(?:[-*•‣◦▪]|\d{1,3}[.)])\s+\S")
_LINK = re.compile(
    r"!?\[([^\[\]\n]{0,500})\]\(((?:[^\s()]|\([^\s()]{0,500}\)){1,2000}+)(?:[ \t]+\"[^\"\n]{0,500}\")?\)"
)
_FENCE = re.compile(r" {0,3}(`{3,20}|~{3,20})(?!`)([^`]*)")
_INDENTED = re.compile(r"  |\t")
# What prose does not hold, and how lines of code end besides.
_CODE_SIGN = re.compile(r"\w\((?!\d+\))|[{}]|\s[=!+-]?=\s|[=-]>|</")
_ARROW = re.compile(r"[=-]>")
_PROSE_LINE = 12  # Words of a line that no program has without a brace, a semicolon or an equals sign.
_SIGN_SHARE = 1 / 3
_CODE_END = re.compile(r"[:;)\]{}]\s*$|\s[=!+-]?=\s|^\s*(?:#|//|return\b)")
_CODE_SHARE = 0.5
_VERSE_TO = 60  # Characters of a line of verse.
_ENJAMBED = tuple(",;，、；،؛—–")
_VERSE_SHARE = 0.5
_STRONG = re.compile(r"(?<![\w*])\*\*(?=[^\s*])([^*\n]{0,499}[^\s*])\*\*(?![\w*])")
_WRAP_FROM, _WRAP_TO = 40, 110  # Characters of the lines of hard-wrapped text.
_WRAPPED_SHARE = 0.5


class _Passage(NamedTuple):
    """Lines that make one block, and the number of the first."""

    number: int
    lines: list[str]
    is_code: bool = False


def read_text(text: str) -> list[Block]:
    """Return the blocks of a plain or Markdown text, in order; `path` is the number of the first line.

    Raises ParseError for a text of more than 50,000 paragraphs.
    """
    blocks: list[Block] = []
    group = 0
    for passage in _passages(_LINE_END.split(text.replace(SOFT_HYPHEN, ""))):
        kind, level, content = _classify(passage)
        follows_item = bool(blocks) and blocks[-1].kind == "item"
        group += kind == "item" and not follows_item
        visible, links = _read_links(content) if kind != "code" else (content, ())
        blocks.append(
            Block(
                text=visible,
                kind=kind,
                level=level,
                path=f"line {passage.number}",
                link_density=sum(link.end - link.start for link in links) / len(visible),
                position=len(blocks),
                group=group if kind == "item" else 0,
                links=links,
            )
        )
        check_blocks(len(blocks))
    return blocks


def _classify(passage: _Passage) -> tuple[Kind, int, str]:
    lines = passage.lines
    if passage.is_code:
        return "code", 0, dedent("\n".join(lines)).strip("\n").rstrip()
    content = _STRONG.sub(r"\1", "\n".join(lines).strip())
    heading = _HEADING.match(content) if len(lines) == 1 else None
    words = _without_closing_marks(content[heading.end() :]) if heading else ""
    if heading and words:
        return "heading", len(heading[1]), words
    return ("item", 1, content) if _ITEM.match(lines[0]) else ("paragraph", 0, content)


def _without_closing_marks(heading: str) -> str:
    """Return a heading without the run of `#` that may close it."""
    words = heading.rstrip("#")
    return words.rstrip() if words != heading and (not words or words[-1].isspace()) else heading


def _passages(lines: list[str]) -> Iterator[_Passage]:
    """Yield the passages of a text: what stands between fences, and what the lines between blank ones make."""
    fences = _closed_fences(lines)
    # Labels and menus are short lines too, but none of them ends with a comma.
    has_verse = any(len(line) <= _VERSE_TO and line.rstrip().endswith(_ENJAMBED) for line in lines)
    start = 0
    for place, line in enumerate([*lines, ""]):
        if place < start:
            continue
        if place not in fences and line.strip():
            continue
        if start < place:
            yield from _read_run(lines[start:place], start + 1, has_verse=has_verse)
        start = place + 1
        if place in fences:
            start = fences[place] + 1
            if any(map(str.strip, inside := lines[place + 1 : fences[place]])):
                yield _Passage(place + 1, inside, is_code=True)


def _closed_fences(lines: list[str]) -> dict[int, int]:
    """Return the lines that begin fenced code, each with the line that ends it; one that nothing ends is none."""
    marks = [(place, found) for place, line in enumerate(lines) if (found := _FENCE.fullmatch(line))]
    fences: dict[int, int] = {}
    hopeless: set[str] = set()
    end = -1
    for number, (place, opening) in enumerate(marks):
        # To look on for what was not found before would take as long for every mark.
        if place <= end or opening[1] in hopeless:
            continue
        followers = (marks[other] for other in range(number + 1, len(marks)))
        end = next((other for other, found in followers if _closes(found, opening)), -1)
        if end < 0:
            hopeless.add(opening[1])
        else:
            fences[place] = end
    return fences


def _closes(mark: re.Match[str], opening: re.Match[str]) -> bool:
    return mark[1].startswith(opening[1]) and not mark[2].strip()


def _read_run(lines: list[str], number: int, *, has_verse: bool) -> Iterator[_Passage]:
    """Yield code, wrapped lines and stanzas whole, other lines each alone."""
    is_code = _is_code(lines)
    if is_code or _is_wrapped(lines) or (has_verse and _is_stanza(lines)):
        yield _Passage(number, lines, is_code)
    else:
        yield from (_Passage(number + offset, [line]) for offset, line in enumerate(lines))


def _is_code(lines: list[str]) -> bool:
    """Tell whether lines are a program, which is indented, holds what prose does not, and ends few sentences."""
    if not any(map(_INDENTED.match, lines)) or any(map(_is_no_code, lines)):
        return False
    signs = sum(bool(_CODE_SIGN.search(line)) for line in lines)
    if signs < _SIGN_SHARE * len(lines) or (len(lines) == 1 and _ARROW.search(lines[0])):
        return False
    return sum(bool(_CODE_END.search(line)) for line in lines) >= _CODE_SHARE * len(lines)


def _is_no_code(line: str) -> bool:
    return bool(_ITEM.match(line)) or (len(line.split()) >= _PROSE_LINE and not set(line) & set("{};="))


def _is_stanza(lines: list[str]) -> bool:
    """Tell whether short lines go on from one to the next, as in verse."""
    if len(lines) == 1 or any(
        len(line) > _VERSE_TO or _ITEM.match(line) or _HEADING.match(line) for line in lines
    ):
        return False
    go_on = sum(
        line.rstrip().endswith(_ENJAMBED) or after.lstrip()[:1].islower() for line, after in pairwise(lines)
    )
    return go_on >= _VERSE_SHARE * (len(lines) - 1) and all(
        len(line.split()) > 1 or not line.isascii() for line in lines
    )


def _is_wrapped(lines: list[str]) -> bool:
    """Tell whether lines are one paragraph that was broken at a width."""
    body = lines[:-1]
    if not body or any(_ITEM.match(line) for line in lines):
        return False
    if not all(_WRAP_FROM <= len(line) <= _WRAP_TO for line in body):
        return False
    if not any(line.lstrip()[:1].islower() for line in lines[1:]):
        return False
    open_ended = sum(not shapes.is_sentence_end(line) for line in body)
    return open_ended >= _WRAPPED_SHARE * len(body)


def _read_links(content: str) -> tuple[str, tuple[Link, ...]]:
    """Return a text without the marks of Markdown links, and the links."""
    if "](" not in content:
        return content, ()
    visible = ""
    links: list[Link] = []
    place = 0
    for found in _LINK.finditer(content):
        visible += content[place : found.start()]
        if found[1] and not found[0].startswith("!"):
            links.append(Link(len(visible), len(visible) + len(found[1]), found[2]))
        visible += found[1]
        place = found.end()
    visible += content[place:]
    return (visible, tuple(links)) if visible.strip() else (content, ())
