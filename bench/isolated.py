"""What is measured in a process of its own: imports, hostile pages, memory."""

from __future__ import annotations

import importlib
import multiprocessing
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import synthetic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

BARE = "pass"
SELECTOLAX = "import selectolax.lexbor"
CLEANERS = "import cleaners"

DEADLINE = 20.0
MEMORY_LIMIT = 2 * 1024**3
_START_UP = 10.0
_IMPORTS = 15
_ROUNDS = 3
_FIRST_PAGES = 500
_MANY_PAGES = 10_000
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Start:
    """The seconds from nothing to the end of one statement in a new interpreter."""

    best: float
    median: float


@dataclass(frozen=True, slots=True)
class Ending:
    """How a hostile page ended: a verdict or the error's name, with time and peak memory."""

    outcome: str
    seconds: float
    peak_mb: float
    is_orderly: bool


@dataclass(frozen=True, slots=True)
class Growth:
    """The peak memory in MB after each round over the same pages."""

    pages: int
    peaks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Endurance:
    """The memory in MB that one process holds after its first pages and after many."""

    first: int
    pages: int
    early_mb: float
    late_mb: float


def time_imports() -> dict[str, Start]:
    """Time new interpreters, in turn."""
    statements = (BARE, SELECTOLAX, CLEANERS)
    seconds: dict[str, list[float]] = {statement: [] for statement in statements}
    for turn in range(_IMPORTS + 1):
        for statement in statements:
            start = perf_counter()
            subprocess.run([sys.executable, "-c", statement], check=True)
            if turn:
                seconds[statement].append(perf_counter() - start)
    return {statement: Start(min(times), median(times)) for statement, times in seconds.items()}


def run_hostile(name: str) -> Ending:
    """Clean one hostile page in a process with a deadline and a memory limit."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_clean_hostile, args=(name, sender), daemon=True)
    process.start()
    sender.close()
    try:
        ending: Ending = (
            receiver.recv()
            if receiver.poll(DEADLINE + 10)
            else Ending("hang", DEADLINE, 0.0, is_orderly=False)
        )
    except EOFError:
        process.join()
        ending = Ending(f"died, exit code {process.exitcode}", 0.0, 0.0, is_orderly=False)
    process.kill()
    process.join()
    return ending


def measure_growth(htmls: Sequence[bytes]) -> Growth:
    """Clean the same pages several times in one new process, and see how its memory grows."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return Growth(len(htmls), pool.apply(_clean_rounds, (list(htmls),)))


def measure_endurance(htmls: Sequence[bytes]) -> Endurance:
    """Clean 10,000 pages in one new process, and see what it holds after the first 500 and at the end."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_endure, (list(htmls),))


def _endure(htmls: list[bytes]) -> Endurance:
    clean_html = importlib.import_module("cleaners").clean_html
    early = 0.0
    for number in range(1, _MANY_PAGES + 1):
        html = htmls[number % len(htmls)]
        _attempt(lambda html=html: clean_html(html, fields=()))  # type: ignore[misc]
        if number == _FIRST_PAGES:
            early = _resident_mb()
    return Endurance(_FIRST_PAGES, _MANY_PAGES, early, _resident_mb())


def _resident_mb() -> float:
    """Return what this process holds now; its peak where the system does not say."""
    status = Path("/proc/self/status")
    found = re.search(r"VmRSS:\s*(\d+) kB", status.read_text(encoding="ascii")) if status.is_file() else None
    return int(found[1]) * 1024 / 1e6 if found else _peak_mb()


def _clean_rounds(htmls: list[bytes]) -> tuple[float, ...]:
    clean_html = importlib.import_module("cleaners").clean_html
    peaks = []
    for _ in range(_ROUNDS):
        for html in htmls:
            _attempt(lambda html=html: clean_html(html))  # type: ignore[misc]
        peaks.append(_peak_mb())
    return tuple(peaks)


def _clean_hostile(name: str, answer: Connection) -> None:
    html = synthetic.build_hostile()[name]()
    cleaners = importlib.import_module("cleaners")
    _attempt(lambda: cleaners.clean_html(synthetic.build_large()["10,000 list items"][:2000]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    start = perf_counter()
    try:
        outcome, is_orderly = cleaners.clean_html(html).verdict, True
    except cleaners.CleanerError as error:
        outcome, is_orderly = type(error).__name__, True
    except Exception as error:
        outcome, is_orderly = f"{type(error).__name__}: {error}"[:60], False
    seconds = perf_counter() - start
    answer.send(Ending(outcome, seconds, _peak_mb(), is_orderly=is_orderly and seconds <= DEADLINE))


def _attempt(run: Callable[[], object]) -> None:
    try:
        run()
    except Exception:
        return


def _peak_mb() -> float:
    """Return the peak of this process; Linux counts its parent's into what `getrusage` says."""
    status = Path("/proc/self/status")
    if status.is_file():
        peak = re.search(r"VmHWM:\s*(\d+) kB", status.read_text(encoding="ascii"))
        if peak:
            return int(peak[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_UNIT / 1e6
