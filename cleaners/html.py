"""Markup to blocks in reading order: one Lexbor parse, one walk."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from cleaners import elements
from cleaners.charset import without_control_references
from cleaners.documents import check_blocks
from cleaners.furniture import FurnitureReader
from cleaners.guard import reveal
from cleaners.initials import join_initials
from cleaners.page import Draft, Page
from cleaners.shown import as_shown
from cleaners.walk import Walker

if TYPE_CHECKING:
    from cleaners.rulefile import Rule

__all__ = ["Draft", "Page", "read_page", "slimmed"]

_REVEALED = "an element that hid the end of the page was closed"
_HIDDEN_END = "the end of the page is hidden by an element that is never closed"
_CUT_OFF = "the page breaks off within a tag: it was cut off"
_CUT_TAG = re.compile(r"</?[a-zA-Z][^>]{0,1000}\Z")
_NO_TEXT = "script:not([type*=json]),style,svg"
_MOST_FURNITURE = 64  # Each costs a search of the tree.
_BY_NAME = re.compile(r"[a-z]*[.#]([\w-]+)", re.ASCII)
_BY_ATTRIBUTE = re.compile(r"\[([\w-]+)\^?='([\w-]+)'\]", re.ASCII)


def read_page(markup: str, selectors: tuple[tuple[str, Rule], ...] = ()) -> Page:
    """Parse markup and return its visible blocks in reading order.

    `selectors` are those of `drop-node` rules: blocks inside such elements carry their rule. Raises ParseError
    for a page of more than 50,000 blocks.
    """
    markup = as_shown(without_control_references(markup))
    # As browsers do, nothing is read of a tag that the end of the page cuts through.
    last = markup.rfind("<")
    is_cut_off = last > markup.rfind(">") and bool(_CUT_TAG.match(markup, last))
    if is_cut_off:
        markup = markup[:last]
    page = _walk(markup, selectors)
    if not page.is_whole:
        page = _walk(reveal(markup), selectors)
        page.notes = (_REVEALED if page.is_whole else _HIDDEN_END,)
    if is_cut_off:
        page.notes = (_CUT_OFF, *page.notes)
    join_initials(page)
    check_blocks(len(page.drafts))
    return page


def slimmed(page: Page) -> str:
    """Return the markup of a page without what is plainly not its article: its furniture, styles and scripts.

    Scripts of JSON stay: some of them hold the article.
    """
    tree = LexborHTMLParser(page.markup.encode("utf-8", "replace"))
    furniture = FurnitureReader()
    paths = [draft.block.path for draft in page.drafts if draft.furniture][:_MOST_FURNITURE]
    # From the last to the first: a path counts the children before, which must still be there.
    for path in reversed(paths):
        found = tree.css_first(path)
        # On a page that is very deep, or has an id twice, the path may lead astray.
        if found is not None and furniture.read(found) is not None:
            found.decompose()
    # Inner ones first: with an outer one they would be gone already, and their memory somebody else's.
    for node in reversed(tree.css(_NO_TEXT)):
        node.decompose()
    return tree.html or ""


def _walk(markup: str, selectors: tuple[tuple[str, Rule], ...]) -> Page:
    tree = LexborHTMLParser(f"{markup}<{elements.END_TAG}>".encode("utf-8", "replace"))
    walker = Walker()
    page = walker.page
    page.markup, page.tree = markup, tree
    if tree.root is not None:
        walker.walk(tree.root)
    if dropped := _find_dropped(tree, selectors, page):
        _mark_dropped(page, [dropped.get(identity) for identity in walker.identities])
    return page


def _find_dropped(
    tree: LexborHTMLParser, selectors: tuple[tuple[str, Rule], ...], page: Page
) -> dict[int, Rule]:
    """Return the rules of the elements that selectors meet, by the elements' identity."""
    dropped: dict[int, Rule] = {}
    names = "\n".join(page.seen_names).lower()
    words = set(names.split())
    for selector, rule in selectors:
        # To look for a name in those of the page costs far less than to query the tree for it.
        name, is_whole = _name_in(selector)
        if name in words or (not is_whole and (name in names or name in page.markup)):
            for node in tree.css(selector):
                dropped.setdefault(node.mem_id, rule)
    return dropped


@lru_cache(maxsize=1024)
def _name_in(selector: str) -> tuple[str, bool]:
    """Return what every page has that a selector meets, and whether as a whole class or id; empty where it asks for more."""
    if found := _BY_NAME.fullmatch(selector):
        return found[1].lower(), True
    if found := _BY_ATTRIBUTE.match(selector):
        return max(found[1], found[2], key=len), False
    return "", False


def _mark_dropped(page: Page, own: list[Rule | None]) -> None:
    """Give the blocks the rules of the elements that they stand in; the nearest counts."""
    of_element: list[Rule | None] = []
    for rule, parent in zip(own, page.parents, strict=True):
        of_element.append(rule or (of_element[parent] if parent >= 0 else None))
    for draft in page.drafts:
        draft.rule = of_element[draft.element]
