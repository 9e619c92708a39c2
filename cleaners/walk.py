"""The walk over a parsed page: from elements and texts to blocks with their kind, place and links.

It meets every element of the page, so it asks selectolax, where each answer makes a new object, as little as it
can, and numbers only the elements that turn out to hold blocks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cleaners import elements, shapes
from cleaners.elements import ACTIONS, BLOCK, BREAK, HEAD, INLINE, KINDS, PHRASES, PLAIN, SKIP
from cleaners.lines import CELL, LINE, Run, Span, find_links, linked_words, split_runs, squeeze
from cleaners.page import Draft, Page
from cleaners.types import Block, Kind, Link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborNode

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[A-Za-z][\w-]*")
_START = re.compile(r"[1-9]\d{0,6}", re.ASCII)
_TAG_NAME = re.compile(r"[a-z][a-z0-9-]*")
_LONGEST_PATH = 1_000  # Characters, some fifty steps; on a deeper page a path keeps the last of them.
_STATEFUL = elements.GROUPS | KINDS.keys() | {"tr"}


class _State(NamedTuple):
    """What holds for the text inside an element."""

    kind: Kind = "paragraph"
    level: int = 0
    group: int = 0
    depth: int = 0
    item: int = 0
    is_hidden: bool = False
    in_row: bool = False


class _Frame:
    """An element that the walk is inside of; `number` is -1 until a block shows up in it."""

    __slots__ = ("above", "children", "node", "nth", "number", "tag")
    names = ""
    path = ""
    is_plain = True

    def __init__(self, node: LexborNode | None, tag: str, above: _Frame | None) -> None:
        self.node = node
        self.tag = tag
        self.above = above
        self.nth = above.children if above is not None else 1
        self.children = 0
        self.number = -1


class _LinkFrame(_Frame):
    __slots__ = ()
    is_plain = False


class _BlockFrame(_Frame):
    """A block-like element: `outer` is the one around it, `path` its address where it has an id of its own."""

    __slots__ = ("names", "outer", "path", "state")
    is_plain = False

    def __init__(self, node: LexborNode | None, tag: str, above: _Frame | None, outer: _BlockFrame | None) -> None:
        super().__init__(node, tag, above)
        self.outer = outer
        self.state = outer.state if outer is not None else _State()
        self.names = ""
        self.path = ""


class Walker:
    """One preorder walk with its own stack: no recursion, whatever the depth.

    `identities` are those of the numbered block-like elements, 0 for other numbered ones.
    """

    def __init__(self) -> None:
        """Begin with an empty page."""
        self.page = Page()
        self.identities: list[int] = []
        self.paths: list[str] = []
        self.identifiers: set[str] = set()
        self.pieces: list[str] = []
        self.spans: list[Span] = []
        self.href: str | None = None
        self.link_start = 0
        self.groups = 0
        self.counters: dict[int, int] = {}
        self.block = _BlockFrame(None, "", None, None)

    def walk(self, root: LexborNode) -> None:
        """Read an element with all that it holds."""
        pieces, actions = self.pieces, ACTIONS
        outside: _Frame = self.block
        frame = outside
        node: LexborNode | None = root
        while node is not None or frame is not outside:
            if node is None:
                if not frame.is_plain:
                    self._leave(frame)
                node, frame = frame.node.next, frame.above  # type: ignore[union-attr, assignment]
                continue
            tag = node.tag
            if tag == "-text":
                text = node.text_content or ""
                # White space before a block's text is nobody's, and most texts are no more than that.
                if pieces or not text.isspace() or not text.isascii() or self.block.state.kind == "code":
                    pieces.append(text)
                node = node.next
                continue
            entered = self._enter(node, tag or "", actions.get(tag, INLINE), frame)
            if entered is None:
                node = node.next
            else:
                frame = entered
                node = node.first_child
        if pieces:
            self._flush()

    def _enter(self, node: LexborNode, tag: str, action: int, above: _Frame) -> _Frame | None:
        """Begin an element; None where the walk passes it by."""
        above.children += 1
        if action == PLAIN:
            self.page.inline_elements += 1
            return _Frame(node, tag, above)
        if action == BLOCK and not self.block.state.in_row:
            return self._enter_block(node, tag, above)
        if action == SKIP:
            return self._pass_by(node, tag, above)
        if action == BREAK:
            self.pieces.append(LINE)
            return None
        if action >= HEAD:
            self._read_unseen(node, tag, action)
            return None
        return self._enter_other(node, tag, action, above)

    def _enter_other(self, node: LexborNode, tag: str, action: int, above: _Frame) -> _Frame | None:
        in_row = self.block.state.in_row
        if action == INLINE and ("-" not in tag[1:] or in_row or above.tag in PHRASES):
            return self._enter_inline(node, tag, above)
        if in_row:
            self.pieces.append(CELL if tag in ("td", "th") else " ")
            self.page.inline_elements += 1
            return _Frame(node, tag, above)
        return self._enter_block(node, tag, above)

    def _enter_inline(self, node: LexborNode, tag: str, above: _Frame) -> _Frame | None:
        if not tag or tag[0] == "-":
            # A comment, a doctype or a processing instruction: no child that CSS counts.
            above.children -= 1
            return None
        self.page.inline_elements += 1
        if tag == "a":
            return self._enter_link(node, above)
        if tag in ("img", "input"):
            return None
        if tag == "option":
            self.pieces.append(" ")
        elif tag == "time":
            self.page.times.append(node.attributes.get("datetime") or node.text() or "")
        return _Frame(node, tag, above)

    def _enter_link(self, node: LexborNode, above: _Frame) -> _Frame:
        self._close_link()
        attributes = node.attributes
        self.identifiers.add(attributes.get("id") or "")
        # A bare name marks a place; what has neither name nor address is a script's button.
        if "href" in attributes or not ("name" in attributes or "id" in attributes):
            self.href = attributes.get("href") or ""
            self.link_start = len(self.pieces)
            return _LinkFrame(node, "a", above)
        return _Frame(node, "a", above)

    def _enter_block(self, node: LexborNode, tag: str, above: _Frame) -> _BlockFrame:
        if self.pieces:
            self._flush()
        frame = _BlockFrame(node, tag, above, self.block)
        attributes = node.attributes
        if attributes:
            self._read_attributes(attributes, frame)
        if tag in _STATEFUL:
            frame.state = self._state_in(frame, attributes)
        self.page.seen_tags.append(tag)
        self.page.seen_names.append(frame.names)
        self.block = frame
        return frame

    def _read_attributes(self, attributes: dict[str, str | None], frame: _BlockFrame) -> None:
        identifier = attributes.get("id") or ""
        frame.names = f"{attributes.get('class') or ''} {identifier}"
        style = attributes.get("style")
        if "hidden" in attributes or (style and _HIDDEN.search(style)):
            frame.state = frame.state._replace(is_hidden=True)
        if "lang" in attributes and not self.page.language and frame.tag in ("html", "body", "article", "main"):
            self.page.language = attributes["lang"] or ""
        if identifier and identifier not in self.identifiers and _IDENTIFIER.fullmatch(identifier):
            self.identifiers.add(identifier)
            frame.path = f"#{identifier}"

    def _state_in(self, frame: _BlockFrame, attributes: dict[str, str | None]) -> _State:
        """Return what holds for the text inside a list, a table, a row or an element that makes a kind."""
        tag, state = frame.tag, frame.state
        if tag in elements.GROUPS:
            self.groups += 1
            if tag == "ol":
                start = attributes.get("start") or ""
                self.counters[self.groups] = int(start) - 1 if _START.fullmatch(start) else 0
            return state._replace(group=self.groups, depth=state.depth + (tag != "table"), item=0)
        if tag == "tr":
            is_data = elements.is_data_row(frame.node)  # type: ignore[arg-type]
            return state._replace(kind="table", level=0, in_row=True) if is_data else state
        kind = KINDS[tag]
        if kind == "heading":
            return state._replace(kind=kind, level=int(tag[1]))
        if kind == "item":
            return self._next_item(state)
        return state if state.kind == "code" else state._replace(kind=kind, level=0)

    def _next_item(self, state: _State) -> _State:
        item = state.item
        if state.group in self.counters:
            self.counters[state.group] += 1
            item = self.counters[state.group]
        return _State("item", max(1, state.depth), state.group, state.depth, item, state.is_hidden, state.in_row)

    def _leave(self, frame: _Frame) -> None:
        if not isinstance(frame, _BlockFrame):
            self._close_link()
            return
        if self.pieces:
            self._flush()
        if frame.outer is not None:
            self.block = frame.outer

    def _close_link(self) -> None:
        if self.href is not None:
            if len(self.pieces) > self.link_start:
                self.spans.append(Span(self.link_start, len(self.pieces), self.href))
            self.href = None

    def _flush(self) -> None:
        """Make blocks of the text read so far."""
        pieces, spans = self.pieces, self.spans
        if self.href is not None and len(pieces) > self.link_start:
            spans.append(Span(self.link_start, len(pieces), self.href))
        if len(pieces) > 1 or not pieces[0].isspace():
            for run in self._runs(pieces):
                if run.text:
                    self._add(run)
        pieces.clear()
        spans.clear()
        self.link_start = 0

    def _runs(self, pieces: list[str]) -> Iterable[Run]:
        state = self.block.state
        if LINE in pieces and state.kind != "code" and not state.in_row:
            return split_runs(pieces, self.spans)
        raw = "".join(pieces) if len(pieces) > 1 else pieces[0]
        if state.kind == "code":
            text = raw.replace(LINE, "\n").strip("\n").rstrip()
        elif state.in_row:
            # What stands before the first mark is white space between tags.
            text = "\t".join(map(squeeze, raw.split(CELL)[1:])).rstrip("\t")
        else:
            text = squeeze(raw)
        return (Run(text, linked_words(pieces, self.spans) if self.spans else ()),)

    def _add(self, run: Run) -> None:
        text, linked = run
        state, frame = self.block.state, self.block
        links: tuple[Link, ...] = ()
        characters = 0
        if linked:
            links, characters = find_links(text, linked)
        number = frame.number if frame.number >= 0 else self._number(frame)
        drafts = self.page.drafts
        is_grouped = state.kind in ("item", "table")
        block = Block(
            text=text,
            kind=state.kind,
            level=state.level,
            path=self.paths[number],
            link_density=min(1.0, characters / len(text)),
            position=len(drafts),
            group=state.group if is_grouped else 0,
            number=state.item if state.kind == "item" else 0,
            links=links,
        )
        drafts.append(Draft(block, number, shapes.word_count(text), state.is_hidden))

    def _number(self, frame: _Frame) -> int:
        """Number an element and those around it, and write down their addresses."""
        unknown: list[_Frame] = []
        above: _Frame | None = frame
        while above is not None and above.node is not None and above.number < 0:
            unknown.append(above)
            above = above.above
        number = above.number if above is not None else -1
        page = self.page
        for each in reversed(unknown):
            self.paths.append(each.path or _path(each, self.paths[number] if number >= 0 else ""))
            page.parents.append(number)
            page.tags.append(each.tag)
            page.names.append(each.names)
            self.identities.append(each.node.mem_id if isinstance(each, _BlockFrame) else 0)  # type: ignore[union-attr]
            number = each.number = len(page.tags) - 1
        return number

    def _pass_by(self, node: LexborNode, tag: str, above: _Frame) -> _Frame | None:
        """Read no further into an element whose text is not shown, unless it holds paragraphs in reserve."""
        if tag in elements.FALLBACKS and node.css_first("p") is not None:
            frame = self._enter_block(node, tag, above)
            frame.state = frame.state._replace(is_hidden=True)
            return frame
        if tag == "script":
            self._read_script(node)
        elif tag == "iframe" and self.pieces:
            self._flush()
        return None

    def _read_script(self, node: LexborNode) -> None:
        self.page.scripts += 1
        if "ld+json" in (node.attributes.get("type") or ""):
            self.page.json_ld.append(node.text() or "")

    def _read_unseen(self, node: LexborNode, tag: str, action: int) -> None:
        if action == elements.END:
            self.page.is_whole = True
        elif action == elements.META:
            self._read_meta(node, tag)
        else:
            child = node.first_child
            while child is not None:
                tag = child.tag or ""
                if tag == "script":
                    self._read_script(child)
                elif ACTIONS.get(tag) == elements.META:
                    self._read_meta(child, tag)
                child = child.next

    def _read_meta(self, node: LexborNode, tag: str) -> None:
        attributes = node.attributes
        if tag == "meta":
            name = (
                attributes.get("property")
                or attributes.get("name")
                or attributes.get("itemprop")
                or attributes.get("http-equiv")
            )
            if name:
                self.page.metas.append((name.lower(), attributes.get("content") or ""))
        elif tag == "title":
            self.page.head_title = self.page.head_title or squeeze(node.text() or "")
        elif tag == "link" and attributes.get("href"):
            self.page.links.append(((attributes.get("rel") or "").lower(), attributes["href"] or ""))
        elif tag == "base":
            self.page.base_url = self.page.base_url or attributes.get("href") or ""


def _path(frame: _Frame, above: str) -> str:
    """Return a CSS selector of an element, from its nearest ancestor with an id of its own."""
    tag = frame.tag
    if tag in ("html", "body"):
        return tag
    step = f"{tag if tag in ACTIONS or _TAG_NAME.fullmatch(tag) else '*'}:nth-child({frame.nth})"
    path = f"{above} > {step}" if above else step
    if len(path) > _LONGEST_PATH:
        return path[path.index(" > ", len(path) - _LONGEST_PATH) + 3 :]
    return path
