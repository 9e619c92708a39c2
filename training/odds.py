"""What words in class names are known for: how much of what stands under them is article text, site by site."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from cleaners.layout.scene import Odds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from training.examples import Example

    Shares = Mapping[str, tuple[float, float]]

GROUPS = 6
_PRIOR = 0.3
_PRIOR_SITES = 2.0
_FEWEST_SITES = 4
_ENOUGH = 10.0  # Square roots of words under a name from which a page's word on it counts in full.


def group_of(site: str) -> int:
    """Return the number of the group that a site's pages are left out with, among training pages."""
    return crc32(f"{site}#".encode()) % GROUPS


class SiteShares:
    """For each site, how much of what stands under each word of a class name is article text."""

    def __init__(self, examples: Sequence[Example]) -> None:
        """Count the articles among the examples."""
        pages: dict[str, list[Shares]] = defaultdict(list)
        for example in examples:
            if example.kind == "article":
                pages[example.site].append(_shares(example))
        self._sites = {site: _sum(found) for site, found in pages.items()}

    def odds(self, sites: Iterable[str]) -> Odds:
        """Return the log-odds of article text under the words that enough of `sites` use."""
        right: dict[str, float] = defaultdict(float)
        weight: dict[str, float] = defaultdict(float)
        count: dict[str, int] = defaultdict(int)
        for site in sorted(set(sites) & self._sites.keys()):
            for mark, (share, much) in self._sites[site].items():
                right[mark] += share
                weight[mark] += much
                count[mark] += 1
        odds = {}
        for mark in sorted(count):
            if count[mark] >= _FEWEST_SITES:
                share = (right[mark] + _PRIOR_SITES * _PRIOR) / (weight[mark] + _PRIOR_SITES)
                odds[mark] = round(math.log(share / (1 - share)), 3)
        return Odds(odds.items())


def _shares(example: Example) -> Shares:
    weights = np.sqrt(example.words) * (example.labels >= 0)
    ancestry = example.scene.ancestry
    total, right = ancestry.sums(weights, weights * (example.labels > 0))
    held: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for look, much, good in zip(ancestry.looks.tolist(), total.tolist(), right.tolist(), strict=True):
        if much > 0:
            for mark in ancestry.marks[look]:
                held[mark][0] += good
                held[mark][1] += much
    return {
        mark: (good / much * min(1.0, much / _ENOUGH), min(1.0, much / _ENOUGH))
        for mark, (good, much) in held.items()
    }


def _sum(pages: Sequence[Shares]) -> Shares:
    """Return a site's shares: many pages of it say less than as many sites."""
    summed: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for page in pages:
        for mark, (share, much) in page.items():
            summed[mark][0] += share / math.sqrt(len(pages))
            summed[mark][1] += much / math.sqrt(len(pages))
    return {mark: (share, much) for mark, (share, much) in summed.items()}
