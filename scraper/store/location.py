"""Where a store is, as people name it: a file, or a database of a server."""

from __future__ import annotations

import os
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

    @property
    def journal(self) -> Path | None:
        """Return the file beside the store that holds what was written last; there is one while it is in use."""
        return self.path and self.path.with_name(f"{self.path.name}-wal")

    def is_still(self) -> bool:
        """Tell whether this is a file that this process may not write to, and nobody else does now.

        SQLite would write files beside it all the same, or fail where it cannot.
        """
        if self.path is None or self.url.query or not self.path.is_file():
            return False
        may_write = all(
            os.access(place, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
            for place in (self.path, self.path.parent)
        )
        return not may_write and not (self.journal and self.journal.exists())

    def to_still_url(self) -> URL:
        """Return the address under which SQLite reads the file as it is, and writes nothing."""
        assert self.path
        query = {"immutable": "1", "uri": "true"}
        return URL.create("sqlite", database=self.path.absolute().as_uri(), query=query)


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
