"""What the first look's scores say of a block's surroundings: its container, its look-alikes, its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from cleaners.layout.scene import Scene

    Scores = NDArray[np.float64]

_REACH = 3
_LEVELS = 5
_SURE = 0.5
_FARTHEST = 60
_LOWEST_BAR, _HIGHEST_BAR = 0.25, 0.5


def _names() -> tuple[str, ...]:
    names = ["score", "score in odds"]
    names += [f"score at {offset:+d}" for offset in (*range(-_REACH, 0), *range(1, _REACH + 1))]
    for level in range(_LEVELS):
        names += [f"{what} of ancestor {level}" for what in ("score", "share of the article", "mean score")]
    names += ["look-alikes' score", "look-alikes here", "article share", "article words", "expected F1", "bar", "doubt", "best score",
              "article before", "article after", "since article", "until article", "words since article", "words until article",
              "heading's score", "next heading's score", "best of its repeats", "is repeated", "depth beside the article's", "way to the article",
              "rank"]  # fmt: skip
    return tuple(names)


NAMES = _names()


class Bar(NamedTuple):
    """The score from which keeping blocks makes the expected F1 highest, and that F1."""

    score: float
    f1: float


def bar_of(scores: Scores, words: Scores) -> Bar:
    """Return the best bar for these scores: half the expected F1, which is highest there.

    Keeping a block raises the expected F1 where its score is above half of it (Lipton and others 2014).
    """
    order = np.argsort(-scores, kind="stable")
    held = words[order]
    right = np.cumsum(scores[order] * held)
    expected = 2 * right / np.maximum(1e-9, np.cumsum(held) + right[-1])
    best = float(expected.max())
    return Bar(min(_HIGHEST_BAR, max(_LOWEST_BAR, best / 2)), best)


def doubt_of(scores: Scores, words: Scores, bar: float) -> float:
    """Return the doubtful words of a page for each word of its article."""
    doubtful = float((words * np.minimum(scores, 1 - scores)).sum())
    return doubtful / max(1.0, float(words[scores >= bar].sum()))


def context_columns(scene: Scene, scores: Scores) -> list[Any]:
    """Return one column a name of `NAMES`, some of them in matrices with a column in each row."""
    mass = scores * scene.words
    total = max(1e-6, float(mass.sum()))
    running = np.cumsum(mass)
    return [
        scores, np.log(scores / (1 - scores)),
        *shifted(scores, (*range(-_REACH, 0), *range(1, _REACH + 1))),
        _containers(scene, scores, mass, total),
        *_alike(scene, mass),
        _page(scene, scores, total),
        (running - mass) / total, (total - running) / total,
        *_distances(scene.words, scores >= _SURE),
        *_headings(scene.of_kind("heading"), scores),
        *_repeats(scene.texts, scores),
        *_ways(scene, mass),
        _ranks(mass),
    ]  # fmt: skip


def shifted(column: Any, offsets: Iterable[int]) -> list[Any]:  # noqa: ANN401 - one number a block
    """Return the column as seen from some places away, -1 beyond its ends; offsets are at most `_REACH`."""
    padded = np.full(len(column) + 2 * _REACH, -1.0)
    padded[_REACH:-_REACH] = column
    return [padded[_REACH + offset : _REACH + offset + len(column)] for offset in offsets]


def _containers(scene: Scene, scores: Scores, mass: Scores, total: float) -> NDArray[np.float64]:
    ancestry = scene.ancestry
    words, held, each, count = ancestry.sums(scene.words, mass, scores, np.ones(len(scores)))
    of_element = np.array([held / np.maximum(1, words), held / total, each / np.maximum(1, count)])
    around = of_element.take(ancestry.paths[:_LEVELS], axis=1)
    return around.swapaxes(0, 1).reshape(-1, len(scores))


def _alike(scene: Scene, mass: Scores) -> list[Any]:
    looks = scene.looks
    words = np.bincount(looks, weights=scene.words)
    count = np.bincount(looks)
    share = np.bincount(looks, weights=mass) / np.maximum(1, words)
    return [share[looks], np.log1p(count[looks])]


def _page(scene: Scene, scores: Scores, total: float) -> NDArray[np.float64]:
    bar = bar_of(scores, scene.words)
    doubt = min(3.0, doubt_of(scores, scene.words, bar.score))
    values = (
        total / max(1.0, float(scene.words.sum())), np.log1p(total), bar.f1, bar.score, doubt, float(scores.max()),
    )  # fmt: skip
    return np.broadcast_to(np.array(values)[:, None], (len(values), len(scores)))


def _distances(words: Scores, is_sure: NDArray[np.bool_]) -> list[Any]:
    """Return the blocks and the words between a block and the sure ones before and after it."""
    since = np.minimum(_since(is_sure), _FARTHEST)
    until = np.minimum(_since(is_sure[::-1])[::-1], _FARTHEST)
    running = np.cumsum(words)
    before = running - words
    last = np.maximum.accumulate(np.where(is_sure, running, 0.0))
    following = np.minimum.accumulate(np.where(is_sure, before, 1e5)[::-1])[::-1]
    gap_before = np.where(is_sure, 0.0, before - last)
    gap_after = np.where(is_sure, 0.0, following - running)
    return [since, until, np.log1p(np.maximum(0, gap_before)), np.log1p(np.maximum(0, gap_after))]


def _since(marks: NDArray[np.bool_]) -> NDArray[np.int64]:
    places = np.arange(len(marks))
    return np.asarray(places - np.maximum.accumulate(np.where(marks, places, -99)))


def _headings(is_heading: NDArray[np.bool_], scores: Scores) -> list[Any]:
    """Return the scores of the headings before (or at) and after each block, -1 for none."""
    places = np.arange(len(scores))
    before = np.maximum.accumulate(np.where(is_heading, places, -1))
    found = np.append(np.flatnonzero(is_heading), len(scores))
    after = found[np.searchsorted(found, places, side="right").clip(0, len(found) - 1)]
    padded = np.append(scores, -1.0)
    return [padded[before], padded[after]]


def _repeats(texts: NDArray[np.int64], scores: Scores) -> list[Any]:
    best = np.zeros(int(texts.max()) + 1)
    np.maximum.at(best, texts, scores)
    first = np.full(len(best), len(texts))
    np.minimum.at(first, texts, np.arange(len(texts)))
    is_later = first[texts] < np.arange(len(texts))
    return [is_later * best[texts], np.bincount(texts)[texts] > 1]


def _ways(scene: Scene, mass: Scores) -> list[Any]:
    """Return how much deeper a block lies than the container with most of the article, and the way up to it."""
    ancestry = scene.ancestry
    main = int(np.bincount(ancestry.paths[1], weights=mass).argmax())
    around = [main]
    while around[-1] > 0:
        around.append(int(ancestry.parents[around[-1]]))
    # The nearest of these that holds an element begins before it, and ends behind it: both get truer the farther up.
    begins, ends = np.array(around[::-1]), ancestry.last.take(around)
    own, depth = ancestry.own, ancestry.depth
    steps = np.maximum(len(around) - np.searchsorted(begins, own, side="right"), np.searchsorted(ends, own))
    return [depth.take(own) - depth[main], steps]


def _ranks(mass: Scores) -> NDArray[np.intp]:
    """Return the place of each block among all, by how much of the article it is."""
    ranks = np.empty(len(mass), dtype=np.intp)
    ranks[np.argsort(-mass, kind="stable")] = np.arange(len(mass))
    return ranks


def opinion_columns(scene: Scene, scores: Scores, opinion: Sequence[bool] | None) -> list[Any]:
    """Return what trafilatura says of each block, its neighbours and containers, and how far it agrees."""
    if opinion is None:
        return [np.full(len(scores), -1.0)] * len(OPINION_NAMES)
    kept = np.array(opinion, dtype=np.float64)
    words, held = scene.ancestry.sums(scene.words, kept * scene.words)
    total = max(1.0, float((scores * scene.words).sum()))
    astray = float((np.abs(kept - scores) * scene.words).sum()) / total
    _, second, third = scene.ancestry.paths[:3]
    return [
        kept, *shifted(kept, (-1, 1)), held[second] / np.maximum(1, words[second]),
        held[third] / np.maximum(1, words[third]), np.full(len(kept), min(5.0, astray)),
        np.full(len(kept), float((kept * scene.words).sum()) / total),
    ]  # fmt: skip


OPINION_NAMES = (
    "trafilatura keeps it", "trafilatura before", "trafilatura after", "trafilatura of its parent", "trafilatura of its grandparent",
    "trafilatura disagrees", "trafilatura's share",
)  # fmt: skip
