"""What the elements around a block say of it, and what they hold: each inherited or summed along the tree once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cleaners.layout import evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cleaners.page import Page

NOISES = (
    "", "navigation", "breadcrumb", "share", "related", "comments", "newsletter", "advertisement", "author-bio", "caption", "credit",
    "byline", "tags", "consent", "paywall", "pagination", "language-switch", "placeholder", "skip-link", "chrome",
)  # fmt: skip
_NOISE_NUMBERS = {name: number for number, name in enumerate(NOISES)}
_FAR = 99


class Ancestry:
    """Flags, noise and depths of the page's elements; `own` is the element of each block."""

    def __init__(self, page: Page) -> None:
        """Go through the elements once, parents before their children."""
        self.parents = page.parents
        self.own = np.array([draft.element for draft in page.drafts], dtype=np.int64)
        self.flags: list[int] = []
        self.noise: list[int] = []
        self.noise_depth: list[int] = []
        self.body_depth: list[int] = []
        self.depth: list[int] = []
        flags, noise, depth = self.flags, self.noise, self.depth
        noise_depth, body_depth = self.noise_depth, self.body_depth
        of_element, body = evidence.of_element, evidence.BODY
        for tag, names, parent in zip(page.tags, page.names, page.parents, strict=True):
            own_flags, own_noise = of_element(tag, names)
            if parent < 0:
                self._begin(own_flags)
                continue
            level = depth[parent] + 1
            depth.append(level)
            flags.append(flags[parent] | own_flags)
            noise.append(_NOISE_NUMBERS[own_noise] if own_noise else noise[parent])
            noise_depth.append(level if own_noise else noise_depth[parent])
            body_depth.append(level if own_flags & body else body_depth[parent])

    def _begin(self, flags: int) -> None:
        """Add the root, which is nobody's noise."""
        self.flags.append(flags)
        self.noise.append(0)
        self.depth.append(0)
        self.noise_depth.append(_FAR)
        self.body_depth.append(_FAR)

    def of_blocks(self, *tables: Sequence[int]) -> NDArray[np.int64]:
        """Return for each block the entries of its element, a row a table."""
        return np.array(tables, dtype=np.int64)[:, self.own]

    def noises(self) -> list[str]:
        """Return for each block the noise type of its nearest ancestor whose tag or names speak of one."""
        return [NOISES[number] for number in self.of_blocks(self.noise)[0].tolist()]

    def sums(self, columns: Sequence[tuple[Any, Any]]) -> NDArray[np.float64]:
        """Return for each column the sum over the blocks that each element holds.

        Columns come in pairs, and each pair is summed as the two parts of complex numbers: half the work.
        """
        size, parents = len(self.parents), self.parents
        sums: list[NDArray[np.float64]] = []
        for pair in columns:
            one, other = (np.bincount(self.own, weights=column, minlength=size) for column in pair)
            total = (one + 1j * other).tolist()
            for element in range(size - 1, 0, -1):
                total[parents[element]] += total[element]
            both = np.array(total)
            sums += [both.real, both.imag]
        return np.array(sums)

    def above(self, levels: int) -> list[NDArray[np.int64]]:
        """Return for each block its element, that one's parent, and so on."""
        parents = np.maximum(np.array(self.parents, dtype=np.int64), 0)
        at = [self.own]
        for _ in range(levels - 1):
            at.append(parents[at[-1]])
        return at
