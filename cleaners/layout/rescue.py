"""Keep what the model was not sure of where its place in the article speaks for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cleaners import shapes
from cleaners.evidence import LEAD, nature_of
from cleaners.sweep import is_prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cleaners.page import Draft, Page

KEPT_FROM = 0.5
_RESCUE_FROM = 0.06
_RESCUE_WORDS = 10
_PROSE_SPAN = 3
_RESCUE_SPAN = 12
_LIKELY = 0.4
_LIKELY_LIST = 0.45
_LIKELY_IN_COMPANY = 0.3
_ASKED = 0.2
_MOST_LINKED = 0.6
_FEW_OF_LIST = 0.35
_FEWEST_OF_LIST = 3
_DOUBTFUL = 0.1
_LEAD_WORDS = 12
_ANNOUNCED = frozenset(("item", "quote", "code", "table"))
_NEARLY_SURE = 0.05
_FEW_LINKS = 0.3
_HOMES = 3
_SERIES = 3  # Subheadings.
_UNDER_HEADING = 3  # Blocks in which prose begins.
_ALONE = ("", 0)
_OF_COMMENTS = frozenset({"comments", "comment-form"})


def rescue(page: Page, scores: NDArray[np.float64], said: Sequence[str]) -> None:
    """Raise the scores of what stands between kept prose of its own container or in its company, and of the lead before it.

    Between it that is prose, whatever its wrapper is called, the subheadings, lists and quotes that the model was nearly
    sure of, what likely announces one of these, and questions that are answered; in its company likely prose of the same element, lists that are
    likely as a whole, and the subheadings of a series.
    """
    drafts = page.drafts
    kept = [number for number in np.flatnonzero(scores >= KEPT_FROM).tolist() if _is_prose(drafts[number])]
    if kept:
        _rescue_lead(page, kept[0], scores, said)
        _rescue_headings(page, scores, said, kept)
    for before, after in pairwise(kept):
        home = _common_home(page, drafts[before].element, drafts[after].element)
        if not 1 < after - before <= _RESCUE_SPAN or home <= 0:
            continue
        for number in range(before + 1, after):
            draft = drafts[number]
            floor = _floor(draft, drafts[number + 1], after - before)
            if scores[number] > floor and not said[number] and _is_at_home(page, draft, home):
                scores[number] = max(scores[number], KEPT_FROM)
    _rescue_company(page, scores, said)
    _dismiss_links(page, scores)


def _rescue_headings(page: Page, scores: NDArray[np.float64], said: Sequence[str], kept: list[int]) -> None:
    """Keep the subheadings of a series, all named alike: each stands over kept prose, with a picture between perhaps."""
    series: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    prose = frozenset(kept)
    for number in range(kept[0] + 1, kept[-1]):
        draft = page.drafts[number]
        if draft.block.kind != "heading" or said[number] or draft.is_hidden or draft.block.link_density > 0:
            continue
        under = range(number + 1, number + 1 + _UNDER_HEADING)
        if scores[number] > _DOUBTFUL and not prose.isdisjoint(under):
            series[page.tags[draft.element], page.names[draft.element]].append(number)
    for members in series.values():
        if len(members) >= _SERIES:
            scores[members] = np.maximum(scores[members], KEPT_FROM)


def _rescue_company(page: Page, scores: NDArray[np.float64], said: Sequence[str]) -> None:
    """Keep the items of a list together, and the paragraphs of an element, where some of them stay.

    Under the heading of the comments they are readers' lists.
    """
    comments = (
        number
        for number, noise in enumerate(said)
        if noise in _OF_COMMENTS and page.drafts[number].block.kind == "heading"
    )
    end = next(comments, len(said))
    is_doubtful = (scores > _LIKELY_IN_COMPANY) & (scores < KEPT_FROM)
    doubtful = [
        number
        for number in np.flatnonzero(is_doubtful[:end]).tolist()
        if not said[number] and _may_stay(page.drafts[number])
    ]
    if not doubtful:
        return
    companies: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for number, draft in enumerate(page.drafts):
        companies[_company_of(page, draft)].append(number)
    wanted = {_company_of(page, page.drafts[number]) for number in doubtful} - {_ALONE}
    good = {company for company in wanted if _is_good(company[0], companies[company], page, scores)}
    for number in doubtful:
        if _company_of(page, page.drafts[number]) in good:
            scores[number] = KEPT_FROM


def _dismiss_links(page: Page, scores: NDArray[np.float64]) -> None:
    """Let the few links of a list go with the most of it, where none but links stay."""
    stay: defaultdict[int, list[int]] = defaultdict(list)
    for number in np.flatnonzero(scores >= KEPT_FROM).tolist():
        block = page.drafts[number].block
        if block.kind == "item" and block.group:
            stay[block.group].append(number)
    linked = {
        group: numbers
        for group, numbers in stay.items()
        if all(page.drafts[number].block.link_density >= _MOST_LINKED for number in numbers)
    }
    sizes = Counter(draft.block.group for draft in page.drafts) if linked else Counter()
    for group, numbers in linked.items():
        if sizes[group] >= _FEWEST_OF_LIST and len(numbers) < _FEW_OF_LIST * sizes[group]:
            scores[numbers] = _DOUBTFUL


def _company_of(page: Page, draft: Draft) -> tuple[str, int]:
    """Return what a block should not be parted from: the items of its list, the other prose of its element."""
    if draft.block.kind == "item":
        return ("list", draft.block.group) if draft.block.group else _ALONE
    return ("prose", page.parents[draft.element]) if _is_prose(draft) else _ALONE


def _is_good(kind: str, members: list[int], page: Page, scores: NDArray[np.float64]) -> bool:
    """Tell whether some of a company stay, and of a list whether it is likely as a whole."""
    own = scores[members]
    if own.max() < KEPT_FROM or kind != "list":
        return bool(own.max() >= KEPT_FROM)
    words = [page.drafts[number].words for number in members]
    return bool(np.average(own, weights=words) >= _LIKELY_LIST)


def _rescue_lead(page: Page, first: int, scores: NDArray[np.float64], said: Sequence[str]) -> None:
    """Keep likely prose between the headline and the first kept prose: some truths leave a lead out, readers miss it."""
    before = page.drafts[:first]
    named = {number for number, draft in enumerate(before) if _is_named_lead(page, draft)}
    headings = [
        number for number, draft in enumerate(before) if draft.block.kind == "heading" and number not in named
    ]
    for number in range(headings[-1] + 1, first) if headings else ():
        draft = before[number]
        if said[number] or draft.is_hidden:
            continue
        if (scores[number] > _LIKELY and _is_prose(draft)) or (
            number in named and scores[number] > _DOUBTFUL
        ):
            scores[number] = max(scores[number], KEPT_FROM)


def _is_named_lead(page: Page, draft: Draft) -> bool:
    """Tell whether a block of a dozen words or more, or the element around it, is called a lead or the like."""
    if draft.words < _LEAD_WORDS or draft.block.link_density > 0:
        return False
    around = (draft.element, *_homes(page, draft.element)[:1])
    return any(nature_of(page.tags[element], page.names[element]).flags & LEAD for element in around)


def _floor(draft: Draft, following: Draft, span: int) -> float:
    """Return the score from which a block between kept paragraphs, `span` blocks apart, is kept too."""
    block = draft.block
    if block.kind != "paragraph":
        return _NEARLY_SURE
    if block.text.endswith((":", "：")) and following.block.kind in _ANNOUNCED:
        return _LIKELY
    if block.text.endswith(("?", "？", "؟")) and _is_prose(following):
        return _ASKED
    return _RESCUE_FROM if _is_prose(draft) and span <= _PROSE_SPAN else 1.0


def _is_at_home(page: Page, draft: Draft, home: int) -> bool:
    return _may_stay(draft) and draft.block.kind != "caption" and home in _homes(page, draft.element)


def _may_stay(draft: Draft) -> bool:
    return not draft.is_hidden and draft.block.link_density <= _FEW_LINKS


def _common_home(page: Page, one: int, other: int) -> int:
    """Return the nearest element that holds both as children or grandchildren, 0 for none but the root."""
    return max(set(_homes(page, one)[:2]) & set(_homes(page, other)[:2]), default=0)


def _homes(page: Page, element: int) -> list[int]:
    """Return the three elements above an element, the nearest first."""
    homes: list[int] = []
    for _ in range(_HOMES):
        element = page.parents[element] if element > 0 else 0
        homes.append(max(0, element))
    return homes


def _is_prose(draft: Draft) -> bool:
    block = draft.block
    return (
        draft.words >= _RESCUE_WORDS
        and block.kind == "paragraph"
        and block.link_density == 0
        and (shapes.is_sentence_end(block.text) or is_prose(block))
    )
