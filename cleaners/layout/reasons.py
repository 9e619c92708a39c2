"""What weighed most against a block, in words: for the trace of a page, never on the way of cleaning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleaners import evidence
from cleaners.layout.ancestry import Ancestry
from cleaners.layout.judge import look, second_rows, worth_a_look
from cleaners.layout.model import default_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cleaners.layout.judge import Looks
    from cleaners.layout.model import Model
    from cleaners.page import Page

_MOST = 3
_SLIGHT = 0.1  # Of all that weighs against a block: what weighs less is not told.
_OWN_SCORE = frozenset({"score", "score in odds"})
_LINKED = 0.5
_LIKELY = 0.5


class _Clue(NamedTuple):
    """A pattern of feature names and what these say together; features of the page as a whole are no clue."""

    pattern: re.Pattern[str]
    words: str


def _clue(pattern: str, words: str) -> _Clue:
    return _Clue(re.compile(pattern), words)


_CLUES = (
    _clue(r"(group |look-alikes' )?link share(?! of)|links|link share of ancestor \d", "many links"),
    _clue(r"look-alikes.*|page max look-alikes", "other blocks are marked up alike"),
    _clue(r"(since|until|words since|words until) article|(since|until) prose|since last long", "far from the article's text"),
    _clue(r"article (before|after)|place.*|prose (before|after)|blocks after .*|rank", "its place on the page"),
    _clue(r"(own|parent|grandparent|least|most|mean) (least|most|around)|how far the least|noise word|noise distance", "names of classes around it"),
    _clue(r"body name.*|depth.*|way to the article", "in another part of the page"),
    _clue(r"(prose share|share of the article|score|mean score) of .*", "little of the article around it"),
    _clue(r"(prose )?blocks of .*|words of .*", "little text around it"),
    _clue(r"says noise|since noise|until noise", "words that such noise uses, here or beside it"),
    _clue(r".* at [+-]\d|(next )?heading's score", "its neighbours"),
    _clue(r"repeats|best of its repeats|is repeated", "it stands elsewhere on the page"),
    _clue(r"hidden", "it is hidden"),
    _clue(r"like the .*|in the declared body", "not in what the page declares of itself"),
    _clue(r"words|characters a word|sentences|ends .*|commas|digits|capitals|begins small|odd marks|lines|list level|heading level"
          r"|group (size|words)|is \w+", "its text is no running text"),
)  # fmt: skip


def explain(page: Page, title: str, said: Sequence[str]) -> dict[int, str]:
    """Return for each block of a page, by its number, what weighed most against it; `said` as in `judge`."""
    if not page.drafts:
        return {}
    model = default_model()
    looks = look(page, Ancestry(page), title, said)
    weights = _weights(looks, model)
    clues = [_clue_of(name) for name in model.names]
    return {number: _tell(page, number, row, clues) for number, row in enumerate(weights)}


def _weights(looks: Looks, model: Model) -> NDArray[np.float64]:
    """Return what each feature adds to the odds of each block, beside what it adds to those of the article.

    The first look's score is told by what made it, and all there is to tell of blocks that it was sure of.
    """
    first = model.first.contributions(looks.rows)
    width = first.shape[1]
    rows = second_rows(looks)
    weights = model.second.contributions(rows)
    own = [number for number, name in enumerate(model.names[: rows.shape[1]]) if name in _OWN_SCORE]
    passed_on = weights[:, own].sum(axis=1)
    total = first.sum(axis=1)
    weights[:, own] = 0
    weights[:, :width] += first * np.abs(passed_on / np.where(np.abs(total) < 1, 1, total))[:, None]
    is_closed = ~worth_a_look(looks.first)
    weights[is_closed] = 0
    weights[is_closed, :width] = first[is_closed]
    likely = looks.first >= min(_LIKELY, float(looks.first.max()))
    return np.asarray(weights - np.average(weights[likely], axis=0, weights=looks.scene.words[likely]))


def _clue_of(name: str) -> str:
    if name in evidence.FLAGS:
        return f"inside or outside of <{name}>" if " " not in name else "names of classes around it"
    if name.startswith("in "):
        return "names of classes around it"
    return next((clue.words for clue in _CLUES if clue.pattern.fullmatch(name)), "")


def _tell(page: Page, number: int, row: NDArray[np.float64], clues: Sequence[str]) -> str:
    against: dict[str, float] = {}
    for feature in np.flatnonzero(row).tolist():
        against[clues[feature]] = against.get(clues[feature], 0.0) + float(row[feature])
    weighty = sorted((weight, clue) for clue, weight in against.items() if clue and weight < 0)
    total = sum(weight for weight, _ in weighty)
    told = [clue for weight, clue in weighty[:_MOST] if weight <= _SLIGHT * total]
    return "; ".join(_more_exactly(page, number, clue) for clue in told)


def _more_exactly(page: Page, number: int, clue: str) -> str:
    """Return a clue with what this block shows of it."""
    draft = page.drafts[number]
    if clue == "many links":
        return "mostly links" if draft.block.link_density >= _LINKED else "links around it"
    if clue == "other blocks are marked up alike":
        look = (page.tags[draft.element], page.names[draft.element])
        alike = sum((page.tags[other.element], page.names[other.element]) == look for other in page.drafts)
        return f"{alike} blocks are marked up alike" if alike > 1 else "no other block is marked up alike"
    return clue
