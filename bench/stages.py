"""Where the time of a page goes: the stages of `clean_html`, each without the stages inside it."""

from __future__ import annotations

import functools
import importlib
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from timing import Sample

TOTAL = "whole page"
OPINION = "second opinion"
_REPEATS = 3
# Each stage with the functions that it is, by the modules that ask for them.
_STAGES = {
    "decode": (("cleaners.clean", "decode"),),
    "checks": (("cleaners.documents", "check_bytes"), ("cleaners.documents", "check_html")),
    "guard": (("cleaners.guard", "tame"),),
    "parse": (("cleaners.html", "LexborHTMLParser"),),
    "walk": (("cleaners.html", "read_page"),),
    "metadata": (("cleaners.metadata", "read_metadata"), ("cleaners.metadata", "headline_of")),
    "features": tuple(
        ("cleaners.layout.judge", name)
        for name in ("features_of", "scene_of", "first_rows", "kind_row", "second_rows", "trust_row")
    ),
    "forest": (
        ("cleaners.layout.model", "Forest.probabilities"),
        ("cleaners.layout.model", "Forest.choices"),
    ),
    OPINION: (("cleaners.html", "slimmed"), ("cleaners.reference", "opinion")),
    "other layout": (("cleaners.clean", "_lay_out"),),
    "language": (("cleaners.clean", "language_of"),),
    "rules": (("cleaners.clean", "sweep"), ("cleaners.clean", "drop_duplicates")),
    "verdict": (("cleaners.clean", "judge_article"),),
    TOTAL: (("cleaners", "clean_html"),),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """The median time of one stage in milliseconds, and the share of pages that come to it.

    `typical` is over all pages, `where_met` over those that come to it; `share` is of the time of all pages.
    """

    typical: float
    where_met: float
    met: float
    share: float


def profile(samples: Sequence[Sample]) -> dict[str, Stage]:
    """Clean each page some times with a clock at every stage, and take its fastest run."""
    with ExitStack() as stack:
        clock = _Clock()
        for name, places in _STAGES.items():
            for place in places:
                stack.enter_context(clock.watch(name, *place))
        clean_html = importlib.import_module("cleaners").clean_html
        runs = [
            min((clock.run(clean_html, sample.html) for _ in range(_REPEATS)), key=_sum)
            for sample in progress.show(samples, len(samples), "stages")
        ]
    whole = sum(map(_sum, runs))
    return {
        name: _stage([run.get(name, 0.0) for run in runs], whole) for name in _STAGES if name != TOTAL
    } | {TOTAL: _stage([_sum(run) for run in runs], whole)}


def _sum(run: dict[str, float]) -> float:
    return sum(run.values())


def _stage(seconds: Sequence[float], whole: float) -> Stage:
    met = [each for each in seconds if each]
    return Stage(
        typical=median(seconds) * 1000,
        where_met=median(met) * 1000 if met else 0.0,
        met=len(met) / len(seconds),
        share=sum(seconds) / whole,
    )


class _Clock:
    """Time spent in the stages, as the processor counts it, so that its other users matter less."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.inner: list[float] = []

    def run(self, clean_html: Callable[..., object], html: bytes) -> dict[str, float]:
        """Clean a page, and return the time of each stage."""
        self.seconds.clear()
        try:
            clean_html(html, fields=())
        except Exception:
            self.inner.clear()
        return dict(self.seconds)

    @contextmanager
    def watch(self, stage: str, module: str, name: str) -> Iterator[None]:
        """Put the clock around a function of a module."""
        owner: Any = importlib.import_module(module)
        *classes, name = name.split(".")
        for each in classes:
            owner = getattr(owner, each)
        with patch.object(owner, name, self._timed(stage, getattr(owner, name))):
            yield

    def _timed(self, stage: str, run: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(run)
        def timed(*values: Any, **options: Any) -> Any:  # noqa: ANN401
            self.inner.append(0.0)
            start = process_time()
            result = run(*values, **options)
            seconds = process_time() - start
            self.seconds[stage] += seconds - self.inner.pop()
            if self.inner:
                self.inner[-1] += seconds
            return result

        return timed
