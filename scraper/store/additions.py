"""What a crawl came upon, written down: new addresses, and what is new of known ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, select, update

from scraper.lastmod import is_settled, read_lastmod
from scraper.store.rows import host_number, insert_new, open_queue, source_number
from scraper.store.tables import urls
from scraper.store.values import storable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sqlalchemy import Connection, Row, Update

    from scraper.store.base import Found
    from scraper.store.database import Database

_KNOWN = select(
    urls.c.key,
    urls.c.source_id,
    urls.c.host_id,
    urls.c.priority,
    urls.c.depth,
    urls.c.due,
    urls.c.visited,
    urls.c.failures,
).where(urls.c.key.in_(bindparam("keys", expanding=True)))
_PLACE = (
    update(urls)
    .where(urls.c.key == bindparam("known"))
    .values({name: bindparam(f"{name}_") for name in ("source_id", "priority", "depth")})
)
_BRING_FORWARD = update(urls).where(urls.c.key == bindparam("known")).values(due=bindparam("due_"))
# Only a page that is sent whole shows its links.
_READ_AGAIN = (
    update(urls).where(urls.c.key == bindparam("known")).values(etag="", last_modified="", body_hash="")
)
_BATCH = 500  # Keys asked for at a time; SQLite before 3.32 takes 999 at most.


class Reading(NamedTuple):
    """When addresses were found, and how soon after a visit a page may be looked at again, both in seconds."""

    at: float = 0.0
    least: float = 0.0


def key_of_listing(source: int, key: str) -> str:
    """Return the key of what lists others: each source reads it for itself."""
    return f"{source} {key}"


def add_found(
    connection: Connection,
    database: Database,
    source: str,
    found: Sequence[Found],
    reading: Reading = Reading(),  # noqa: B008 - a value
) -> int:
    """Add addresses within a transaction, and return how many were new."""
    number = source_number(connection, database, source)
    by_key = {_key_of(one, number): one for one in reversed(found)}
    known = _find_known(connection, by_key, number)
    rows = [
        _to_row(connection, database, number, key, one)
        for key, one in reversed(by_key.items())
        if key not in known
    ]
    again = [(known[key], one) for key, one in by_key.items() if key in known]
    places = [place for row, one in again if (place := _place_of(row, one, number, database.former))]
    queues_of = [(number, row["host_id"], row["priority"]) for row in rows]
    queues_of += [(number, known[place["known"]].host_id, place["priority_"]) for place in places]
    for queue in dict.fromkeys(queues_of):
        open_queue(connection, database, queue)
    added = _insert(connection, rows, is_postgres=database.is_postgres)
    _again(connection, _PLACE, places)
    nearer = {place["known"] for place in places if place["depth_"] < known[place["known"]].depth}
    _again(connection, _READ_AGAIN, [{"known": key} for key in sorted(nearer)])
    wanted = nearer | {place["known"] for place in places if _is_set_aside(known[place["known"]])}
    sooner = [(row, _due_of(row, one, reading, is_wanted=row.key in wanted)) for row, one in again]
    is_sooner = [
        {"known": row.key, "due_": due}
        for row, due in sooner
        if due is not None and (row.due is None or due < row.due)
    ]
    _again(connection, _BRING_FORWARD, is_sooner)
    return added


def _place_of(known: Row[Any], found: Found, source: int, former: frozenset[int]) -> dict[str, Any] | None:
    """Return the place that a known address takes where a source has found it now, None if it keeps its own."""
    priority, depth = found.priority, found.depth
    if known.source_id == source:
        priority, depth = min(priority, known.priority), min(depth, known.depth)
        is_moved = (priority, depth) != (known.priority, known.depth)
    else:
        is_free = known.source_id in former or _is_set_aside(known)
        is_moved = is_free or (known.visited is None and priority < known.priority)
    place = {"known": known.key, "source_id_": source, "priority_": priority, "depth_": depth}
    return place if is_moved else None


def _is_set_aside(known: Row[Any]) -> bool:
    """Tell whether an address is left out by its source's configuration; one that is gone has failures."""
    return known.due is None and not known.failures


def _due_of(known: Row[Any], found: Found, reading: Reading, *, is_wanted: bool) -> float | None:
    """Return when a known address is due for what was found of it now, None if that says nothing."""
    changed = read_lastmod(found.modified)
    if known.visited is None:
        return _first_due(found)
    if _is_listing(found):
        return known.visited if changed is not None and changed > known.visited else None
    is_news = changed is not None and changed > known.visited and is_settled(changed, reading.at)
    return known.visited + reading.least if is_wanted or is_news else None


def _first_due(found: Found) -> float:
    """Return when an address that nobody has visited is due: always, and what was changed last before others."""
    return -max(0.0, read_lastmod(found.modified) or 0.0)


def _is_listing(found: Found) -> bool:
    return found.is_hub or found.kind != "page"


def _key_of(found: Found, source: int) -> str:
    key = storable(found.key)
    return key_of_listing(source, key) if _is_listing(found) else key


def _again(connection: Connection, update_: Update, rows: list[dict[str, Any]]) -> None:
    """Update known addresses with what was found of them again."""
    if rows:
        connection.execute(update_, rows)


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
        "due": _first_due(found),
    }
