"""From page scores to the figures of a corpus."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import peers
from measures import Overlap, Share, mean_f1, mean_overlap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring import PageScore

FACTS = ("title", "authors", "date")
# Fewer removals than this say nothing about a noise type.
MIN_REMOVALS = 20


@dataclass(frozen=True, slots=True)
class TextFigures:
    """What one system reached over some pages; `pages` counts those whose text is known."""

    pages: int
    words: Overlap
    word_f1: float
    shingles: Overlap
    kept: Share
    leaked: Share
    failed: int


@dataclass(frozen=True, slots=True)
class PlainFigures:
    """The plain-text path before and after cleaning: precision, recall, and mean F1."""

    pages: int
    before: Overlap
    after: Overlap
    f1_before: float
    f1_after: float


def group_pages(scores: Sequence[PageScore]) -> dict[str, list[PageScore]]:
    """Return the pages by kind, articles first, and all of them where there is more than one kind."""
    groups: dict[str, list[PageScore]] = defaultdict(list)
    for score in sorted(scores, key=lambda each: (each.kind != "article", each.kind)):
        groups[score.kind].append(score)
    if len(groups) > 1:
        groups["all"] = list(scores)
    return dict(groups)


def sum_texts(scores: Sequence[PageScore], system: str) -> TextFigures:
    """Return what one system reached over these pages."""
    texts = [(score, score.texts[system]) for score in scores]
    words = [text.words for _, text in texts if text.words] or [Overlap(0.0, 0.0)]
    shingles = [text.shingles for _, text in texts if text.shingles] or [Overlap(0.0, 0.0)]
    return TextFigures(
        pages=sum(text.words is not None for _, text in texts),
        words=mean_overlap(words),
        word_f1=mean_f1(words),
        shingles=mean_overlap(shingles),
        kept=Share(sum(text.kept for _, text in texts), sum(score.wanted for score, _ in texts)),
        leaked=Share(sum(text.leaked for _, text in texts), sum(score.unwanted for score, _ in texts)),
        failed=sum(system in score.failures for score, _ in texts),
    )


def sum_metadata(scores: Sequence[PageScore], system: str) -> dict[str, Share]:
    """Return how often each fact of the pages is right, of those where it is known."""
    shares = {}
    for fact in FACTS:
        known = [score.metadata[system][fact] for score in scores if fact in score.metadata.get(system, {})]
        if known:
            shares[fact] = Share(sum(known), len(known))
    return shares


def sum_plain(scores: Sequence[PageScore]) -> PlainFigures | None:
    """Return what cleaning does to plain text, or nothing where no page was measured."""
    pairs = [(score.plain["before"], score.plain["after"]) for score in scores if score.plain]
    if not pairs:
        return None
    before, after = [first for first, _ in pairs], [second for _, second in pairs]
    return PlainFigures(
        len(pairs), mean_overlap(before), mean_overlap(after), mean_f1(before), mean_f1(after)
    )


def sum_removals(scores: Sequence[PageScore]) -> dict[str, Share]:
    """Return, of the removals of each noise type, how many are right, most frequent first."""
    total = Counter(removal.noise for score in scores for removal in score.removals)
    right = Counter(removal.noise for score in scores for removal in score.removals if removal.is_right)
    return {noise: Share(right[noise], count) for noise, count in total.most_common()}


def sum_reasons(scores: Sequence[PageScore]) -> dict[str, Share]:
    """Return, of the removals of each reason, how many are right, most wrong ones first."""
    total = Counter(removal.reason for score in scores for removal in score.removals)
    wrong = Counter(removal.reason for score in scores for removal in score.removals if not removal.is_right)
    order = sorted(total, key=lambda reason: (-wrong[reason], -total[reason], reason))
    return {reason: Share(total[reason] - wrong[reason], total[reason]) for reason in order}


def sum_leaks(scores: Sequence[PageScore], system: str) -> dict[str, Share]:
    """Return, of the noise of each type that stands inside the bodies, how much a system leaves in."""
    total = Counter[str]()
    left = Counter[str]()
    for score in scores:
        total.update(score.noise)
        left.update(score.leaks.get(system, {}))
    return {noise: Share(left[noise], count) for noise, count in total.items() if count}


def share_asked(scores: Sequence[PageScore]) -> Share:
    """Return on how many pages Chaffinch asked trafilatura."""
    return Share(sum(score.has_asked for score in scores), len(scores))


def group_confidence(scores: Sequence[PageScore]) -> dict[str, list[PageScore]]:
    """Return the pages with a known text that are not empty by tenths of their confidence."""
    groups: dict[str, list[PageScore]] = {f"{tenth / 10:.1f}": [] for tenth in range(10)}
    for score in scores:
        if score.texts[peers.CHAFFINCH].words and score.verdict not in ("", "empty"):
            groups[f"{min(9, int(score.confidence * 10 + 1e-9)) / 10:.1f}"].append(score)
    return {name: members for name, members in groups.items() if members}


def count_verdicts(scores: Sequence[PageScore]) -> dict[str, Counter[str]]:
    """Return how often each kind of page got each verdict."""
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    for score in scores:
        if score.verdict:
            verdicts[score.kind][score.verdict] += 1
    return dict(verdicts)


def read_floor_figures(scores: Sequence[PageScore]) -> dict[str, float]:
    """Return Chaffinch's figures of a corpus by name; one whose name ends in `leaked` should be low."""
    figures: dict[str, float] = {}
    for group, members in group_pages(scores).items():
        figures |= _name_texts(group, sum_texts(members, peers.CHAFFINCH))
        if group in ("article", "all"):
            shares = sum_metadata(members, peers.CHAFFINCH)
            figures |= {f"{group}.metadata.{fact}": share.value for fact, share in shares.items()}
    figures |= _name_plain(sum_plain(scores))
    for noise, share in sum_removals(scores).items():
        if share.total >= MIN_REMOVALS:
            figures[f"noise.{noise}.right"] = share.value
    return figures


def _name_texts(group: str, texts: TextFigures) -> dict[str, float]:
    figures = {}
    if texts.pages:
        figures[f"{group}.word_precision"] = texts.words.precision
        figures[f"{group}.word_recall"] = texts.words.recall
        figures[f"{group}.word_f1"] = texts.word_f1
        figures[f"{group}.shingle_f1"] = texts.shingles.f1
    if texts.kept.total:
        figures[f"{group}.kept"] = texts.kept.value
    if texts.leaked.total:
        figures[f"{group}.leaked"] = texts.leaked.value
    return figures


def _name_plain(plain: PlainFigures | None) -> dict[str, float]:
    if plain is None:
        return {}
    return {
        "plain.precision_gain": plain.after.precision - plain.before.precision,
        "plain.recall_gain": plain.after.recall - plain.before.recall,
        "plain.f1_gain": plain.f1_after - plain.f1_before,
    }
