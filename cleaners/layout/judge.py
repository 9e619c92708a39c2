"""Judge blocks: the model's scores, trafilatura's advice where it is unsure, and a look at the neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cleaners.layout.ancestry import Ancestry
from cleaners.layout.context import Bar, bar_of, context_columns, doubt_of, opinion_columns
from cleaners.layout.features import features_of, stacked
from cleaners.layout.kinds import KINDS, kind_row
from cleaners.layout.model import default_model
from cleaners.layout.rescue import KEPT_FROM, rescue
from cleaners.layout.scene import mark_columns, scene_of
from cleaners.threads import readers_comments

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from cleaners.layout.model import Forest, Model
    from cleaners.layout.scene import Odds, Scene
    from cleaners.page import Page

ASKED_FROM = 0.6
_WORTH_A_LOOK = 0.02
_LAST_RESORT = 0.12
_SMALLEST = 1e-5
_DISMISSED = 0.1
# What wrappers are called is often wrong, but of these it is not.
_OF_PICTURES = frozenset({"caption", "credit"})


@dataclass(slots=True)
class Verdicts:
    """What the layout makes of a page.

    For each block how likely it is article text, set so that those from `KEPT_FROM` stay, and what noise its
    surroundings make of it. `kinds` says how likely the page is of each of `KINDS`, `presence` how likely it has
    an article at all, `trust` how likely the blocks that stay are the article (word F1 over 0.9).
    """

    scores: list[float] = field(default_factory=list)
    noises: list[str] = field(default_factory=list)
    kinds: dict[str, float] = field(default_factory=dict)
    presence: float = 0.0
    trust: float = 0.0

    @property
    def likeness(self) -> float:
        """Return how likely the page is of the kind of articles, whether it has one or not."""
        return self.kinds.get("article", 0.0)

    @property
    def is_article(self) -> bool:
        """Tell whether the page is more likely an article than all other kinds together."""
        return self.likeness >= KEPT_FROM

    @property
    def index_share(self) -> float:
        """Return how likely the page is one that leads to others: a collection or a listing."""
        return sum(self.kinds.get(kind, 0.0) for kind in ("collection", "listing"))


@dataclass(frozen=True, slots=True)
class Looks:
    """What the first look at a page gives the second: the rows of its blocks, their scores, the page's kind and row."""

    scene: Scene
    rows: NDArray[np.float32]
    first: NDArray[np.float64]
    kinds: NDArray[np.float64]
    page: NDArray[np.float32]


def judge(page: Page, title: str, said: Sequence[str], ask: Callable[[], list[bool] | None]) -> Verdicts:
    """Score the blocks of a page.

    `said` is for each block the noise type that its words alone make it, or empty. `ask` gets trafilatura's
    opinion of the blocks, and is called only in doubt.
    """
    if not page.drafts:
        return Verdicts()
    model = default_model()
    ancestry = Ancestry(page)
    looks = look(page, ancestry, title, said)
    scores = second_look(looks, model)
    bar = bar_for(scores, looks)
    if must_ask(scores, looks, bar) and (opinion := ask()) is not None:
        scores = (scores + second_look(looks, model, opinion)) / 2
        bar = bar_for(scores, looks)
    trust = float(model.trust.probabilities(trust_row(looks, scores, bar)[None, :])[0])
    scores = 1 / (1 + (1 - scores) / scores * (bar.score / (1 - bar.score)))
    noises = _noises(page, ancestry)
    rescue(
        page,
        scores,
        [word or (noise if noise in _OF_PICTURES else "") for word, noise in zip(said, noises, strict=True)],
    )
    if looks.kinds[0] >= KEPT_FROM:
        scores[readers_comments(page, (scores >= KEPT_FROM).tolist(), noises)] = _DISMISSED
    kinds = dict(zip(KINDS, looks.kinds.tolist(), strict=True))
    presence = float(model.presence.probabilities(looks.page[None, :])[0])
    return Verdicts(scores.tolist(), noises, kinds, presence, trust)


def look(page: Page, ancestry: Ancestry, title: str, said: Sequence[str]) -> Looks:
    """Look at a page for the first time: each block for itself, then the page as a whole."""
    scene = scene_of(page, ancestry)
    return looks_by(default_model(), page, scene, features_of(page, title, said, scene))


def looks_by(model: Model, page: Page, scene: Scene, features: NDArray[np.float32]) -> Looks:
    """Return what the first look of a model gives, of the features of a page's blocks."""
    rows = first_rows(features, scene, model.odds)
    first = first_scores(model.first, rows, scene)
    row = kind_row(page, scene, features, first)
    return Looks(scene, rows, first, model.kinds.choices(row, len(KINDS)), row)


def first_scores(forest: Forest, rows: NDArray[np.float32], scene: Scene) -> NDArray[np.float64]:
    """Score the blocks for the first time; furniture is nobody's article."""
    scores = np.clip(forest.probabilities(rows), _SMALLEST, 1 - _SMALLEST)
    scores[scene.is_furniture] = _SMALLEST
    return scores


def first_rows(rows: NDArray[np.float32], scene: Scene, odds: Odds) -> NDArray[np.float32]:
    """Return the features of blocks for the first look."""
    return stacked([rows.T, *mark_columns(scene.ancestry, odds)])


def second_rows(
    looks: Looks,
    opinion: Sequence[bool] | None = None,
    *,
    is_advised: bool = False,
    only: NDArray[np.intp] | None = None,
) -> NDArray[np.float32]:
    """Return the features of blocks for the second look, of `only` some of them where that is given.

    Those of `is_advised` hold trafilatura's opinion.
    """
    columns = context_columns(looks.scene, looks.first)
    columns.append(np.broadcast_to(looks.kinds[:, None], (len(looks.kinds), len(looks.first))))
    if is_advised:
        columns += opinion_columns(looks.scene, looks.first, opinion)
    around = stacked(columns)
    if only is None:
        return np.hstack([looks.rows, around])
    return np.vstack([rows.T.take(only, axis=1) for rows in (looks.rows, around)]).T


def second_look(looks: Looks, model: Model, opinion: Sequence[bool] | None = None) -> NDArray[np.float64]:
    """Score the blocks again, with all that the first look saw, and trafilatura's opinion where there is one.

    What the first look was sure is no article keeps its score.
    """
    is_open = np.flatnonzero(worth_a_look(looks.first, opinion))
    scores = looks.first.copy()
    if len(is_open):
        forest = model.second if opinion is None else model.advised
        rows = second_rows(looks, opinion, is_advised=opinion is not None, only=is_open)
        scores[is_open] = np.clip(forest.probabilities(rows), _SMALLEST, 1 - _SMALLEST)
    return scores


def worth_a_look(first: NDArray[np.float64], opinion: Sequence[bool] | None = None) -> NDArray[np.bool_]:
    """Tell which blocks may still be the article's after the first look."""
    is_open = first > _WORTH_A_LOOK
    return is_open if opinion is None else is_open | np.array(opinion, dtype=bool)


def must_ask(scores: NDArray[np.float64], looks: Looks, bar: Bar) -> bool:
    """Tell whether a page is in so much doubt that trafilatura should be asked."""
    return doubt_of(scores, looks.scene.words, bar.score) > ASKED_FROM


def bar_for(scores: NDArray[np.float64], looks: Looks) -> Bar:
    """Return the score from which blocks stay, and the highest F1 that can be expected.

    The score is a half for an article, elsewhere the one where the expected F1 is highest. Where nothing is likely
    to be the article, what is likeliest stays.
    """
    is_article = float(looks.kinds[0])
    best_bar = bar_of(scores, looks.scene.words)
    bar = is_article * KEPT_FROM + (1 - is_article) * best_bar.score
    best = float(scores.max())
    return Bar(best * 0.6 if _LAST_RESORT < best < bar else bar, best_bar.f1)


def trust_row(looks: Looks, scores: NDArray[np.float64], chosen: Bar) -> NDArray[np.float32]:
    """Return what tells how good the outcome for a page is."""
    words, bar = looks.scene.words, chosen.score
    is_kept = scores >= bar
    kept = max(1.0, float(words[is_kept].sum()))
    margin = float((words * np.abs(scores - bar)).sum()) / kept
    values = [
        chosen.f1, min(5.0, doubt_of(scores, words, bar)), np.log1p(kept), kept / max(1.0, float(words.sum())),
        float((words * (1 - scores))[is_kept].sum()) / kept, min(5.0, float((words * scores)[~is_kept].sum()) / kept),
        min(5.0, float((words * np.abs(scores - looks.first)).sum()) / kept), margin, float(is_kept.sum()), float(scores.max()),
    ]  # fmt: skip
    return np.array([*values, *looks.kinds], dtype=np.float32)


def _noises(page: Page, ancestry: Ancestry) -> list[str]:
    """Return for each block the noise type that it has from the elements around it."""
    return [
        "caption" if draft.block.kind == "caption" else noise
        for draft, noise in zip(page.drafts, ancestry.noises(), strict=True)
    ]
