"""What a crawl remembers, in SQLite or PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scraper.store.sql import SqlStore

__all__ = ["open_store", "scratch_copy"]

# SQLAlchemy takes half a second to load, and who only wants the contracts in `base` needs none of it.


def open_store(url: str, *, owner: str | None = None, must_exist: bool = False) -> SqlStore:
    """Open a store: a path, `sqlite:///path` or `postgresql://user@host/name`; raise StoreError.

    A store that does not exist is made, unless it `must_exist`. `owner` names this process to others that
    share the store; by default that is known by machine, process and time.
    """
    from scraper.store import sql  # noqa: PLC0415

    return sql.open_store(url, owner=owner, must_exist=must_exist)


def scratch_copy(url: str) -> SqlStore:
    """Open a copy of a store, for trying things out: closing it throws it away; raise StoreError.

    A store that does not exist gives an empty copy, and is not made.
    """
    from scraper.store import sql  # noqa: PLC0415

    return sql.scratch_copy(url)
