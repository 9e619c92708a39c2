"""Measure how fast the systems are beside one another, and what large and hostile pages cost."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import corpus
import isolated
import peers
import progress
import stages
import synthetic
import timing
from report import format_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from timing import Sample


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts asked for, and print each as a table."""
    options = _read_options(arguments)
    has_chaffinch = _may_clean()
    samples = _read_samples(options)
    if not samples:
        print("speed: no corpus found (name a folder that holds truth.jsonl); what needs one is skipped")
    results: dict[str, Any] = {}
    for name in options.only or [name for name in _PARTS if name not in _ON_DEMAND]:
        needs_pages = name in _NEED_PAGES
        if (needs_pages and not samples) or (name not in _WITHOUT_CHAFFINCH and not has_chaffinch):
            print(f"\n{name}: skipped")
            continue
        results[name] = _PARTS[name](samples)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


def show_systems(samples: Sequence[Sample]) -> dict[str, Any]:
    """Print the per-page ratios of all systems."""
    systems = peers.load_systems()
    for name in systems.missing:
        print(f"{name}: left out, not installed")
    runs = timing.time_systems(samples, systems.ready)
    bases = [base for base in timing.BASES if base in runs]
    header = ["system", *(cell for base in bases for cell in (f"x {base}", "p99", "tail")), "failed"]
    results: dict[str, Any] = {}
    rows = []
    for name, times in runs.items():
        ratios = {base: timing.compare(times, runs[base]) for base in bases}
        cells = (f"{x:.2f}" for each in ratios.values() for x in (each.median, each.p99, each.tail))
        rows.append([name, *cells, str(sum(run.has_failed for run in times) or "-")])
        results[name] = {base: asdict(ratio) for base, ratio in ratios.items()}
    title = f"time per page, median and p99 of the ratios over {len(samples)} pages, and p99 of the times over p99"
    _print(title, header, rows)
    return results


def show_rules(samples: Sequence[Sample]) -> dict[str, Any]:
    """Print the share of a page's time that the rules take."""
    share = timing.measure_rules_share(samples)
    row = ["text rules", f"{share.median:.1%}", "<= 15 %", f"{share.p99:.1%}"]
    _print("the rules' share of a page's time", ["", "median", "target", "p99"], [row])
    return asdict(share)


def show_text(samples: Sequence[Sample]) -> dict[str, Any]:
    """Print the throughput of `clean_text`."""
    rate = timing.measure_text_rate(samples)
    _print("plain text, one core", ["", "MB a minute", "target"], [["clean_text", f"{rate:.1f}", ">= 20"]])
    return {"mb_per_minute": rate}


def show_imports(_samples: Sequence[Sample]) -> dict[str, Any]:
    """Print what importing the cleaner costs."""
    starts = isolated.time_imports()
    bare = starts[isolated.BARE]
    rows = []
    for statement, start in starts.items():
        over = (start.median - bare.median) * 1000
        target = "<= 60" if statement == isolated.CLEANERS else "-"
        ratios = [f"{start.best / bare.best:.2f}", f"{start.median / bare.median:.2f}"]
        rows.append([statement, *ratios, f"{over:.0f}", target])
    header = ["statement", "best, x bare", "median, x bare", "ms over bare", "target"]
    _print("start of an interpreter", header, rows)
    return {statement: asdict(start) for statement, start in starts.items()}


def show_large(_samples: Sequence[Sample]) -> dict[str, Any]:
    """Print the time of large pages, and whether their article comes out whole."""
    clean_html = importlib.import_module("cleaners").clean_html
    rows, results = [], {}
    for name, html in synthetic.build_large().items():
        start = perf_counter()
        text = clean_html(html).text
        seconds = perf_counter() - start
        found = sum(paragraph in text for paragraph in synthetic.ARTICLE)
        rows.append(
            [
                name,
                f"{len(html) / 1000:.0f}",
                f"{seconds:.2f}",
                "<= 2",
                f"{found} of {len(synthetic.ARTICLE)}",
            ]
        )
        results[name] = {"seconds": seconds, "is_intact": found == len(synthetic.ARTICLE)}
    _print("large pages", ["around an article", "kB", "seconds", "target", "paragraphs kept"], rows)
    return results


def show_hostile(_samples: Sequence[Sample]) -> dict[str, Any]:
    """Print how hostile pages end."""
    names = list(synthetic.build_hostile())
    endings = {name: isolated.run_hostile(name) for name in progress.show(names, len(names), "hostile pages")}
    rows = [
        [name, end.outcome, f"{end.seconds:.2f}", f"{end.peak_mb:.0f}", "yes" if end.is_orderly else "NO"]
        for name, end in endings.items()
    ]
    title = f"hostile pages, at most {isolated.DEADLINE:.0f} s and {isolated.MEMORY_LIMIT / 1e9:.1f} GB each"
    _print(title, ["page", "outcome", "seconds", "peak MB", "orderly"], rows)
    return {name: asdict(ending) for name, ending in endings.items()}


def show_memory(samples: Sequence[Sample]) -> dict[str, Any]:
    """Print how the memory of one process grows over many pages."""
    growth = isolated.measure_growth([sample.html for sample in samples])
    first = growth.peaks[0]
    rows = [
        [str(turn), f"{peak:.0f}", f"{peak / first - 1:+.1%}"]
        for turn, peak in enumerate(growth.peaks, start=1)
    ]
    _print(f"peak memory over the same {growth.pages} pages", ["round", "peak MB", "growth"], rows)
    return asdict(growth)


def show_endurance(samples: Sequence[Sample]) -> dict[str, Any]:
    """Print how much more memory one process holds after 10,000 pages than after 500."""
    found = isolated.measure_endurance([sample.html for sample in samples])
    growth = found.late_mb - found.early_mb
    row = [f"{found.early_mb:.0f}", f"{found.late_mb:.0f}", f"{growth:+.1f}", "< 20"]
    title = f"memory of one process after {found.first} and after {found.pages:,} pages, {len(samples)} of them unlike"
    _print(title, ["MB early", "MB late", "growth", "target"], [row])
    return asdict(found)


def show_stages(samples: Sequence[Sample]) -> dict[str, Any]:
    """Print where the time of a page goes, text only."""
    found = stages.profile(samples)
    rows = [
        [name, f"{each.typical:.2f}", f"{each.where_met:.2f}", f"{each.met:.0%}", f"{each.share:.1%}"]
        for name, each in found.items()
    ]
    header = ["stage", "median ms", "ms where met", "of pages", "share of all time"]
    _print(f"the stages of {len(samples)} pages, text only, each without those inside it", header, rows)
    model = found["features"].typical + found["forest"].typical
    print(f"features and forest: {model:.2f} ms at the median, target <= 1.5")
    return {name: asdict(each) for name, each in found.items()}


def _print(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(f"\n{title}\n\n{format_table(header, rows)}", flush=True)


_PARTS: dict[str, Callable[[Sequence[Sample]], dict[str, Any]]] = {
    "systems": show_systems,
    "stages": show_stages,
    "rules": show_rules,
    "text": show_text,
    "imports": show_imports,
    "large": show_large,
    "hostile": show_hostile,
    "memory": show_memory,
    "endurance": show_endurance,
}
_NEED_PAGES = frozenset(("systems", "stages", "rules", "text", "memory", "endurance"))
_ON_DEMAND = frozenset(("endurance",))  # Takes minutes.
_WITHOUT_CHAFFINCH = frozenset(("systems",))


def _may_clean() -> bool:
    """Tell whether Chaffinch runs at all here, and if not say why."""
    page = synthetic.build_large()["10,000 list items"][:5000]
    try:
        importlib.import_module("cleaners").clean_html(page)
    except Exception as error:
        print(f"chaffinch: cannot run: {type(error).__name__}: {error}")
        return False
    return True


def _read_samples(options: argparse.Namespace) -> list[Sample]:
    """Return so many pages in all, evenly spread over the corpora."""
    pages = [page for folder in corpus.find_folders(options.folders) for page in corpus.load(folder).pages]
    return timing.read_samples(corpus.spread(pages, options.pages))


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("folders", nargs="*", type=Path, help="corpus folders, or folders of them")
    add("--pages", type=int, default=300, metavar="N", help="so many pages, evenly spread (default: 300)")
    add("--only", action="append", choices=list(_PARTS), help="only this part (repeatable)")
    add("--json", type=Path, metavar="PATH", help="write all figures there")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
