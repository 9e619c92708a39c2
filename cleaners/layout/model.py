"""A forest of decision trees over block features, evaluated with numpy: all blocks and trees at once."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cleaners.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS = "weights.npz"


@dataclass(frozen=True, slots=True)
class Forest:
    """Perfect binary trees of one depth: node n has the children 2n+1 (value <= threshold) and 2n+2.

    `features` and `thresholds` are trees x inner nodes, `leaves` trees x leaves, in log-odds.
    """

    features: NDArray[np.int16]
    thresholds: NDArray[np.float32]
    leaves: NDArray[np.float32]

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return for each row how likely it is the article's, 0 to 1."""
        odds = self._leaves(rows).sum(axis=1, dtype=np.float64)
        return np.asarray(1.0 / (1.0 + np.exp(-odds)))

    def contributions(self, row: NDArray[np.float32], names: tuple[str, ...]) -> dict[str, float]:
        """Return what each feature adds to the log-odds of one row, along the paths it takes."""
        found: dict[str, float] = {}
        for features, thresholds, leaves in zip(self.features, self.thresholds, self.leaves, strict=True):
            low, high, node, mean = 0, len(leaves), 0, float(leaves.mean())
            while high - low > 1:
                feature = int(features[node])
                is_high = row[feature] > thresholds[node]
                middle = (low + high) // 2
                low, high = (middle, high) if is_high else (low, middle)
                after = float(leaves[low:high].mean())
                found[names[feature]] = found.get(names[feature], 0.0) + after - mean
                node, mean = 2 * node + 1 + bool(is_high), after
        return found

    def _leaves(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return for each row the leaf value of each tree.

        Tree by tree and a level at a time, by places in flat arrays: that is what numpy gathers fastest.
        """
        (trees, inner), count = self.features.shape, len(rows)
        values, thresholds = np.ascontiguousarray(rows.T).ravel(), self.thresholds.ravel()
        starts = self.features.ravel().astype(np.intp) * count
        tree, row = np.arange(trees)[:, None], np.arange(count)
        at = np.repeat(tree * inner, count, axis=1)
        for _ in range((inner + 1).bit_length() - 1):
            place = starts.take(at)
            place += row
            is_high = values.take(place) > thresholds.take(at)
            at *= 2
            at += 1 - tree * inner
            at += is_high
        return np.ascontiguousarray(self.leaves.ravel().take(at + (tree - inner)).T)


@dataclass(frozen=True, slots=True)
class Model:
    """What the layout judgement needs: trees that decide alone, and trees that heard trafilatura too."""

    alone: Forest
    advised: Forest
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
        alone, advised = (
            Forest(arrays[f"{part}_features"], arrays[f"{part}_thresholds"], arrays[f"{part}_leaves"])
            for part in ("alone", "advised")
        )
        return Model(alone, advised, tuple(str(arrays["names"]).split("\n")))


def dump_model(model: Model) -> bytes:
    """Return the bytes of a weights file."""
    arrays = {
        f"{part}_{name}": getattr(forest, name)
        for part, forest in (("alone", model.alone), ("advised", model.advised))
        for name in ("features", "thresholds", "leaves")
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, names=np.array("\n".join(model.names)), **arrays)
    return hashlib.sha256(buffer.getvalue()).digest() + buffer.getvalue()
