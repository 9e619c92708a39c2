"""Measure how many pages a second are fetched, cleaned and stored, beside Scrapy with trafilatura.

Everything happens on this machine: twenty hosts in a process of their own, and the crawlers in turn.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import crawl_site
import progress
from report import format_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crawl_site import Report, Site

CHAFFINCH = "Chaffinch"
SCRAPY = "Scrapy + trafilatura"
SCRAPY_TWICE = "two of these side by side"
_PEERS = Path(__file__).with_name("crawl_peers.py")
_SAMPLE_SECONDS = 0.1
_USER_AGENT = "chaffinch-bench/1.0 (+https://crawler.example/about)"


@dataclass(frozen=True, slots=True)
class Cost:
    """What commands took: time, processor time of all their processes, and the peak of their memory."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl of the whole site: what it took, and what came of it."""

    cost: Cost
    articles: int
    report: Report


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the crawlers in turn, and print them as a table; return 1 where pages are missing."""
    options = _read_options(arguments)
    systems = _systems(options.only)
    runs: dict[str, list[Run]] = {name: [] for name in systems}
    with crawl_site.serve(options.hosts, options.pages, options.folders) as site:
        print(_describe(site))
        turns = [(name, system) for _ in range(options.rounds) for name, system in systems.items()]
        for name, system in progress.show(turns, len(turns), "crawls"):
            with tempfile.TemporaryDirectory() as folder:
                runs[name].append(system(site, Path(folder)))
    _print(site, runs)
    if options.json:
        figures = {name: [asdict(run) for run in each] for name, each in runs.items()}
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0 if all(run.report.pages >= site.pages for each in runs.values() for run in each) else 1


def _systems(only: Sequence[str] | None) -> dict[str, Callable[[Site, Path], Run]]:
    systems = {CHAFFINCH: crawl_chaffinch, SCRAPY: crawl_scrapy, SCRAPY_TWICE: crawl_scrapy_twice}
    if importlib.util.find_spec("scrapy") is None:
        print(f"{SCRAPY}: left out, not installed")
        return {CHAFFINCH: crawl_chaffinch}
    return {name: system for name, system in systems.items() if not only or name in only}


def crawl_chaffinch(site: Site, folder: Path) -> Run:
    """Crawl with `chaffinch crawl --once`, into SQLite."""
    sources = "".join(
        f'[[source]]\nname = "{number}"\nurl = "{origin}/"\ndiscover = ["sitemap"]\n'
        for number, origin in enumerate(site.origins)
    )
    fetch = "[fetch]\nallow_private_addresses = true\ndelay_seconds = 0\n"
    store, config = folder / "news.db", folder / "crawl.toml"
    config.write_text(
        f'[crawl]\nstore = "sqlite:///{store}"\nconcurrency = 32\nuser_agent = "{_USER_AGENT}"\n{fetch}{sources}',
        encoding="utf-8",
    )
    chaffinch = shutil.which("chaffinch", path=str(Path(sys.executable).parent)) or "chaffinch"
    command = [chaffinch, "crawl", str(config), "--once"]
    cost = _time([command], folder)
    report = site.report()
    kept = folder / "articles.jsonl"
    export = [chaffinch, "export", str(store), "--format", "jsonl", "--to", str(kept)]
    subprocess.run(export, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return Run(cost, _count_lines([kept]), report)


def crawl_scrapy(site: Site, folder: Path) -> Run:
    """Crawl with one process of Scrapy, into JSON lines."""
    return _crawl_scrapy(site, folder, [site.origins])


def crawl_scrapy_twice(site: Site, folder: Path) -> Run:
    """Crawl with two processes of Scrapy, each half of the hosts: what it takes to use both cores."""
    return _crawl_scrapy(site, folder, [site.origins[::2], site.origins[1::2]])


def _crawl_scrapy(site: Site, folder: Path, shares: Sequence[Sequence[str]]) -> Run:
    files = [folder / f"articles-{number}.jsonl" for number in range(len(shares))]
    commands = [
        [sys.executable, str(_PEERS), str(file), *share] for file, share in zip(files, shares, strict=True)
    ]
    cost = _time(commands, folder)
    return Run(cost, _count_lines(files), site.report())


def _time(commands: Sequence[Sequence[str]], folder: Path) -> Cost:
    """Run commands side by side, and return what they took from first start to last end."""
    with (folder / "log").open("w+b") as log:
        start, used = perf_counter(), _used_by_children()
        processes = [subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) for command in commands]
        sampler = _Sampler([process.pid for process in processes])
        codes = [process.wait() for process in processes]
        cost = Cost(perf_counter() - start, _used_by_children() - used, sampler.stop())
        if any(code not in (0, 1) for code in codes):  # 1: some pages failed; they are counted below.
            log.seek(0)
            sys.exit(f"crawl: {commands[0][1:4]} ended with {codes}:\n{log.read().decode()[-3000:]}")
    return cost


def _used_by_children() -> float:
    """Return the processor seconds of all processes below this one that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Sampler:
    """Adds up the memory of processes and their children, now and then, and keeps the highest sum."""

    def __init__(self, processes: Sequence[int]) -> None:
        self._processes = processes
        self._peak = 0.0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._is_over.set()
        self._thread.join()
        return self._peak

    def _run(self) -> None:
        while not self._is_over.wait(_SAMPLE_SECONDS):
            self._peak = max(self._peak, sum(_memory_mb(process) for process in self._processes))


def _memory_mb(process: int) -> float:
    """Return the memory of a process and all below it; pages that several share are divided among them."""
    folder = Path("/proc") / str(process)
    try:
        lines = (folder / "smaps_rollup").read_text(encoding="ascii").splitlines()
        own = next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6
        children = [
            int(each)
            for task in (folder / "task").iterdir()
            for each in (task / "children").read_text().split()
        ]
    except (OSError, StopIteration, ValueError):
        return 0.0
    return own + sum(_memory_mb(child) for child in children)


def _count_lines(files: Sequence[Path]) -> int:
    return sum(len(file.read_bytes().splitlines()) for file in files if file.exists())


def _describe(site: Site) -> str:
    kind = f"{site.distinct} of the corpora" if site.are_real else "made up"
    names = {"chaffinch": CHAFFINCH, "scrapy": "Scrapy", "trafilatura": "trafilatura", "httpx": "httpx"}
    known = [name for name in names if importlib.util.find_spec({"chaffinch": "scraper"}.get(name, name))]
    return (
        f"{site.pages} pages ({kind}), {site.bytes / site.pages / 1000:.0f} kB on average, on {len(site.origins)} hosts; "
        f"{os.cpu_count()} cores, Python {platform.python_version()}; "
        + ", ".join(f"{names[name]} {version(name)}" for name in known)
    )


def _print(site: Site, runs: Mapping[str, Sequence[Run]]) -> None:
    rows = []
    base = median(run.cost.seconds for run in runs[CHAFFINCH]) if runs.get(CHAFFINCH) else 0.0
    for name, each in runs.items():
        seconds = median(run.cost.seconds for run in each)
        rows.append(
            [
                name,
                " ".join(f"{run.cost.seconds:.1f}" for run in each),
                f"{site.pages / seconds:.1f}",
                f"{seconds / base:.2f}" if base else "-",
                f"{1000 * median(run.cost.cpu_seconds for run in each) / site.pages:.0f}",
                f"{max(run.cost.peak_mb for run in each):.0f}",
                f"{min(run.report.pages for run in each)}",
                f"{min(run.articles for run in each)}",
                f"{max(run.report.most_at_once for run in each)}",
                f"{max(run.report.repeated for run in each)}",
            ]
        )
    header = (
        "system, seconds, pages/s, x Chaffinch, CPU ms/page, peak MB, fetched, articles, most at once a host, asked again"
    ).split(", ")
    print(f"\nfetched, cleaned and stored\n\n{format_table(header, rows)}", flush=True)


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    add: Any = parser.add_argument
    add("folders", nargs="*", type=Path, help="corpus folders, or folders of them")
    add("--pages", type=int, default=2000, metavar="N", help="so many pages in all (default: 2000)")
    add("--hosts", type=int, default=20, metavar="N", help="on so many hosts (default: 20)")
    add("--rounds", type=int, default=2, metavar="N", help="each system so often (default: 2)")
    add(
        "--only",
        action="append",
        choices=[CHAFFINCH, SCRAPY, SCRAPY_TWICE],
        help="only this system (repeatable)",
    )
    add("--json", type=Path, metavar="PATH", help="write all figures there")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
