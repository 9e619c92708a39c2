"""Rows that many transactions name: found by name, made if missing, their numbers remembered."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from scraper.store.tables import hosts, queues, sites, sources
from scraper.store.values import storable

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from scraper.store.database import Database

Insert = sqlite.Insert | postgresql.Insert


@cache
def insert_new(table: Table, *, is_postgres: bool) -> Insert:
    """Return the statement that inserts rows into `table` unless they are there."""
    return _insert(table, is_postgres=is_postgres).on_conflict_do_nothing()


@cache
def insert_or_count(table: Table, *, is_postgres: bool) -> Insert:
    """Return the statement that inserts rows with `pages` 1, or adds 1 to those that are there."""
    return _insert(table, is_postgres=is_postgres).on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_={"pages": table.c.pages + 1}
    )


@cache
def replace_row(table: Table, *, is_postgres: bool) -> Insert:
    """Return the statement that inserts a row, or writes all of it over the one that is there."""
    new = _insert(table, is_postgres=is_postgres)
    keys = list(table.primary_key.columns)
    values = {column.name: new.excluded[column.name] for column in table.c if column not in set(keys)}
    return new.on_conflict_do_update(index_elements=keys, set_=values)


def host_number(connection: Connection, database: Database, name: str) -> int:
    """Return the number of a host, which is made if it is new."""
    return _number(connection, database, hosts, name)


def site_number(connection: Connection, database: Database, name: str) -> int:
    """Return the number of a site, which is made if it is new."""
    return _number(connection, database, sites, name)


def source_number(connection: Connection, database: Database, name: str) -> int:
    """Return the number of a source, which is made if it is new."""
    return _number(connection, database, sources, name)


def open_queue(connection: Connection, database: Database, queue: tuple[int, int, int]) -> None:
    """Make sure that the addresses of one source, host and priority are looked for."""
    if database.recall(("queue", queue)):
        return
    source, host, priority = queue
    row = {"source_id": source, "host_id": host, "priority": priority}
    connection.execute(insert_new(queues, is_postgres=database.is_postgres), row)
    database.remember(("queue", queue), 1)


def _insert(table: Table, *, is_postgres: bool) -> Insert:
    return postgresql.insert(table) if is_postgres else sqlite.insert(table)


@cache
def _find(table: Table) -> Select[int]:
    return select(table.c.id).where(table.c.name == bindparam("name"))


def _number(connection: Connection, database: Database, table: Table, name: str) -> int:
    name = storable(name)
    if known := database.recall((table.name, name)):
        return known
    number = connection.scalar(_find(table), {"name": name})
    if number is None:
        connection.execute(insert_new(table, is_postgres=database.is_postgres), {"name": name})
        number = connection.execute(_find(table), {"name": name}).scalar_one()
    return database.remember((table.name, name), number)
