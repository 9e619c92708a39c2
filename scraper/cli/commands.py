"""The commands that crawl and that read a store: crawl, schedule, status, export."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import click

from scraper.cli.ending import Failed, WrongUse
from scraper.errors import ConfigError, ScraperError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from scraper.cli.reports import Report
    from scraper.config import CrawlConfig
    from scraper.export import Format
    from scraper.store.sql import SqlStore

_CONFIG = click.argument("config_file", metavar="CONFIG.toml")
_STORE = click.argument("store_name", metavar="STORE")
_JSON_LOG = click.option(
    "--json-log", "is_json", is_flag=True, help="Tell of every visit as a line of JSON on standard error."
)


@click.command()
@_CONFIG
@click.option("--once", "is_once", is_flag=True, help="Make one pass over all sources, and end.")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="One pass of at most N pages, front pages aside."
)
@click.option("--dry-run", "is_dry", is_flag=True, help="One pass that leaves the store as it is.")
@_JSON_LOG
@click.pass_context
def crawl(
    context: click.Context, config_file: str, *, is_once: bool, limit: int | None, is_dry: bool, is_json: bool
) -> None:
    """Fetch what is new at the sources of CONFIG.toml, clean it, and store it.

    Begins at once, with all sources. With --once, --limit or --dry-run it ends when all that was due is done;
    else it goes on and crawls each source when it is due again, until it is stopped. Ctrl-C or SIGTERM lets
    what is under way finish; all that was done is in the store, and the next run goes on from there.

    Exit codes: 0 done or stopped, 1 a source could not be read (stderr says which and why), 2 wrong use.
    """
    config = _read_config(config_file)

    def work(report: Report) -> list[str]:
        from scraper.cli import running  # noqa: PLC0415
        from scraper.store import open_store, scratch_copy  # noqa: PLC0415

        if not (is_once or is_dry or limit):
            running.crawl_on(config, report, at_once=True)
            return []
        with (scratch_copy if is_dry else open_store)(config.store) as store:
            return running.crawl_once(config, store, report, limit).unread

    context.exit(1 if _reported(config, work, is_json=is_json) else 0)


@click.command()
@_CONFIG
@_JSON_LOG
def schedule(config_file: str, *, is_json: bool) -> None:
    """Stay up, and crawl each source of CONFIG.toml when it is due.

    A source is due `every` so often, or by its `cron`. What was crawled when stands in the store: a restart
    repeats nothing, and goes on with what was interrupted. Ctrl-C or SIGTERM lets what is under way finish.
    A store that is locked, full or not to be reached is waited for.
    """
    config = _read_config(config_file)

    def work(report: Report) -> list[str]:
        from scraper.cli import running  # noqa: PLC0415

        running.crawl_on(config, report, at_once=False)
        return []

    _reported(config, work, is_json=is_json)


@click.command()
@_STORE
@click.option(
    "--failed", "is_failed", is_flag=True, help="Which addresses cannot be had, and why, a line each."
)
@click.option("--json", "is_json", is_flag=True, help="One line of JSON a site, or with --failed an address.")
def status(store_name: str, *, is_failed: bool, is_json: bool) -> None:
    """Show what was fetched, what came of it and what failed, per site.

    STORE is a file, sqlite:///file, postgresql://user@host/name, or the CONFIG.toml that names it. A site whose
    articles became short or rare is marked: its template changed, or it blocks us.
    """
    from scraper.store import open_store  # noqa: PLC0415

    try:
        with open_store(_store_of(store_name), must_exist=True) as store:
            for line in _tell(store, is_failed=is_failed, is_json=is_json):
                click.echo(line)
    except ScraperError as error:
        raise Failed(str(error)) from error


def _tell(store: SqlStore, *, is_failed: bool, is_json: bool) -> Iterator[str]:
    """Yield what is asked of a store, line by line."""
    from scraper.status import show, show_failing, summarise, to_json  # noqa: PLC0415
    from scraper.surroundings import now_utc  # noqa: PLC0415

    now = now_utc()
    if is_json:
        facts = store.failing() if is_failed else summarise(store, now)
        yield from (json.dumps(each, ensure_ascii=False) for each in to_json(facts))
    elif is_failed:
        yield from (show_failing(each, now) for each in store.failing())
    else:
        yield show(summarise(store, now), now, shutil.get_terminal_size((80, 24)).columns)


@click.command()
@_STORE
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "parquet", "markdown", "warc"]),
    default="jsonl",
    show_default=True,
    help="parquet and warc need an extra; warc holds the raw pages that keep_pages kept.",
)
@click.option(
    "--to",
    "path",
    metavar="PATH",
    required=True,
    help="The file to write, for markdown the folder; - is standard output, for jsonl and warc.",
)
@click.option(
    "--since", metavar="DATE", help="Only what was fetched since, like 2026-11-22 or 2026-11-22T06:00."
)
@click.option("--site", default="", metavar="HOST", help="Only what came from this host.")
@click.pass_context
def export(
    context: click.Context, store_name: str, *, form: Format, path: str, since: str | None, site: str
) -> None:
    """Write the articles of a store to files.

    STORE is a file, sqlite:///file, postgresql://user@host/name, or the CONFIG.toml that names it. A file has
    its name only once it is whole; an export that was interrupted goes on when it is run again.

    Exit codes: 0 done, 1 an article of the store is damaged (stderr says which; all others are written) or
    the export failed, 2 wrong use.
    """
    from scraper import export as exports  # noqa: PLC0415
    from scraper.cli.terminal import to_line  # noqa: PLC0415
    from scraper.store import open_store  # noqa: PLC0415

    start = _read_date(since) if since else None
    damaged: list[str] = []

    def tell(text: str) -> None:
        damaged.append(text)
        click.echo(f"chaffinch: {to_line(text)}; left out", err=True)

    try:
        with open_store(_store_of(store_name), must_exist=True) as store:
            count = exports.run(store, form, path, since=start, site=site, damaged=tell)
    except ScraperError as error:
        raise Failed(str(error)) from error
    target = "standard output" if path == exports.STDOUT else path
    what = f"{'page' if form == 'warc' else 'article'}{'' if count == 1 else 's'}"
    click.echo(f"chaffinch: wrote {count:,} {what} to {target}", err=True)
    context.exit(1 if damaged else 0)


def _read_date(text: str) -> datetime:
    """Return the time that `text` names: of this machine's zone, unless it names one."""
    from datetime import datetime  # noqa: PLC0415

    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        raise WrongUse(
            f"--since {text!r} is no date; write it like 2026-11-22 or 2026-11-22T06:00"
        ) from error


def _read_config(path: str) -> CrawlConfig:
    from scraper.configfile import read_config  # noqa: PLC0415

    try:
        return read_config(path)
    except ConfigError as error:
        raise WrongUse(str(error)) from error


def _store_of(name: str) -> str:
    """Return the store that a configuration file names, or the name itself."""
    return _read_config(name).store if name.endswith(".toml") else name


def _reported(config: CrawlConfig, work: Callable[[Report], list[str]], *, is_json: bool) -> list[str]:
    """Work with a report on standard error; turn what goes wrong on purpose into one line."""
    from scraper.cli.reports import choose_report, warned_of  # noqa: PLC0415

    report = choose_report(is_json=is_json)
    with warned_of(report):
        _warn(config, report)
        try:
            failed = work(report)
        except ScraperError as error:
            if report.tally.visited:
                report.close()
            report.failed(str(error))
            raise click.exceptions.Exit(Failed.exit_code) from error
    report.close()
    return failed


def _warn(config: CrawlConfig, report: Report) -> None:
    """Say what is missing for a crawl that site owners can put up with."""
    from scraper.crawling.events import Told  # noqa: PLC0415
    from scraper.surroundings import now_utc  # noqa: PLC0415

    if not any(mark in config.user_agent for mark in ("@", "http://", "https://")):
        better = '"name/1.0 (+https://example.org/about-our-crawler)"'
        report.told(Told(now_utc(), "", f"user_agent names nobody to write to; better: {better}"))
