"""A forest of decision trees over block features, evaluated with numpy: all blocks and trees at once."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleaners.errors import ModelError
from cleaners.layout.scene import Odds

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS = "weights.npz"
_FORESTS = ("first", "second", "advised", "kinds", "presence", "trust")
_DENSE = 3  # Levels whose nodes are all asked: to find the one that matters takes longer.


class _Levels(NamedTuple):
    """A forest as it is walked: what its nodes ask, a level at a time.

    Of the dense levels there is one row a node and one column a tree; of a sparse one all nodes in a row, tree by
    tree. `leaves` are tree by tree too.
    """

    dense_features: NDArray[np.intp]
    dense_thresholds: NDArray[np.float32]
    sparse: list[tuple[NDArray[np.intp], NDArray[np.float32]]]
    leaves: NDArray[np.float64]


@dataclass(frozen=True)
class Forest:
    """Perfect binary trees of one depth: node n has the children 2n+1 (value <= threshold) and 2n+2.

    `features` and `thresholds` are trees x inner nodes, `leaves` trees x leaves, in log-odds.
    """

    features: NDArray[np.int16]
    thresholds: NDArray[np.float32]
    leaves: NDArray[np.float32]

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return for each row how likely it is the article's, 0 to 1."""
        odds = self._leaves(rows).sum(axis=0)
        return np.asarray(1.0 / (1.0 + np.exp(-odds)))

    def choices(self, row: NDArray[np.float32], count: int) -> NDArray[np.float64]:
        """Return how likely each of `count` classes is, whose trees take turns."""
        odds = self._leaves(row[None, :]).reshape(-1, count).sum(axis=0)
        weights = np.exp(odds - odds.max())
        return np.asarray(weights / weights.sum())

    def contributions(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each feature adds to the log-odds of each row, along the paths it takes."""
        trees, inner = self.features.shape
        found = np.zeros(rows.shape, dtype=np.float64)
        means = self._means()
        each, all_trees = np.arange(len(rows))[:, None], np.arange(trees)
        node = np.zeros((len(rows), trees), dtype=np.int64)
        for _ in range((inner + 1).bit_length() - 1):
            feature = self.features[all_trees, node]
            after = 2 * node + 1 + (rows[each, feature] > self.thresholds[all_trees, node])
            np.add.at(found, (each, feature), means[all_trees, after] - means[all_trees, node])
            node = after
        return found

    def _means(self) -> NDArray[np.float64]:
        """Return for each node, leaves included, the mean of the leaves below it."""
        levels = [self.leaves.astype(np.float64)]
        while levels[0].shape[1] > 1:
            levels.insert(0, (levels[0][:, ::2] + levels[0][:, 1::2]) / 2)
        return np.hstack(levels)

    @cached_property
    def _levels(self) -> _Levels:
        depth = (self.features.shape[1] + 1).bit_length() - 1
        dense = slice(2 ** min(_DENSE, depth) - 1)
        below = [slice(2**level - 1, 2 ** (level + 1) - 1) for level in range(_DENSE, depth)]
        return _Levels(
            np.ascontiguousarray(self.features[:, dense].T, dtype=np.intp),
            np.ascontiguousarray(self.thresholds[:, dense].T)[:, :, None],
            [
                (self.features[:, nodes].astype(np.intp).ravel(), self.thresholds[:, nodes].ravel())
                for nodes in below
            ],
            self.leaves.astype(np.float64).ravel(),
        )

    def _leaves(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return for each tree the leaf value of each row.

        At the top of the trees all nodes are asked, which takes whole columns, and their answers lead down as bits.
        Below, each row asks the one node that it came to, by its place in flat arrays.
        """
        levels, columns = self._levels, np.ascontiguousarray(rows.T)
        trees, count = len(self.features), len(rows)
        answers = columns.take(levels.dense_features, axis=0) > levels.dense_thresholds
        at = _lead_down(answers.view(np.uint8))
        at += np.arange(0, trees * (len(answers) + 1), len(answers) + 1)[:, None]
        values, row = columns.ravel(), np.arange(count)
        for features, thresholds in levels.sparse:
            place = (features * count).take(at)
            place += row
            is_high = values.take(place) > thresholds.take(at)
            at += at
            at += is_high
        return levels.leaves.take(at)


def _lead_down(answers: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return the place below the dense levels that a row's answers lead to; the first axis is of nodes, by level."""
    taken = [answers[0]]
    at = answers[0]
    while len(taken) < (len(answers) + 1).bit_length() - 1:
        level = answers[2 ** len(taken) - 1 : 2 ** (len(taken) + 1) - 1]
        for is_high in taken:
            low, high = level[: len(level) // 2], level[len(level) // 2 :]
            level = low ^ ((low ^ high) & is_high)
        taken.append(level[0])
        at = at * 2 + level[0]
    return np.asarray(at, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Model:
    """What the layout judgement needs.

    `first` sees each block, `second` also the first one's scores, `advised` trafilatura's opinion besides;
    `kinds` has a tree of each kind of page in turn, `presence` says how likely there is an article at all, set so that
    one in 200 lies below a half, `trust` how likely the outcome is good. `odds` are what words in class names are
    known for, `names` those of the features of `advised`, the first ones' first.
    """

    first: Forest
    second: Forest
    advised: Forest
    kinds: Forest
    presence: Forest
    trust: Forest
    odds: Odds
    names: tuple[str, ...]


@cache
def default_model() -> Model:
    """Return the shipped model; raises ModelError where its file is missing or broken."""
    return read_model(Path(__file__).with_name(WEIGHTS))


def read_model(path: Path) -> Model:
    """Return the model of a weights file; raises ModelError where it is missing or broken."""
    try:
        return parse_model(path.read_bytes(), str(path))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from error


def parse_model(data: bytes, name: str) -> Model:
    """Return the model in the bytes of a weights file: a SHA-256 digest, then a numpy archive."""
    digest, archive = data[:32], data[32:]
    if hashlib.sha256(archive).digest() != digest:
        raise ModelError(f"{name}: the checksum does not fit: the file is damaged")
    with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
        first, second, advised, kinds, presence, trust = (
            Forest(arrays[f"{part}_features"], arrays[f"{part}_thresholds"], arrays[f"{part}_leaves"])
            for part in _FORESTS
        )
        marks = str(arrays["marks"]).split("\n")
        odds = Odds(zip(marks, arrays["odds"].tolist(), strict=True))
        names = tuple(str(arrays["names"]).split("\n"))
        return Model(first, second, advised, kinds, presence, trust, odds, names)


def dump_model(model: Model) -> bytes:
    """Return the bytes of a weights file."""
    arrays = {
        f"{part}_{name}": getattr(getattr(model, part), name)
        for part in _FORESTS
        for name in ("features", "thresholds", "leaves")
    }
    arrays["marks"] = np.array("\n".join(model.odds))
    arrays["odds"] = np.array(list(model.odds.values()), dtype=np.float32)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, names=np.array("\n".join(model.names)), **arrays)
    return hashlib.sha256(buffer.getvalue()).digest() + buffer.getvalue()
