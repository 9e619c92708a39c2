"""Stores of older versions are brought up to date, newer ones are refused, and a file is copied before."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from visits import FAR, found, lease_all, store_text

from scraper.errors import StoreError
from scraper.store import migrate, open_store, tables
from scraper.store.database import Database
from scraper.store.location import locate

pytest_plugins = ["stores"]

ONE = "https://quay.example/1"
NEXT = '''
"""A form of the store that is yet to come."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("sites", sa.Column("mood", sa.Text(), server_default="calm"))
    if {fails}:
        raise RuntimeError("out of paper")
'''


LIMITED = """
import resource, sys
from scraper.errors import StoreError
from scraper.store import open_store
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
try:
    open_store(sys.argv[1])
except StoreError as error:
    print(error)
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """Return migrations with one more than there is."""
    return write_next(tmp_path / "migrations", fails=False)


def write_next(folder: Path, *, fails: bool) -> Path:
    shutil.copytree(migrate.SCRIPTS, folder)
    (folder / "versions" / "next.py").write_text(NEXT.format(before=tables.REVISION, fails=fails))
    return folder


def run_engine(url: str, statement: str = "") -> Engine:
    engine = create_engine(locate(url).url)
    if statement:
        with engine.begin() as connection:
            connection.execute(text(statement))
    return engine


def plain(value: Any) -> Any:
    """Return nested values with the texts of clauses, which are only equal to themselves."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return str(value) if hasattr(value, "compile") else value


def schema_of(url: str) -> dict[str, Any]:
    """Return all that a database knows of its tables."""
    engine = run_engine(url)
    found = inspect(engine)
    schema = {
        name: [
            [{**column, "type": str(column["type"])} for column in found.get_columns(name)],
            found.get_pk_constraint(name),
            *(
                sorted(str(plain(one)) for one in listed(name))
                for listed in (found.get_foreign_keys, found.get_indexes, found.get_unique_constraints)
            ),
        ]
        for name in found.get_table_names()
        if name != "alembic_version"
    }
    engine.dispose()
    return schema


def migrate_store(url: str, scripts: Path) -> None:
    database = Database(locate(url))
    try:
        migrate.bring_up_to_date(database, must_exist=False, scripts=scripts)
    finally:
        database.close()


def test_migrating_from_nothing_makes_the_tables_of_this_version(store_url: str) -> None:
    open_store(store_url).close()
    made = schema_of(store_url)
    assert made.keys() == tables.metadata.tables.keys()
    for name in [table.name for table in reversed(tables.metadata.sorted_tables)]:
        run_engine(store_url, f"DROP TABLE {name}").dispose()
    run_engine(store_url, "DELETE FROM alembic_version").dispose()
    assert schema_of(store_url) == {}
    database = Database(locate(store_url))
    migrate.upgrade(database)
    database.close()
    assert schema_of(store_url) == made


def test_the_newest_migration_is_the_revision_of_the_tables() -> None:
    assert ScriptDirectory(str(migrate.SCRIPTS)).get_current_head() == tables.REVISION


def test_an_old_store_is_migrated_and_keeps_what_it_holds(store_url: str, scripts: Path) -> None:
    with open_store(store_url) as store:
        store_text(store, ONE, next_visit=FAR)
    migrate_store(store_url, scripts)
    assert schema_of(store_url)["sites"][0][-1]["name"] == "mood"
    migrate_store(store_url, scripts)
    engine = run_engine(store_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name, mood FROM sites")).all() == [("quay.example", "calm")]
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["9999"]
    engine.dispose()


def test_a_file_is_copied_before_it_is_migrated(tmp_path: Path, scripts: Path) -> None:
    path = tmp_path / "news.db"
    with open_store(str(path)) as store:
        store_text(store, ONE, next_visit=FAR)
    migrate_store(str(path), scripts)
    backup = tmp_path / f"news.db.{tables.REVISION}.backup"
    with open_store(str(backup), must_exist=True) as copy:
        assert [record.url for record in copy.records()] == [ONE]


def test_a_file_that_another_process_migrated_meanwhile_is_not_copied_over_what_it_was(
    tmp_path: Path, scripts: Path
) -> None:
    path = tmp_path / "news.db"
    open_store(str(path)).close()
    with closing(Database(locate(str(path)))) as late:
        migrate_store(str(path), scripts)
        migrate._migrate(late, tables.REVISION, scripts)
    with closing(sqlite3.connect(tmp_path / f"news.db.{tables.REVISION}.backup")) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(tables.REVISION,)]


def test_where_there_is_no_room_for_the_copy_that_is_said_and_the_store_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    make_first_form(str(path), "INSERT INTO robots VALUES ('https://quay.example', 0, 200, zeroblob(500000))")
    arguments = [sys.executable, "-c", LIMITED, str(path)]
    ended = subprocess.run(
        arguments, check=False, cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=60
    )
    assert (ended.stdout, ended.returncode) == (
        f"{path}: cannot be written: the disk is full, over its quota, or fails\n", 0
    ), ended.stderr  # fmt: skip
    assert sorted(file.name for file in tmp_path.iterdir()) == [path.name]
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    open_store(str(path), must_exist=True).close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(store_url: str, tmp_path: Path) -> None:
    open_store(store_url).close()
    before = schema_of(store_url)
    with pytest.raises(RuntimeError, match="out of paper"):
        migrate_store(store_url, write_next(tmp_path / "migrations", fails=True))
    assert schema_of(store_url) == before
    open_store(store_url, must_exist=True).close()


def test_a_store_of_a_newer_version_is_refused_and_left_alone(store_url: str, scripts: Path) -> None:
    open_store(store_url).close()
    migrate_store(store_url, scripts)
    before = schema_of(store_url)
    with pytest.raises(StoreError, match=r"made by a newer version of chaffinch \(revision 9999\); upgrade"):
        open_store(store_url)
    assert schema_of(store_url) == before


def test_a_store_of_this_version_opens_without_the_migration_library(tmp_path: Path) -> None:
    code = (
        "import sys; from scraper.store import open_store; assert 'sqlalchemy' not in sys.modules;"
        " open_store(sys.argv[1]).close(); open_store(sys.argv[1]).close(); assert 'alembic' not in sys.modules"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path / "news.db")]
    subprocess.run(arguments, check=True, cwd=Path(__file__).parents[1], timeout=60)


def test_two_processes_that_open_a_new_store_make_it_once(store_url: str) -> None:
    code = "import sys; from scraper.store import open_store; open_store(sys.argv[1]).close()"
    arguments = [sys.executable, "-c", code, store_url]
    folder = Path(__file__).parents[1]
    both = [subprocess.Popen(arguments, cwd=folder, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate(timeout=60)[1] for process in both] == ["", ""]
    open_store(store_url, must_exist=True).close()


def test_a_store_in_an_older_journal_mode_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    open_store(str(path)).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE").close()
    with open_store(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert list(store.records()) == []


def make_first_form(url: str, *rows: str) -> None:
    """Make a store as the first version had it, which holds these rows."""
    database = Database(locate(url))

    def work(connection: Connection) -> None:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(migrate.SCRIPTS))
        command.upgrade(config, "0001")
        for row in rows:
            connection.execute(text(row))

    database.write(work)
    database.close()


def test_a_store_of_the_first_form_goes_on_where_it_was(store_url: str) -> None:
    urls = "INSERT INTO urls (id, source_id, host_id, priority, due, key, url, kind, is_hub, etag, interval) VALUES"
    make_first_form(
        store_url,
        "INSERT INTO sources (id, name) VALUES (7, 'quay')",
        "INSERT INTO hosts (id, name) VALUES (1, 'quay.example')",
        "INSERT INTO sites (id, name) VALUES (1, 'quay.example')",
        "INSERT INTO queues (source_id, host_id, priority) VALUES (7, 1, 0), (7, 1, 10)",
        f"{urls} (1, 7, 1, 0, 5, 'https://quay.example/', 'https://quay.example/', 'page', true, 'x', 0)",
        f"{urls} (2, 7, 1, 10, 9e9, '{ONE}', '{ONE}', 'page', false, '', 60)",
        "INSERT INTO visits (url_id, source_id, site_id, at, result, change, is_wanted)"
        " VALUES (2, 7, 1, 4, 'page', 'new', true), (2, 7, 1, 6, 'page', 'unchanged', true)",
    )
    with open_store(store_url) as store:
        assert store.add("quay", [found("https://quay.example/", is_hub=True, priority=0), found(ONE)]) == 0
        assert [(lease.url, lease.etag) for lease in lease_all(store)] == [("https://quay.example/", "x")]
    engine = run_engine(store_url)
    with engine.connect() as connection:
        asked = connection.execute(text("SELECT key, visited FROM urls ORDER BY id")).all()
    engine.dispose()
    assert asked == [("7 https://quay.example/", None), (ONE, 6.0)]
