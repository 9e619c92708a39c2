"""Pages that go on with another story under the first: which blocks are the other one's."""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING

from cleaners import shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaners.page import Page

_STORY_WORDS = 30
_TOP = 1
_MOST_HEADS = 50


def other_stories(page: Page, keeps: Sequence[bool], noises: Sequence[str], title: str) -> set[int]:
    """Return the blocks of stories that follow the page's own, of those that `keeps` marks.

    A story has a headline of the first level, a byline and running text of its own, in an element that the
    page's headline does not stand in; a chapter of the same article has no byline. `noises` is what the
    elements around each block speak of.
    """
    drafts = page.drafts
    heads = [
        number
        for number, draft in enumerate(drafts)
        if draft.block.kind == "heading" and draft.block.level == _TOP
    ]
    if len(heads) <= 1:
        return set()
    headline = shapes.fold(title)
    own = next((head for head in heads if shapes.fold(drafts[head].block.text) == headline), heads[0])
    found: set[int] = set()
    # Of more than these a page that means it has none.
    for head in heads[heads.index(own) + 1 :][:_MOST_HEADS]:
        if head in found:
            continue
        around, home = _part(page, drafts[own].element, drafts[head].element)
        after = _blocks_in(page, home)
        before = range(_blocks_in(page, around).start, after.start)
        if all(_is_story(page, blocks, keeps, noises) for blocks in (before, after)):
            found.update(number for number in after if keeps[number])
    return found


def _part(page: Page, one: int, other: int) -> tuple[int, int]:
    """Return the nearest element that holds both, and the one within it that holds the other alone."""
    above = set(page.around(one))
    home = other
    while other not in above:
        home, other = other, page.parents[other]
    return other, home


def _blocks_in(page: Page, element: int) -> range:
    """Return the numbers of the blocks inside an element: one stretch, as elements are numbered in page order."""
    end = element + 1
    while end < len(page.parents) and page.parents[end] >= element:
        end += 1
    place = attrgetter("element")
    return range(bisect_left(page.drafts, element, key=place), bisect_left(page.drafts, end, key=place))


def _is_story(page: Page, blocks: range, keeps: Sequence[bool], noises: Sequence[str]) -> bool:
    words = sum(page.drafts[number].words for number in blocks if keeps[number])
    return words >= _STORY_WORDS and any(noises[number] == "byline" for number in blocks)
