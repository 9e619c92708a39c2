"""Times of systems on the same pages, in turn, in one process: never more than ratios."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from math import nan
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING

import peers
import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from corpus import Page

LEXBOR = "Lexbor parse"
BASES = (peers.TRAFILATURA, peers.TRAFILATURA_FAST, LEXBOR)

_WARM_UP = 3
_REPEATS = 3
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Ratio:
    """The spread of one system's time over another's, page by page.

    `tail` is the 99th percentile of the one's times over that of the other's, which may be another page.
    """

    median: float
    p99: float
    tail: float = nan


@dataclass(frozen=True, slots=True)
class Sample:
    """A page in memory, as it came and as UTF-8."""

    html: bytes
    utf8: bytes
    url: str


@dataclass(frozen=True, slots=True)
class Run:
    """The time of one system on one page."""

    seconds: float
    has_failed: bool


def read_samples(pages: Sequence[Page]) -> list[Sample]:
    """Read pages from disk, so that only the systems are timed."""
    decode = peers.build_decoder()
    htmls = [(page.html, page.url) for page in pages]
    return [Sample(html, decode(html).encode("utf-8", "replace"), url) for html, url in htmls]


def time_systems(samples: Sequence[Sample], systems: Mapping[str, peers.Extract]) -> dict[str, list[Run]]:
    """Return the time of every system, and of a bare parse, on every page.

    Each page begins with another system, since whoever comes second finds warm caches.
    """
    runs: dict[str, Callable[[Sample], object]] = {
        name: lambda sample, extract=extract: extract(sample.html, sample.url)  # type: ignore[misc]
        for name, extract in systems.items()
    }
    parser = importlib.import_module("selectolax.lexbor").LexborHTMLParser
    runs[LEXBOR] = lambda sample: parser(sample.utf8)
    names = list(runs)
    for sample in samples[:_WARM_UP]:
        for run in runs.values():
            _time(run, sample)
    times: dict[str, list[Run]] = {name: [] for name in names}
    rounds = [(turn, sample) for _ in range(_ROUNDS) for turn, sample in enumerate(samples)]
    for turn, sample in progress.show(rounds, len(rounds), "systems in turn"):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            times[name].append(_time(runs[name], sample))
    return {name: _best_of_rounds(each, len(samples)) for name, each in times.items()}


def _best_of_rounds(runs: Sequence[Run], pages: int) -> list[Run]:
    """Return the faster run of each page: the other may have loaded somebody's tables."""
    rounds = [runs[start : start + pages] for start in range(0, len(runs), pages)]
    return [min(each, key=lambda run: run.seconds) for each in zip(*rounds, strict=True)]


def compare(ours: Sequence[Run], theirs: Sequence[Run]) -> Ratio:
    """Return the spread of the per-page ratios, over the pages where neither failed.

    >>> one, two, failure = Run(1.0, False), Run(2.0, False), Run(0.1, True)
    >>> compare([two, two, failure], [one, one, one])
    Ratio(median=2.0, p99=2.0, tail=2.0)
    """
    pairs = zip(ours, theirs, strict=True)
    times = [(a.seconds, b.seconds) for a, b in pairs if not (a.has_failed or b.has_failed)]
    if not times:
        return Ratio(nan, nan)
    ratios = [one / other for one, other in times]
    return Ratio(median(ratios), p99(ratios), p99([one for one, _ in times]) / p99([one for _, one in times]))


def p99(values: Sequence[float]) -> float:
    """Return the value that 99 of 100 stay below.

    >>> p99([1.0])
    1.0
    >>> p99([float(n) for n in range(101)])
    99.0
    """
    return quantiles(values, n=100, method="inclusive")[-1] if len(values) > 1 else values[0]


def measure_rules_share(samples: Sequence[Sample]) -> Ratio:
    """Return the spread of the share of a page's time that goes into the text rules."""
    cleaners = importlib.import_module("cleaners")
    every, none = cleaners.Rules.default(), cleaners.Rules.none()

    def run(sample: Sample, rules: object) -> object:
        return cleaners.clean_html(sample.html, url=sample.url or None, rules=rules)

    shares = []
    for turn, sample in enumerate(progress.show(samples, len(samples), "rules")):
        best = {True: float("inf"), False: float("inf")}
        has_failed = False
        for repeat in range(_REPEATS):
            for has_rules in (True, False) if (turn + repeat) % 2 else (False, True):
                rules = every if has_rules else none
                time = _time(lambda each, rules=rules: run(each, rules), sample)  # type: ignore[misc]
                best[has_rules] = min(best[has_rules], time.seconds)
                has_failed |= time.has_failed
        if not has_failed:
            shares.append(1 - best[False] / best[True])
    return Ratio(median(shares), p99(shares)) if shares else Ratio(nan, nan)


def measure_text_rate(samples: Sequence[Sample]) -> float:
    """Return how many MB of plain text `clean_text` gets through in a minute, on one core."""
    clean_text = importlib.import_module("cleaners").clean_text
    extract = peers.load_systems([peers.RESILIPARSE]).ready[peers.RESILIPARSE]
    texts = [text for text in (extract(sample.html, sample.url) for sample in samples) if text]
    for text in texts[:_WARM_UP]:
        clean_text(text)
    start = perf_counter()
    for text in progress.show(texts, len(texts), "plain text"):
        clean_text(text)
    return sum(len(text.encode()) for text in texts) / (perf_counter() - start) * 60 / 1e6


def _time(run: Callable[[Sample], object], sample: Sample) -> Run:
    start = perf_counter()
    try:
        run(sample)
    except Exception:
        return Run(perf_counter() - start, has_failed=True)
    return Run(perf_counter() - start, has_failed=False)
