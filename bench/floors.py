"""The figures that must not get worse, in `floors.json`: corpus, then measure, then the floor."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Figures = dict[str, dict[str, float]]

_DECIMALS = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """A floor beside the figure now measured; either may be missing."""

    corpus: str
    measure: str
    floor: float | None
    figure: float | None

    def __str__(self) -> str:
        """Return corpus, measure, floor and figure on one line."""
        floor = "none" if self.floor is None else f"{self.floor:.3f}"
        figure = "not measured" if self.figure is None else f"{self.figure:.4f}"
        return f"{self.corpus} {self.measure}: {floor} -> {figure}"

    @property
    def is_fall(self) -> bool:
        """Tell whether the figure is on the wrong side of the floor, or gone."""
        if self.floor is None:
            return False
        if self.figure is None:
            return True
        return self.figure > self.floor if is_ceiling(self.measure) else self.figure < self.floor


def is_ceiling(measure: str) -> bool:
    """Tell whether less is better.

    >>> is_ceiling("article.leaked"), is_ceiling("article.kept")
    (True, False)
    """
    return measure.endswith("leaked")


def round_off(measure: str, figure: float) -> float:
    """Return the figure with three decimals, rounded so that it still passes.

    >>> round_off("article.kept", 0.9567), round_off("article.leaked", 0.0712)
    (0.956, 0.072)
    """
    rounding = math.ceil if is_ceiling(measure) else math.floor
    return rounding(figure * _DECIMALS) / _DECIMALS


def load(path: Path) -> Figures:
    """Read the floors; there are none where there is no file."""
    if not path.is_file():
        return {}
    floors: Figures = json.loads(path.read_text(encoding="utf-8"))
    return floors


def save(path: Path, floors: Figures) -> None:
    """Write the floors in a stable order."""
    path.write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def compare(floors: Mapping[str, Mapping[str, float]], figures: Figures) -> tuple[Change, ...]:
    """Return every floor and figure of the corpora just measured that differ.

    >>> [str(each) for each in compare({"a": {"kept": 0.95}, "b": {"kept": 1.0}}, {"a": {"kept": 0.94}})]
    ['a kept: 0.950 -> 0.9400']
    """
    changes = []
    for corpus, measured in sorted(figures.items()):
        known = floors.get(corpus, {})
        for measure in sorted({*known, *measured}):
            change = Change(corpus, measure, known.get(measure), measured.get(measure))
            if change.figure is None or round_off(measure, change.figure) != change.floor:
                changes.append(change)
    return tuple(changes)


def update(floors: Figures, changes: tuple[Change, ...], *, may_fall: bool) -> Figures:
    """Return the floors moved to the new figures; downwards, or away, only if they may fall.

    >>> update({"a": {"kept": 0.9}}, (Change("a", "kept", 0.9, 0.8),), may_fall=False)
    {'a': {'kept': 0.9}}
    >>> update({"a": {"kept": 0.9}}, (Change("a", "kept", 0.9, 0.95),), may_fall=False)
    {'a': {'kept': 0.95}}
    """
    moved = {corpus: dict(measures) for corpus, measures in floors.items()}
    for change in changes:
        if change.is_fall and not may_fall:
            continue
        measures = moved.setdefault(change.corpus, {})
        if change.figure is None:
            measures.pop(change.measure, None)
        else:
            measures[change.measure] = round_off(change.measure, change.figure)
    return moved
