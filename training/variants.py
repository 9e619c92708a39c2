"""Pages made of known ones: bare ones of a few blocks with noise around them, and nameless ones.

Pages of the corpora come with menus, footers and telling class names. What is imported to be cleaned has often lost
all that, and names that a machine made up tell nothing: a model that has never seen such pages relies on the rest.
"""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

    from numpy.typing import NDArray

    from cleaners.page import Draft, Page
    from cleaners.types import Block

    Numbers = Sequence[int]

_FEWEST, _MOST = 2, 9  # Blocks of the article where not all are taken.
_MOST_AROUND = 6
_LINKED = 0.8
_WRAPPERS = (
    "{body}", "<article>{body}</article>", "<main>{body}</main>", "<div>{body}</div>", "<form>{body}</form>",
    "<table><tr><td>{body}</td></tr></table>", "<html><head><title>{title}</title></head><body>{body}</body></html>",
)  # fmt: skip
_GROUPS = {"item": "ul", "table": "table"}
_NAMES = re.compile(
    r"""\s(?:class|id|role|itemprop|data-[\w-]+)=(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE
)


def nameless(markup: str) -> str:
    """Return markup without what names its elements."""
    return _NAMES.sub("", markup)


def bare_page(page: Page, labels: NDArray[np.int8], chance: Random) -> tuple[str, list[int]]:
    """Return the markup of a bare page and the numbers of the blocks it is made of; none without an article."""
    shown = [
        number
        for number, draft in enumerate(page.drafts)
        if not (draft.is_hidden or draft.furniture) and labels[number] >= 0
    ]
    wanted = [place for place, number in enumerate(shown) if labels[number] == 1]
    if len(wanted) < _FEWEST:
        return "", []
    first, last = wanted[0], wanted[-1]
    before = shown[max(0, first - chance.randint(0, _MOST_AROUND)) : first]
    after = shown[last + 1 : last + 1 + chance.randint(0, _MOST_AROUND)]
    numbers = [
        *before,
        *_some(shown[first : last + 1], chance),
        *after,
        *_teasers(page.drafts, labels, chance),
    ]
    return _markup(page, [page.drafts[number] for number in numbers], chance), numbers


def labels_of(texts: Sequence[str], made_of: Sequence[tuple[str, int]]) -> NDArray[np.int8]:
    """Return the labels of a bare page's texts, in the order in which they were written; -1 for any other text."""
    labels = np.full(len(texts), -1, dtype=np.int8)
    place = 0
    for number, text in enumerate(texts):
        found = next((at for at in range(place, len(made_of)) if made_of[at][0] == text), -1)
        if found >= 0:
            labels[number], place = made_of[found][1], found + 1
    return labels


def _some(body: Numbers, chance: Random) -> Numbers:
    """Return all of an article, or as often a few of its blocks."""
    count = chance.randint(_FEWEST, _MOST)
    if count >= len(body) or chance.getrandbits(1):
        return body
    start = chance.randrange(len(body) - count + 1)
    return body[start : start + count]


def _teasers(drafts: Sequence[Draft], labels: NDArray[np.int8], chance: Random) -> Numbers:
    """Return a list of links from anywhere on the page, or as often none."""
    linked = [
        number
        for number, draft in enumerate(drafts)
        if draft.block.kind == "item" and draft.block.link_density > _LINKED and labels[number] == 0
        and not draft.furniture
    ]  # fmt: skip
    lists = [list(found) for _, found in groupby(linked, key=lambda number: drafts[number].block.group)]
    return chance.choice(lists)[:_MOST_AROUND] if lists and chance.getrandbits(1) else []


def _markup(page: Page, drafts: Iterable[Draft], chance: Random) -> str:
    names = page.names if chance.getrandbits(1) else None
    parts = []
    for (kind, _), found in groupby(drafts, key=lambda draft: (draft.block.kind, draft.block.group)):
        inner = "\n".join(_element(draft.block, names[draft.element] if names else "") for draft in found)
        parts.append(f"<{_GROUPS[kind]}>{inner}</{_GROUPS[kind]}>" if kind in _GROUPS else inner)
    return chance.choice(_WRAPPERS).format(body="\n".join(parts), title=escape(page.head_title))


def _element(block: Block, names: str) -> str:
    """Return a block as an element, with the names of the one that held it where the page keeps these."""
    inner = _linked(block)
    if block.kind == "table":
        inner = "".join(f"<td>{escape(cell)}</td>" for cell in block.text.split("\t"))
    tag = f"h{block.level}" if block.kind == "heading" else _TAGS.get(block.kind, "p")
    named = f' class="{escape(names.strip())}"' if names.strip() else ""
    around = "<figure><img src='photo.jpg'>{}</figure>" if block.kind == "caption" else "{}"
    return around.format(f"<{tag}{named}>{inner}</{tag}>")


_TAGS = {"item": "li", "quote": "blockquote", "code": "pre", "caption": "figcaption", "table": "tr"}


def _linked(block: Block) -> str:
    parts, place = [], 0
    for link in block.links:
        parts += [
            escape(block.text[place : link.start]),
            f'<a href="{escape(link.url)}">{escape(block.text[link.start : link.end])}</a>',
        ]
        place = link.end
    text = "".join([*parts, escape(block.text[place:])])
    return text if block.kind == "code" else text.replace("\n", "<br>")
