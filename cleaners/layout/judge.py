"""Judge blocks: the model's scores, trafilatura's advice where it is unsure, and a look at the neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cleaners import shapes
from cleaners.layout.ancestry import Ancestry
from cleaners.layout.features import features_of
from cleaners.layout.model import default_model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from cleaners.page import Draft, Page

KEPT_FROM = 0.34  # Below it more is kept and more leaks: bench/quality.py, held-out sites, 0.30 to 0.38.
UNSURE_FROM = 0.12  # Doubtful words for each sure one; set on held-out sites so that one page in six asks.
_LAST_RESORT = 0.12
_RESCUED = 0.5
_RESCUE_FROM = 0.03
_RESCUE_WORDS = 10
_PROSE_SPAN = 3
_RESCUE_SPAN = 12
_NEARLY_SURE = 0.2
_FEW_LINKS = 0.3
_HOMES = 3


@dataclass(slots=True)
class Verdicts:
    """For each block how likely it is article text, and what noise its surroundings make of it."""

    scores: list[float] = field(default_factory=list)
    noises: list[str] = field(default_factory=list)


def judge(page: Page, title: str, said: Sequence[str], ask: Callable[[], list[bool] | None]) -> Verdicts:
    """Score the blocks of a page.

    `said` is for each block the noise type that its words alone make it, or empty. `ask` gets trafilatura's
    opinion of the blocks, and is called only in doubt.
    """
    if not page.drafts:
        return Verdicts()
    model = default_model()
    ancestry = Ancestry(page)
    rows = features_of(page, title, said, ancestry)
    scores = model.alone.probabilities(rows)
    words = np.array([draft.words for draft in page.drafts])
    if doubt_of(scores, words) > UNSURE_FROM and (opinion := ask()) is not None:
        advised = model.advised.probabilities(np.column_stack([rows, np.array(opinion, dtype=np.float32)]))
        scores = (scores + advised) / 2
    scores[[draft.is_hidden for draft in page.drafts]] *= 0.5
    _lower_the_bar(scores)
    _rescue_neighbours(page, scores, said)
    return Verdicts(scores.tolist(), _noises(page, ancestry))


def doubt_of(scores: NDArray[np.float64], words: NDArray[np.int64]) -> float:
    """Return the doubtful words of a page for each word of its article."""
    doubtful = float((words * np.minimum(scores, 1 - scores)).sum())
    return doubtful / max(1.0, float(words[scores >= KEPT_FROM].sum()))


def _lower_the_bar(scores: NDArray[np.float64]) -> None:
    """Where nothing is likely to be the article, take what is likeliest."""
    best = float(scores.max())
    if _LAST_RESORT < best < KEPT_FROM:
        scores *= KEPT_FROM / (best * 0.6)
        np.minimum(scores, 0.6, out=scores)


def _rescue_neighbours(page: Page, scores: NDArray[np.float64], said: Sequence[str]) -> None:
    """Keep what stands between kept prose of its own container.

    That is prose, whatever its wrapper is called, and the subheadings, lists and quotes that the model was
    nearly sure of.
    """
    drafts = page.drafts
    kept = [
        number for number in range(len(drafts)) if scores[number] >= KEPT_FROM and _is_prose(drafts[number])
    ]
    for before, after in pairwise(kept):
        home = _common_home(page, drafts[before].element, drafts[after].element)
        if not 1 < after - before <= _RESCUE_SPAN or home <= 0:
            continue
        for number in range(before + 1, after):
            draft = drafts[number]
            floor = _floor(draft, after - before)
            if scores[number] > floor and not said[number] and _is_at_home(page, draft, home):
                scores[number] = max(scores[number], _RESCUED)


def _floor(draft: Draft, span: int) -> float:
    """Return the score from which a block between kept paragraphs, `span` blocks apart, is kept too."""
    if draft.block.kind == "paragraph":
        return _RESCUE_FROM if _is_prose(draft) and span <= _PROSE_SPAN else 1.0
    return _NEARLY_SURE


def _is_at_home(page: Page, draft: Draft, home: int) -> bool:
    if draft.is_hidden or draft.block.link_density > _FEW_LINKS or draft.block.kind == "caption":
        return False
    return home in _homes(page, draft.element)


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
        and shapes.is_sentence_end(block.text)
    )


def _noises(page: Page, ancestry: Ancestry) -> list[str]:
    """Return for each block the noise type that it has from the elements around it."""
    return [
        "caption" if draft.block.kind == "caption" else noise
        for draft, noise in zip(page.drafts, ancestry.noises(), strict=True)
    ]
