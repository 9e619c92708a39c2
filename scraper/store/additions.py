"""What a crawl came upon, written down: new addresses, and what is new of known ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from scraper.store.rows import host_number, insert_new, open_queue, source_number
from scraper.store.tables import urls
from scraper.store.values import storable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sqlalchemy import Connection, Row, Update

    from scraper.store.base import Found
    from scraper.store.database import Database

# A sitemap and a feed may tell different dates of one page: only a later one is news, or the two would make
# it due again in turns, for ever.
_MODIFY = (
    update(urls)
    .where(urls.c.key == bindparam("known"), urls.c.modified < bindparam("new"))
    .values(modified=bindparam("new"), due=0.0)
)
_KNOWN = select(urls.c.key, urls.c.source_id, urls.c.host_id, urls.c.priority, urls.c.visited).where(
    urls.c.key.in_(bindparam("keys", expanding=True))
)
_PLACE = (
    update(urls)
    .where(urls.c.key == bindparam("known"))
    .values({name: bindparam(f"{name}_") for name in ("source_id", "priority")})
)
_BATCH = 500  # Keys asked for at a time; SQLite before 3.32 takes 999 at most.


def key_of_listing(source: int, key: str) -> str:
    """Return the key of what lists others: each source reads it for itself."""
    return f"{source} {key}"


def add_found(connection: Connection, database: Database, source: str, found: Sequence[Found]) -> int:
    """Add addresses within a transaction, and return how many were new."""
    number = source_number(connection, database, source)
    by_key = {_key_of(one, number): one for one in reversed(found)}
    known = _find_known(connection, by_key, number)
    rows = [
        _to_row(connection, database, number, key, one)
        for key, one in reversed(by_key.items())
        if key not in known
    ]
    placed = [
        key
        for key in by_key.keys() & known.keys()
        if _belongs(known[key], by_key[key], number, database.former)
    ]
    queues_of = [(number, row["host_id"], row["priority"]) for row in rows]
    queues_of += [(number, known[key].host_id, by_key[key].priority) for key in sorted(placed)]
    for queue in dict.fromkeys(queues_of):
        open_queue(connection, database, queue)
    added = _insert(connection, rows, is_postgres=database.is_postgres)
    _again(
        connection,
        _PLACE,
        [{"known": key, "source_id_": number, "priority_": by_key[key].priority} for key in sorted(placed)],
    )
    _again(
        connection,
        _MODIFY,
        [
            {"known": key, "new": storable(one.modified)}
            for key, one in by_key.items()
            if one.modified and key in known
        ],
    )
    return added


def _find_known(connection: Connection, by_key: dict[str, Found], source: int) -> dict[str, Row[Any]]:
    """Return what is known of addresses; take out those that the source reads as listings already."""
    listings = {key_of_listing(source, key): key for key, one in by_key.items() if not _is_listing(one)}
    known: dict[str, Row[Any]] = {}
    # Most links of most pages are known; asking is much cheaper than trying to insert them.
    for batch in _batches([*by_key, *listings]):
        known |= {row.key: row for row in connection.execute(_KNOWN, {"keys": batch})}
    for listing in listings.keys() & known.keys():
        del by_key[listings[listing]]
    return known


def _is_listing(found: Found) -> bool:
    return found.is_hub or found.kind != "page"


def _key_of(found: Found, source: int) -> str:
    key = storable(found.key)
    return key_of_listing(source, key) if _is_listing(found) else key


def _belongs(known: Row[Any], found: Found, source: int, former: frozenset[int]) -> bool:
    """Tell whether a known address takes the place where a source has found it now."""
    if known.source_id in former:
        return True
    is_open = known.source_id == source or known.visited is None
    return is_open and found.priority < known.priority


def _again(connection: Connection, update_: Update, rows: list[dict[str, Any]]) -> None:
    """Update known addresses with what was found of them again."""
    if rows:
        connection.execute(update_, rows)


def _batches(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]


def _insert(connection: Connection, rows: list[dict[str, Any]], *, is_postgres: bool) -> int:
    """Insert addresses that are not there yet, and return how many those were."""
    if not rows:
        return 0
    statement = insert_new(urls, is_postgres=is_postgres)
    # The one driver counts the rows of many executions; the other sends them as few, and counts none.
    if is_postgres:
        return len(connection.execute(statement.returning(urls.c.id), rows).all())
    return connection.execute(statement, rows).rowcount


def _to_row(
    connection: Connection, database: Database, source: int, key: str, found: Found
) -> dict[str, Any]:
    return {
        "source_id": source,
        "host_id": host_number(connection, database, found.host),
        "key": key,
        "url": storable(found.url),
        "kind": found.kind,
        "depth": found.depth,
        "is_hub": found.is_hub,
        "priority": found.priority,
        "modified": storable(found.modified),
        "due": 0.0,
    }
