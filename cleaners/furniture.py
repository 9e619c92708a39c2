"""Elements that lead around a site, navigation and footers, told by their tag or their names and read as one block.

They hold half of a page's texts and, without long ones, none of its article (measured on 2,136 pages: 0.05 % of
the words of articles), so that to walk them and to judge each of their links would be most of the work for nothing.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from cleaners import evidence
from cleaners.elements import RAW

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_TAGS = frozenset(("nav", "footer"))
_NOISE = "navigation"
_WORDS = evidence.words_of(_NOISE)
_LONGEST_TEXT = 150  # Characters: teasers are shorter, few paragraphs are.
_HEADLINE = "h1"
_MOST_NODES = 250_000


class Furniture(NamedTuple):
    """What an element holds: its texts, one a line, how many are links at most, and its scripts."""

    text: str
    link_share: float
    scripts: list[LexborNode]


def noise_of(tag: str, names: str) -> str:
    """Return the noise type of an element that may be furniture, by its tag and names; empty for any other."""
    # To look for the words in the names costs far less than to read these, and it is asked of every element.
    if tag not in _TAGS and not (names and any(map(names.lower().__contains__, _WORDS))):
        return ""
    noise = evidence.nature_of(tag, names).noise
    return noise if tag in _TAGS or noise == _NOISE else ""


class FurnitureReader:
    """Reads the elements of one page that may be furniture.

    One that turns out to hold an article is read again inside of it, so there is a bound on how much is read.
    """

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._left = _MOST_NODES

    def read(self, element: LexborNode) -> Furniture | None:
        """Return what an element holds, None where a text is long, a headline stands in it, or it is empty."""
        lines: list[str] = []
        scripts: list[LexborNode] = []
        links = 0
        for node in islice(element.traverse(include_text=True), self._left):
            self._left -= 1
            tag = node.tag
            if tag == "-text":
                text = _shown(node)
                if len(text) > _LONGEST_TEXT:
                    return None
                lines.append(text)
            elif tag == "script":
                scripts.append(node)
            elif tag == _HEADLINE:
                return None
            links += tag == "a"
        lines = [line for line in lines if line]
        if not lines or not self._left:
            return None
        return Furniture("\n".join(lines), min(1.0, links / len(lines)), scripts)


def _shown(text: LexborNode) -> str:
    """Return a text with its white space squeezed, nothing of one that is a script or a style."""
    shown = " ".join((text.text_content or "").split())
    return "" if shown and text.parent is not None and text.parent.tag in RAW else shown
