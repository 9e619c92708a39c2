"""Is it an article at all? A verdict and a confidence, never an empty success."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes
from cleaners.sweep import is_prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaners.types import Block, Removal, Verdict

_FEW_WORDS = 30
_SHORT_WORDS = 80
_WALL_SHARE = 0.5
_PROSE_SHARE = 0.35
_INDEX_SHARE = 0.6
_WALLS = frozenset({"consent", "paywall"})


class Judgement(NamedTuple):
    """A verdict, how sure it is (0..1), and a note where one helps."""

    verdict: Verdict
    confidence: float
    note: str = ""


class Impression(NamedTuple):
    """What a page looks like: its scripts, how likely it is an index of others, how far its layout is to be trusted."""

    scripts: int = 0
    index_share: float = 0.0
    trust: float = 0.0


def judge_article(
    blocks: Sequence[Block], removed: Sequence[Removal], impression: Impression | None = None
) -> Judgement:
    """Say whether kept blocks are an article, from what was kept and what was taken away, and of what page.

    With an impression, the confidence is how often pages like this one come out right; plain text has none.
    """
    if impression is None:
        return _judge(blocks, removed, Impression())
    judgement = _judge(blocks, removed, impression)
    if judgement.verdict == "empty":
        return judgement
    if judgement.verdict == "article" and impression.index_share >= _INDEX_SHARE:
        judgement = Judgement("not-article", 0.0, "it leads to other pages: an index page?")
    return judgement._replace(confidence=round(min(0.99, impression.trust), 3))


def _judge(blocks: Sequence[Block], removed: Sequence[Removal], impression: Impression) -> Judgement:
    words = [shapes.word_count(block.text) for block in blocks]
    total = sum(words)
    walls = sum(shapes.word_count(gone.text) for gone in removed if gone.noise in _WALLS)
    if not total:
        return Judgement("empty", 0.9, _why_empty(removed, walls, impression.scripts))
    prose = sum(count for count, block in zip(words, blocks, strict=True) if is_prose(block, count))
    if total < _FEW_WORDS or not prose:
        if total < _FEW_WORDS and walls > total:
            return Judgement("not-article", 0.8, "mostly a consent or paywall notice")
        return Judgement("not-article", 0.6, "hardly any running text")
    if any(gone.noise == "paywall" for gone in removed) and total < 3 * _SHORT_WORDS:
        return Judgement("partial", 0.6, "a paywall notice stands where the text breaks off")
    if prose < _PROSE_SHARE * total:
        return Judgement("not-article", 0.5, "more headlines and lists than running text: an index page?")
    certainty = sum(block.score * count for count, block in zip(words, blocks, strict=True)) / total
    return Judgement("article", round(min(0.99, certainty * (0.95 if total > _SHORT_WORDS else 0.7)), 3))


def _why_empty(removed: Sequence[Removal], walls: int, scripts: int) -> str:
    if walls:
        return "nothing but a consent or paywall notice"
    if scripts and sum(shapes.word_count(gone.text) for gone in removed) < _FEW_WORDS:
        return "no text without JavaScript"
    return "no article text found"
