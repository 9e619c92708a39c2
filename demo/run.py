"""Clean the pages of this folder, one of them with the whole trace; then crawl four newspapers, twice."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter

import click

from cleaners import Article, Rules
from cleaners.shapes import word_count
from demo.crawling import show_crawl
from scraper.cli.app import main as chaffinch
from scraper.cli.inputs import Reader
from scraper.cli.terminal import wrap

PAGES = Path(os.path.relpath(Path(__file__).with_name("pages")))
TRACED = "scraped.txt"
COLUMNS = (18, 13, 5, 2)  # Page, verdict, words, a gap.
NARROWEST = 30


def main() -> int:
    """Show what Chaffinch makes of the demo's pages and newspapers; return 1 where that is not as it should be."""
    show_trace(str(PAGES / TRACED))
    show_table()
    complaint = show_crawl()
    if complaint:
        click.secho(f"demo: {complaint}", fg="red", err=True)
    return 1 if complaint else 0


def show_table() -> None:
    """Print a row for each page."""
    page, verdict, words, gap = COLUMNS
    click.secho(
        f"{'page':{page}}{'verdict':{verdict}}{'words':>{words}}{'':{gap}}title, blocks removed", bold=True
    )
    reader = Reader(Rules.default())
    paths = sorted(PAGES.iterdir())
    start = perf_counter()
    for path in paths:
        show_row(path.name, reader.read(str(path)))
    seconds = perf_counter() - start
    click.echo(f"\n{len(paths)} inputs in {seconds:.1f} seconds.\n")


def show_trace(path: str) -> None:
    """Print a command, what it prints, and a blank line."""
    click.secho(f"$ chaffinch clean --explain {path}\n", bold=True)
    chaffinch(["clean", "--explain", path], standalone_mode=False)
    click.echo()


def show_row(name: str, article: Article) -> None:
    """Print one page's title, verdict, words kept, and blocks removed by type."""
    page, verdict, words, gap = COLUMNS
    kept = sum(word_count(block.text) for block in article.blocks)
    counts = Counter(removal.noise for removal in article.removed).most_common()
    removed = ", ".join(f"{noise} {count}" for noise, count in counts)
    room = max(NARROWEST, shutil.get_terminal_size((80, 24)).columns - sum(COLUMNS))
    for number, line in enumerate(wrap(f"{article.title}\n{removed}", room)):
        facts = f"{name:{page}}{article.verdict:{verdict}}{kept:>{words}}{'':{gap}}" if number == 0 else ""
        click.echo(facts.ljust(sum(COLUMNS)) + line)


if __name__ == "__main__":
    sys.exit(main())
