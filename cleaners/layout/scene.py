"""The blocks of a page as arrays, and what the names of classes around them are known for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaners.layout.ancestry import numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from cleaners.layout.ancestry import Ancestry
    from cleaners.page import Draft, Page
    from cleaners.types import Kind

BLOCK_KINDS: tuple[Kind, ...] = ("paragraph", "heading", "item", "quote", "code", "table", "caption")
_KIND_NUMBERS = {kind: number for number, kind in enumerate(BLOCK_KINDS)}
_STEPS = 24  # Ancestors whose words are asked.
_UNKNOWN = 9.0
_MOST_REMEMBERED = 16_384
# The noise of elements that selectors find: cookie walls and other dialogs.
_OVER_THE_PAGE = frozenset({"consent", "placeholder"})


@dataclass(frozen=True, slots=True)
class Scene:
    """The blocks of a page, and the elements that hold them.

    For each block: `words`, `kinds` (a number in `BLOCK_KINDS`), `looks` (a number for its and its parent's tag
    and names), `texts` (a number for its text), `is_furniture` (what lies over the page too).
    """

    ancestry: Ancestry
    words: NDArray[np.float64]
    kinds: NDArray[np.intp]
    looks: NDArray[np.intp]
    texts: NDArray[np.intp]
    is_furniture: NDArray[np.bool_]

    def of_kind(self, kind: Kind) -> NDArray[np.bool_]:
        """Tell of each block whether it is of this kind."""
        return np.asarray(self.kinds == _KIND_NUMBERS[kind])


def scene_of(page: Page, ancestry: Ancestry) -> Scene:
    """Return the scene of a page that has blocks."""
    blocks = [draft.block for draft in page.drafts]
    one, above = ancestry.looks.take(ancestry.paths[:2])
    return Scene(
        ancestry,
        words=np.array([draft.words for draft in page.drafts], dtype=np.float64),
        kinds=np.array([_KIND_NUMBERS[block.kind] for block in blocks], dtype=np.intp),
        looks=np.unique(one * len(ancestry.marks) + above, return_inverse=True)[1],
        texts=numbered([block.text for block in blocks])[0],
        is_furniture=np.array([_is_furniture(draft) for draft in page.drafts]),
    )


def _is_furniture(draft: Draft) -> bool:
    """Tell whether a block belongs to no article's layout: menus and footers, dialogs and what asks for consent."""
    return bool(draft.furniture) or (draft.rule is not None and draft.rule.noise in _OVER_THE_PAGE)


class Odds(dict[str, float]):
    """What words in class names are known for, as log-odds of article text."""

    def __init__(self, odds: Iterable[tuple[str, float]]) -> None:
        """Take words with their odds."""
        super().__init__(odds)
        self._remembered: dict[tuple[str, ...], tuple[float, float]] = {}

    def extremes(self, of: Sequence[tuple[str, ...]]) -> NDArray[np.float64]:
        """Return the lowest and the highest of the known ones among each of some lists of words."""
        found = list(map(self._remembered.get, of))
        if None in found:
            found = [self._remembered.get(marks) or self._extremes(marks) for marks in of]
        return np.array(found, dtype=np.float64).T

    def _extremes(self, marks: tuple[str, ...]) -> tuple[float, float]:
        values = [self[mark] for mark in marks if mark in self]
        found = (min(values), max(values)) if values else (_UNKNOWN, -_UNKNOWN)
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[marks] = found
        return found


MARK_NAMES = (
    "own least", "own most", "parent least", "parent most", "grandparent least", "grandparent most", "least around", "most around",
    "mean around", "how far the least",
)  # fmt: skip


def mark_columns(ancestry: Ancestry, odds: Odds) -> list[Any]:
    """Return what the names around each block are known for, as log-odds of article text, `MARK_NAMES` a block."""
    of_element = odds.extremes(ancestry.marks).take(ancestry.looks, axis=1)
    of_element[:, 0] = _UNKNOWN, -_UNKNOWN
    least, most = of_element.take(ancestry.paths[: max(3, _steps(ancestry))], axis=1)
    return [least[0], most[0], least[1], most[1], least[2], most[2], *_around(ancestry, least, most)]


def _steps(ancestry: Ancestry) -> int:
    return min(_STEPS, max(1, ancestry.height))


def _around(ancestry: Ancestry, least: NDArray[np.float64], most: NDArray[np.float64]) -> Sequence[Any]:
    """Return the least and most of an element and all above it, the mean of the least, and the way to the least.

    Of equal ones the farthest counts.
    """
    steps = _steps(ancestry)
    least, paths = least[:steps], ancestry.paths[:steps]
    lowest = least.min(axis=0)
    is_known = least < _UNKNOWN
    total = np.where(is_known, least, 0.0).sum(axis=0)
    depth = ancestry.depth.take(paths)
    where = np.where(least == lowest, depth, depth[0]).min(axis=0)
    return [
        lowest, most[:steps].max(axis=0), total / np.maximum(1, is_known.sum(axis=0)), depth[0] - where,
    ]  # fmt: skip
