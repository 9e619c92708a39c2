"""Markup to blocks in reading order: one Lexbor parse, one walk."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborHTMLParser

from cleaners import elements, shapes
from cleaners.charset import without_control_references
from cleaners.documents import check_blocks
from cleaners.elements import ACTIONS, BREAK, HEAD, INLINE, KINDS, PHRASES, SKIP
from cleaners.guard import reveal
from cleaners.lines import CELL, LINE, Run, Span, find_links, linked_words, split_runs, squeeze
from cleaners.types import Block, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborNode

    from cleaners.rulefile import Rule

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[A-Za-z][\w-]*")
_START = re.compile(r"[1-9]\d{0,6}", re.ASCII)
_TAG_NAME = re.compile(r"[a-z][a-z0-9-]*")
_LONGEST_PATH = 1_000  # Characters, some fifty steps; on a deeper page a path keeps the last of them.
_REVEALED = "an element that hid the end of the page was closed"
_HIDDEN_END = "the end of the page is hidden by an element that is never closed"


@dataclass(slots=True)
class Draft:
    """A block while the page is judged: the public `Block` and what only the judges need."""

    block: Block
    element: int
    words: int
    is_hidden: bool = False
    rule: Rule | None = None


@dataclass(slots=True)
class Page:
    """What one walk over a page saw. Elements are numbers: indexes into `parents`, `tags`, `names`.

    `markup` is what was parsed, `is_whole` tells whether the walk came to its end.
    """

    drafts: list[Draft] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    language: str = ""
    head_title: str = ""
    metas: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    json_ld: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    base_url: str = ""
    scripts: int = 0
    is_whole: bool = False
    markup: str = ""
    notes: tuple[str, ...] = ()


def read_page(markup: str, selectors: tuple[tuple[str, Rule], ...] = ()) -> Page:
    """Parse markup and return its visible blocks in reading order.

    `selectors` are those of `drop-node` rules: blocks inside such elements carry their rule. Raises ParseError
    for a page of more than 50,000 blocks.
    """
    markup = without_control_references(markup)
    page = _walk(markup, selectors)
    if not page.is_whole:
        page = _walk(reveal(markup), selectors)
        page.notes = (_REVEALED if page.is_whole else _HIDDEN_END,)
    check_blocks(len(page.drafts))
    return page


def _walk(markup: str, selectors: tuple[tuple[str, Rule], ...]) -> Page:
    tree = LexborHTMLParser(f"{markup}<{elements.END_TAG}>".encode("utf-8", "replace"))
    walker = _Walker()
    walker.page.markup = markup
    for selector, rule in selectors:
        for node in tree.css(selector):
            walker.dropped.setdefault(node.mem_id, rule)
    if tree.root is not None:
        walker.walk(tree.root)
    return walker.page


class _Frame:
    """What to restore when the walk leaves an element."""

    __slots__ = ("children", "is_block", "node", "number", "saved")

    def __init__(self, node: LexborNode, number: int, is_block: bool, saved: tuple[Any, ...] | None) -> None:  # noqa: FBT001
        self.node = node
        self.number = number
        self.is_block = is_block
        self.saved = saved
        self.children = 0


class _Walker:
    """One preorder walk with its own stack: no recursion, whatever the depth."""

    def __init__(self) -> None:
        self.page = Page()
        self.dropped: dict[int, Rule] = {}
        self.nth: list[int] = []
        self.paths: dict[int, str] = {}
        self.identifiers: set[str] = set()
        self.pieces: list[str] = []
        self.spans: list[Span] = []
        self.href: str | None = None
        self.link_start = 0
        self.groups = 0
        # What holds for the text being read: kind, level, group, hidden, rule, nested list depth, in a row.
        self.kind: Kind = "paragraph"
        self.level = 0
        self.group = 0
        self.depth = 0
        self.item = 0
        self.counters: dict[int, int] = {}
        self.is_hidden = False
        self.rule: Rule | None = None
        self.in_row = False
        self.element = -1

    def walk(self, root: LexborNode) -> None:
        stack: list[_Frame] = []
        node: LexborNode | None = root
        while True:
            if node is None:
                if not stack:
                    break
                left = stack.pop()
                self._leave(left)
                node = left.node.next
                continue
            tag = node.tag
            if tag == "-text":
                self.pieces.append(node.text_content or "")
                node = node.next
                continue
            frame = self._enter(node, tag or "", stack)
            if frame is None:
                node = node.next if stack else None
                continue
            stack.append(frame)
            node = node.first_child
        self._flush()

    def _enter(self, node: LexborNode, tag: str, stack: list[_Frame]) -> _Frame | None:
        """Begin an element; None where the walk passes it by."""
        action = ACTIONS.get(tag, INLINE)
        nth = 1
        if stack:
            stack[-1].children += 1
            nth = stack[-1].children
        if action == SKIP:
            return self._pass_by(node, tag, nth, stack)
        if action == BREAK:
            self.pieces.append(LINE)
            return None
        if action >= HEAD:
            self._read_unseen(node, tag, action)
            return None
        if action == INLINE and (
            "-" not in tag[1:] or self.in_row or (stack and stack[-1].node.tag in PHRASES)
        ):
            return self._enter_inline(node, tag, nth, stack)
        if self.in_row:
            return self._enter_cell(node, tag, nth, stack)
        return self._enter_block(node, tag, nth, stack)

    def _enter_inline(self, node: LexborNode, tag: str, nth: int, stack: list[_Frame]) -> _Frame | None:
        if not tag or (tag[0] == "-" and tag != "-document"):
            if stack:  # A comment, a doctype or a processing instruction: no child that CSS counts.
                stack[-1].children -= 1
            return None
        number = self._number(tag, "", nth, stack)
        saved = None
        if tag == "a":
            self._close_link()
            attributes = node.attributes
            self.identifiers.add(attributes.get("id") or "")
            # A bare name marks a place; what has neither name nor address is a script's button.
            if "href" in attributes or not ("name" in attributes or "id" in attributes):
                self.href = attributes.get("href") or ""
                self.link_start = len(self.pieces)
                saved = ("a",)
        elif tag == "option":
            self.pieces.append(" ")
        elif tag == "time":
            self.page.times.append(node.attributes.get("datetime") or node.text() or "")
        elif tag in ("img", "input"):
            return None
        return _Frame(node, number, is_block=False, saved=saved)

    def _enter_cell(self, node: LexborNode, tag: str, nth: int, stack: list[_Frame]) -> _Frame:
        self.pieces.append(CELL if tag in ("td", "th") else " ")
        return _Frame(node, self._number(tag, "", nth, stack), is_block=False, saved=None)

    def _enter_block(self, node: LexborNode, tag: str, nth: int, stack: list[_Frame]) -> _Frame:
        self._flush()
        attributes = node.attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}" if attributes else ""
        number = self._number(tag, names, nth, stack)
        saved = (
            self.kind, self.level, self.group, self.depth, self.item, self.is_hidden, self.rule, self.in_row,
            self.element,
        )  # fmt: skip
        self.element = number
        if attributes:
            self._read_attributes(attributes, tag, number)
        if self.dropped:
            self.rule = self.dropped.get(node.mem_id, self.rule)
        if tag in elements.GROUPS:
            self.groups += 1
            self.group = self.groups
            self.item = 0
            if tag == "ol":
                start = attributes.get("start") or ""
                self.counters[self.group] = int(start) - 1 if _START.fullmatch(start) else 0
            self.depth += tag != "table"
        elif tag == "tr" and elements.is_data_row(node):
            self.kind, self.level, self.in_row = "table", 0, True
        elif kind := KINDS.get(tag):
            self._set_kind(kind, tag)
        return _Frame(node, number, is_block=True, saved=saved)

    def _set_kind(self, kind: Kind, tag: str) -> None:
        if kind == "heading":
            self.kind, self.level = kind, int(tag[1])
        elif kind == "item":
            self.kind, self.level = kind, max(1, self.depth)
            if self.group in self.counters:
                self.counters[self.group] += 1
                self.item = self.counters[self.group]
        elif self.kind != "code":
            self.kind, self.level = kind, 0

    def _read_attributes(self, attributes: dict[str, str | None], tag: str, number: int) -> None:
        if "hidden" in attributes or _HIDDEN.search(attributes.get("style") or ""):
            self.is_hidden = True
        if tag in ("html", "body", "article", "main") and attributes.get("lang") and not self.page.language:
            self.page.language = attributes["lang"] or ""
        identifier = attributes.get("id")
        if identifier and identifier not in self.identifiers and _IDENTIFIER.fullmatch(identifier):
            self.identifiers.add(identifier)
            self.paths[number] = f"#{identifier}"

    def _leave(self, frame: _Frame) -> None:
        if frame.is_block:
            self._flush()
            if frame.saved is not None:
                (
                    self.kind, self.level, self.group, self.depth, self.item, self.is_hidden, self.rule,
                    self.in_row, self.element,
                ) = frame.saved  # fmt: skip
        elif frame.saved is not None:
            self._close_link()

    def _close_link(self) -> None:
        if self.href is not None:
            if len(self.pieces) > self.link_start:
                self.spans.append(Span(self.link_start, len(self.pieces), self.href))
            self.href = None

    def _number(self, tag: str, names: str, nth: int, stack: list[_Frame]) -> int:
        page = self.page
        page.parents.append(stack[-1].number if stack else -1)
        page.tags.append(tag)
        page.names.append(names)
        self.nth.append(nth)
        return len(page.tags) - 1

    def _flush(self) -> None:
        """Make blocks of the text read so far."""
        pieces = self.pieces
        if not pieces:
            self.link_start = 0
            return
        if self.href is not None and len(pieces) > self.link_start:
            self.spans.append(Span(self.link_start, len(pieces), self.href))
        if len(pieces) > 1 or not pieces[0].isspace():
            for run in self._runs(pieces):
                if run.text:
                    self._add(run)
        self.pieces = []
        self.spans = []
        self.link_start = 0

    def _runs(self, pieces: list[str]) -> Iterable[Run]:
        if LINE in pieces and self.kind != "code" and not self.in_row:
            return split_runs(pieces, self.spans)
        raw = "".join(pieces)
        if self.kind == "code":
            text = raw.replace(LINE, "\n").strip("\n").rstrip()
        elif self.in_row:
            # What stands before the first mark is white space between tags.
            text = "\t".join(map(squeeze, raw.split(CELL)[1:])).rstrip("\t")
        else:
            text = squeeze(raw)
        return (Run(text, linked_words(pieces, self.spans) if self.spans else ()),)

    def _add(self, run: Run) -> None:
        text = run.text
        links, characters = find_links(text, run.linked) if run.linked else ((), 0)
        block = Block(
            text=text,
            kind=self.kind,
            level=self.level,
            path=self._path(self.element),
            link_density=min(1.0, characters / len(text)),
            position=len(self.page.drafts),
            group=self.group if self.kind in ("item", "table") else 0,
            number=self.item if self.kind == "item" else 0,
            links=links,
        )
        self.page.drafts.append(
            Draft(block, self.element, shapes.word_count(text), self.is_hidden, self.rule)
        )

    def _path(self, element: int) -> str:
        """Return a CSS selector of an element, from its nearest ancestor with an id of its own."""
        unknown: list[int] = []
        while element >= 0 and element not in self.paths:
            unknown.append(element)
            element = self.page.parents[element]
        path = self.paths.get(element, "")
        for number in reversed(unknown):
            tag = self.page.tags[number]
            if tag in ("html", "body"):
                path = tag
            else:
                step = f"{tag if _TAG_NAME.fullmatch(tag) else '*'}:nth-child({self.nth[number]})"
                path = f"{path} > {step}" if path else step
            if len(path) > _LONGEST_PATH:
                path = path[path.index(" > ", len(path) - _LONGEST_PATH) + 3 :]
            self.paths[number] = path
        return path

    def _pass_by(self, node: LexborNode, tag: str, nth: int, stack: list[_Frame]) -> _Frame | None:
        """Read no further into an element whose text is not shown, unless it holds paragraphs in reserve."""
        if tag in elements.FALLBACKS and node.css_first("p") is not None:
            frame = self._enter_block(node, tag, nth, stack)
            self.is_hidden = True
            return frame
        if tag == "script":
            self.page.scripts += 1
            if "ld+json" in (node.attributes.get("type") or ""):
                self.page.json_ld.append(node.text() or "")
        elif tag == "iframe":
            self._flush()
        return None

    def _read_unseen(self, node: LexborNode, tag: str, action: int) -> None:
        if action == elements.END:
            self.page.is_whole = True
        elif action == elements.META:
            self._read_meta(node, tag)
        else:
            child = node.first_child
            while child is not None:
                if child.tag == "script":
                    self._pass_by(child, "script", 0, [])
                elif child.tag:
                    self._read_meta(child, child.tag)
                child = child.next

    def _read_meta(self, node: LexborNode, tag: str) -> None:
        attributes = node.attributes
        if tag == "meta":
            names = (attributes.get(key) for key in ("property", "name", "itemprop", "http-equiv"))
            if name := next(filter(None, names), None):
                self.page.metas.append((name.lower(), attributes.get("content") or ""))
        elif tag == "title":
            self.page.head_title = self.page.head_title or squeeze(node.text() or "")
        elif tag == "link" and attributes.get("href"):
            self.page.links.append(((attributes.get("rel") or "").lower(), attributes["href"] or ""))
        elif tag == "base":
            self.page.base_url = self.page.base_url or attributes.get("href") or ""
