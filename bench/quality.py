"""Measure what the systems make of pages with known truth, and hold Chaffinch to its floors."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import corpus
import floors
import peers
import progress
import report
from figures import read_floor_figures
from scoring import score_pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring import PageScore

FLOORS = Path(__file__).with_name("floors.json")
# An empty text leaks nothing: floors from a broken cleaner could never be met again.
_MAX_FAILED = 0.01
# Without metadata Chaffinch's text is the same; only its speed differs.
_DEFAULT = tuple(name for name in peers.BUILDERS if name != peers.CHAFFINCH_TEXT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return 1 where a floor fell."""
    options = _read_options(arguments)
    folders = corpus.find_folders(options.folders, options.corpus)
    if not folders:
        print("quality: skipped, no corpus found (name a folder that holds truth.jsonl)")
        return 0
    systems = peers.load_systems(options.systems)
    for name in systems.missing:
        print(f"{name}: left out, not installed")
    corpora = [corpus.load(folder, limit=options.limit) for folder in folders]
    scores = _measure(corpora, tuple(systems.ready), options)
    if peers.CHAFFINCH not in systems.ready or any(each.is_sample for each in corpora):
        print("\nfloors: not compared, they hold for Chaffinch on whole corpora")
        return 0
    broken = [name for name, pages in scores.items() if _is_broken(pages)]
    if broken:
        print(f"\nfloors: not compared, Chaffinch fails on too many pages of {', '.join(broken)}")
        return 1
    return _hold({name: read_floor_figures(pages) for name, pages in scores.items()}, options)


def _measure(
    corpora: Sequence[corpus.Corpus], systems: tuple[str, ...], options: argparse.Namespace
) -> dict[str, list[PageScore]]:
    """Measure, print and save one corpus after the other, so that an interrupted run shows something."""
    results: dict[str, Any] = {}
    scores: dict[str, list[PageScore]] = {}
    for each in corpora:
        found = score_pages(each.pages, systems, jobs=options.jobs)
        scores[each.name] = list(progress.show(found, len(each.pages), each.name))
        for table in report.describe(each.name, scores[each.name], systems):
            print(table, flush=True)
        results[each.name] = report.to_json(scores[each.name], systems)
        if options.json:
            options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return scores


def _is_broken(scores: Sequence[PageScore]) -> bool:
    return sum(peers.CHAFFINCH in score.failures for score in scores) > _MAX_FAILED * len(scores)


def _hold(figures: floors.Figures, options: argparse.Namespace) -> int:
    """Compare the figures with the floors, move the floors if asked, and say what fell."""
    known = floors.load(options.floors)
    changes = floors.compare(known, figures)
    falls = [change for change in changes if change.is_fall]
    if options.update:
        moved = floors.update(known, changes, may_fall=options.allow_regression)
        floors.save(options.floors, moved)
        for change in changes:
            if not change.is_fall or options.allow_regression:
                print(f"floor moved: {change}")
    if options.update and options.allow_regression:
        return 0
    for change in falls:
        print(f"floor fell: {change}")
    if not falls:
        print(f"\nfloors: {sum(map(len, figures.values()))} figures, none below its floor")
    return 1 if falls else 0


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("folders", nargs="*", type=Path, help="corpus folders, or folders of them")
    add("--corpus", action="append", default=[], metavar="NAME", help="only this corpus (repeatable)")
    add("--limit", type=int, default=0, metavar="N", help="so many pages a corpus, evenly spread")
    add("--systems", type=_read_names, default=_DEFAULT, metavar="A,B", help="only these systems")
    add("--jobs", type=int, default=2, metavar="N", help="worker processes (default: 2)")
    add("--json", type=Path, metavar="PATH", help="write all figures there")
    add(
        "--floors",
        type=Path,
        default=FLOORS,
        metavar="PATH",
        help="the floors to hold (default: beside this)",
    )
    add("--update", action="store_true", help="raise the floors to the new figures")
    add("--allow-regression", action="store_true", help="with --update, lower floors as well")
    return parser.parse_args(arguments)


def _read_names(value: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    unknown = peers.unknown_names(names)
    if unknown:
        known = ", ".join(peers.BUILDERS)
        raise argparse.ArgumentTypeError(f"no such system: {', '.join(unknown)}; there are {known}")
    return names


if __name__ == "__main__":
    sys.exit(main())
