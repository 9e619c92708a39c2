"""Crawl the demo's newspapers twice with the real command: the second time finds exactly what is new."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from demo.site import DemoSite
from scraper.cli.terminal import wrap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Record = dict[str, Any]
_SHOWN = "brenholt-footbridge-opens"
_NARROWEST = 30


def show_crawl() -> str:
    """Print two crawls, their status and one article; return what is not as it should be, empty if nothing."""
    with DemoSite() as site, TemporaryDirectory(prefix="chaffinch-demo-") as name:
        folder = Path(name)
        text = site.config(
            "sqlite:///news.db", fetch="delay_seconds = 0.02", source='revisit = ["0s", "30d"]'
        )
        (folder / "crawl.toml").write_text(text, encoding="utf-8")
        papers = ", ".join(edition.paper.title for edition in site.editions.values())
        click.secho(f"Four newspapers are printed on this machine: {papers}.", bold=True)
        _run(folder, "crawl crawl.toml --once")
        before = _export(folder, "before.jsonl")
        added = site.add_article()
        click.secho("\nThe Gazette prints one more article; the rest is as it was.", bold=True)
        asked = len(site.log)
        _run(folder, "crawl crawl.toml --once")
        again = Counter(hit.status for hit in site.log[asked:])
        click.echo(f'({again.total()} requests, {again[304]} of them answered "not modified")')
        _run(folder, "status news.db")
        after = _export(folder, "articles.jsonl", is_shown=True)
        _show(next(record for record in after if _SHOWN in record["final_url"]))
        return _judge(site, before, after, added)


def _run(folder: Path, arguments: str, *, is_shown: bool = True) -> None:
    """Run the command as anybody would, and show its call and what it prints."""
    command = shutil.which("chaffinch", path=str(Path(sys.executable).parent)) or "chaffinch"
    if is_shown:
        click.secho(f"$ chaffinch {arguments}", bold=True)
    sink = None if is_shown else subprocess.DEVNULL
    subprocess.run([command, *arguments.split()], cwd=folder, check=True, stdout=sink, stderr=sink)  # noqa: S603


def _export(folder: Path, name: str, *, is_shown: bool = False) -> list[Record]:
    _run(folder, f"export news.db --format jsonl --to {name}", is_shown=is_shown)
    with (folder / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _show(record: Mapping[str, Any]) -> None:
    """Print an article, and what was removed of its page."""
    width = max(_NARROWEST, shutil.get_terminal_size((80, 24)).columns)
    click.secho(f"\n{record['title']}", bold=True)
    click.echo(f"{', '.join(record['authors'])}, {record['published']}\n")
    for paragraph in record["text"].split("\n\n"):
        for line in wrap(paragraph, width):
            click.echo(line)
        click.echo()
    click.secho("Removed from its page: what, how often, why, and how the first of it begins", bold=True)
    kinds: dict[str, list[Record]] = {}
    for gone in record["removed"]:
        kinds.setdefault(gone["noise"], []).append(gone)
    for noise, found in kinds.items():
        reasons = ", ".join(sorted({gone["reason"] for gone in found}))
        facts = f"{noise:16} {len(found):>2}  {reasons:24}  "
        text, *more = wrap(found[0]["text"], max(_NARROWEST, width - len(facts) - 1))
        click.echo(facts + text + "…" * bool(more))
    click.echo()


def _judge(site: DemoSite, before: Sequence[Record], after: Sequence[Record], added: str) -> str:
    """Return in what the crawl fell short: one new article and nothing else, and every article word for word."""
    known = {record["url"] for record in before}
    new = [record["url"].partition("?")[0] for record in after if record["url"] not in known]
    if new != [added] or len(after) != len(before) + 1:
        return f"the second crawl should have found {added} alone, and found {new}"
    texts = {record["final_url"].partition("?")[0]: record["text"] for record in after}
    for edition in site.editions.values():
        for story in edition.stories:
            if texts.get(edition.origin + edition.path(story)) != story.text:
                return f"{edition.origin}{edition.path(story)} did not come out word for word"
    return ""
