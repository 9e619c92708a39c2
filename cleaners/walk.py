"""The walk over a parsed page: from elements and texts to blocks with their kind, place and links.

It meets every element of the page, so it asks selectolax, where each answer makes a new object, as little as it
can, and numbers only the elements that turn out to hold blocks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cleaners import elements, furniture, shapes
from cleaners.elements import ACTIONS, BLOCK, BREAK, HEAD, INLINE, KINDS, PHRASES, PLAIN, SKIP
from cleaners.frames import BlockFrame, Frame, LinkFrame, Outside, State, path_of
from cleaners.lines import (
    CELL,
    LINE,
    NO_BREAK_SPACE,
    NO_LINKS,
    Links,
    Run,
    Span,
    find_links,
    linked_words,
    links_of,
    split_runs,
    squeeze,
)
from cleaners.page import Draft, Page
from cleaners.types import Block

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborNode

    from cleaners.furniture import Furniture

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[A-Za-z][\w-]*")
_START = re.compile(r"[1-9]\d{0,6}", re.ASCII)
_STATEFUL = elements.GROUPS | KINDS.keys() | {"tr"}


class Walker:
    """One preorder walk with its own stack: no recursion, whatever the depth.

    `identities` are those of the numbered elements that are block-like, 0 for the other ones.
    """

    def __init__(self) -> None:
        """Begin with an empty page."""
        self.page = Page()
        self.identities: list[int] = []
        self.identifiers: set[str] = set()
        self.furniture = furniture.FurnitureReader()
        self.pieces: list[str] = []
        self.spans: list[Span] = []
        self.href: str | None = None
        self.link_start = 0
        self.groups = 0
        self.counters: dict[int, int] = {}
        self.outside = Outside()
        self.block: BlockFrame = self.outside

    def walk(self, root: LexborNode) -> None:
        """Read an element with all that it holds."""
        self._go(root)
        if self.pieces:
            self._flush()

    def _go(self, root: LexborNode) -> None:
        pieces, page, outside, actions = self.pieces, self.page, self.outside, ACTIONS
        frame: Frame = outside
        node: LexborNode | None = root
        while node is not None or frame is not outside:
            if node is None:
                if not frame.is_plain:
                    self._leave(frame)
                node, frame = frame.node.next, frame.above
                continue
            tag = node.tag or ""
            if tag == "-text":
                text = node.text_content or ""
                # White space before a block's text is nobody's, and most texts are no more than that.
                if pieces or not text.isspace() or not text.isascii() or self.block.state.kind == "code":
                    pieces.append(text)
                node = node.next
                continue
            action = actions.get(tag, INLINE)
            frame.children += 1
            if action == PLAIN:
                page.inline_elements += 1
                entered: Frame | None = Frame(node, tag, frame)
            else:
                entered = self._enter(node, tag, action, frame)
            if entered is None:
                node = node.next
            else:
                frame, node = entered, node.first_child

    def _enter(self, node: LexborNode, tag: str, action: int, above: Frame) -> Frame | None:
        """Begin an element; None where the walk passes it by."""
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

    def _enter_other(self, node: LexborNode, tag: str, action: int, above: Frame) -> Frame | None:
        in_row = self.block.state.in_row
        if action == INLINE and ("-" not in tag[1:] or in_row or above.tag in PHRASES):
            return self._enter_inline(node, tag, above)
        if in_row:
            self.pieces.append(CELL if tag in ("td", "th") else " ")
            self.page.inline_elements += 1
            return Frame(node, tag, above)
        return self._enter_block(node, tag, above)

    def _enter_inline(self, node: LexborNode, tag: str, above: Frame) -> Frame | None:
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
        return Frame(node, tag, above)

    def _enter_link(self, node: LexborNode, above: Frame) -> Frame:
        self._close_link()
        attributes = node.attributes
        self.identifiers.add(attributes.get("id") or "")
        # A bare name marks a place; what has neither name nor address is a script's button.
        if "href" in attributes or not ("name" in attributes or "id" in attributes):
            self.href = attributes.get("href") or ""
            self.link_start = len(self.pieces)
            return LinkFrame(node, "a", above)
        return Frame(node, "a", above)

    def _enter_block(self, node: LexborNode, tag: str, above: Frame) -> BlockFrame | None:
        if self.pieces:
            self._flush()
        frame = BlockFrame(node, tag, above, self.block)
        attributes = node.attributes
        if attributes:
            self._read_attributes(attributes, frame)
        if tag in _STATEFUL:
            frame.state = self._state_in(frame, attributes)
        self.page.seen_tags.append(tag)
        self.page.seen_names.append(frame.names)
        # What stands at the foot of a quotation says whose it is.
        noise = furniture.noise_of(tag, frame.names) if frame.state.kind != "quote" else ""
        if noise and (found := self.furniture.read(node)) is not None:
            self._add_furniture(frame, noise, found)
            return None
        self.block = frame
        return frame

    def _add_furniture(self, frame: BlockFrame, noise: str, found: Furniture) -> None:
        """Make one block of an element with all that it holds."""
        for script in found.scripts:
            self._read_script(script)
        self._number(frame)
        drafts = self.page.drafts
        block = Block(text=found.text, path=frame.path, link_density=found.link_share, position=len(drafts))
        words = shapes.word_count(found.text)
        drafts.append(Draft(block, frame.number, words, frame.state.is_hidden, furniture=noise))

    def _read_attributes(self, attributes: dict[str, str | None], frame: BlockFrame) -> None:
        identifier = attributes.get("id") or ""
        frame.names = f"{attributes.get('class') or ''} {identifier}"
        style = attributes.get("style")
        if "hidden" in attributes or (style and _HIDDEN.search(style)):
            frame.state = frame.state._replace(is_hidden=True)
        if (
            "lang" in attributes
            and not self.page.language
            and frame.tag in ("html", "body", "article", "main")
        ):
            self.page.language = attributes["lang"] or ""
        if identifier and identifier not in self.identifiers and _IDENTIFIER.fullmatch(identifier):
            self.identifiers.add(identifier)
            frame.path = f"#{identifier}"

    def _state_in(self, frame: BlockFrame, attributes: dict[str, str | None]) -> State:
        """Return what holds for the text inside a list, a table, a row or an element that makes a kind."""
        tag, state = frame.tag, frame.state
        if tag in elements.GROUPS:
            self.groups += 1
            if tag == "ol":
                start = attributes.get("start") or ""
                self.counters[self.groups] = int(start) - 1 if _START.fullmatch(start) else 0
            return state._replace(group=self.groups, depth=state.depth + (tag != "table"), item=0)
        if tag == "tr":
            is_data = elements.is_data_row(frame.node)
            return state._replace(kind="table", level=0, in_row=True) if is_data else state
        kind = KINDS[tag]
        if kind == "heading":
            return state._replace(kind=kind, level=int(tag[1]))
        if kind == "item":
            return self._next_item(state)
        return state if state.kind == "code" else state._replace(kind=kind, level=0)

    def _next_item(self, state: State) -> State:
        item = state.item
        if state.group in self.counters:
            self.counters[state.group] += 1
            item = self.counters[state.group]
        return State(
            "item", max(1, state.depth), state.group, state.depth, item, state.is_hidden, state.in_row
        )

    def _leave(self, frame: Frame) -> None:
        if not isinstance(frame, BlockFrame):
            self._close_link()
            return
        if self.pieces:
            self._flush()
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
        state = self.block.state
        if LINE in pieces or state.kind == "code" or state.in_row:
            for text, linked in self._runs(pieces, state):
                self._add(text, find_links(text, linked) if linked else NO_LINKS)
        elif len(pieces) > 1 or not pieces[0].isspace():
            text = squeeze("".join(pieces))
            self._add(text, links_of(text, pieces, spans) if spans else NO_LINKS)
        pieces.clear()
        spans.clear()
        self.link_start = 0

    def _runs(self, pieces: list[str], state: State) -> Iterable[Run]:
        if state.kind != "code" and not state.in_row:
            return split_runs(pieces, self.spans)
        linked = linked_words(pieces, self.spans)
        raw = "".join(pieces)
        if state.kind == "code":
            code = raw.replace(LINE, "\n").replace(NO_BREAK_SPACE, " ")
            return (Run(code.strip("\n").rstrip(), linked),)
        # What stands before the first mark is white space between tags.
        return (Run("\t".join(map(squeeze, raw.split(CELL)[1:])).rstrip("\t"), linked),)

    def _add(self, text: str, links: Links) -> None:
        if not text:
            return
        frame, drafts = self.block, self.page.drafts
        state = frame.state
        if frame.number < 0:
            self._number(frame)
        block = Block(
            text=text,
            kind=state.kind,
            level=state.level,
            path=frame.path,
            link_density=min(1.0, links.characters / len(text)),
            position=len(drafts),
            group=state.group if state.kind in ("item", "table") else 0,
            number=state.item if state.kind == "item" else 0,
            links=links.links,
        )
        drafts.append(Draft(block, frame.number, shapes.word_count(text), state.is_hidden))

    def _number(self, frame: Frame) -> None:
        """Give an element and those around it their numbers and addresses."""
        unknown: list[Frame] = []
        while frame.number < 0 and frame is not self.outside:
            unknown.append(frame)
            frame = frame.above
        number, path, page = frame.number, frame.path, self.page
        for each in reversed(unknown):
            page.parents.append(number)
            page.tags.append(each.tag)
            page.names.append(each.names)
            self.identities.append(each.node.mem_id if isinstance(each, BlockFrame) else 0)
            path = each.path = each.path or path_of(each, path)
            number = each.number = len(page.tags) - 1

    def _pass_by(self, node: LexborNode, tag: str, above: Frame) -> Frame | None:
        """Read no further into an element whose text is not shown, unless it holds paragraphs in reserve."""
        if tag in elements.FALLBACKS and node.css_first("p") is not None:
            frame = self._enter_block(node, tag, above)
            if frame is not None:
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
