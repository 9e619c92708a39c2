"""What a site repeats: counts of block fingerprints, learnt from many pages of it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cleaners import shapes
from cleaners.addresses import site_of
from cleaners.types import Removal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cleaners.types import Article, Block

_MIN_PAGES = 3  # A text on two pages may be a syndicated paragraph; on three it is the template.
_MIN_SHARE = 0.2  # Of the pages seen of the site, so that a standing phrase of a columnist stays.
_MIN_WORDS = 2


class SiteMemory:
    """Counts on how many different pages of a site each block text was seen.

    A page counts once, however often it is observed; cleaning with a memory never changes it.
    """

    def __init__(self) -> None:
        """Begin with nothing remembered."""
        self._pages: dict[str, set[str]] = defaultdict(set)
        self._totals: Counter[str] = Counter()
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)

    def observe(self, article: Article) -> None:
        """Count the kept blocks of an article, unless its page was counted before."""
        site = site_of(article.url)
        page = fingerprint(article.url or article.text)
        if page in self._pages[site]:
            return
        self._pages[site].add(page)
        self._totals[site] += 1
        self._counts[site].update({fingerprint(block.text) for block in article.blocks})

    def repeats(self, block: Block, url: str = "") -> bool:
        """Tell whether the site of `url` gives this block on so many pages that it is no article text."""
        site = site_of(url)
        if shapes.word_count(block.text) < _MIN_WORDS:
            return False
        pages = self._counts[site][fingerprint(block.text)] if site in self._counts else 0
        return pages >= max(_MIN_PAGES, _MIN_SHARE * self._totals[site])

    def to_dict(self) -> dict[str, Any]:
        """Return what is remembered as plain JSON types."""
        return {
            site: {"pages": sorted(self._pages[site]), "counts": dict(sorted(self._counts[site].items()))}
            for site in sorted(self._pages)
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SiteMemory:
        """Return the memory that `to_dict` gave."""
        memory = cls()
        for site, seen in data.items():
            memory._pages[site] = set(seen["pages"])
            memory._totals[site] = len(memory._pages[site])
            memory._counts[site] = Counter(seen["counts"])
        return memory

    @classmethod
    def of_counts(cls, site: str, pages: int, counts: Mapping[str, int]) -> SiteMemory:
        """Return the memory of one site whose counts are kept elsewhere, for reading only.

        `counts` says of each fingerprint on how many of the site's `pages` pages it stood.
        """
        memory = cls()
        memory._totals[site] = pages
        memory._counts[site] = Counter(counts)
        return memory


def forget_repeats(article: Article, memory: SiteMemory) -> Article:
    """Return an article without the blocks that its site repeats, each of them among the removed."""
    gone = [block for block in article.blocks if memory.repeats(block, article.url)]
    if not gone:
        return article
    removed = [
        Removal(block.text, "chrome", "site-memory", block.path, block.score, block.position)
        for block in gone
    ]
    kept = tuple(block for block in article.blocks if block not in gone)
    trace = tuple(sorted([*article.removed, *removed], key=lambda removal: removal.position))
    return replace(article, blocks=kept, removed=trace)


def fingerprint(text: str) -> str:
    """Return what tells a block's text from others, in 16 hexadecimal digits; case and spaces do not count."""
    return hashlib.blake2b(shapes.fold(text).encode("utf-8", "replace"), digest_size=8).hexdigest()
