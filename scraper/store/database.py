"""One open database: its connection, its transactions, and what its failures mean."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from scraper.errors import PassingStoreError, StoreError
from scraper.store import failures, owners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scraper.store.location import Location

T = TypeVar("T")
_BUSY_SECONDS = 15.0
_CONNECT_SECONDS = 10
_ATTEMPTS = 4  # Of a transaction that the server gave up for another.
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "temp_store=MEMORY")


class Database:
    """A database that one thread at a time uses; every `read` and `write` is a transaction of its own."""

    def __init__(self, location: Location, owner: str | None = None) -> None:
        """Connect; raise StoreError where that cannot be done."""
        self.location = location
        self.owner = owner or owners.name_owner()
        owners.enter(self.owner)
        self.is_postgres = not location.is_file
        self._owner_id: int | None = None
        self._lock = RLock()
        self._begin = "BEGIN"
        # Numbers of rows that are never deleted, by name.
        self.numbers: dict[tuple[str, object], int] = {}
        self._fresh: dict[tuple[str, object], int] = {}
        self.is_still = location.is_still()  # Then it is read as it is, and cannot be written to.
        # Sources that the configuration does not name any more.
        self.former: frozenset[int] = frozenset()
        with self._explaining():
            self._engine = self._create_engine()
            self._connection = self._engine.connect()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` reads in one transaction."""
        return self._run(work, "BEGIN")

    def write(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` comes to, once it is written; it may be called again after a deadlock."""
        return self._run(work, "BEGIN IMMEDIATE")

    def write_owned(self, work: Callable[[Connection, int], T]) -> T:
        """Write as `write` does, with the number of this process among the owners."""
        number = self._owner_id
        if number is None:
            number = self._owner_id = self.write(lambda connection: owners.register(connection, self.owner))
        return self.write(lambda connection: work(connection, number))

    def remember(self, name: tuple[str, object], number: int) -> int:
        """Keep the number of a row for later transactions, if this one is written."""
        self._fresh[name] = number
        return number

    def recall(self, name: tuple[str, object]) -> int | None:
        """Return a number that was kept, also by this transaction."""
        return self.numbers.get(name) or self._fresh.get(name)

    def close(self) -> None:
        """Free what this process holds, and disconnect."""
        with self._lock:
            try:
                owners.leave(self.owner)
                if self._owner_id is not None and not self._connection.closed:
                    self.write(lambda connection: owners.forget(connection, self.owner))
            finally:
                self._owner_id = None
                self._connection.close()
                self._engine.dispose()

    def _run(self, work: Callable[[Connection], T], begin: str) -> T:
        if self.is_still and not self.location.is_still():
            raise PassingStoreError(f"{self.location.name}: is written to by now; try again")
        with self._lock, self._explaining():
            for attempt in range(_ATTEMPTS):
                self._begin = begin
                self._fresh.clear()
                try:
                    with self._connection.begin():
                        result = work(self._connection)
                except DBAPIError as error:
                    if attempt + 1 == _ATTEMPTS or not failures.is_deadlock(error):
                        raise
                else:
                    self.numbers |= self._fresh
                    return result
            raise AssertionError  # pragma: no cover - the last attempt returns or raises

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise failures.to_error(error, self.location) from error
        except ModuleNotFoundError as error:
            needs = f"needs a library that is not installed; run: pip install 'chaffinch[postgres]' ({error})"
            raise StoreError(f"{self.location.name}: {needs}") from error

    def _create_engine(self) -> Engine:
        if self.is_postgres:
            arguments: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS}
            return create_engine(self.location.url, poolclass=NullPool, connect_args=arguments)
        # Transactions are begun below: the driver would begin them late, and end them at odd moments.
        arguments = {"timeout": _BUSY_SECONDS, "isolation_level": None, "check_same_thread": False}
        url = self.location.to_still_url() if self.is_still else self.location.url
        engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", self._begin_sqlite)
        return engine

    def _begin_sqlite(self, connection: Connection) -> None:
        connection.connection.cursor().execute(self._begin)


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in _PRAGMAS:
        try:
            connection.execute(f"PRAGMA {pragma}").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_READONLY":
                raise
