"""From rows and labels to a forest of perfect trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np

from cleaners.layout.model import Forest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

SEED = 7
_COMMON = {
    "objective": "binary", "min_data_in_leaf": 30, "lambda_l2": 2.0, "path_smooth": 20.0, "bagging_fraction": 0.7, "bagging_freq": 1, "max_bin": 127,
    "verbose": -1, "seed": SEED, "deterministic": True, "force_row_wise": True, "num_threads": 2,
}  # fmt: skip


def fit(
    rows: NDArray[np.float32], labels: Sequence[float] | NDArray[Any], options: Mapping[str, Any],
    weights: NDArray[np.float64] | None = None,
) -> Forest:  # fmt: skip
    """Return a forest of `trees` trees, `options` beyond that being LightGBM's."""
    parameters = {**_COMMON, **options}
    trees = parameters.pop("trees")
    booster = lightgbm.train(parameters, lightgbm.Dataset(rows, labels, weight=weights), trees)
    return forest_of(booster, parameters["max_depth"])


def forest_of(booster: lightgbm.Booster, depth: int) -> Forest:
    """Return LightGBM's trees as perfect ones: a leaf above the lowest level is repeated below."""
    trees = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    inner, leaves = 2**depth - 1, 2**depth
    features = np.zeros((len(trees), inner), dtype=np.int16)
    thresholds = np.full((len(trees), inner), np.inf, dtype=np.float32)
    values = np.zeros((len(trees), leaves), dtype=np.float32)

    def fill(tree: int, node: int, found: dict[str, Any]) -> None:
        if node >= inner:
            values[tree, node - inner] = found["leaf_value"]
            return
        if "leaf_value" in found:
            fill(tree, 2 * node + 1, found)
            fill(tree, 2 * node + 2, found)
            return
        features[tree, node], thresholds[tree, node] = found["split_feature"], found["threshold"]
        fill(tree, 2 * node + 1, found["left_child"])
        fill(tree, 2 * node + 2, found["right_child"])

    for number, tree in enumerate(trees):
        fill(number, 0, tree)
    return Forest(features, thresholds, values)
