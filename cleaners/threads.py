"""What readers wrote under an article, which may read like its own prose: by the names of elements, and where none tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaners.sweep import is_prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaners.page import Page

_ARTICLE_WORDS = 50
_MOST_OF_KEPT = 0.25  # Of the words kept: behind a heading with more than that the article goes on.


def readers_comments(page: Page, keeps: Sequence[bool], noises: Sequence[str]) -> list[int]:
    """Return the blocks in elements that are called comments, of those that `keeps` marks, where an article stands above them."""
    found = [number for number, noise in enumerate(noises) if keeps[number] and noise == "comments"]
    above = range(found[0]) if found else ()
    words = sum(page.drafts[number].words for number in above if keeps[number])
    return found if words >= _ARTICLE_WORDS else []


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
