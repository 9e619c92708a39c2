"""The crawl as a whole, by its real command over real servers: how it ends, and what it leaves behind."""

import hashlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from demo.site import DemoSite, Fault
from scraper.store import open_store

pytest_plugins = ("demo_site", "postgres")
ROOT = Path(__file__).parents[1]
CHAFFINCH = [sys.executable, "-m", "scraper.cli"]


class Crawls:
    """A folder with a configuration for the demo's papers, and what crawls in it left."""

    def __init__(self, folder: Path, site: DemoSite, store: str = "sqlite:///news.db", **tables: str) -> None:
        self.folder = folder
        self.store = store
        self.path = folder / "crawl.toml"
        self.path.write_text(
            site.config(store, **{"fetch": "delay_seconds = 0\nrespect_robots = false", **tables}),
            encoding="utf-8",
        )

    def start(self, *options: str, command: str = "crawl") -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*CHAFFINCH, command, str(self.path), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        )

    def run(self, *options: str, command: str = "crawl") -> subprocess.CompletedProcess[str]:
        with self.start(*options, command=command) as process:
            out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def articles(self) -> Counter[tuple[str, int]]:
        name = f"sqlite:///{self.folder}/news.db" if self.store.startswith("sqlite") else self.store
        store = open_store(name, must_exist=True)
        try:
            return Counter((record.url, record.version) for record in store.records())
        finally:
            store.close()


@contextmanager
def held_back(site: DemoSite, path: str) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Let one address of the site be answered only when told; yields that it was asked, and what tells."""
    asked, may_answer = threading.Event(), threading.Event()

    def fault(_: str, asked_for: str) -> Fault | None:
        if asked_for != path:
            return None
        asked.set()
        return None if may_answer.is_set() else Fault(delay=0.7)

    site.faults = fault
    yield asked, may_answer
    may_answer.set()


def test_a_crawl_stores_the_articles_and_a_second_one_finds_nothing_new(
    site: DemoSite, tmp_path: Path
) -> None:
    crawls = Crawls(tmp_path, site)
    first = crawls.run("--once")
    assert first.returncode == 0, first.stderr
    articles = crawls.articles()
    assert {url for url, _ in articles} >= set(site.articles("gazette"))
    assert set(articles.values()) == {1}
    second = crawls.run("--once")
    assert second.returncode == 0, second.stderr
    assert " 0 new" in second.stderr
    assert crawls.articles() == articles


def test_a_dry_run_leaves_the_store_byte_for_byte_as_it_was(site: DemoSite, tmp_path: Path) -> None:
    crawls = Crawls(tmp_path, site)
    crawls.run("--limit", "5")
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()}
    dry = crawls.run("--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert " new" in dry.stderr
    after = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()}
    assert after == before


def test_a_dry_run_makes_no_store_where_there_was_none(site: DemoSite, tmp_path: Path) -> None:
    assert Crawls(tmp_path, site).run("--dry-run", "--limit", "3").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["crawl.toml"]


def test_a_limited_crawl_takes_so_many_of_the_newest_stories_and_the_next_one_goes_on(
    site: DemoSite, tmp_path: Path
) -> None:
    crawls = Crawls(tmp_path, site)
    told = crawls.run("--limit", "3", "--json-log").stderr
    pages = [
        event
        for event in map(json.loads, told.splitlines())
        if event.get("kind") == "page" and not event.get("is_hub")
    ]
    # Fewer than there are papers, and each has a feed or sitemap: sections wait, although they were found first.
    assert [page["change"] for page in pages] == ["new"] * 3
    assert len(crawls.articles()) == 3
    crawls.run("--once")
    assert {url for url, _ in crawls.articles()} >= set(site.articles("gazette"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_crawl_between_two_requests(
    number: signal.Signals, site: DemoSite, tmp_path: Path
) -> None:
    crawls = Crawls(tmp_path, site, fetch="delay_seconds = 0.2")
    path = site.articles("gazette")[0].rpartition("127.0.0.1:")[2].partition("/")[2]
    with held_back(site, f"/{path}") as (asked, _), crawls.start("--once", "--json-log") as process:
        assert asked.wait(60)
        process.send_signal(number)
        sent = len(site.log)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    # What was in flight, one a paper, may finish; nothing else is asked for.
    assert len(site.log) - sent <= len(site.urls)
    told = {event["url"] for event in map(json.loads, err.splitlines()) if event.get("change") == "new"}
    assert told == {url for url, _ in crawls.articles()}


def test_a_second_signal_ends_a_crawl_at_once(site: DemoSite, tmp_path: Path) -> None:
    site.faults = lambda _paper, path: Fault(delay=30.0) if path.startswith("/news") else None
    crawls = Crawls(tmp_path, site)
    with crawls.start("--once", "--json-log") as process:
        assert process.stderr is not None
        for line in process.stderr:
            if '"change"' in line:
                break
        process.send_signal(signal.SIGINT)
        assert any("stopping" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=15)
    assert process.returncode == 130


def share(crawls: Crawls) -> list[subprocess.CompletedProcess[str]]:
    started = [crawls.start("--once", "--json-log") for _ in range(2)]
    ended = []
    for process in started:
        with process:
            out, err = process.communicate(timeout=120)
        ended.append(subprocess.CompletedProcess(process.args, process.returncode, out, err))
    return ended


def asked_for(site: DemoSite) -> Counter[str]:
    """Count how often each article was asked for by its own address: a redirect leads to one of them."""
    pages = {url for paper in site.urls for url in site.articles(paper)}
    hits = sorted(site.log, key=lambda hit: (hit.host, hit.start))
    led_to = [before.host == hit.host and before.status in (301, 302) for before, hit in pairwise(hits)]
    direct = (hit for hit, was_led in zip(hits, [False, *led_to], strict=True) if not was_led)
    return Counter(url for hit in direct if (url := f"http://{hit.host}{hit.path}") in pages)


def test_two_processes_on_one_file_fetch_each_page_once(site: DemoSite, tmp_path: Path) -> None:
    crawls = Crawls(tmp_path, site)
    for ended in share(crawls):
        assert ended.returncode == 0, ended.stderr
    assert set(asked_for(site).values()) == {1}
    assert set(crawls.articles().values()) == {1}


def test_two_processes_on_one_postgresql_fetch_each_page_once(
    site: DemoSite, tmp_path: Path, postgres_url: str
) -> None:
    crawls = Crawls(tmp_path, site, postgres_url)
    for ended in share(crawls):
        assert ended.returncode == 0, ended.stderr
    assert set(asked_for(site).values()) == {1}
    assert set(crawls.articles().values()) == {1}


def test_a_source_that_cannot_be_read_is_named_and_the_others_are_crawled(
    site: DemoSite, tmp_path: Path
) -> None:
    crawls = Crawls(tmp_path, site)
    dead = '[[source]]\nname = "dead"\nurl = "http://127.0.0.1:9/"\n'
    crawls.path.write_text(crawls.path.read_text("utf-8") + dead, encoding="utf-8")
    ended = crawls.run("--once")
    assert ended.returncode == 1
    assert "dead: could not be read: http://127.0.0.1:9/: connect: " in ended.stderr
    assert crawls.articles()


def test_a_disk_that_is_full_ends_a_crawl_with_one_line_and_what_was_stored_stays(
    site: DemoSite, tmp_path: Path
) -> None:
    crawls = Crawls(tmp_path, site)
    crawls.run("--limit", "5")
    stored = crawls.articles()
    size = (tmp_path / "news.db").stat().st_size

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    # A measure of coverage would write its own files, beyond the limit too.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    process = subprocess.run(
        [*CHAFFINCH, "crawl", str(crawls.path), "--once"],
        cwd=tmp_path, env=environment | {"PYTHONPATH": str(ROOT)}, preexec_fn=fill, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert process.returncode == 1
    lines = process.stderr.splitlines()
    assert any(("news.db" in line and "full" in line) or "I/O" in line for line in lines), lines
    assert "Traceback" not in process.stderr
    with sqlite3.connect(tmp_path / "news.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert crawls.articles() >= stored


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["crawl", "none.toml"], 2, "chaffinch: none.toml: cannot be read: No such file or directory"),
        (["schedule", "none.toml"], 2, "chaffinch: none.toml: cannot be read: No such file or directory"),
        (["status", "none.db"], 1, "chaffinch: none.db"),
        (["status", "crawl.toml"], 2, "crawl.toml: [crawl] colour: unknown key; allowed are "),
        (["export", "none.db", "--to", "x.jsonl"], 1, "chaffinch: none.db"),
        (["export", "none.db", "--to", "x.jsonl", "--since", "soon"], 2, "chaffinch: --since 'soon' is no date"),
        (["crawl", "crawl.toml"], 2, "crawl.toml: [crawl] colour: unknown key"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_an_exit_code(
    arguments: list[str], code: int, told: str, tmp_path: Path
) -> None:
    (tmp_path / "crawl.toml").write_text("[crawl]\ncolour = 1\n", encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [*CHAFFINCH, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == code
    assert told in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["crawl", "--once"], ["schedule"]])
def test_a_log_in_json_is_json_throughout(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "crawl.toml").write_text(
        f'[crawl]\nstore = "{tmp_path}"\n[[source]]\nname = "a"\nurl = "http://127.0.0.1:9/"\n',
        encoding="utf-8",
    )
    command = [*CHAFFINCH, arguments[0], str(tmp_path / "crawl.toml"), "--json-log", *arguments[1:]]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    told, failed = map(json.loads, ended.stderr.splitlines())
    assert ended.returncode == 1
    assert (told["event"], told["text"].split(";")[0]) == ("told", "user_agent names nobody to write to")
    assert (failed["event"], failed["text"].split(";")[0]) == ("failed", f"{tmp_path}: a folder")


@pytest.mark.parametrize("kills", [0, 4])
def test_crawls_that_are_killed_lose_nothing_and_repeat_only_what_was_in_flight(kills: int) -> None:
    ended = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "kills.py"), "--kills", str(kills)],
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_schedule_crawls_at_once_and_stops_on_a_signal(site: DemoSite, tmp_path: Path) -> None:
    crawls = Crawls(tmp_path, site)
    with crawls.start("--json-log", command="schedule") as process:
        assert process.stderr is not None
        for line in process.stderr:
            if '"change": "new"' in line:
                break
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert crawls.articles()
