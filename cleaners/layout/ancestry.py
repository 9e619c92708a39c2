"""The elements that hold blocks as arrays: which hold which, and what those around a block say of it."""

from __future__ import annotations

import functools
import operator
from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from cleaners import evidence

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from numpy.typing import NDArray

    from cleaners.page import Page

    Numbers = NDArray[np.intp]

Thing = TypeVar("Thing", bound="Hashable")

NOISES = (
    "", "navigation", "breadcrumb", "share", "related", "comments", "newsletter", "advertisement", "author-bio", "caption", "credit",
    "byline", "tags", "consent", "paywall", "pagination", "language-switch", "placeholder", "skip-link", "chrome",
)  # fmt: skip
_NOISE_NUMBERS = {name: number for number, name in enumerate(NOISES)}
_NOISE_BITS = len(NOISES).bit_length()
_FAR = 99
_LEAST_LEVELS = 5  # What the features ask of the elements above a block, however few there are.


class Surroundings(NamedTuple):
    """What the elements around each block say: flags, a noise type, and how far above it and a body's name are.

    `noises` are numbers in `NOISES`, of the nearest element that speaks of one. Distances are steps up; where
    there is no such element they are less than none.
    """

    flags: Numbers
    noises: Numbers
    noise_distance: Numbers
    body_distance: Numbers


class Ancestry:
    """The elements of a page that has blocks.

    For each element: `parents` (the root is its own), `last` (the last element inside it), `depth`, and `looks`,
    the number of its tag and names among all that the page has, which `marks` gives the words of; `topics` are those of
    all of them. Elements are numbered in page order: those from one to its `last` are what it holds. `own` is the element of each block,
    `paths` all elements from there up to the root, a row a step; beyond the root comes the root.
    """

    def __init__(self, page: Page) -> None:
        """Find out what holds what."""
        self.own = np.array([draft.element for draft in page.drafts], dtype=np.intp)
        self.parents = np.maximum(np.array(page.parents, dtype=np.intp), 0)
        self.last = _last_inside(self.parents)
        self.depth = _depths(self.last)
        self.height = int(self.depth[self.own].max())
        self.paths = self._paths()
        self.looks, pairs = numbered(zip(page.tags, page.names, strict=True))
        natures = [evidence.nature_of(tag, names) for tag, names in pairs]
        flags, noises, topics, self.marks = zip(*natures, strict=True)
        self.topics = functools.reduce(operator.or_, topics)
        self._flags = np.array(flags, dtype=np.intp)
        self._noises = np.array([_NOISE_NUMBERS[noise] for noise in noises], dtype=np.intp)

    def _paths(self) -> NDArray[np.intp]:
        paths = np.empty((max(self.height + 1, _LEAST_LEVELS), len(self.own)), dtype=np.intp)
        paths[0] = self.own
        for step in range(1, len(paths)):
            paths[step] = self.parents.take(paths[step - 1])
        return paths

    @functools.cached_property
    def surroundings(self) -> Surroundings:
        """What the elements around each block say of it."""
        flags, noises = self._flags.take(self.looks), self._noises.take(self.looks)
        depth = self.depth[self.own]
        # The root is nobody's noise or body. Deeper elements have higher depths: the highest is the nearest.
        of_noise = np.where(noises > 0, self.depth << _NOISE_BITS | noises, 0)
        of_body = np.where(flags & evidence.BODY, self.depth, 0)
        of_noise[0] = of_body[0] = 0
        nearest = of_noise.take(self.paths).max(axis=0)
        noise_depth, body_depth = nearest >> _NOISE_BITS, of_body.take(self.paths).max(axis=0)
        return Surroundings(
            np.bitwise_or.reduce(flags.take(self.paths), axis=0),
            nearest & ((1 << _NOISE_BITS) - 1),
            depth - np.where(noise_depth > 0, noise_depth, _FAR),
            depth - np.where(body_depth > 0, body_depth, _FAR),
        )

    def noises(self) -> list[str]:
        """Return for each block the noise type of its nearest ancestor whose tag or names speak of one."""
        return [NOISES[number] for number in self.surroundings.noises.tolist()]

    def sums(self, *columns: Any) -> NDArray[np.float64]:  # noqa: ANN401 - one number a block
        """Return for each column the sum over the blocks that each element holds, a row a column."""
        size = len(self.parents)
        running = np.zeros((len(columns), size + 1))
        for row, column in zip(running, columns, strict=True):
            row[1:] = np.bincount(self.own, weights=column, minlength=size)
        np.cumsum(running, axis=1, out=running)
        return np.asarray(running.take(self.last + 1, axis=1) - running[:, :-1])


def numbered(things: Iterable[Thing]) -> tuple[NDArray[np.intp], list[Thing]]:
    """Return a number for each thing, equal ones having the same, and the things by their numbers."""
    numbers: defaultdict[Thing, int] = defaultdict(count().__next__)
    return np.array(list(map(numbers.__getitem__, things)), dtype=np.intp), list(numbers)


def _last_inside(parents: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for each element the last one inside it: its last child's last child, and so on."""
    last = np.arange(len(parents))
    last[parents] = last.copy()  # Of those with one parent the last one counts.
    while True:
        further = last.take(last)
        if (further == last).all():
            return last
        last = further


def _depths(last: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the depth of each element: all that began before it, but for those that ended before it."""
    ended = np.cumsum(np.bincount(last + 1, minlength=len(last) + 1))
    return np.asarray(np.arange(len(last)) - ended[: len(last)])
