"""Text as a terminal shows it: how wide it is, where its lines break, and nothing that steers it."""

from __future__ import annotations

import re
import unicodedata

# All C0 and C1 controls but tab and line feed, and the marks that override the direction of text. The
# cleaner drops those that stand in a page's bytes; a character reference or a JSON escape may bring more.
_STEERING = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160), 0x202D, 0x202E))
_ZERO_WIDTH = frozenset(("Mn", "Me", "Cf"))
_WIDE = (
    "\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
)
# Wide characters break anywhere, but never before one of these.
_CLOSING = "、。，．：；！？」』】）〕〉》ー々…"
_PIECE = re.compile(rf"(\s*)([{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+)")


def to_printable(text: str) -> str:
    """Return `text` without the characters that would steer a terminal."""
    return text.translate(_STEERING)


def to_line(text: str) -> str:
    """Return `text` printable and on one line."""
    return " ".join(to_printable(text).split())


def count_columns(text: str) -> int:
    """Return how many columns of a terminal `text` takes."""
    return len(text) if text.isascii() else sum(map(_width_of, text))


def wrap(text: str, width: int) -> list[str]:
    """Break `text` into lines of at most `width` columns; its own line breaks stay."""
    return [line for own in text.split("\n") for line in _wrap_line(own, width)]


def _wrap_line(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line, used = "", 0
    for space, piece in _PIECE.findall(text):
        gap = " " if space and line else ""
        if line and used + len(gap) + count_columns(piece) > width:
            lines.append(line)
            line, used, gap = "", 0, ""
        *full, rest = _cut(piece, width)
        lines += full
        line += gap + rest
        used += len(gap) + count_columns(rest)
    return [*lines, line] if line else lines


def _cut(word: str, width: int) -> list[str]:
    """Cut a word into parts that each fit; almost every word is one part."""
    if count_columns(word) <= width:
        return [word]
    parts = [""]
    used = 0
    for character in word:
        used += _width_of(character)
        if used > width and parts[-1]:
            parts.append("")
            used = _width_of(character)
        parts[-1] += character
    return parts


def _width_of(character: str) -> int:
    if unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
