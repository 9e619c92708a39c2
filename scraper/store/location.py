"""Where a store is, as people name it: a file, or a database of a server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from scraper.errors import StoreError

_SCHEME = re.compile(r"([a-z][a-z0-9+]+):", re.IGNORECASE)
_SERVERS = ("postgresql", "postgresql+psycopg", "postgres")


@dataclass(frozen=True, slots=True)
class Location:
    """A store's address, and the name that messages call it by: it holds no password."""

    url: URL
    name: str

    @property
    def is_file(self) -> bool:
        """Tell whether this is an SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path | None:
        """Return the file of the store, None for a server or a store in memory."""
        database = (self.url.database or "") if self.is_file else ""
        if not database or database == ":memory:":
            return None
        return Path(database.removeprefix("file:"))


def locate(text: str) -> Location:
    """Read a store's address: a path, `sqlite:///path` or `postgresql://user@host/name`; raise StoreError."""
    scheme = _SCHEME.match(text)
    if not text.strip() or "\0" in text:
        raise StoreError("the store has no name; give a file such as news.db, or postgresql://user@host/name")
    if scheme is None:
        return Location(URL.create("sqlite", database=text), text)
    try:
        url = make_url(scheme[0].lower() + text[scheme.end() :])
    except (ArgumentError, ValueError) as error:
        raise StoreError(f"{_hide(text)}: not the address of a store; write sqlite:///news.db") from error
    if url.drivername == "sqlite" and not url.host:
        return Location(url, (url.database or ":memory:").removeprefix("file:"))
    if url.drivername == "sqlite":
        raise StoreError(f"{text}: write three slashes before a path: sqlite:///{url.host}")
    if url.drivername in _SERVERS:
        url = url.set(drivername="postgresql+psycopg")
        shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
        return Location(url, shown.render_as_string())
    raise StoreError(
        f"{_hide(text)}: no such kind of store; there are sqlite:///news.db and postgresql://..."
    )


def _hide(text: str) -> str:
    return re.sub(r"//[^/@]*@", "//", text)
