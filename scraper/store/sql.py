"""A store in an SQL database: SQLite, or PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from scraper.errors import StoreError
from scraper.store.archive import SqlArchive
from scraper.store.calendar import SqlCalendar
from scraper.store.database import Database
from scraper.store.figures import SqlFigures
from scraper.store.frontier import SqlFrontier
from scraper.store.hosts import SqlHosts
from scraper.store.location import Location, locate
from scraper.store.migrate import bring_up_to_date, has_tables
from scraper.store.scratch import copy_file, copy_tables
from scraper.store.settle import SqlSettlement
from scraper.store.succession import SqlSuccession

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self


class SqlStore(SqlHosts, SqlFrontier, SqlSuccession, SqlSettlement, SqlArchive, SqlCalendar, SqlFigures):
    """All that a crawl remembers; `base.Store` says what each method does."""

    def __init__(self, database: Database, on_close: Callable[[], object] | None = None) -> None:
        """Use an open database; `on_close` is called after it is closed."""
        self._database = database
        self._on_close = on_close

    @property
    def name(self) -> str:
        """Return what messages call this store; it holds no password."""
        return self._database.location.name

    def close(self) -> None:
        """Let go of the database; what is leased or claimed to this process is given back."""
        try:
            self._database.close()
        finally:
            if self._on_close is not None:
                self._on_close()

    def __enter__(self) -> Self:
        """Return this store, to be closed when the context is left."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()


def open_store(url: str, *, owner: str | None = None, must_exist: bool = False) -> SqlStore:
    """Open a store, and make its tables if it is new and need not exist; raise StoreError."""
    location = locate(url)
    _check_file(location, must_exist=must_exist)
    return SqlStore(_open(location, owner=owner, must_exist=must_exist))


def scratch_copy(url: str) -> SqlStore:
    """Open a copy of a store, empty if there is none yet; closing it throws it away. Raise StoreError."""
    location = locate(url)
    folder = TemporaryDirectory(prefix="chaffinch-")
    path = Path(folder.name, "scratch.db")
    try:
        if location.path is not None and location.path.exists():
            copy_file(location, path)
        copy = _open(locate(str(path)))
        if not location.is_file:
            _copy_server(location, copy)
    except BaseException:
        folder.cleanup()
        raise
    return SqlStore(copy, folder.cleanup)


def _copy_server(location: Location, copy: Database) -> None:
    with closing(Database(location)) as store:
        if has_tables(store):
            copy_tables(store, copy)


def _open(location: Location, *, owner: str | None = None, must_exist: bool = False) -> Database:
    database = Database(location, owner)
    try:
        bring_up_to_date(database, must_exist=must_exist)
    except BaseException:
        database.close()
        raise
    return database


def _check_file(location: Location, *, must_exist: bool) -> None:
    """Raise StoreError for a file that cannot be there; the database would say less of it."""
    path = location.path
    if path is None:
        return
    if path.is_dir():
        raise StoreError(f"{location.name}: a folder; name a file in it, such as {location.name}/news.db")
    if not path.parent.is_dir():
        raise StoreError(f"{location.name}: there is no folder {path.parent}; make it first")
    if must_exist and not path.exists():
        raise StoreError(f"{location.name}: there is no such store; chaffinch crawl makes one")
