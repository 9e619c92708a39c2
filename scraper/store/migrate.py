"""Stores made by other versions: new ones are made, old ones brought up to date, newer ones refused."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, MetaData, Table, Text, func, insert, inspect, select

from scraper.errors import StoreError
from scraper.store.scratch import copy_file
from scraper.store.tables import REVISION, metadata

if TYPE_CHECKING:
    from scraper.store.database import Database
    from scraper.store.location import Location

_LOG = logging.getLogger(__name__)
SCRIPTS = Path(__file__).with_name("migrations")
_LOCK = 7_104_951  # Any number: processes that open one store at a time wait for one another.
# As alembic has it.
_revisions = Table("alembic_version", MetaData(), Column("version_num", Text, primary_key=True))


def bring_up_to_date(database: Database, *, must_exist: bool, scripts: Path = SCRIPTS) -> None:
    """Make the tables of an empty store, or migrate those of an old one; raise StoreError for any other."""
    found = database.read(_read_revision)
    if found == REVISION and scripts == SCRIPTS:
        return
    if found is None and must_exist:
        raise StoreError(f"{database.location.name}: nothing was crawled into this store yet")
    if found is None:
        database.write(lambda connection: _create(connection, database))
        return
    _migrate(database, found, scripts)


def has_tables(database: Database) -> bool:
    """Tell whether a database holds a store."""
    return database.read(_read_revision) is not None


def _read_revision(connection: Connection) -> str | None:
    """Return the revision of a store, None if the database is empty."""
    if not inspect(connection).has_table(_revisions.name):
        return None
    return connection.scalar(select(_revisions.c.version_num))


def _create(connection: Connection, database: Database) -> None:
    _wait_for_others(connection, database)
    if _read_revision(connection) is not None:  # Another process was first.
        return
    there = set(inspect(connection).get_table_names())
    # A server's database may be shared with others; a file is not.
    if there & metadata.tables.keys() or (there and not database.is_postgres):
        raise StoreError(f"{database.location.name}: holds tables of something else; name another file")
    metadata.create_all(connection)
    _revisions.create(connection)
    connection.execute(insert(_revisions), {"version_num": REVISION})


def _migrate(database: Database, found: str, scripts: Path) -> None:
    # Here, not above: it takes a second, and a store is old once only.
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    directory = ScriptDirectory(str(scripts))
    if found not in {script.revision for script in directory.walk_revisions()}:
        newer = f"made by a newer version of chaffinch (revision {found}); upgrade chaffinch to use it"
        raise StoreError(f"{database.location.name}: {newer}")
    if found == directory.get_current_head():
        return
    if database.is_still:
        older = f"made by an older version of chaffinch (revision {found}), and you may not write to it"
        raise StoreError(
            f"{database.location.name}: {older}: let somebody open it who may, which brings it up to date"
        )

    def work(connection: Connection) -> None:
        _wait_for_others(connection, database)
        if _read_revision(connection) == found:  # Else another process was first.
            _back_up(database.location, found)
            _upgrade(connection, scripts)

    database.write(work)
    _LOG.warning("%s: brought up to date from revision %s", database.location.name, found)


def upgrade(database: Database, scripts: Path = SCRIPTS) -> None:
    """Run the migrations that a database lacks, all in one transaction."""
    database.write(lambda connection: _upgrade(connection, scripts))


def _upgrade(connection: Connection, scripts: Path) -> None:
    from alembic import command  # noqa: PLC0415 - as above
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    command.upgrade(config, "head")


def _wait_for_others(connection: Connection, database: Database) -> None:
    """Wait until no other process makes or migrates this store; in SQLite who writes is alone already."""
    if database.is_postgres:
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _back_up(location: Location, found: str) -> None:
    """Copy the file of an SQLite store beside it; a server's databases are its keeper's to back up."""
    if location.path is None:
        return
    backup = location.path.with_name(f"{location.path.name}.{found}.backup")
    part = backup.with_name(f"{backup.name}.part")
    try:
        part.unlink(missing_ok=True)
        copy_file(location, part)
        part.replace(backup)
    except OSError as error:
        raise StoreError(f"{backup}: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
