"""Is it an article at all? A verdict and a confidence, never an empty success."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes
from cleaners.addresses import join
from cleaners.sitepages import is_front_page, why_no_article
from cleaners.sweep import is_prose, may_be_prose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cleaners.types import Block, Removal, Verdict

NO_SCRIPTS = "no text without JavaScript"
_HARDLY_ANY, _HARDLY_RUNNING, _NONE_FOUND = (
    "hardly any text",
    "hardly any running text",
    "no article text found",
)
SHOWS_NOTHING = frozenset({NO_SCRIPTS, _HARDLY_ANY, _HARDLY_RUNNING, _NONE_FOUND})
_FEW_WORDS = 30
_FEWEST_WORDS = 20  # Of an article, even where the layout is sure of one.
_SHORT_WORDS = 80
_STUB_WORDS = 240
_REST_SHARE = 1 / 3  # Of such a text: what stands behind the notice may be a line of the site.
_SENTENCE_WORDS = 4
_UNENDED_WORDS = 30
_WALL_SHARE = 0.5
_PROSE_SHARE = 0.35
_INDEX_SHARE = 0.5
_SURELY_NONE = 0.1
_PRESENT_FROM, _SURELY_PRESENT = 0.5, 0.8
_LIKE_ARTICLES = 0.5
_TRUSTED = 0.7
_SURELY_ARTICLE = 0.95
_MUCH_ELSE = 4  # Blocks removed from a page, from which it is more than a text that somebody pasted.
_WALLS = frozenset({"consent", "paywall"})
_LINKED = 0.6  # Share of the words that are links, of a page that leads to others.


class Judgement(NamedTuple):
    """A verdict, how sure it is (0..1), and a note where one helps."""

    verdict: Verdict
    confidence: float
    note: str = ""


class Impression(NamedTuple):
    """What the layout of a page makes of it.

    How many scripts it has, how likely it is of the kind of articles, how likely an index of other pages, how likely
    it has an article at all, how far its layout is to be trusted, and where it says that it stands.
    """

    scripts: int = 0
    likeness: float = 0.0
    index_share: float = 0.0
    presence: float = 1.0
    trust: float = 0.0
    own_address: str = ""


def judge_article(
    blocks: Sequence[Block],
    removed: Sequence[Removal],
    impression: Impression | None = None,
    *,
    title: str = "",
    url: str = "",
    held_back: Mapping[str, int] | None = None,
) -> Judgement:
    """Say whether kept blocks are an article, from what was kept and what was taken away, and of what page.

    `url` is where the page stands, `held_back` how many words of which noise rules met and left, for they were too
    many. With an impression, the confidence is how often pages like this one come out right; plain text has none.
    """
    words = [shapes.word_count(block.text) for block in blocks]
    total = sum(words)
    walls = sum(shapes.word_count(gone.text) for gone in removed if gone.noise in _WALLS)
    if not total:
        scripts = impression.scripts if impression else 0
        return Judgement("empty", 0.9, _why_empty(removed, walls, scripts))
    spared = sum(count for noise, count in (held_back or {}).items() if noise in _WALLS)
    if spared >= _WALL_SHARE * total or (total < _FEW_WORDS and walls > total):
        return Judgement("not-article", _SURELY_NONE, "mostly a consent or paywall notice")
    if why := why_no_article(title, url, total):
        return Judgement("not-article", _SURELY_NONE, why)
    judgement = _judge(blocks, words, impression) or _judge_whole(blocks, removed, words)
    if judgement.verdict == "article" and impression and (why := _why_none_at_all(impression, removed, url)):
        judgement = Judgement("not-article", 0.5, why)
    return judgement._replace(confidence=round(min(0.99, impression.trust), 3)) if impression else judgement


def _judge(blocks: Sequence[Block], words: Sequence[int], impression: Impression | None) -> Judgement | None:
    """Say why kept blocks are no article, if they are none: where the layout surely sees one, they need not run on."""
    total = sum(words)
    prose = sum(count for count, block in zip(words, blocks, strict=True) if _is_running(block, count))
    linked = sum(count * block.link_density for count, block in zip(words, blocks, strict=True))
    if (impression and impression.index_share >= _INDEX_SHARE) or linked > _LINKED * total:
        return Judgement("not-article", 0.5, "it leads to other pages: an index page?")
    if impression and (impression.likeness >= _LIKE_ARTICLES or impression.presence >= _SURELY_PRESENT):
        return Judgement("not-article", 0.6, _HARDLY_ANY) if total < _FEWEST_WORDS else None
    if total < _FEW_WORDS or not prose:
        return Judgement("not-article", 0.6, _HARDLY_RUNNING)
    if prose < _PROSE_SHARE * total:
        return Judgement("not-article", 0.5, "more headlines and lists than running text: an index page?")
    return None


def _judge_whole(blocks: Sequence[Block], removed: Sequence[Removal], words: Sequence[int]) -> Judgement:
    """Say whether an article is whole: a notice to pay behind most of a short text has cut it off."""
    total = sum(words)
    wall = max((gone.position for gone in removed if gone.noise == "paywall"), default=-1)
    behind = sum(count for count, block in zip(words, blocks, strict=True) if block.position > wall)
    if total < _STUB_WORDS and wall >= 0 and behind <= _REST_SHARE * total:
        return Judgement("partial", 0.6, "a paywall notice stands where the text breaks off")
    certainty = sum(block.score * count for count, block in zip(words, blocks, strict=True)) / total
    return Judgement("article", round(min(0.99, certainty * (0.95 if total > _SHORT_WORDS else 0.7)), 3))


def _is_running(block: Block, words: int) -> bool:
    """Tell whether a block is running text, were it but a short sentence, or a long one that no mark ends."""
    if is_prose(block, words):
        return True
    is_sentence = words >= _SENTENCE_WORDS and shapes.is_sentence_end(block.text)
    return may_be_prose(block) and (is_sentence or words >= _UNENDED_WORDS)


def _why_none_at_all(impression: Impression, removed: Sequence[Removal], url: str) -> str:
    """Return why a page has no article at all; what is little more than a text is not asked."""
    is_clear = impression.likeness >= _LIKE_ARTICLES and impression.trust >= _TRUSTED
    if impression.presence < _PRESENT_FROM and len(removed) >= _MUCH_ELSE and not is_clear:
        return "it looks like a page without an article: a form, a shop, a menu?"
    # Some callers name the site for the page.
    is_front = is_front_page(url) and is_front_page(join(url, impression.own_address))
    if impression.likeness < _SURELY_ARTICLE and is_front:
        return "it is the front page of a site"
    return ""


def _why_empty(removed: Sequence[Removal], walls: int, scripts: int) -> str:
    if walls:
        return "nothing but a consent or paywall notice"
    if scripts and sum(shapes.word_count(gone.text) for gone in removed) < _FEW_WORDS:
        return NO_SCRIPTS
    return _NONE_FOUND
