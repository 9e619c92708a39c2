"""How the blocks of a page lie in its tree: what the second look reads besides the first one's scores."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cleaners.layout.ancestry import Ancestry
    from cleaners.page import Page

_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SHORTEST = 3
_MOST_WORDS = 12  # Of one element; utility classes come by the dozen.
_STEPS = 24  # Ancestors whose words are asked.
_UNKNOWN = 9.0


@dataclass(frozen=True, slots=True)
class Scene:
    """Blocks and elements of a page as arrays.

    For each block: `words`, `own` (its element), `looks` (a number for its and its parent's tag and names),
    `texts` (a number for its text), `is_heading`. For each element: `parents`, `depth`, `last` (the last
    element inside it; elements are numbered in page order), `marks` (the words of its tag and names).
    """

    words: NDArray[np.float64]
    own: NDArray[np.int64]
    looks: NDArray[np.int64]
    texts: NDArray[np.int64]
    is_heading: NDArray[np.bool_]
    parents: NDArray[np.int64]
    depth: NDArray[np.int64]
    last: NDArray[np.int64]
    marks: tuple[tuple[str, ...], ...]

    def above(self, levels: int) -> list[NDArray[np.int64]]:
        """Return for each block its element, that one's parent, and so on."""
        at = [self.own]
        for _ in range(levels - 1):
            at.append(self.parents[at[-1]])
        return at

    def sums(self, values: Any) -> NDArray[np.float64]:  # noqa: ANN401 - one number a block
        """Return for each element the sum over the blocks it holds."""
        own = np.bincount(self.own, weights=values, minlength=len(self.parents))
        running = np.concatenate([[0.0], np.cumsum(own)])
        return np.asarray(running[self.last + 1] - running[:-1])


def scene_of(page: Page, ancestry: Ancestry) -> Scene:
    """Return the scene of a page that has blocks."""
    parents = page.parents
    size = len(parents)
    last = list(range(size))
    for element in range(size - 1, 0, -1):
        parent = parents[element]
        last[parent] = max(last[parent], last[element])
    above = np.maximum(np.array(parents, dtype=np.int64), 0)
    looks: dict[tuple[str, ...], int] = {}
    texts: dict[str, int] = {}
    own = ancestry.own.tolist()
    return Scene(
        words=np.array([draft.words for draft in page.drafts], dtype=np.float64),
        own=ancestry.own,
        looks=np.array([looks.setdefault(_look(page, element), len(looks)) for element in own]),
        texts=np.array([texts.setdefault(draft.block.text, len(texts)) for draft in page.drafts]),
        is_heading=np.array([draft.block.kind == "heading" for draft in page.drafts]),
        parents=above,
        depth=np.array(ancestry.depth, dtype=np.int64),
        last=np.array(last, dtype=np.int64),
        marks=tuple(map(marks_of, page.tags, page.names)),
    )


def _look(page: Page, element: int) -> tuple[str, ...]:
    parent = max(0, page.parents[element])
    return page.tags[element], page.names[element], page.tags[parent], page.names[parent]


@lru_cache(maxsize=32_768)
def marks_of(tag: str, names: str) -> tuple[str, ...]:
    """Return the words of an element's tag, class and id, the parts of a name alone and together.

    >>> marks_of("div", "post__bodyText x1")
    ('<div>', 'body', 'post', 'post-body-text', 'text')
    """
    found = {f"<{tag}>"}
    for name in names.split():
        parts = [part.lower() for part in _PARTS.findall(name) if len(part) >= _SHORTEST]
        found.update(parts)
        if len(parts) > 1:
            found.add("-".join(parts))
    return tuple(sorted(found)[:_MOST_WORDS])


MARK_NAMES = (
    "own least", "own most", "parent least", "parent most", "grandparent least", "grandparent most", "least around", "most around",
    "mean around", "how far the least",
)  # fmt: skip


def mark_columns(scene: Scene, odds: Mapping[str, float]) -> list[Any]:
    """Return what the names around each block are known for, as log-odds of article text, `MARK_NAMES` a block."""
    # Equal words are one tuple, from the cache of `marks_of`: its identity is told sooner than its contents.
    known = {
        id(marks): _least_and_most(marks, odds) for marks in {id(each): each for each in scene.marks}.values()
    }
    found = np.array([known[id(marks)] for marks in scene.marks])
    least, most = found[:, 0], found[:, 1]
    least[0], most[0] = _UNKNOWN, -_UNKNOWN
    first, second, third = scene.above(3)
    return [
        least[first], most[first], least[second], most[second], least[third], most[third],
        *_around(scene, least, most),
    ]  # fmt: skip


def _least_and_most(marks: tuple[str, ...], odds: Mapping[str, float]) -> tuple[float, float]:
    values = [odds[mark] for mark in marks if mark in odds]
    return (min(values), max(values)) if values else (_UNKNOWN, -_UNKNOWN)


def _around(scene: Scene, least: NDArray[np.float64], most: NDArray[np.float64]) -> list[Any]:
    """Return the least and most of an element and all above it, the mean of the least, and the way to the least."""
    at = scene.own
    count = len(at)
    lowest, highest = np.full(count, _UNKNOWN), np.full(count, -_UNKNOWN)
    total, known, where = np.zeros(count), np.zeros(count), scene.depth[at]
    for _ in range(_STEPS):
        here = least[at]
        where = np.where(here <= lowest, scene.depth[at], where)
        lowest = np.minimum(lowest, here)
        highest = np.maximum(highest, most[at])
        is_known = here < _UNKNOWN
        total += np.where(is_known, here, 0.0)
        known += is_known
        at = scene.parents[at]
        if not at.any():
            break
    return [lowest, highest, total / np.maximum(1, known), scene.depth[scene.own] - where]
