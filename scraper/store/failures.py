"""What databases say when they fail, in one line for people."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from scraper.errors import PassingStoreError, StoreError

if TYPE_CHECKING:
    from scraper.store.location import Location

_DISK_FULL = "the disk is full; make room, nothing that was stored is lost"
_READ_ONLY = "the store is read-only; nothing can be written to it"
_DAMAGED = "the file is no store, or is damaged"
_LOCKED = "locked by another process; try again when it is done"
_FAILING_DISK = "cannot be written: the disk is full, over its quota, or fails"
_LOST = "the connection was lost"
_TOO_MANY = "the server has too many connections"
_SHUTTING_DOWN = "the server is shutting down, or not up yet"
_REFUSED = "connection refused; is the server running, and is this its address?"
_NO_SERVER = "no server at this socket; is it running?"
_SILENT = "the server does not answer"
_NO_HOST = "no such host"
_PASSING = {
    _DISK_FULL,
    _LOCKED,
    _FAILING_DISK,
    _LOST,
    _TOO_MANY,
    _SHUTTING_DOWN,
    _REFUSED,
    _NO_SERVER,
    _SILENT,
    _NO_HOST,
}
# Names of result codes: https://www.sqlite.org/rescode.html; the first that the name begins with.
_SQLITE = {
    "SQLITE_FULL": _DISK_FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_CANTOPEN": "cannot be opened; is there such a folder, and may you write to it?",
    "SQLITE_PERM": "no permission to open it",
    "SQLITE_AUTH": "no permission to open it",
    "SQLITE_IOERR": _FAILING_DISK,
    "SQLITE_TOOBIG": "a page is too large to be stored",
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES = {
    "53100": _DISK_FULL,
    "25006": _READ_ONLY,
    "28P01": "wrong user or password",
    "28": "the server does not let this user in",
    "3D000": "the server has no such database; make it with createdb",
    "42501": "this user may not use the tables; grant it the right to",
    "55P03": _LOCKED,
    "53300": _TOO_MANY,
    "08": _LOST,
    "57P01": _LOST,
    "57": _SHUTTING_DOWN,
}
# While connecting, the driver has no code, only the server's words.
_SAID = {
    "password": "wrong user or password",
    "no pg_hba.conf entry": "the server does not let this user in",
    "does not exist": "the server has no such database or user",
    "refused": _REFUSED,
    "No such file or directory": _NO_SERVER,
    "timeout": _SILENT,
    "resolve": _NO_HOST,
    "Name or service not known": _NO_HOST,
    "too many clients": _TOO_MANY,
    "connection is lost": _LOST,
    "closed the connection": _LOST,
    "terminating connection": _LOST,
    "system is starting up": _SHUTTING_DOWN,
    "system is shutting down": _SHUTTING_DOWN,
}
_DEADLOCKS = ("40001", "40P01")


def to_error(error: Exception, location: Location) -> StoreError:
    """Return what to raise: one line that names the store and what is wrong; it holds no password."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    said = _explain_sqlite(cause) if isinstance(cause, sqlite3.Error) else _explain_postgres(cause)
    kind = PassingStoreError if said in _PASSING else StoreError
    return kind(f"{location.name}: {said or _first_line(cause, location)}")


def is_deadlock(error: DBAPIError) -> bool:
    """Tell whether a transaction was given up for another, and may be tried again."""
    return getattr(error.orig, "sqlstate", None) in _DEADLOCKS


def _explain_sqlite(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "") or ""
    return next((said for code, said in _SQLITE.items() if name.startswith(code)), "")


def _explain_postgres(error: BaseException) -> str:
    state = getattr(error, "sqlstate", None) or ""
    by_code = (said for code, said in _POSTGRES.items() if state.startswith(code))
    by_words = (said for words, said in _SAID.items() if words in str(error))
    return next(by_code, "") or next(by_words, "")


def _first_line(error: BaseException, location: Location) -> str:
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    password = location.url.password
    return re.sub(re.escape(password), "***", line) if password else line
