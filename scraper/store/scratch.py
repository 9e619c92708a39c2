"""A copy of a store to try things out in: nothing that is done to it reaches the store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, text

from scraper.store import failures
from scraper.store.tables import metadata, owners, pages

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Table

    from scraper.store.database import Database
    from scraper.store.location import Location

_BATCH = 500
# What belongs to processes stays behind, and so do the kept pages, which are long and never read again.
_LEFT_OUT = (owners, pages)
_HELD_BY = {"taken_by", "claimed_by", "leased_by"}


def copy_file(location: Location, path: Path) -> None:
    """Copy an SQLite store, as it is at one moment, without changing a byte of it."""
    assert location.path is not None
    # A reader of a store that nobody has open would make its journal files anew, and leave them behind.
    mode = "mode=ro" if location.journal and location.journal.exists() else "mode=ro&immutable=1"
    source = f"{location.path.absolute().as_uri()}?{mode}"
    try:
        with closing(sqlite3.connect(source, uri=True)) as store, closing(sqlite3.connect(path)) as copy:
            store.backup(copy)
    except sqlite3.Error as error:
        raise failures.to_error(error, location) from error


def copy_tables(store: Database, copy: Database) -> None:
    """Copy a server's store into an empty one, row by row, as it is at one moment."""

    def read(connection: Connection) -> None:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        for table in metadata.sorted_tables:
            if table not in _LEFT_OUT:
                _copy_table(connection, table, copy)

    store.read(read)


def _copy_table(connection: Connection, table: Table, copy: Database) -> None:
    columns = [column for column in table.c if column.name not in _HELD_BY]
    rows = connection.execution_options(yield_per=_BATCH).execute(select(*columns)).mappings()
    for batch in rows.partitions():
        copy.write(partial(_insert_all, table=table, rows=[dict(row) for row in batch]))


def _insert_all(connection: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    connection.execute(insert(table), rows)
