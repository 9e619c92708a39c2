"""Exports hold what the store holds, under their name only when whole, and go on where they were interrupted."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from visits import FAR, HOUR, NOW, article, lease_one, page, store_text, visit_of
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from cleaners import Block, Removal
from cleaners.types import Link
from scraper import export
from scraper.errors import ExportError
from scraper.export import FORMATS, Format, markdown, resumable
from scraper.store import open_store
from scraper.store.base import RawPage, Record
from scraper.store.sql import SqlStore

ONE = "https://quay.example/1"
FIELDS = [
    "url", "final_url", "fetched_at", "title", "authors", "published", "language", "text", "captions", "removed",
    "verdict", "confidence", "version", "duplicate_of",
]  # fmt: skip
HOSTILE_TITLES = [
    'He said "no": ---', "---", "- a # b", "a\\b", "'", "!!python/object", "\u2028\u2029\x85\ufeff", "\x7f\x9b", "𝒯 日本 😀",
    "null", "1e3", "{a: b}", "", "x" * 500, "../../etc/passwd", "CON", "a\0b\ud800",
]  # fmt: skip

# Exports over and over, each time killed one file operation later, and then once to the end; at every kill, a
# file of a final name must be what it is to be. Writes how many were killed.
KILLED = """
import os, signal, sys
from pathlib import Path
from scraper import export
from scraper.export import markdown, resumable
from scraper.store import open_store
resumable._SURE_EVERY_BYTES, markdown._SURE_EVERY = 3000, 2
name, form, path, whole = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])

# This also loads all that an export needs, so that the kills fall into its own work.
with open_store(name) as store:
    export.run(store, form, whole)

def export_until(killed_at):
    store, operations = open_store(name), 0
    def count(event, arguments):
        nonlocal operations
        if event in ("open", "os.rename", "os.remove"):
            operations += 1
            if operations > killed_at:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)
    export.run(store, form, path)

kills = 0
for killed_at in [*range(0, 40, 2), 10_000]:
    process = os.fork()
    if process == 0:
        export_until(killed_at)
        os._exit(0)
    kills += os.WIFSIGNALED(os.waitpid(process, 0)[1])
    pairs = [(file, whole / file.name) for file in path.iterdir()] if path.is_dir() else [(path, whole)]
    for file, expected in pairs:
        assert not file.exists() or file.name.startswith(".") or file.read_bytes() == expected.read_bytes()
print(kills)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Yield a store of three articles on two sites, one of them a new version."""
    with open_store(str(tmp_path / "news.db")) as opened:
        written = article(
            "Low tide.\n\nHigh tide.", authors=("Ada", "Bo"), published="2026-02-28T08:00", language="en",
            captions=("A quay",), notes=("odd",), removed=(Removal("Ad", "advertisement", "layout", "p", 0.25, 3),),
        )  # fmt: skip
        opened.settle(visit_of(lease_one(opened), article=written, keeps_page=True, next_visit=NOW))
        store_text(opened, ONE, "Low tide. Changed.", keeps_page=True, next_visit=FAR)
        store_text(opened, "https://pier.example/2", "Else.", at=NOW + HOUR, keeps_page=True, next_visit=FAR)
        yield opened


def many(store: SqlStore, count: int) -> None:
    for number in range(count):
        store_text(
            store, f"https://h{number}.example/", f"Text {number} " * 300, keeps_page=True, next_visit=FAR
        )


def target(folder: Path, form: Format) -> Path:
    return folder / ("out" if form == "markdown" else f"out.{form}")


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def record_of(title: str, **facts: Any) -> Record:
    plain = article("Text.", title=title).to_dict()
    return Record(**{
        "id": 1, "url": ONE, "final_url": ONE, "source": "quay", "site": "quay.example", "fetched_at": NOW, "version": 1,
        "duplicate_of": "", "article": plain, **facts,
    })  # fmt: skip


def rows_of(query: str) -> list[Any]:
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


def read_front_matter(text: str) -> dict[str, Any]:
    """Read front matter: every value is JSON, which is YAML."""
    _, front, _ = text.split("---\n", 2) if text.startswith("---\n") else ("", "", "")
    return {line.partition(": ")[0]: json.loads(line.partition(": ")[2]) for line in front.split("\n")[:-1]}


# What they hold


def test_json_lines_hold_every_version(store: SqlStore, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    assert export.run(store, "jsonl", path) == 3
    first, second, third = lines_of(path)
    assert set(FIELDS) <= first.keys()
    assert (first["text"], first["authors"], first["captions"]) == (
        "Low tide.\n\nHigh tide.",
        ["Ada", "Bo"],
        ["A quay"],
    )
    assert first["removed"][0] == {
        "text": "Ad", "noise": "advertisement", "reason": "layout", "path": "p", "score": 0.25, "position": 3, "is_inline": False,
    }  # fmt: skip
    assert (first["fetched_at"], first["version"], second["version"]) == ("2026-03-01T12:00:00+00:00", 1, 2)
    assert (third["site"], third["url"]) == ("pier.example", "https://pier.example/2")


def test_a_record_stays_on_one_line_whatever_it_holds(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "odd.db")) as odd:
        for number, title in enumerate(HOSTILE_TITLES):
            url = f"https://h{number}.example/"
            odd.settle(visit_of(lease_one(odd, url), article=article(f"Text {number}", url, title=title)))
        export.run(odd, "jsonl", tmp_path / "odd.jsonl")
        export.run(odd, "parquet", tmp_path / "odd.parquet")
    text = (tmp_path / "odd.jsonl").read_text("utf-8")
    titles = [title.replace("\ud800", "?") for title in HOSTILE_TITLES]
    assert [json.loads(line)["title"] for line in text.splitlines()] == titles
    rows = rows_of(f"SELECT title FROM '{tmp_path}/odd.parquet'")
    assert [row[0] for row in rows] == [title.replace("\0", "") for title in titles]


def test_parquet_holds_the_same_rows_with_types(store: SqlStore, tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    assert export.run(store, "parquet", path) == 3
    quoted = str(path).replace("'", "''")
    found = rows_of(f"SELECT url, fetched_at, authors, removed[1].noise, version FROM '{quoted}'")
    assert found[0] == (ONE, NOW.replace(tzinfo=None), ["Ada", "Bo"], "advertisement", 1)
    assert len(found) == 3


def test_warc_records_are_read_by_another_library(tmp_path: Path) -> None:
    headers = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("X-Odd", "a\r\nb"))
    there = page(ONE, final_url="https://www.quay.example/1", body=b"<p>\r\n\r\nx" * 99, headers=headers)
    with open_store(str(tmp_path / "news.db")) as opened:
        opened.settle(visit_of(lease_one(opened), there, keeps_page=True))
        many(opened, 2)
        assert export.run(opened, "warc", tmp_path / "out.warc.gz") == 3
    with (tmp_path / "out.warc.gz").open("rb") as file:
        # It refuses a file whose records share one compressed member, and checks the digests.
        records = ArchiveIterator(file, check_digests="raise")
        read = [(record, record.content_stream().read()) for record in records]
    first, body = read[0]
    assert (first.rec_type, body) == ("response", there.body)
    assert first.rec_headers["WARC-Target-URI"] == there.final_url
    assert first.rec_headers["WARC-Date"] == "2026-03-01T12:00:00Z"
    assert (first.http_headers.get_statuscode(), first.http_headers["Content-Encoding"]) == ("200", None)
    assert (first.http_headers["X-Odd"], len(read)) == ("a b", 3)


def test_markdown_is_a_file_an_article_with_its_facts_in_front(store: SqlStore, tmp_path: Path) -> None:
    assert export.run(store, "markdown", tmp_path / "deep" / "out") == 3
    files = sorted(path.name for path in (tmp_path / "deep" / "out").iterdir())
    assert [name[:15] for name in files] == ["2026-02-28-fees", "2026-03-01-fees", "2026-03-01-fees"]
    text = (tmp_path / "deep" / "out" / files[0]).read_text("utf-8")
    facts = read_front_matter(text)
    assert (facts["title"], facts["authors"], facts["version"]) == ("Fees", ["Ada", "Bo"], 1)
    assert text.endswith("---\n\nLow tide.\n\nHigh tide.\n")


def test_markdown_keeps_where_links_lead() -> None:
    linked = article(blocks=(Block("See the quay.", links=(Link(8, 12, "https://quay.example/"),)),))
    assert "See the [quay](https://quay.example/)." in markdown.to_file(
        record_of("", article=linked.to_dict())
    )


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_hostile_titles_are_read_back_as_they_were(title: str) -> None:
    text = markdown.to_file(record_of(title)).encode("utf-8", "replace").decode()
    facts = read_front_matter(text)
    assert facts["title"] == title.replace("\ud800", "?")
    yaml = pytest.importorskip("yaml")
    assert yaml.safe_load(text.split("\n---\n")[0][4:]) == facts


@given(st.text())
def test_any_title_is_read_back_and_makes_a_safe_name(title: str) -> None:
    record = record_of(title)
    assert read_front_matter(markdown.to_file(record))["title"] == title
    name = markdown.name_file(record)
    assert name.isascii()
    assert len(name) < 100
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")


def test_articles_of_one_title_and_day_have_names_of_their_own() -> None:
    records = [record_of("Fees", url=url, version=version) for url in (ONE, f"{ONE}2") for version in (1, 2)]
    assert len({markdown.name_file(record) for record in records}) == 4


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_is_narrowed_by_time_and_site(store: SqlStore, tmp_path: Path, form: Format) -> None:
    assert export.run(store, form, target(tmp_path, form), since=NOW + HOUR) == 1
    assert export.run(store, form, target(tmp_path, form), site="quay.example") == 2
    assert export.run(store, form, target(tmp_path, form), since=datetime(2030, 1, 1, tzinfo=UTC)) == 0


# How they come about


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_but_the_export_is_left_behind(store: SqlStore, tmp_path: Path, form: Format) -> None:
    folder = tmp_path / "to"
    folder.mkdir()
    export.run(store, form, target(folder, form))
    assert [path.name for path in folder.iterdir()] == [target(folder, form).name]
    assert list(folder.rglob(".*")) == []


class PlugPulledError(Exception):
    """Somebody pulled the plug."""


class Failing:
    """A store that fails after some records."""

    def __init__(self, store: SqlStore, after: int) -> None:
        self.store, self.left, self.name, self.given = store, after, store.name, 0

    def records(self, **asked: Any) -> Iterator[Record]:
        for record in self.store.records(**asked):
            if self.given == self.left:
                raise PlugPulledError
            self.given += 1
            yield record

    def numbered_pages(self, **asked: Any) -> Iterator[tuple[int, RawPage]]:
        for kept in self.store.numbered_pages(**asked):
            if self.given == self.left:
                raise PlugPulledError
            self.given += 1
            yield kept


@pytest.fixture
def often_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resumable, "_SURE_EVERY_BYTES", 3000)
    monkeypatch.setattr(markdown, "_SURE_EVERY", 2)


def contents(path: Path) -> dict[str, bytes]:
    files = path.iterdir() if path.is_dir() else [path]
    return {file.name: file.read_bytes() for file in files}


@pytest.mark.usefixtures("often_sure")
@pytest.mark.parametrize("form", FORMATS)
def test_an_interrupted_export_goes_on_where_it_stopped(
    store: SqlStore, tmp_path: Path, form: Format
) -> None:
    many(store, 20)
    whole, path = target(tmp_path / "whole", form), target(tmp_path, form)
    whole.parent.mkdir()
    total = export.run(store, form, whole)
    with pytest.raises(PlugPulledError):
        export.run(Failing(store, 15), form, path)
    assert form == "markdown" or not path.exists()
    rest = Failing(store, -1)
    assert export.run(rest, form, path) == total == 23
    assert 8 <= rest.given < 23 or form == "warc"
    if form == "parquet":
        same = rows_of(f"SELECT * FROM '{path}' EXCEPT ALL SELECT * FROM '{whole}'")
        assert same == []
    else:
        assert list(contents(path).values()) == list(contents(whole).values())


@pytest.mark.usefixtures("often_sure")
@pytest.mark.parametrize("harm", ["cut", "altered", "no part", "no state", "odd state", "other choice"])
def test_a_part_that_is_not_what_it_should_be_is_begun_anew(
    store: SqlStore, tmp_path: Path, harm: str
) -> None:
    many(store, 20)
    path, part, state = (tmp_path / name for name in ("out.jsonl", ".out.jsonl.part", ".out.jsonl.state"))
    with pytest.raises(PlugPulledError):
        export.run(Failing(store, 15), "jsonl", path)
    data = part.read_bytes()
    match harm:
        case "cut":
            part.write_bytes(data[:100])
        case "altered":
            part.write_bytes(b"?" + data[1:])
        case "no part":
            part.unlink()
        case "no state":
            state.unlink()
        case "odd state":
            state.write_text("[")
    site = "quay.example" if harm == "other choice" else ""
    rest = Failing(store, -1)
    assert export.run(rest, "jsonl", path, site=site) == rest.given == (2 if site else 23)
    assert len(lines_of(path)) == rest.given


@pytest.mark.parametrize("form", ["jsonl", "markdown", "warc"])
def test_an_export_killed_at_any_moment_leaves_no_half_file_and_is_finished_later(
    store: SqlStore, tmp_path: Path, form: Format
) -> None:
    many(store, 20)
    whole, path = target(tmp_path / "whole", form), target(tmp_path, form)
    whole.parent.mkdir()
    command = [sys.executable, "-c", KILLED, store.name, form, str(path), str(whole)]
    ended = subprocess.run(
        command, timeout=100, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    assert int(ended.stdout) > 3
    assert {name: data for name, data in contents(path).items() if not name.startswith(".")} == (
        contents(whole) if path.is_dir() else {path.name: whole.read_bytes()}
    )


def test_an_export_takes_the_place_of_the_last_one(store: SqlStore, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old")
    with pytest.raises(PlugPulledError):
        export.run(Failing(store, 2), "jsonl", path)
    assert path.read_text() == "old"
    export.run(store, "jsonl", path)
    assert len(lines_of(path)) == 3


@pytest.mark.parametrize("form", FORMATS)
def test_a_place_where_nothing_can_be_written_is_named(store: SqlStore, tmp_path: Path, form: Format) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" if form == "markdown" else tmp_path
    with pytest.raises(ExportError, match=rf"^{path}: is a "):
        export.run(store, form, path)
    below = tmp_path / "file" / "below"
    with pytest.raises(ExportError, match=str(tmp_path / "file")):
        export.run(store, form, below)


@pytest.mark.parametrize(("form", "library"), [("parquet", "duckdb"), ("warc", "fastwarc")])
def test_a_library_that_is_missing_is_named_with_how_to_get_it(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Format, library: str
) -> None:
    for name in [f"scraper.export.{form}", *(name for name in sys.modules if name.split(".")[0] == library)]:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ExportError, match=rf"needs {library}.*pip install 'chaffinch\[{form}\]'"):
        export.run(store, form, tmp_path / "out")
