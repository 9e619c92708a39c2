"""Train the layout model: `make train`. The same corpora and seed give the same weights.

Writes cleaners/layout/weights.npz (all pages), bench/folds/N.npz (each without the sites of fold N, so that
the benchmark can report on sites a model has not seen), and training/report.json.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np

from cleaners.layout.features import NAMES
from cleaners.layout.model import Forest, Model, dump_model
from training.examples import FOLDS, Example, corpora, load_examples, squeeze, word_f1

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
DEPTH = 6
TREES = 100
SEED = 7
_PARAMETERS = {
    "objective": "binary", "num_leaves": 48, "max_depth": DEPTH, "learning_rate": 0.12, "min_data_in_leaf": 30, "lambda_l2": 2.0,
    "feature_fraction": 0.5, "bagging_fraction": 0.7, "bagging_freq": 1, "max_bin": 127, "verbose": -1, "seed": SEED,
    "deterministic": True, "force_row_wise": True, "num_threads": 2,
}  # fmt: skip
_NEWS_WEIGHT = 2.0  # The few pages with hand-made truth weigh double.
_SNIPPET_WEIGHT = 3.0  # Pages of which only a few blocks are known.
_FAR = 12  # Blocks from the nearest article block beyond which a short block is an easy one.
_EASY_SHARE = 4  # One in so many of the easy ones is enough.
_THRESHOLD = 0.5


def main() -> None:
    """Train, cross-validate, write weights and report."""
    arguments = _arguments()
    folders = corpora.find_folders(arguments.corpus)
    if not folders:
        sys.exit("no corpora found: nothing to train on")
    examples = _cached(arguments.cache, lambda: load_examples(folders))
    articles = [example for example in examples if example.kind == "article"]
    models = [train([example for example in articles if example.fold != fold]) for fold in range(FOLDS)]
    report = evaluate(articles, models)
    (ROOT / "training" / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    folds = ROOT / "bench" / "folds"
    folds.mkdir(exist_ok=True)
    names = sorted({example.corpus for example in articles})
    (folds / "corpora.json").write_text(json.dumps(names) + "\n")
    for number, model in enumerate(models):
        (folds / f"{number}.npz").write_bytes(dump_model(model))
    (ROOT / "cleaners" / "layout" / "weights.npz").write_bytes(dump_model(train(articles)))


def train(examples: Sequence[Example]) -> Model:
    """Return a model trained on examples."""
    alone = _fit(examples, [example.features for example in examples])
    advised = _fit(examples, [with_opinion(example) for example in examples])
    return Model(alone, advised, NAMES)


def with_opinion(example: Example) -> NDArray[np.float32]:
    """Return the features of an example with trafilatura's opinion as one more."""
    return np.column_stack([example.features, example.opinion])


def evaluate(examples: Sequence[Example], models: Sequence[Model]) -> dict[str, Any]:
    """Return the figures of each page under the model that has not seen its site."""
    scores = [models[example.fold].alone.probabilities(example.features) for example in examples]
    advised = [models[example.fold].advised.probabilities(with_opinion(example)) for example in examples]
    both = [(one + other) / 2 for one, other in zip(scores, advised, strict=True)]
    report: dict[str, Any] = {"pages": len(examples), "seed": SEED, "trees": TREES, "depth": DEPTH}
    for name, found in (("alone", scores), ("advised", advised), ("both", both)):
        report[name] = _figures(examples, found)
        print(name, report[name], file=sys.stderr)
    return report


def _figures(examples: Sequence[Example], scores: Sequence[NDArray[np.float64]]) -> dict[str, float]:
    figures: dict[str, float] = {}
    chosen = [score >= _THRESHOLD for score in scores]
    for name in sorted({example.corpus for example in examples if example.truth}):
        values = [
            word_f1(example, choice)
            for example, choice in zip(examples, chosen, strict=True)
            if example.corpus == name and example.truth
        ]
        figures[f"{name} word F1"] = round(float(np.mean(values)), 4)
    counts = np.zeros(4)
    for example, choice in zip(examples, chosen, strict=True):
        if not example.truth:
            text = squeeze("\n".join(example.texts[number] for number in np.flatnonzero(choice)))
            counts += [
                sum(squeeze(snippet) in text for snippet in example.wanted), len(example.wanted),
                sum(squeeze(snippet) in text for snippet in example.unwanted), len(example.unwanted),
            ]  # fmt: skip
    figures["kept"], figures["leaked"] = (
        round(float(counts[at] / max(1, counts[at + 1])), 4) for at in (0, 2)
    )
    return figures


def _fit(examples: Sequence[Example], features: Sequence[NDArray[np.float32]]) -> Forest:
    chosen = [_chosen(example) for example in examples]
    rows = np.vstack([page[mask] for page, mask in zip(features, chosen, strict=True)])
    labels = np.concatenate([example.labels[mask] for example, mask in zip(examples, chosen, strict=True)])
    weights = np.concatenate(
        [_weights(example)[mask] for example, mask in zip(examples, chosen, strict=True)]
    )
    booster = lightgbm.train(_PARAMETERS, lightgbm.Dataset(rows, labels, weight=weights), TREES)
    return forest_of(booster)


def _chosen(example: Example) -> NDArray[np.bool_]:
    """Return the labelled blocks, without most of the short ones far from the article."""
    labelled = example.labels >= 0
    wanted = np.flatnonzero(example.labels == 1)
    if not example.truth or not len(wanted):
        return labelled
    place = np.arange(len(labelled))
    after = np.searchsorted(wanted, place).clip(0, len(wanted) - 1)
    near = np.minimum(np.abs(place - wanted[after]), np.abs(place - wanted[np.maximum(after - 1, 0)])) <= _FAR
    return labelled & (near | (example.words >= 8) | (place % _EASY_SHARE == 0))  # type: ignore[no-any-return]  # noqa: PLR2004


def _weights(example: Example) -> NDArray[np.float64]:
    """Return block weights: the square root of their words, each page counting about the same."""
    weight = np.sqrt(example.words + 1) / np.sqrt(example.words.sum() + 50) * 20
    if not example.truth:
        return weight * _SNIPPET_WEIGHT  # type: ignore[no-any-return]
    return weight * (_NEWS_WEIGHT if example.corpus.startswith("fundus") else 1.0)  # type: ignore[no-any-return]


def forest_of(booster: lightgbm.Booster) -> Forest:
    """Return LightGBM's trees as perfect ones: a leaf above the lowest level is repeated below."""
    trees = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    inner, leaves = 2**DEPTH - 1, 2**DEPTH
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


def _cached(path: Path | None, make: Callable[[], list[Example]]) -> list[Example]:
    """Return what `make` gives, kept at `path` between runs where one is named."""
    if path is not None and path.exists():
        return pickle.loads(path.read_bytes())  # type: ignore[no-any-return]  # noqa: S301 - our own file
    examples = make()
    if path is not None:
        path.write_bytes(pickle.dumps(examples))
    return examples


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the layout model.")
    parser.add_argument("corpus", nargs="*", type=Path, help="corpus folders (default: ../shared/corpora/*)")
    parser.add_argument("--cache", type=Path, help="keep the examples in this file between runs")
    return parser.parse_args()


if __name__ == "__main__":
    main()
