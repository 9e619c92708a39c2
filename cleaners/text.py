"""Plain text to blocks: paragraphs apart by blank lines, or one paragraph a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
_WRAP_FROM, _WRAP_TO = 40, 110  # Characters of the lines of hard-wrapped text.
_WRAPPED_SHARE = 0.5


def read_text(text: str) -> list[Block]:
    """Return the blocks of a plain or Markdown text, in order; `path` is the number of the first line.

    Raises ParseError for a text of more than 50,000 paragraphs.
    """
    blocks: list[Block] = []
    group = 0
    for number, lines in _paragraphs(text.replace(SOFT_HYPHEN, "")):
        kind, level, content = _classify(lines)
        follows_item = bool(blocks) and blocks[-1].kind == "item"
        group += kind == "item" and not follows_item
        visible, links = _read_links(content)
        blocks.append(
            Block(
                text=visible,
                kind=kind,
                level=level,
                path=f"line {number}",
                link_density=sum(link.end - link.start for link in links) / len(visible),
                position=len(blocks),
                group=group if kind == "item" else 0,
                links=links,
            )
        )
        check_blocks(len(blocks))
    return blocks


def _classify(lines: list[str]) -> tuple[Kind, int, str]:
    content = "\n".join(lines).strip()
    heading = _HEADING.match(content) if len(lines) == 1 else None
    words = _without_closing_marks(content[heading.end() :]) if heading else ""
    if heading and words:
        return "heading", len(heading[1]), words
    return ("item", 1, content) if _ITEM.match(lines[0]) else ("paragraph", 0, content)


def _without_closing_marks(heading: str) -> str:
    """Return a heading without the run of `#` that may close it."""
    words = heading.rstrip("#")
    return words.rstrip() if words != heading and (not words or words[-1].isspace()) else heading


def _paragraphs(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield paragraphs with the number of their first line: wrapped lines together, others each alone."""
    lines: list[str] = []
    start = 1
    for number, line in enumerate([*_LINE_END.split(text), ""], 1):
        if line.strip():
            start = start if lines else number
            lines.append(line)
            continue
        if lines and _is_wrapped(lines):
            yield start, lines
        else:
            yield from ((start + offset, [one]) for offset, one in enumerate(lines))
        lines = []


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
