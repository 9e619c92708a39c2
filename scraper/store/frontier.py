"""Which addresses are known, which are due, and who may fetch them now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select, union_all, update

from scraper.store import owners
from scraper.store.base import Lease
from scraper.store.rows import host_number, insert_new, open_queue, source_number
from scraper.store.tables import hosts, queues, sources, urls
from scraper.store.values import storable, to_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import BindParameter, Column, Connection, Row, Select, Update

    from scraper.store.base import Found
    from scraper.store.database import Database

_NOW: BindParameter[float] = bindparam("now")
_FREE = (
    or_(hosts.c.claimed_by.is_(None), hosts.c.claimed_until <= _NOW),
    or_(hosts.c.leased_by.is_(None), hosts.c.leased_until <= _NOW),
    or_(hosts.c.not_before.is_(None), hosts.c.not_before <= _NOW),
    or_(hosts.c.parked_until.is_(None), hosts.c.parked_until <= _NOW),
)
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
_LEASE = (
    update(hosts)
    .where(hosts.c.id == bindparam("host"))
    .values(leased_by=bindparam("me"), leased_until=bindparam("until"), leased_url=bindparam("url"))
)
GIVE_BACK = (
    update(hosts)
    .where(hosts.c.leased_by == bindparam("me"), hosts.c.leased_url == bindparam("leased"))
    .values(leased_by=None, leased_until=None, leased_url=None)
)


def _first(time: Column[Any], latest: str) -> Select[Any]:
    """Select the address of each queue that has been due longest by the parameter `latest`."""
    earliest = (
        select(urls.c.id)
        .where(
            urls.c.source_id == queues.c.source_id,
            urls.c.host_id == queues.c.host_id,
            urls.c.priority == queues.c.priority,
            time <= bindparam(latest),
        )
        .order_by(time, urls.c.id)
        .limit(1)
        .correlate(queues)
        .scalar_subquery()
    )
    first = urls.alias("first")
    return (
        select(first.c.id, first.c.host_id, first.c.priority, first.c[time.name].label("since"))
        .select_from(queues)
        .join(sources, sources.c.id == queues.c.source_id)
        .join(hosts, hosts.c.id == queues.c.host_id)
        .join(first, first.c.id == earliest)
        .where(sources.c.name.in_(bindparam("sources", expanding=True)))
    )


_DUE = union_all(_first(urls.c.due, "due_by").where(*_FREE), _first(urls.c.retry, "now").where(*_FREE))
_OF_HOSTS = hosts.c.id.in_(bindparam("hosts", expanding=True))
_DUE_AT = union_all(
    _first(urls.c.due, "due_by").where(*_FREE, _OF_HOSTS),
    _first(urls.c.retry, "now").where(*_FREE, _OF_HOSTS),
)
_LOCK = select(hosts.c.id).where(_OF_HOSTS, *_FREE).with_for_update(skip_locked=True)
_WAITING = (
    hosts.c.not_before,
    hosts.c.claimed_by,
    hosts.c.claimed_until,
    hosts.c.leased_by,
    hosts.c.leased_until,
)
_UNPARKED = or_(hosts.c.parked_until.is_(None), hosts.c.parked_until <= bindparam("due_by"))
_NEXT = union_all(
    _first(urls.c.due, "due_by").add_columns(*_WAITING).where(_UNPARKED),
    _first(urls.c.retry, "ever").add_columns(*_WAITING).where(_UNPARKED),
)
_EVER = 1e12
LEASED = (
    select(
        urls.c.id, sources.c.name.label("source"), urls.c.url, urls.c.key, hosts.c.name.label("host"),
        urls.c.kind, urls.c.depth, urls.c.is_hub, urls.c.etag, urls.c.last_modified, urls.c.body_hash,
        urls.c.text_hash, urls.c.interval, urls.c.failures, urls.c.versions,
    )
    .join(sources, sources.c.id == urls.c.source_id)
    .join(hosts, hosts.c.id == urls.c.host_id)
    .where(urls.c.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip


class SqlFrontier:
    """The addresses of all sources."""

    _database: Database

    def add(self, source: str, found: Sequence[Found]) -> int:
        """Add addresses and return how many were new."""
        return self._database.write(lambda connection: add_found(connection, self._database, source, found))

    def lease(
        self, sources: Sequence[str], due_by: datetime, now: datetime, until: datetime, limit: int
    ) -> list[Lease]:
        """Lease up to `limit` due addresses, at most one a host, to this process until `until`."""
        asked = {
            "sources": [storable(name) for name in sources],
            "due_by": due_by.timestamp(),
            "now": now.timestamp(),
        }

        def work(connection: Connection, me: int) -> list[Lease]:
            owners.bury_dead(connection, me)
            chosen = _choose(connection.execute(_DUE, asked).all(), limit)
            if chosen and self._database.is_postgres:
                chosen = _choose(_lock(connection, asked, chosen), limit)
            if not chosen:
                return []
            held = {"me": me, "until": until.timestamp()}
            connection.execute(_LEASE, [{"host": row.host_id, "url": row.id, **held} for row in chosen])
            rows = connection.execute(LEASED, {"ids": [row.id for row in chosen]})
            leases = {row.id: Lease(*row) for row in rows}
            return [leases[row.id] for row in chosen]

        return self._database.write_owned(work)

    def give_back(self, leases: Sequence[Lease]) -> None:
        """Give leases back unvisited."""
        if leases:
            ids = [lease.id for lease in leases]
            self._database.write_owned(
                lambda connection, me: connection.execute(
                    GIVE_BACK, [{"me": me, "leased": id_} for id_ in ids]
                )
            )

    def next_due(self, sources: Sequence[str], due_by: datetime) -> datetime | None:
        """Return when `lease` may next have something, given no further `settle`; None if it never will."""
        asked = {
            "sources": [storable(name) for name in sources],
            "due_by": due_by.timestamp(),
            "ever": _EVER,
        }

        def work(connection: Connection) -> float | None:
            return min(map(_ready_at, connection.execute(_NEXT, asked)), default=None)

        return to_time(self._database.read(work))


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


def _choose(rows: Sequence[Row[Any]], limit: int) -> list[Row[Any]]:
    """Return the first of each host, those due longest at the lowest priority first."""
    by_host: dict[int, Row[Any]] = {}
    for row in sorted(rows, key=lambda row: (row.priority, row.since, row.id)):
        by_host.setdefault(row.host_id, row)
    return list(by_host.values())[:limit]


def _lock(connection: Connection, asked: dict[str, Any], chosen: list[Row[Any]]) -> Sequence[Row[Any]]:
    """Lock the hosts that no other process is leasing from now, and look again what is due there."""
    found = [row.host_id for row in chosen]
    locked = connection.scalars(_LOCK, {"hosts": found, "now": asked["now"]}).all()
    return connection.execute(_DUE_AT, {**asked, "hosts": locked}).all() if locked else ()


def _ready_at(row: Row[Any]) -> float:
    waits = [row.since, row.not_before or 0.0]
    if row.claimed_by is not None:
        waits.append(row.claimed_until)
    if row.leased_by is not None:
        waits.append(row.leased_until)
    return float(max(waits))
