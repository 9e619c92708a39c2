"""Whether a page has an article at all, learned from pages that lost theirs.

The corpora hold no page to log in at, to write to a company from, or of an error. But a page without its article is
much like one: a menu, a form, a footer, some links. So of each page an emptied one is made, and of those of running
text a short one with a paragraph or a few of it, for what is short is no less an article.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cleaners.html import read_page

if TYPE_CHECKING:
    from collections.abc import Collection
    from random import Random

    from numpy.typing import NDArray

    from cleaners.layout.model import Forest
    from training.examples import Example

EMPTIED, SHORT = "emptied", "short"
OF_PRESENCE = frozenset({EMPTIED, SHORT})
OF_TEXT = frozenset({"article", "documentation", "forum"})  # Kinds of page that are read from top to bottom.
_OF_LINKS = frozenset({"collection", "listing"})
_MOST_BLOCKS = 3  # Of a short page.
_FEWEST_WORDS = 25  # Of its first block.
_FEWEST_GONE = 30  # Words of an emptied page's article.
_MOST_LEFT = 0.1  # Of its words: what shows the article elsewhere too is not empty.
UNKNOWN = -1
_VARIANT_WEIGHTS = {EMPTIED: 0.5}
_OTHER_VARIANTS = 0.2
# An article says of itself that it is one, also where its text is gone.
_DECLARED = re.compile(
    r"<meta[^>]*(?:published|modified|article:|og:type)[^>]*>|<script[^>]*ld\+json[^>]*>.*?</script>",
    re.IGNORECASE | re.DOTALL,
)


def short_run(labels: NDArray[np.int8], is_start: NDArray[np.bool_], chance: Random) -> list[int]:
    """Return the numbers of a few blocks in a row of the article's, from one that it may start with; none without one."""
    wanted = np.flatnonzero(labels == 1).tolist()
    starts = [place for place, number in enumerate(wanted) if is_start[number]]
    if not starts:
        return []
    start = chance.choice(starts)
    return wanted[start : start + chance.randint(1, _MOST_BLOCKS)]


def may_start(example: Example) -> NDArray[np.bool_]:
    """Tell which blocks are paragraphs of some length."""
    is_paragraph = np.array([draft.block.kind == "paragraph" for draft in example.page.drafts])
    return np.asarray(is_paragraph & (example.words >= _FEWEST_WORDS))


def without(markup: str, gone: Collection[int], *, declared: bool) -> str:
    """Return the markup of a page without the elements of the blocks `gone`, and what it says of itself if not `declared`.

    An element that holds another block too stays.
    """
    page = read_page(markup)
    paths = [draft.block.path for draft in page.drafts]
    stays = [path for number, path in enumerate(paths) if number not in gone]
    assert page.tree is not None
    # From the last to the first: a path counts the children before, which must still be there.
    for path in (paths[number] for number in sorted(gone, reverse=True)):
        holds_others = any(other.startswith(path) for other in stays)
        found = None if holds_others else page.tree.css_first(path)
        if found is not None and found.tag not in ("html", "body"):
            found.decompose()
    rest = page.tree.html or ""
    return rest if declared else _DECLARED.sub("", rest)


def is_emptied(whole: Example, words_left: float) -> bool:
    """Tell whether a page lost its article, with `words_left` of it still there."""
    gone = float(whole.words[whole.labels == 1].sum())
    return gone > _FEWEST_GONE and words_left <= _MOST_LEFT * gone


def label_of(example: Example) -> int:
    """Return 1 for a page that has an article, 0 for one that has none, -1 where that is not known."""
    if example.variant:
        return int(example.variant != EMPTIED)
    # What sells or presents something is one thing or the other.
    return 1 if example.kind in OF_TEXT else 0 if example.kind in _OF_LINKS else UNKNOWN


def weight_of(example: Example) -> float:
    """Return how much a page weighs in learning whether there is an article."""
    return _VARIANT_WEIGHTS.get(example.variant, _OTHER_VARIANTS) if example.variant else 1.0


def shifted(forest: Forest, bar: float) -> Forest:
    """Return the same forest with its odds shifted, so that what it gave `bar` is as likely as not."""
    leaves = forest.leaves.copy()
    leaves[0] -= np.log(bar / (1 - bar))
    return replace(forest, leaves=leaves)
