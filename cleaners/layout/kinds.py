"""What kind of page it is, from the page as a whole: its shape, its scores, what it declares, its class names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from cleaners.evidence import TOPICS
from cleaners.layout.context import bar_of, doubt_of
from cleaners.layout.scene import BLOCK_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleaners.layout.scene import Scene
    from cleaners.page import Page

KINDS = ("article", "forum", "documentation", "service", "product", "collection", "listing")
_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"(\w+)"')
_TYPES = (
    "article", "news", "blogposting", "product", "forum", "discussion", "qapage", "question", "collection", "itemlist", "techarticle",
    "webpage", "service", "organization", "faqpage", "recipe", "video", "offer", "breadcrumb", "localbusiness", "website", "profile",
    "howto", "review",
)  # fmt: skip
_PAGE_COLUMNS = 15  # At the end of a row of features: the page's own.
_COUNTED = [BLOCK_KINDS.index(kind) for kind in ("code", "table", "quote", "heading", "item")]


def kind_row(
    page: Page, scene: Scene, rows: NDArray[np.float32], scores: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return what the page as a whole shows, one number a feature."""
    words = scene.words
    mass = scores * words
    total = max(1e-6, float(mass.sum()))
    bar = bar_of(scores, words)
    of_kind = np.bincount(scene.kinds, minlength=len(BLOCK_KINDS))
    shape = [
        np.log1p(total), total / max(1.0, float(words.sum())), bar.f1, int((scores >= bar.score).sum()),
        float((mass**2).sum()) / total**2, float(scores.max()), float(scores.mean()), doubt_of(scores, words, bar.score),
        _median(words), len(page.times), *of_kind.take(_COUNTED).tolist(),
    ]  # fmt: skip
    topics = [scene.ancestry.topics >> bit & 1 for bit in range(len(TOPICS))]
    own = np.array([*shape, *_declared(page), *topics], dtype=np.float32)
    return np.concatenate([rows[0, -_PAGE_COLUMNS:], own])


def _declared(page: Page) -> list[float]:
    types = " ".join(found.lower() for script in page.json_ld for found in _TYPE.findall(script))
    metas = dict(reversed(page.metas))
    kind = metas.get("og:type", "").lower()
    return [
        *(name in types for name in _TYPES),
        kind.startswith("article"), "product" in kind, "website" in kind, not kind,
        any("published" in name for name in metas), "author" in metas,
    ]  # fmt: skip


def _median(values: NDArray[np.float64]) -> float:
    ranked = np.sort(values)
    return float(ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2]) / 2
