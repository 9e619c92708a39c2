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

from cleaners.layout.model import Model, dump_model, read_model
from training.examples import FOLDS, Example, corpora, load_examples, squeeze
from training.fit import SEED
from training.presence import OF_PRESENCE, shifted
from training.stages import Outcome, Trainer, fit_presence, fit_trust, outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
_FOLDS = ROOT / "bench" / "folds"
_WEIGHTS = ROOT / "cleaners" / "layout" / "weights.npz"
_ARTICLES_LOST = 1 / 200  # Of those of the corpora, said to be pages without one.


def main() -> None:
    """Train, cross-validate, write weights and report."""
    arguments = _arguments()
    folders = corpora.find_folders(arguments.corpus)
    if not folders:
        sys.exit("no corpora found: nothing to train on")
    examples = _cached(arguments.cache, lambda: load_examples(folders))
    folds, final = _kept_looks() if arguments.keep_looks else _train_looks(examples)
    outcomes: list[Outcome] = []
    for fold, model in enumerate(folds):
        found = [outcome_of(example, model) for example in examples if example.fold == fold]
        outcomes += found
        _tell(f"fold {fold}: {_figures(found)}")
    folds = [_finished(model, outcomes, fold) for fold, model in enumerate(folds)]
    bar = _presence_bar(outcomes, folds)
    pages = sum(not example.variant for example in examples)
    report = {"pages": pages, "seed": SEED, **_figures(outcomes), **_presence_figures(outcomes, folds, bar)}
    _tell(json.dumps(report, indent=2))
    (ROOT / "training" / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    final = _finished(final, outcomes)
    _write([_barred(model, bar) for model in folds], _barred(final, bar), examples)


def _train_looks(examples: Sequence[Example]) -> tuple[list[Model], Model]:
    """Return models of the looks and kinds: one without each fold, and one of all pages."""
    trainer = Trainer(examples)
    folds = [trainer.model(frozenset({fold})) for fold in range(FOLDS)]
    return folds, trainer.model(frozenset())


def _kept_looks() -> tuple[list[Model], Model]:
    """Return the models that were written last."""
    return [read_model(_FOLDS / f"{fold}.npz") for fold in range(FOLDS)], read_model(_WEIGHTS)


def _finished(model: Model, outcomes: Sequence[Outcome], fold: int = -1) -> Model:
    """Return a model that knows how far to trust itself, from pages that no model had seen, none of the fold."""
    others = [outcome for outcome in outcomes if outcome.example.fold != fold]
    return replace(model, presence=fit_presence(others), trust=fit_trust(others))


def _barred(model: Model, bar: float) -> Model:
    """Return a model for which what it gave a presence of `bar` has an article as likely as not."""
    return replace(model, presence=shifted(model.presence, bar))


def _presence_bar(outcomes: Sequence[Outcome], folds: Sequence[Model]) -> float:
    """Return the presence below which hardly any article lies."""
    articles = [
        outcome
        for outcome in outcomes
        if outcome.example.kind == "article" and outcome.example.truth and not outcome.example.variant
    ]
    return float(np.quantile(_presences(articles, folds), _ARTICLES_LOST))


def _presences(outcomes: Sequence[Outcome], folds: Sequence[Model]) -> NDArray[np.float64]:
    """Return how likely each page has an article, as the model says that has not seen it."""
    return np.array([
        folds[outcome.example.fold].presence.probabilities(outcome.page_row[None, :])[0] for outcome in outcomes
    ])  # fmt: skip


def _presence_figures(outcomes: Sequence[Outcome], folds: Sequence[Model], bar: float) -> dict[str, float]:
    """Return of each sort of page what share is said to have an article."""
    sorts: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        sorts.setdefault(outcome.example.variant or outcome.example.kind, []).append(outcome)
    return {
        f"article present, {name}": round(float(np.mean(_presences(found, folds) >= bar)), 4)
        for name, found in sorted(sorts.items())
    }


def _write(models: Sequence[Model], final: Model, examples: Sequence[Example]) -> None:
    _FOLDS.mkdir(exist_ok=True)
    names = sorted({example.corpus for example in examples})
    (_FOLDS / "corpora.json").write_text(json.dumps(names) + "\n")
    for number, model in enumerate(models):
        (_FOLDS / f"{number}.npz").write_bytes(dump_model(model))
    _WEIGHTS.write_bytes(dump_model(final))


def _figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the figures of blocks alone, before any rule of text."""
    figures: dict[str, float] = {}
    for variant in sorted({outcome.example.variant for outcome in outcomes} - {"", *OF_PRESENCE}):
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
    parser.add_argument(
        "--keep-looks",
        action="store_true",
        help="train presence and trust alone, for the looks of the weights that are there",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
