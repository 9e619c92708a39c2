"""Kill a crawl with SIGKILL at random moments, go on each time, and hold the store against the server's log.

`python bench/kills.py --kills 50`. Exit code 1 where an acknowledged article is missing or stands twice, where
more was asked for again than was in flight at a kill, or where a host was asked inside its delay.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from demo.site import DemoSite  # noqa: E402 - the demo stands beside this folder
from scraper.store import open_store  # noqa: E402

if TYPE_CHECKING:
    from demo.site import Hit

DELAY = 0.05
_SLACK = 0.01  # Seconds that the server may note an answer late.
_LATEST_KILL = 2.5
_FIRST_KILL = 0.6


@dataclass
class Result:
    """What was seen over all kills."""

    kills: int = 0
    crawls: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    repeats: int = 0
    allowed_repeats: int = 0
    too_soon: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.doubled or self.too_soon) and self.repeats <= self.allowed_repeats


def main() -> int:
    """Kill as often as asked, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    result = Result()
    while not result.crawls or result.kills < options.kills:
        with tempfile.TemporaryDirectory() as folder, DemoSite() as site:
            crawl_through(site, Path(folder), chance, result, options.kills)
    print(
        f"seed {options.seed}: {result.kills} kills in {result.crawls} crawls; {result.acknowledged} articles acknowledged, "
        f"{len(result.lost)} of them lost, {len(result.doubled)} stored twice; {result.repeats} addresses asked for again "
        f"({result.allowed_repeats} were in flight); {len(result.too_soon)} requests inside the delay"
    )
    for line in (*result.lost[:5], *result.doubled[:5], *result.too_soon[:5]):
        print(f"  {line}")
    return 0 if result.is_good else 1


def crawl_through(site: DemoSite, folder: Path, chance: random.Random, result: Result, kills: int) -> None:
    """Crawl the site with a kill now and then until a run comes to its end, and check what is there."""
    config = folder / "crawl.toml"
    store = folder / "news.db"
    config.write_text(site.config(f"sqlite:///{store}", fetch=f"delay_seconds = {DELAY}"), encoding="utf-8")
    acknowledged: set[str] = set()
    killed = 0
    while True:
        log = folder / "log"
        moment = chance.uniform(_FIRST_KILL, _LATEST_KILL) if result.kills < kills else None
        ended = run(config, log, moment)
        acknowledged |= articles_in(log)
        if ended is not None:
            break
        killed += 1
        result.kills += 1
    result.crawls += 1
    result.acknowledged += len(acknowledged)
    check_store(store, acknowledged, result)
    result.allowed_repeats += killed * len(site.urls)
    check_log(site, result)


def run(config: Path, log: Path, moment: float | None) -> int | None:
    """Crawl once; return the exit code, or None after killing it `moment` seconds on."""
    command = [sys.executable, "-m", "scraper.cli", "crawl", str(config), "--once", "--json-log"]
    with log.open("wb") as stderr:
        process = subprocess.Popen(command, stderr=stderr, cwd=ROOT)
        try:
            return process.wait(moment)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None


def articles_in(log: Path) -> set[str]:
    """Return the addresses of the articles that a crawl said were stored."""
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.endswith("}")]
    return {event["url"] for event in events if event.get("change") in ("new", "changed")}


def check_store(store: Path, acknowledged: set[str], result: Result) -> None:
    """Compare what is stored with what was acknowledged."""
    opened = open_store(f"sqlite:///{store}", must_exist=True)
    stored = Counter((record.url, record.version) for record in opened.records())
    opened.close()
    urls = {url for url, _ in stored}
    result.lost += [f"lost: {url}" for url in sorted(acknowledged - urls)]
    result.doubled += [f"stored {count} times: {url}" for (url, _), count in stored.items() if count > 1]
    result.doubled += [f"stored as version {version}: {url}" for url, version in stored if version > 1]


def check_log(site: DemoSite, result: Result) -> None:
    """Look in the server's log for what was asked twice, and what was asked too soon."""
    by_host: dict[str, list[Hit]] = {}
    articles = {urlsplit(url).path for paper in site.urls for url in site.articles(paper)}
    for hit in site.log:
        by_host.setdefault(hit.host, []).append(hit)
    for hits in by_host.values():
        ordered = sorted(hits, key=lambda hit: hit.start)
        # Front pages, feeds and sitemaps are asked for in every run; what failed is, too. What a redirect led to
        # was asked for by another address. (A host's first request is for its robots.txt.)
        pages = Counter(
            hit.path
            for before, hit in pairwise(ordered)
            if hit.path in articles
            and hit.status == HTTPStatus.OK
            and before.status != HTTPStatus.MOVED_PERMANENTLY
        )
        result.repeats += sum(count - 1 for count in pages.values())
        for one, other in pairwise(ordered):
            if other.start - one.end < DELAY - _SLACK:
                gap = other.start - one.end
                result.too_soon.append(f"{gap:.3f} s after {one.path}: {other.host}{other.path}")


if __name__ == "__main__":
    sys.exit(main())
