"""A store survives kills, full disks, other processes and wrong addresses, and says in one line what is wrong."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from visits import FAR, HOUR, NOW, found, lease_all, lease_one, store_text, urls_of, visit_of

from scraper.errors import StoreError
from scraper.store import database, open_store, owners, scratch_copy
from scraper.store.sql import SqlStore

pytest_plugins = ["stores"]

HERE = Path(__file__).parent
ONE = "https://quay.example/1"
# The size of a file that a process may write; SQLite's own limit counts pages.
LIMITED = """
import resource, sys
sys.path.insert(0, sys.argv[2])
from visits import store_text
from scraper.errors import StoreError
from scraper.store import open_store
store = open_store(sys.argv[1])
print(store_text(store, "https://quay.example/0", "First.").change)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
try:
    for number in range(1, 2000):
        store_text(store, f"https://h{number}.example/", f"{number} " * 500)
except StoreError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(store_text(store, "https://last.example/", "Last.").change)
store.close()
"""


def run_python(*arguments: object, timeout: float = 100) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        cwd=HERE.parent,
        env=environment(),
    )


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{HERE.parent}{os.pathsep}{HERE}"}


# Kills


def test_a_kill_at_any_moment_loses_nothing_that_was_settled_and_stores_nothing_twice(tmp_path: Path) -> None:
    ended = run_python(HERE / "killed.py", tmp_path, 24)
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert lines[-1].endswith("done")
    assert sum(line.startswith("killed") for line in lines) == 24
    assert sum(line.endswith("killed") for line in lines) > 10


@pytest.mark.parametrize("cut", [0, 1, 3000, 9000, 30000])
def test_a_journal_that_was_torn_opens_as_it_was_at_some_moment(tmp_path: Path, cut: int) -> None:
    with open_store(str(tmp_path / "news.db")) as store:
        for number in range(8):
            store_text(store, f"https://quay.example/{number}", f"Text {number}", next_visit=FAR)
        journal = (tmp_path / "news.db-wal").read_bytes()
        (tmp_path / "torn.db").write_bytes((tmp_path / "news.db").read_bytes())
    (tmp_path / "torn.db-wal").write_bytes(journal[: max(0, len(journal) - cut)])
    with open_store(str(tmp_path / "torn.db")) as torn:
        texts = [record.article["text"] for record in torn.records()]
    assert texts == [f"Text {number}" for number in range(len(texts))]
    assert len(texts) == 8 or cut


# Processes


def test_two_processes_settle_each_address_once(store_url: str, store: SqlStore) -> None:
    urls = [f"https://h{number % 20}.example/{number}" for number in range(300)]
    store.add("quay", [found(url) for url in urls])
    command = [sys.executable, str(HERE / "sharing.py"), store_url]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parent, env=environment())
        for _ in range(2)
    ]  # fmt: skip
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    settled = [process.communicate(timeout=100)[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(settled[0][::2] + settled[1][::2]) == sorted(urls)
    assert {*settled[0][1::2], *settled[1][1::2]} == {"new"}
    assert len(list(store.records())) == 300


def dead_owner() -> str:
    """Return the name of an owner whose process is gone."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return f"{owners.name_machine()}:{process.pid}:1:1"


@pytest.fixture(params=["gone", "number given again"])
def dead(request: pytest.FixtureRequest, store_url: str) -> SqlStore:
    """Return a store whose process is dead without having closed it."""
    number_taken = f"{owners.name_machine()}:{os.getpid()}:1:1"
    return open_store(store_url, owner=dead_owner() if request.param == "gone" else number_taken)


def test_what_a_dead_process_held_is_free_at_once(dead: SqlStore, store: SqlStore) -> None:
    lease_one(dead)
    assert dead.claim("pier.example", NOW, FAR) is not None
    assert dead.begin_run("quay", NOW, FAR)
    assert store.claim("pier.example", NOW, FAR) is not None
    assert urls_of(lease_all(store)) == [ONE]
    assert store.begin_run("quay", NOW, FAR)
    dead.close()


def test_a_lease_of_a_dead_process_is_free_at_once(dead: SqlStore, store: SqlStore) -> None:
    lease_one(dead)
    assert urls_of(lease_all(store)) == [ONE]
    dead.close()


def test_the_run_of_a_dead_process_is_over(dead: SqlStore, store: SqlStore) -> None:
    assert dead.begin_run("quay", NOW, FAR)
    assert store.begin_run("quay", NOW, FAR)
    dead.close()


@pytest.mark.parametrize(
    "owner",
    ["far away:1:1:1", "odd", f"{owners.name_machine()}:x:1:1", owners.name_owner()],
    ids=["of another machine", "odd", "half odd", "alive"],
)
def test_owners_of_other_machines_and_living_ones_are_not_taken_for_dead(owner: str) -> None:
    assert not owners.is_dead(owner)


@pytest.mark.parametrize("number", ["99999999", "9" * 30])
def test_a_number_that_no_process_can_have_is_dead(number: str) -> None:
    assert owners.is_dead(f"{owners.name_machine()}:{number}:1:1")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_killed_process_is_dead_before_its_parent_takes_note_of_it() -> None:
    code = "from scraper.store.owners import name_owner; print(name_owner(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=HERE.parent,
    ) as process:
        assert process.stdout is not None
        owner = process.stdout.readline().strip()
        assert not owners.is_dead(owner)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert owners.is_dead(owner)


# What a lease costs


def instructions_of_a_lease(path: Path, addresses: int) -> int:
    with open_store(str(path)) as store:
        store.add("quay", [found(f"https://h{number % 10}.example/{number}") for number in range(addresses)])
        lease_all(store, limit=5)
        counted = 0

        def count() -> int:
            nonlocal counted
            counted += 1
            return 0

        raw = store._database._connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.set_progress_handler(count, 1)
        assert len(lease_all(store, limit=5)) == 5
        store.next_due(["quay"], NOW)
        raw.set_progress_handler(None, 0)
    return counted


def test_a_lease_costs_the_same_however_many_addresses_are_known(tmp_path: Path) -> None:
    few, many = (instructions_of_a_lease(tmp_path / f"{count}.db", count) for count in (200, 20_000))
    assert many < 1.2 * few


# What goes wrong


def says(text: str) -> "pytest.RaisesExc[StoreError]":
    return pytest.raises(StoreError, match=text)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("{folder}/none/news.db", "none/news.db: there is no folder .*none; make it first"),
        ("{folder}", ": a folder; name a file in it"),
        ("sqlite:///{folder}/text", "/text: the file is no store, or is damaged"),
        ("{folder}/else.db", "else.db: holds tables of something else"),
        ("sqlite://news.db", "write three slashes"),
        ("mysql://me:secret@host/news", "no such kind of store"),
        ("http://example.org", "no such kind of store"),
        ("postgresql://host:port/news", "not the address of a store"),
        ("  ", "the store has no name"),
        ("postgresql://me:secret@127.0.0.1:1/news", r"^postgresql://me@127.0.0.1:1/news: connection refused"),
    ],
)
def test_a_store_that_cannot_be_opened_is_named_with_the_cause(tmp_path: Path, url: str, told: str) -> None:
    (tmp_path / "text").write_text("This is no database, but it is long enough to be read as one. " * 40)
    with closing(sqlite3.connect(tmp_path / "else.db")) as other:
        other.execute("CREATE TABLE sources (x)")
    with says(told) as caught:
        open_store(url.format(folder=tmp_path))
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_store_that_must_exist_is_not_made(tmp_path: Path) -> None:
    with says("news.db: there is no such store"):
        open_store(str(tmp_path / "news.db"), must_exist=True)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty.db").touch()
    with says("empty.db: nothing was crawled into this store yet"):
        open_store(str(tmp_path / "empty.db"), must_exist=True)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("{folder}/new%20s.db", "new%20s.db"),
        ("sqlite:///{folder}/new%20s.db", "new s.db"),
        ("sqlite:///file:{folder}/news.db?uri=true", "news.db"),
        ("SQLite:///{folder}/news.db", "news.db"),
    ],
)
def test_a_file_is_named_in_any_of_its_forms(tmp_path: Path, form: str, name: str) -> None:
    for _ in range(2):
        open_store(form.format(folder=tmp_path)).close()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_relative_path_is_of_the_present_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_store("sqlite:///news.db").close()
    open_store("news.db", must_exist=True).close()
    scratch_copy("news.db").close()


def test_a_read_only_store_is_read_and_never_written(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    with open_store(str(path)) as store:
        store_text(store, ONE, next_visit=FAR)
    before = path.read_bytes()
    with open_store(f"sqlite:///file:{path}?mode=ro&uri=true", must_exist=True) as store:
        assert [record.url for record in store.records()] == [ONE]
        with says(f"^{path}: the store is read-only"):
            store.add("quay", [found("https://quay.example/2")])
        with says("read-only"):
            lease_all(store)
    assert path.read_bytes() == before


def test_a_trial_leaves_the_store_as_it_was_to_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    with open_store(str(path)) as store:
        store_text(store, ONE, next_visit=FAR)
    before = path.read_bytes()
    with scratch_copy(str(path)) as copy:
        store_text(copy, "https://quay.example/2")
    assert path.read_bytes() == before
    with says("the file is no store, or is damaged"):
        path.write_text("This is no database. " * 100)
        scratch_copy(str(path))


def test_a_full_disk_is_told_and_loses_nothing_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    with open_store(str(path)) as store:
        store_text(store, ONE, "First.", next_visit=FAR)
        raw = store._database._connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        (used,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count={used + 2}").close()
        lease = lease_one(store, "https://pier.example/")
        with says(f"^{path}: the disk is full; make room"):
            store.settle(visit_of(lease, text="\n\n".join(os.urandom(40).hex() for _ in range(400))))
        assert [record.article["text"] for record in store.records()] == ["First."]
        raw.execute("PRAGMA max_page_count=100000").close()
        assert store.settle(visit_of(lease)).change == "new"
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_that_may_not_grow_is_told_and_the_store_goes_on_later(tmp_path: Path) -> None:
    ended = run_python("-c", LIMITED, tmp_path / "news.db", HERE)
    assert ended.returncode == 0, ended.stderr
    first, told, last = ended.stdout.splitlines()
    assert (first, last) == ("new", "new")
    assert "news.db: cannot be written: the disk is full" in told or "the disk is full" in told


def test_a_store_that_another_process_keeps_locked_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.01)
    path = tmp_path / "news.db"
    with open_store(str(path)) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with says(f"^{path}: locked by another process"):
            store.add("quay", [found(ONE)])
        other.rollback()
        assert store.add("quay", [found(ONE)]) == 1


def test_a_missing_driver_is_named_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with says(r"postgresql://host/news: .*pip install 'chaffinch\[postgres\]'"):
        open_store("postgresql://host/news")


# PostgreSQL


def test_a_server_without_the_database_or_the_password_says_so(postgres_url: str) -> None:
    with says("no such database"):
        open_store(postgres_url.replace("chaffinch_", "else_"))
    with says(r"^postgresql://guarded@/\S+: wrong user or password") as caught:
        open_store(postgres_url.replace("tester@", "guarded:wrong-secret@"))
    assert "secret" not in str(caught.value)


def test_a_lost_connection_is_told_and_made_anew(postgres_url: str) -> None:
    with open_store(postgres_url) as store, open_store(postgres_url) as other:
        (number,) = store._database.read(
            lambda connection: connection.exec_driver_sql("SELECT pg_backend_pid()").one()
        )
        other._database.read(
            lambda connection: connection.exec_driver_sql(f"SELECT pg_terminate_backend({number})")
        )
        with says("the connection was lost"):
            store.add("quay", [found(ONE)])
        assert store.add("quay", [found(ONE)]) == 1
        assert lease_one(store, at=NOW + HOUR).url == ONE
