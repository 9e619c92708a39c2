"""Train the layout model: `make train`. The same corpora and seed give the same weights.

Writes cleaners/layout/weights.npz (all pages), bench/folds/N.npz (each without the sites of fold N, so that
the benchmark can report on sites a model has not seen), and training/report.json.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cleaners.layout.model import Model, dump_model
from training.examples import FOLDS, Example, corpora, load_examples, squeeze
from training.fit import SEED
from training.stages import Outcome, Trainer, fit_trust

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Train, cross-validate, write weights and report."""
    arguments = _arguments()
    folders = corpora.find_folders(arguments.corpus)
    if not folders:
        sys.exit("no corpora found: nothing to train on")
    examples = _cached(arguments.cache, lambda: load_examples(folders))
    trainer = Trainer(examples)
    models: list[Model] = []
    outcomes: list[Outcome] = []
    for fold in range(FOLDS):
        model, found = trainer.model(frozenset({fold}))
        models.append(model)
        outcomes += found
        _tell(f"fold {fold}: {_figures(found)}")
    report = {"pages": sum(not example.variant for example in examples), "seed": SEED, **_figures(outcomes)}
    _tell(json.dumps(report, indent=2))
    (ROOT / "training" / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    final, _ = trainer.model(frozenset())
    _write(
        [_trusting(model, outcomes, fold) for fold, model in enumerate(models)],
        _trusting(final, outcomes),
        examples,
    )


def _trusting(model: Model, outcomes: Sequence[Outcome], fold: int = -1) -> Model:
    """Return a model that knows how far to trust itself, from pages that no model had seen, none of the fold."""
    return replace(model, trust=fit_trust([outcome for outcome in outcomes if outcome.example.fold != fold]))


def _write(models: Sequence[Model], final: Model, examples: Sequence[Example]) -> None:
    folds = ROOT / "bench" / "folds"
    folds.mkdir(exist_ok=True)
    names = sorted({example.corpus for example in examples})
    (folds / "corpora.json").write_text(json.dumps(names) + "\n")
    for number, model in enumerate(models):
        (folds / f"{number}.npz").write_bytes(dump_model(model))
    (ROOT / "cleaners" / "layout" / "weights.npz").write_bytes(dump_model(final))


def _figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the figures of blocks alone, before any rule of text."""
    figures: dict[str, float] = {}
    for variant in sorted({outcome.example.variant for outcome in outcomes} - {""}):
        values = [outcome.f1 for outcome in outcomes if outcome.example.variant == variant]
        figures[f"{variant} word F1"] = round(float(np.mean(values)), 4)
    outcomes = [outcome for outcome in outcomes if not outcome.example.variant]
    for name in sorted({outcome.example.corpus for outcome in outcomes if outcome.example.truth}):
        pages = [each for each in outcomes if each.example.corpus == name and each.example.truth]
        for kind in sorted({outcome.example.kind for outcome in pages}):
            values = [outcome.f1 for outcome in pages if outcome.example.kind == kind]
            figures[f"{name} {kind} word F1"] = round(float(np.mean(values)), 4)
        figures[f"{name} word F1"] = round(float(np.mean([outcome.f1 for outcome in pages])), 4)
    counts = np.zeros(4)
    for outcome in outcomes:
        if not outcome.example.truth:
            counts += _count_snippets(outcome)
    figures["kept"], figures["leaked"] = (
        round(float(counts[at] / max(1, counts[at + 1])), 4) for at in (0, 2)
    )
    figures["asked"] = round(float(np.mean([outcome.is_asked for outcome in outcomes])), 4)
    return figures


def _count_snippets(outcome: Outcome) -> tuple[int, ...]:
    example = outcome.example
    kept = np.flatnonzero(outcome.scores >= outcome.bar)
    text = squeeze("\n".join(example.texts[number] for number in kept))
    return (
        sum(squeeze(snippet) in text for snippet in example.wanted), len(example.wanted),
        sum(squeeze(snippet) in text for snippet in example.unwanted), len(example.unwanted),
    )  # fmt: skip


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


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
