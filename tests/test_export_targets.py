"""Where an export may go: pipes, links, standard output; and what of a store cannot be read."""

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from visits import FAR, store_text

from scraper import export
from scraper.errors import ExportError, StoreError
from scraper.export import FORMATS, Format
from scraper.store import open_store
from scraper.store.base import RawPage, Record
from scraper.store.sql import SqlStore

URL = "https://quay.example/{number}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Yield a store of three articles."""
    with open_store(str(tmp_path / "news.db")) as opened:
        for number in (1, 2, 3):
            text = f"Text {number}."
            store_text(opened, URL.format(number=number), text, keeps_page=True, next_visit=FAR)
        yield opened


def target(folder: Path, form: Format) -> Path:
    return folder / ("out" if form == "markdown" else f"out.{form}")


@pytest.mark.parametrize("form", ["jsonl", "warc"])
def test_a_pipe_is_written_to_and_stays_one(store: SqlStore, tmp_path: Path, form: Format) -> None:
    pipe, whole = tmp_path / "pipe", target(tmp_path, form)
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert export.run(store, form, pipe) == export.run(store, form, whole)
        came, _ = reader.communicate(timeout=20)
    assert came == whole.read_bytes()
    assert pipe.is_fifo()
    assert {path.name for path in tmp_path.iterdir()} <= {
        "pipe",
        whole.name,
        "news.db",
        "news.db-shm",
        "news.db-wal",
    }


def test_a_table_cannot_be_written_to_a_pipe(store: SqlStore, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ExportError, match=rf"^{tmp_path}/pipe: cannot be written piece by piece"):
        export.run(store, "parquet", tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()


def test_what_is_no_file_at_all_is_left_alone(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # The name of a socket may not be long.
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket")
        with pytest.raises(ExportError, match="socket: is no file; name one"):
            export.run(store, "jsonl", "socket")
        assert Path("socket").is_socket()


@pytest.mark.parametrize("is_there", [True, False], ids=["to a file", "to nothing yet"])
@pytest.mark.parametrize("form", ["jsonl", "parquet", "warc"])
def test_a_link_is_followed(store: SqlStore, tmp_path: Path, form: Format, *, is_there: bool) -> None:
    (tmp_path / "far").mkdir()
    link, real = tmp_path / "link", tmp_path / "far" / "real"
    link.symlink_to(Path("far", "real"))
    if is_there:
        real.write_text("old")
    export.run(store, form, link)
    assert link.is_symlink()
    assert real.stat().st_size > 3
    assert [path.name for path in real.parent.iterdir()] == ["real"]


def chaffinch(*arguments: str, folder: Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-m", "scraper.cli", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False, **options)


@pytest.mark.parametrize("form", ["jsonl", "warc"])
def test_a_line_is_standard_output(store: SqlStore, tmp_path: Path, form: Format) -> None:
    whole = target(tmp_path, form)
    export.run(store, form, whole)
    ended = chaffinch("export", "news.db", "--format", form, "--to", "-", folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (0, whole.read_bytes())
    assert b"to standard output" in ended.stderr
    assert not (tmp_path / "-").exists()


def test_a_closed_standard_output_is_told(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(ExportError, match="standard output is closed"):
        export.run(store, "jsonl", "-")


class Crowded:
    """A store that sees to it that another export to the same place is begun with each record."""

    def __init__(self, store: SqlStore, form: Format, path: Path) -> None:
        self.store, self.form, self.path, self.name = store, form, path, store.name

    def records(self, **asked: Any) -> Iterator[Record]:
        for record in self.store.records(**asked):
            self.crowd()
            yield record

    def numbered_pages(self, **asked: Any) -> Iterator[tuple[int, RawPage]]:
        for kept in self.store.numbered_pages(**asked):
            self.crowd()
            yield kept

    def crowd(self) -> None:
        with pytest.raises(ExportError, match=f"^{self.path}: another export is writing it"):
            export.run(self.store, self.form, self.path, site="nowhere.example")


@pytest.mark.parametrize("form", FORMATS)
def test_two_exports_to_one_place_do_not_mix(store: SqlStore, tmp_path: Path, form: Format) -> None:
    path, whole = target(tmp_path, form), target(tmp_path / "whole", form)
    whole.parent.mkdir()
    assert export.run(Crowded(store, form, path), form, path) == export.run(store, form, whole) == 3
    assert names_of(path) == names_of(whole)
    assert path.is_dir() or path.read_bytes() == whole.read_bytes()
    assert list(tmp_path.rglob(".*")) == []


def names_of(path: Path) -> list[str]:
    return sorted(file.name for file in path.iterdir()) if path.is_dir() else [path.name]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("form", ["markdown", "parquet"])
def test_what_is_no_stream_cannot_go_to_standard_output(tmp_path: Path, form: Format) -> None:
    ended = chaffinch("export", "news.db", "--format", form, "--to", "-", folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (1, b"")
    assert (
        ended.stderr
        == f"chaffinch: {form} cannot be written to standard output; name a file or folder\n".encode()
    )


def damage(store: SqlStore, table: str, column: str) -> None:
    """Break the second row of a table, as a fault of a disk does."""
    with closing(sqlite3.connect(store.name)) as other, other:
        other.execute(f"UPDATE {table} SET {column} = x'789c00ff' WHERE id = 2")


@pytest.mark.parametrize("form", FORMATS)
def test_a_damaged_article_is_named_and_left_out_and_the_others_are_written(
    store: SqlStore, tmp_path: Path, form: Format
) -> None:
    damage(store, *(("pages", "body") if form == "warc" else ("articles", "content")))
    told: list[str] = []
    assert export.run(store, form, target(tmp_path, form), damaged=told.append) == 2
    (line,) = told
    assert line.startswith(f"{store.name}: {URL.format(number=2)} of 2026-03-01 12:00:00 UTC is damaged (")
    with pytest.raises(StoreError, match="is damaged"):
        export.run(store, form, tmp_path / "again")


def test_a_damaged_article_ends_the_command_with_1_when_all_others_are_written(
    store: SqlStore, tmp_path: Path
) -> None:
    damage(store, "articles", "content")
    ended = chaffinch("export", "news.db", "--to", "out.jsonl", folder=tmp_path)
    assert ended.returncode == 1
    first, last = ended.stderr.decode().splitlines()
    assert first.startswith(f"chaffinch: news.db: {URL.format(number=2)} of ")
    assert first.endswith("; left out")
    assert last == "chaffinch: wrote 2 articles to out.jsonl"
    assert (tmp_path / "out.jsonl").read_bytes().count(b"\n") == 2
