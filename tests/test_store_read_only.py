"""A store of somebody else's, which may be read only, is read as it is, and nothing is left beside it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from visits import FAR, NOW, store_text

from scraper.errors import StoreError
from scraper.store import open_store

ONE = "https://quay.example/1"


def says(text: str) -> "pytest.RaisesExc[StoreError]":
    return pytest.raises(StoreError, match=text)


@contextmanager
def without_rights() -> Iterator[None]:
    """Be nobody in particular, where tests run as one who may write everywhere."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[Path]:
    """Yield a store that others may read only, in a folder that others may not write to."""
    with TemporaryDirectory(dir=tmp_path if os.geteuid() else None) as folder:
        path = Path(folder, "new s?.db")
        with open_store(str(path)) as store:
            store_text(store, ONE, next_visit=FAR)
        path.chmod(0o444)
        path.parent.chmod(0o555)
        yield path
        path.parent.chmod(0o755)


def test_a_store_that_may_not_be_written_to_is_read(foreign: Path) -> None:
    before = foreign.read_bytes()
    with without_rights(), open_store(str(foreign), must_exist=True) as store:
        assert [record.url for record in store.records()] == [ONE]
        assert list(store.failing()) == []
        with says("the store is read-only; nothing can be written to it"):
            store.begin_run("quay", NOW, FAR)
    assert [path.name for path in foreign.parent.iterdir()] == [foreign.name]
    assert foreign.read_bytes() == before


def test_an_old_store_that_may_not_be_written_to_cannot_be_read_and_says_why(foreign: Path) -> None:
    for path, mode in ((foreign.parent, 0o755), (foreign, 0o644)):
        path.chmod(mode)
    with closing(sqlite3.connect(foreign)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE").close()
        raw.execute("UPDATE alembic_version SET version_num = '0001'").close()
        raw.commit()
    for path, mode in ((foreign, 0o444), (foreign.parent, 0o555)):
        path.chmod(mode)
    with without_rights(), says(r"older version of chaffinch \(revision 0001\), and you may not write to it"):
        open_store(str(foreign), must_exist=True)
    assert [path.name for path in foreign.parent.iterdir()] == [foreign.name]


def test_a_store_that_begins_to_be_written_to_is_not_read_on_as_if_it_were_not(foreign: Path) -> None:
    with without_rights(), open_store(str(foreign), must_exist=True) as store:
        records = store.records()
        os.seteuid(os.getuid())
        foreign.parent.chmod(0o755)
        foreign.with_name(f"{foreign.name}-wal").touch()
        with says("is written to by now; try again"):
            next(records)
