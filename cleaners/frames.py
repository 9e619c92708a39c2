"""What the walk knows of the elements that it is inside of, and of the text in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cleaners.elements import ACTIONS

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from cleaners.types import Kind

_TAG_NAME = re.compile(r"[a-z][a-z0-9-]*")
_LONGEST_PATH = 1_000  # Characters, some fifty steps; on a deeper page a path keeps the last of them.


class State(NamedTuple):
    """What holds for the text inside an element."""

    kind: Kind = "paragraph"
    level: int = 0
    group: int = 0
    depth: int = 0
    item: int = 0
    is_hidden: bool = False
    in_row: bool = False


class Frame:
    """An element that the walk is inside of; it has no number and no path until a block shows up in it."""

    __slots__ = ("above", "children", "node", "nth", "number", "path", "tag")
    children: int
    names = ""
    is_plain = True

    def __init__(self, node: LexborNode, tag: str, above: Frame) -> None:
        """Begin inside `above`, which has counted it among its children."""
        self.node = node
        self.tag = tag
        self.above = above
        self.nth = above.children
        self.children = 0
        self.number = -1
        self.path = ""


class LinkFrame(Frame):
    """A link, to be closed when the walk leaves it."""

    __slots__ = ()
    is_plain = False


class BlockFrame(Frame):
    """A block-like element; `outer` is the one around it."""

    __slots__ = ("names", "outer", "state")
    is_plain = False

    def __init__(self, node: LexborNode, tag: str, above: Frame, outer: BlockFrame) -> None:
        """Begin inside `above`; what holds for the text of `outer` holds for its own too."""
        # No call of the other beginning, which would cost as much again.
        self.node = node
        self.tag = tag
        self.above = above
        self.nth = above.children
        self.children = 0
        self.number = -1
        self.path = ""
        self.names = ""
        self.outer = outer
        self.state: State = outer.state


class Outside(BlockFrame):
    """What stands around the root: no element at all."""

    __slots__ = ()

    def __init__(self) -> None:
        """Begin with plain text."""
        self.tag = self.path = self.names = ""
        self.children = 0
        self.number = -1
        self.state = State()


def path_of(frame: Frame, above: str) -> str:
    """Return a CSS selector of an element, from its nearest ancestor with an id of its own."""
    tag = frame.tag
    if tag in ("html", "body"):
        return tag
    step = f"{tag if tag in ACTIONS or _TAG_NAME.fullmatch(tag) else '*'}:nth-child({frame.nth})"
    path = f"{above} > {step}" if above else step
    if len(path) > _LONGEST_PATH:
        return path[path.index(" > ", len(path) - _LONGEST_PATH) + 3 :]
    return path
