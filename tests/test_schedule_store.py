"""`chaffinch schedule` and its store, by the real command: what it does when that fails, or when it was stopped."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.site import DemoSite
from scraper.store import open_store
from scraper.store.base import SourceState

pytest_plugins = ("demo_site",)
ROOT = Path(__file__).parents[1]
# The command, with a store that gives up sooner and is looked for again sooner.
HASTY = """
from scraper.cli import running
from scraper.cli.app import main
from scraper.store import database
database._BUSY_SECONDS, running._FIRST_PAUSE_SECONDS = 0.1, 0.3
main()
"""


class Commands:
    """A folder with a configuration for one paper."""

    def __init__(self, folder: Path, site: DemoSite, delay: float) -> None:
        self.folder, self.site = folder, site
        url = site.urls["gazette"]
        (folder / "crawl.toml").write_text(
            '[crawl]\nstore = "news.db"\nworkers = 1\nuser_agent = "test/1 (+https://example.org/)"\n'
            f"[fetch]\ndelay_seconds = {delay}\nrespect_robots = false\nallow_private_addresses = true\n"
            f'[[source]]\nname = "gazette"\nurl = "{url}"\ndiscover = ["links"]\nevery = "1d"\n',
            encoding="utf-8",
        )

    def start(self, *arguments: str, code: str = HASTY) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stderr=subprocess.PIPE, text=True, cwd=self.folder, env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def state(self) -> SourceState:
        with closing(open_store(str(self.folder / "news.db"))) as store:
            return store.source_state("gazette")


def events(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert process.stderr is not None
    return map(json.loads, process.stderr)


def read_until(
    process: subprocess.Popen[str], is_it: Callable[[dict[str, Any]], bool]
) -> list[dict[str, Any]]:
    """Return the events up to the first of its kind."""
    read = []
    for event in events(process):
        read.append(event)
        if is_it(event):
            return read
    raise AssertionError(read)


def is_page(event: dict[str, Any]) -> bool:
    return event["event"] == "visited" and not event.get("is_hub")


def pages(read: list[dict[str, Any]]) -> set[str]:
    return {event["url"] for event in read if is_page(event)}


def test_a_schedule_waits_for_a_store_that_is_locked_and_goes_on(site: DemoSite, tmp_path: Path) -> None:
    commands = Commands(tmp_path, site, delay=0.05)
    with (
        commands.start("schedule", "crawl.toml", "--json-log") as process,
        closing(sqlite3.connect(tmp_path / "news.db")) as other,
    ):
        before = read_until(process, is_page)
        other.execute("BEGIN IMMEDIATE")
        told = read_until(process, lambda event: "locked by another process" in event.get("text", ""))[-1]
        assert told["text"].endswith("going on in 0.3s")
        other.rollback()
        after = read_until(process, is_page)
        process.send_signal(signal.SIGTERM)
        after += list(events(process))
        assert process.wait(30) == 0
    # What was fetched and could not be written is asked for again, and nothing else.
    assert len(pages(before) & pages(after)) == 0


def test_a_pass_that_was_stopped_goes_on_when_the_schedule_starts_again(
    site: DemoSite, tmp_path: Path
) -> None:
    commands = Commands(tmp_path, site, delay=0.05)
    seen: list[set[str]] = []
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM):
        with commands.start("schedule", "crawl.toml", "--json-log") as process:
            read = read_until(process, is_page)
            process.send_signal(number)
            seen.append(pages(read + list(events(process))))
        assert commands.state().is_unfinished
    assert all(seen)
    assert seen[0] & seen[2] == seen[0] & seen[1] == seen[1] & seen[2] == set()


def test_a_limited_pass_does_not_put_off_the_schedule(site: DemoSite, tmp_path: Path) -> None:
    commands = Commands(tmp_path, site, delay=0)
    with commands.start("crawl", "crawl.toml", "--limit", "2") as process:
        assert process.wait(60) == 0
    assert commands.state().last_started is None
    with commands.start("crawl", "crawl.toml", "--once") as process:
        assert process.wait(60) == 0
    whole = commands.state()
    assert not whole.is_unfinished
    assert whole.last_started
    assert whole.next_run == whole.last_started + timedelta(days=1)
    with closing(open_store(str(tmp_path / "news.db"))) as store:
        later = datetime.now(UTC) + timedelta(days=9)
        assert store.next_due(["gazette"], later) is not None
    site.add_article("gazette")
    site.add_article("gazette")
    with commands.start("crawl", "crawl.toml", "--limit", "1") as process:
        assert process.wait(60) == 0
    assert commands.state() == whole


@pytest.mark.parametrize("arguments", [["crawl", "--once"], ["schedule"]])
def test_a_store_that_is_locked_from_the_beginning_is_said_to_be(
    arguments: list[str], site: DemoSite, tmp_path: Path
) -> None:
    commands = Commands(tmp_path, site, delay=0)
    open_store(str(tmp_path / "news.db")).close()
    with closing(sqlite3.connect(tmp_path / "news.db")) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        with commands.start(arguments[0], "crawl.toml", *arguments[1:]) as process:
            _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err == "chaffinch: news.db: locked by another process; try again when it is done\n"
    assert time.monotonic() - began < 50
