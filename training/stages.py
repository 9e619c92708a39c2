"""The stages of the layout model, each trained on what the one before says of pages it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cleaners.layout.context import NAMES as CONTEXT_NAMES
from cleaners.layout.context import OPINION_NAMES
from cleaners.layout.features import NAMES
from cleaners.layout.judge import (
    Looks,
    bar_for,
    first_rows,
    first_scores,
    looks_by,
    must_ask,
    second_look,
    second_rows,
    trust_row,
    worth_a_look,
)
from cleaners.layout.kinds import KINDS, kind_row
from cleaners.layout.model import Forest, Model
from cleaners.layout.scene import MARK_NAMES, Odds
from training.examples import FOLDS, Example, word_f1
from training.fit import fit
from training.odds import GROUPS, SiteShares, group_of
from training.presence import OF_PRESENCE, UNKNOWN, label_of, weight_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Scores = NDArray[np.float64]

ALL_NAMES = (*NAMES, *MARK_NAMES, *CONTEXT_NAMES, *(f"page kind {kind}" for kind in KINDS), *OPINION_NAMES)
GOOD = 0.9  # The word F1 that trust is about.
_FIRST = {"trees": 60, "max_depth": 5, "num_leaves": 32, "learning_rate": 0.15, "feature_fraction": 0.5}
_SECOND = {"trees": 300, "max_depth": 6, "num_leaves": 48, "learning_rate": 0.04, "feature_fraction": 0.3}
_ADVISED = {"trees": 150, "max_depth": 6, "num_leaves": 48, "learning_rate": 0.08, "feature_fraction": 0.3}
_STAGES = {"first": _FIRST, "second": _SECOND, "advised": _ADVISED}
_KINDS = {
    "trees": 60, "objective": "multiclass", "num_class": len(KINDS), "max_depth": 3, "num_leaves": 8, "learning_rate": 0.1,
    "min_data_in_leaf": 10, "feature_fraction": 0.3, "lambda_l2": 5.0, "bagging_fraction": 0.8,
}  # fmt: skip
_TRUST = {
    "trees": 60, "max_depth": 3, "num_leaves": 8, "learning_rate": 0.06, "min_data_in_leaf": 25, "feature_fraction": 0.5,
}  # fmt: skip
_PRESENCE = {
    "trees": 100, "max_depth": 3, "num_leaves": 8, "learning_rate": 0.08, "min_data_in_leaf": 20, "feature_fraction": 0.4, "lambda_l2": 5.0,
}  # fmt: skip
_NEWS_WEIGHT = 2.0  # The few pages with hand-made truth weigh double.
_SNIPPET_WEIGHT = 3.0  # Pages of which only a few blocks are known.
_VARIANT_WEIGHTS = {"bare": 0.5, "nameless": 0.3}  # What pages made of others weigh.
_OTHER_KINDS = {"first": 0.7, "second": 0.35, "advised": 0.35}  # What pages that are no articles weigh.
_FAR = 12  # Blocks from the nearest article block beyond which a short block is an easy one.
_EASY_SHARE = 4  # One in so many of the easy ones is enough.
_LONG = 8  # Words of a block that is never an easy one.


@dataclass(frozen=True, slots=True)
class First:
    """The first look: what class words are known for, and the forest."""

    odds: Odds
    forest: Forest

    def rows(self, example: Example) -> NDArray[np.float32]:
        """Return the features of a page's blocks."""
        return first_rows(example.features, example.scene, self.odds)

    def scores(self, example: Example) -> Scores:
        """Return the scores of a page's blocks."""
        return first_scores(self.forest, self.rows(example), example.scene)


class Trainer:
    """Trains models without the pages of some folds, and remembers the first looks that several share."""

    def __init__(self, examples: Sequence[Example]) -> None:
        """Count class names once; pages without an article teach nothing of blocks."""
        self.examples = [example for example in examples if example.variant not in OF_PRESENCE]
        self._shares = SiteShares([example for example in examples if not example.variant])
        self._firsts: dict[frozenset[int], First] = {}

    def first(self, held: frozenset[int]) -> First:
        """Return the first look of a model that has not seen the held folds."""
        if held not in self._firsts:
            examples = [example for example in self.examples if example.fold not in held]
            sites = {example.site for example in examples}
            odds = [
                self._shares.odds(site for site in sites if group_of(site) != group)
                for group in range(GROUPS)
            ]
            rows = [
                first_rows(example.features, example.scene, odds[group_of(example.site)])[chosen(example)]
                for example in examples
            ]
            masks = [chosen(example) for example in examples]
            self._firsts[held] = First(self._shares.odds(sites), _fit_blocks(examples, rows, masks, "first"))
        return self._firsts[held]

    def model(self, held: frozenset[int]) -> Model:
        """Return a model that has not seen the held folds, without presence and trust."""
        view = _View(self, held)
        first = self.first(held)
        nothing = Forest(
            np.zeros((1, 1), np.int16), np.zeros((1, 1), np.float32), np.zeros((1, 2), np.float32)
        )
        second, advised = (view.fit_second(is_advised=is_advised) for is_advised in (False, True))
        return Model(first.forest, second, advised, view.kinds, nothing, nothing, first.odds, ALL_NAMES)


class _View:
    """All pages as a model sees them that knows nothing of the held folds, each by a first look without its fold."""

    def __init__(self, trainer: Trainer, held: frozenset[int]) -> None:
        pages = list(enumerate(trainer.examples))
        self.examples = trainer.examples
        self.seen = [(number, example) for number, example in pages if example.fold not in held]
        self._firsts = [trainer.first(held | {example.fold}) for example in trainer.examples]
        self._scores = [
            first.scores(example) for first, example in zip(self._firsts, self.examples, strict=True)
        ]
        self._kind_rows = [
            kind_row(example.page, example.scene, example.features, scores)
            for example, scores in zip(self.examples, self._scores, strict=True)
        ]
        self.kinds = self._fit_kinds(held)
        of_fold = {fold: self._fit_kinds(held | {fold}) for fold in range(FOLDS) if fold not in held}
        self._kinds = [
            of_fold.get(example.fold, self.kinds).choices(row, len(KINDS))
            for example, row in zip(self.examples, self._kind_rows, strict=True)
        ]

    def looks(self, number: int) -> Looks:
        """Return what the first look gives of a page."""
        example = self.examples[number]
        return Looks(
            example.scene, self._firsts[number].rows(example), self._scores[number], self._kinds[number],
            self._kind_rows[number],
        )  # fmt: skip

    def fit_second(self, *, is_advised: bool) -> Forest:
        """Return the forest of the second look."""
        examples, rows, masks = [], [], []
        for number, example in self.seen:
            looks = self.looks(number)
            advice = example.opinion if is_advised else None
            mask = chosen(example) & worth_a_look(looks.first, advice)
            if mask.any() and (advice is not None or not is_advised):
                examples.append(example)
                rows.append(second_rows(looks, advice, is_advised=is_advised)[mask])
                masks.append(mask)
        return _fit_blocks(examples, rows, masks, "advised" if is_advised else "second")

    def _fit_kinds(self, without: frozenset[int]) -> Forest:
        numbers = [number for number, example in enumerate(self.examples) if example.fold not in without]
        rows = np.array([self._kind_rows[number] for number in numbers])
        return fit(rows, [KINDS.index(self.examples[number].kind) for number in numbers], _KINDS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a model makes of a page that it has not seen."""

    example: Example
    kinds: Scores
    scores: Scores
    bar: float
    is_asked: bool
    page_row: NDArray[np.float32]
    trust_row: NDArray[np.float32]
    f1: float


def outcome_of(example: Example, model: Model) -> Outcome:
    """Return what a model makes of a page."""
    looks = looks_by(model, example.page, example.scene, example.features)
    scores = second_look(looks, model)
    bar = bar_for(scores, looks)
    is_asked = must_ask(scores, looks, bar)
    if is_asked and example.opinion is not None:
        scores = (scores + second_look(looks, model, example.opinion)) / 2
        bar = bar_for(scores, looks)
    f1 = word_f1(example, scores >= bar.score) if example.truth else -1.0
    trust = trust_row(looks, scores, bar)
    return Outcome(example, looks.kinds, scores, bar.score, is_asked, looks.page, trust, f1)


def fit_presence(outcomes: Iterable[Outcome]) -> Forest:
    """Return the forest that says how likely a page has an article, from what models made of pages they had not seen."""
    known = [outcome for outcome in outcomes if label_of(outcome.example) != UNKNOWN]
    return fit(
        np.array([outcome.page_row for outcome in known]),
        [label_of(outcome.example) for outcome in known],
        _PRESENCE,
        np.array([weight_of(outcome.example) for outcome in known]),
    )


def fit_trust(outcomes: Sequence[Outcome]) -> Forest:
    """Return the forest that says how likely the blocks kept of a page are its article."""
    known = [outcome for outcome in outcomes if outcome.example.truth and not outcome.example.variant]
    rows = np.array([outcome.trust_row for outcome in known])
    return fit(rows, [outcome.f1 > GOOD for outcome in known], _TRUST)


def _fit_blocks(
    examples: Sequence[Example],
    rows: Sequence[NDArray[np.float32]],
    masks: Sequence[NDArray[np.bool_]],
    stage: str,
) -> Forest:
    """Return a forest for the rows of the blocks that `masks` choose."""
    labels = np.concatenate([example.labels[mask] for example, mask in zip(examples, masks, strict=True)])
    weights = np.concatenate(
        [_weights(example, stage)[mask] for example, mask in zip(examples, masks, strict=True)]
    )
    return fit(np.vstack(rows), labels, _STAGES[stage], weights)


def chosen(example: Example) -> NDArray[np.bool_]:
    """Return the labelled blocks, without furniture and most of the short ones far from the article."""
    labelled = (example.labels >= 0) & ~example.scene.is_furniture
    wanted = np.flatnonzero(example.labels == 1)
    if not example.truth or not len(wanted):
        return np.asarray(labelled)
    place = np.arange(len(labelled))
    after = np.searchsorted(wanted, place).clip(0, len(wanted) - 1)
    near = np.minimum(np.abs(place - wanted[after]), np.abs(place - wanted[np.maximum(after - 1, 0)])) <= _FAR
    return np.asarray(labelled & (near | (example.words >= _LONG) | (place % _EASY_SHARE == 0)))


def _weights(example: Example, stage: str) -> Scores:
    """Return block weights: the square root of their words, each page counting about the same."""
    weight = np.sqrt(example.words + 1) / np.sqrt(example.words.sum() + 50) * 20
    if not example.truth:
        return np.asarray(weight * _SNIPPET_WEIGHT)
    if example.variant:
        weight *= _VARIANT_WEIGHTS[example.variant]
    if example.kind != "article":
        return np.asarray(weight * _OTHER_KINDS[stage])
    return np.asarray(weight * (_NEWS_WEIGHT if example.corpus.startswith("fundus") else 1.0))
