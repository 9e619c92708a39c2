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
_KNOWN = select(urls.c.key, urls.c.source_id, urls.c.host_id, urls.c.priority).where(
    urls.c.key.in_(bindparam("keys", expanding=True))
)
_PREFER = (
    update(urls)
    .where(urls.c.key == bindparam("known"), urls.c.priority > bindparam("new"))
    .values(priority=bindparam("new"))
)
_BATCH = 500  # Keys asked for at a time; SQLite before 3.32 takes 999 at most.


def add_found(connection: Connection, database: Database, source: str, found: Sequence[Found]) -> int:
    """Add addresses within a transaction, and return how many were new."""
    by_key = {storable(one.key): one for one in reversed(found)}
    known: dict[str, Row[Any]] = {}
    for batch in _batches([*by_key]):
        known |= {row.key: row for row in connection.execute(_KNOWN, {"keys": batch})}
    # Most links of most pages are known; asking is much cheaper than trying to insert them.
    number = source_number(connection, database, source)
    rows = [
        _to_row(connection, database, number, one)
        for key, one in reversed(by_key.items())
        if key not in known
    ]
    preferred = [
        row for key, row in known.items() if row.source_id == number and by_key[key].priority < row.priority
    ]
    queues_of = [(number, row["host_id"], row["priority"]) for row in rows]
    queues_of += [(number, row.host_id, by_key[row.key].priority) for row in preferred]
    for queue in dict.fromkeys(queues_of):
        open_queue(connection, database, queue)
    added = _insert(connection, rows, is_postgres=database.is_postgres)
    _again(connection, _PREFER, {row.key: by_key[row.key].priority for row in preferred})
    _again(
        connection, _MODIFY, {key: storable(by_key[key].modified) for key in known if by_key[key].modified}
    )
    return added


def _again(connection: Connection, update_: Update, news: dict[str, Any]) -> None:
    """Update known addresses with what was found of them again."""
    if news:
        connection.execute(update_, [{"known": key, "new": new} for key, new in news.items()])


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


def _to_row(connection: Connection, database: Database, source: int, found: Found) -> dict[str, Any]:
    return {
        "source_id": source,
        "host_id": host_number(connection, database, found.host),
        "key": storable(found.key),
        "url": storable(found.url),
        "kind": found.kind,
        "depth": found.depth,
        "is_hub": found.is_hub,
        "priority": found.priority,
        "modified": storable(found.modified),
        "due": 0.0,
    }
