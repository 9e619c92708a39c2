"""What readers wrote under an article, which may read like its own prose: by the names of elements, and where none tells."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from cleaners.sweep import is_prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaners.page import Page

_ARTICLE_WORDS = 50
_FEWEST_ALIKE = 3  # Elements that make a thread.
# Of what stands between the first and the last: counters of comments hold a word or two.
_MOST_OF_THREAD = 0.5
_HEAD_WORDS, _HEAD_BLOCKS = 8, 3
_NAMED_COMMENT = re.compile(
    r"(?:^|[\s_-]|(?<=[a-z])(?=C))(?:[Cc]omments?|[Cc]ommentaires?|[Kk]ommentare?)(?![a-z])\S*"
)
# They comment on a game as it goes.
_OF_REPORTERS = re.compile(r"live(?!fyre)|match|ticker|minute|score", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_MOST_OF_KEPT = 0.25  # Of the words kept: behind a heading with more than that the article goes on.


def readers_comments(page: Page, keeps: Sequence[bool], noises: Sequence[str]) -> list[int]:
    """Return the blocks in elements that are called comments, of those that `keeps` marks, where an article stands above them."""
    found = [number for number, noise in enumerate(noises) if keeps[number] and noise == "comments"]
    above = range(found[0]) if found else ()
    words = sum(page.drafts[number].words for number in above if keeps[number])
    return found if words >= _ARTICLE_WORDS else []


def threads(page: Page, keeps: Sequence[bool]) -> set[int]:
    """Return the kept blocks of threads: of elements named alike after comments, and what stands between them.

    Names of which no more is understood count too, where three elements or more bear them under an article.
    """
    words = [draft.words for draft in page.drafts]
    found: set[int] = set()
    for blocks in _named_alike(page).values():
        between = range(blocks[0], blocks[-1] + 1)
        above = sum(words[number] for number in range(blocks[0]) if keeps[number])
        own = sum(words[number] for number in set(blocks))
        if above >= _ARTICLE_WORDS and own >= _MOST_OF_THREAD * sum(words[number] for number in between):
            found.update(number for number in (*_head_of(blocks, page), *between) if keeps[number])
    return found


def _head_of(blocks: Sequence[int], page: Page) -> list[int]:
    """Return the short blocks before the first of a thread, if as many stand between it and the second: who wrote, and when."""
    step = next((after - before - 1 for before, after in pairwise(blocks) if after > before + 1), 0)
    if step > _HEAD_BLOCKS:
        return []
    head = range(max(0, blocks[0] - step), blocks[0])
    return [number for number in head if page.drafts[number].words <= _HEAD_WORDS]


def _named_alike(page: Page) -> dict[str, list[int]]:
    """Return the blocks in elements that are named after comments, by the name, where enough elements bear it."""
    if "omment" not in "".join(page.names):  # Of most pages this is all there is to do.
        return {}
    name_of = {
        element: _NUMBER.sub("", named.group().strip())
        for element, names in enumerate(page.names)
        if names and (named := _NAMED_COMMENT.search(names)) and not _OF_REPORTERS.search(names)
    }
    bearers: defaultdict[str, set[int]] = defaultdict(set)
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    for number, draft in enumerate(page.drafts if name_of else ()):
        for element in page.around(draft.element):
            if name := name_of.get(element):
                bearers[name].add(element)
                blocks[name].append(number)
    return {name: found for name, found in blocks.items() if len(bearers[name]) >= _FEWEST_ALIKE}


def first_comments(page: Page, keeps: Sequence[bool], said: Sequence[str]) -> set[int]:
    """Return the kept blocks between the heading of the comments and the first comment that was taken out.

    `said` is for each block the noise type that its words alone make it. Where nothing behind the heading was taken,
    it may be one of the article's own chapters.
    """
    drafts = page.drafts
    total = sum(draft.words for draft, is_kept in zip(drafts, keeps, strict=True) if is_kept)
    for number, draft in enumerate(drafts):
        if said[number] != "comment-form" or draft.block.kind != "heading":
            continue
        behind = range(number + 1, len(drafts))
        if sum(drafts[each].words for each in behind if keeps[each]) > _MOST_OF_KEPT * total:
            continue
        taken = (each for each in behind if not keeps[each] and is_prose(drafts[each].block))
        return {each for each in range(number + 1, next(taken, number)) if keeps[each]}
    return set()
