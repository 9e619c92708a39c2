"""A PostgreSQL server of the tests' own: a running one that is named, or one that is started and thrown away."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

NAMED = "CHAFFINCH_TEST_POSTGRES"
INSTALLED = Path("/usr/lib/postgresql")
# Servers refuse to run as root.
UNPRIVILEGED = ("postgres", "nobody")
# What a test server need not be: safe from a loss of power, or reachable.
QUICK = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses='' -c max_connections=50"
    " -c shared_buffers=32MB"
)


def find_binaries() -> Path | None:
    """Return the folder of the newest installed server's programs."""
    folders = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    return folders[-1].parent if folders else Path(on_path).resolve().parent if on_path else None


def find_user() -> pwd.struct_passwd | None:
    """Return whom to run the server as, None for the present user."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    pytest.skip("needs PostgreSQL, which does not run as root, and there is no other user")


def run(*command: object, user: pwd.struct_passwd | None) -> None:
    """Run a program as a user, and fail with what it said."""
    ids: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    with tempfile.TemporaryFile() as said:
        # Not a pipe: the server would inherit it, and it would never close.
        ended = subprocess.run(
            [*map(str, command)], check=False, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", timeout=120, **ids
        )  # fmt: skip
        said.seek(0)
        assert ended.returncode == 0, said.read().decode()


@contextmanager
def started_server() -> Iterator[str]:
    """Start a server on a socket in a folder of its own, yield its address, and stop it."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip(f"needs PostgreSQL: install it, or name a server in {NAMED}")
    user = find_user()
    # Sockets have short names; pytest's folders may be too deep.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    data = folder / "data"
    try:
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        run(binaries / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-locale", "-N", user=user)  # fmt: skip
        access = data / "pg_hba.conf"
        access.write_text(f"local all guarded scram-sha-256\n{access.read_text()}")
        control = [binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
        run(*control, "-o", f"{QUICK} -k {folder}", "start", user=user)
        try:
            yield f"postgresql://tester@/{{name}}?host={folder}"
        finally:
            run(*control, "-m", "immediate", "stop", user=user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Yield the address of a server, `{name}` in place of a database."""
    if named := os.environ.get(NAMED):
        base, _, options = named.partition("?")
        yield f"{base.rsplit('/', 1)[0]}/{{name}}" + (f"?{options}" if options else "")
        return
    with started_server() as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Yield the address of a new, empty database."""
    psycopg = pytest.importorskip("psycopg", reason="needs psycopg")
    name = f"chaffinch_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_server.format(name="postgres"), autocommit=True) as connection:
        with suppress(psycopg.errors.DuplicateObject):
            # A password is wanted of this user where the server is our own.
            connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'")
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres_server.format(name=name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
