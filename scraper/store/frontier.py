"""Which addresses are known, which are due, and who may fetch them now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, not_, or_, select, union_all, update

from scraper.store import owners
from scraper.store.additions import add_found
from scraper.store.base import Lease
from scraper.store.hosts import to_state
from scraper.store.tables import hosts, queues, sources, urls
from scraper.store.values import storable, to_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import BindParameter, Column, ColumnElement, Connection, Row, Select

    from scraper.store.base import Found, HostState
    from scraper.store.database import Database

_NOW: BindParameter[float] = bindparam("now")
_FREE = (
    or_(hosts.c.claimed_by.is_(None), hosts.c.claimed_until <= _NOW),
    or_(hosts.c.leased_by.is_(None), hosts.c.leased_until <= _NOW),
    or_(hosts.c.not_before.is_(None), hosts.c.not_before <= _NOW),
    or_(hosts.c.parked_until.is_(None), hosts.c.parked_until <= _NOW),
)
_TURN_SECONDS = 5.0  # So long a host that has become free is kept for the sources that did not have it last.
_LEASE = (
    update(hosts)
    .where(hosts.c.id == bindparam("host"))
    .values(leased_by=bindparam("me"), leased_until=bindparam("until"), leased_url=bindparam("url"))
)
_IS_LEASED = (hosts.c.leased_by == bindparam("me"), hosts.c.leased_url == bindparam("leased"))
_GIVE_BACK = update(hosts).where(*_IS_LEASED).values(leased_by=None, leased_until=None, leased_url=None)
# Which address a host was leased for, and until when, is kept: it says whose turn is next.
END_LEASE = update(hosts).where(*_IS_LEASED).values(leased_by=None, leased_until=bindparam("ended"))


def _is_turn_of_another() -> ColumnElement[bool]:
    """Tell of a queue whether its source had the host last, and another source that runs now waits for it."""
    last, rival, theirs, waiting = urls.alias(), sources.alias(), queues.alias(), urls.alias()
    has_been_free = or_(
        *(func.coalesce(time, 0.0).between(_NOW - _TURN_SECONDS, _NOW) for time in (hosts.c.leased_until, hosts.c.not_before))
    )  # fmt: skip
    had_it_last = select(last.c.id).where(
        last.c.id == hosts.c.leased_url, last.c.source_id == queues.c.source_id
    )
    of_queue = select(waiting.c.id).where(
        waiting.c.source_id == theirs.c.source_id,
        waiting.c.host_id == theirs.c.host_id,
        waiting.c.priority == theirs.c.priority,
    )
    is_due = of_queue.where(waiting.c.due <= rival.c.last_started)
    is_retried = of_queue.where(waiting.c.retry <= _NOW)
    waits = (
        select(rival.c.id)
        .join(theirs, theirs.c.source_id == rival.c.id)
        .where(
            rival.c.id != queues.c.source_id,
            rival.c.taken_by.is_not(None),
            rival.c.taken_until > _NOW,
            theirs.c.host_id == hosts.c.id,
            or_(is_due.correlate(rival, theirs).exists(), is_retried.correlate(theirs).exists()),
        )
    )
    return and_(
        has_been_free, had_it_last.correlate(hosts, queues).exists(), waits.correlate(hosts, queues).exists()
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
        select(
            first.c.id,
            first.c.host_id,
            first.c.priority,
            first.c[time.name].label("since"),
            or_(first.c.is_hub, first.c.kind != "page").label("is_listing"),
        )
        .select_from(queues)
        .join(sources, sources.c.id == queues.c.source_id)
        .join(hosts, hosts.c.id == queues.c.host_id)
        .join(first, first.c.id == earliest)
        .where(
            sources.c.name.in_(bindparam("sources", expanding=True)),
            queues.c.priority >= bindparam("least_priority"),
        )
    )


_MINE = (*_FREE, not_(_is_turn_of_another()))
_DUE = union_all(_first(urls.c.due, "due_by").where(*_MINE), _first(urls.c.retry, "now").where(*_MINE))
_OF_HOSTS = hosts.c.id.in_(bindparam("hosts", expanding=True))
_DUE_AT = union_all(
    _first(urls.c.due, "due_by").where(*_MINE, _OF_HOSTS),
    _first(urls.c.retry, "now").where(*_MINE, _OF_HOSTS),
)
_LOCK = select(hosts.c.id).where(_OF_HOSTS, *_FREE).with_for_update(skip_locked=True)
_UNPARKED = or_(hosts.c.parked_until.is_(None), hosts.c.parked_until <= bindparam("due_by"))
_NEXT = union_all(
    _first(urls.c.due, "due_by").add_columns(hosts.c.not_before).where(_UNPARKED),
    _first(urls.c.retry, "ever").add_columns(hosts.c.not_before).where(_UNPARKED),
)
_EVER = 1e12
_LEFT_ALONE = (
    select(
        hosts.c.name, hosts.c.not_before, hosts.c.crawl_delay, hosts.c.failures, hosts.c.parked_until,
        hosts.c.parked_for,
    )
    .join(queues, queues.c.host_id == hosts.c.id)
    .join(sources, sources.c.id == queues.c.source_id)
    .where(
        sources.c.name == bindparam("source"),
        or_(hosts.c.parked_until > _NOW, hosts.c.not_before > _NOW),
        select(urls.c.id)
        .where(
            urls.c.source_id == queues.c.source_id,
            urls.c.host_id == queues.c.host_id,
            urls.c.priority == queues.c.priority,
            urls.c.due <= bindparam("due_by"),
        )
        .correlate(queues)
        .exists(),
    )
)  # fmt: skip
LEASED = (
    select(
        urls.c.id, sources.c.name.label("source"), urls.c.url, hosts.c.name.label("host"),
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
        self,
        sources: Sequence[str],
        due_by: datetime,
        now: datetime,
        until: datetime,
        limit: int,
        *,
        least_priority: int = 0,
    ) -> list[Lease]:
        """Lease up to `limit` due addresses, at most one a host, to this process until `until`."""
        asked = {
            "sources": [storable(name) for name in sources],
            "due_by": due_by.timestamp(),
            "now": now.timestamp(),
            "least_priority": least_priority,
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
                    _GIVE_BACK, [{"me": me, "leased": id_} for id_ in ids]
                )
            )

    def next_due(
        self, sources: Sequence[str], due_by: datetime, *, least_priority: int = 0
    ) -> datetime | None:
        """Return when `lease` may next have something, given no further `settle`; None if it never will."""
        asked = {
            "sources": [storable(name) for name in sources],
            "due_by": due_by.timestamp(),
            "ever": _EVER,
            "least_priority": least_priority,
        }

        def work(connection: Connection) -> float | None:
            return min(map(_ready_at, connection.execute(_NEXT, asked)), default=None)

        return to_time(self._database.read(work))

    def left_alone(self, source: str, due_by: datetime, now: datetime) -> dict[str, HostState]:
        """Return the hosts that must not be asked at `now` though an address of `source` was due there."""
        asked = {"source": storable(source), "due_by": due_by.timestamp(), "now": now.timestamp()}

        def work(connection: Connection) -> dict[str, HostState]:
            rows = connection.execute(_LEFT_ALONE, asked).mappings()
            return {row["name"]: to_state(row) for row in rows}

        return self._database.read(work)


def _choose(rows: Sequence[Row[Any]], limit: int) -> list[Row[Any]]:
    """Return the first of each host: pages known already last, else those due longest at the lowest priority."""
    by_host: dict[int, Row[Any]] = {}
    for row in sorted(rows, key=_rank):
        by_host.setdefault(row.host_id, row)
    return list(by_host.values())[:limit]


def _rank(row: Row[Any]) -> tuple[bool, int, float, int]:
    return row.since > 0 and not row.is_listing, row.priority, row.since, row.id


def _lock(connection: Connection, asked: dict[str, Any], chosen: list[Row[Any]]) -> Sequence[Row[Any]]:
    """Lock the hosts that no other process is leasing from now, and look again what is due there."""
    found = [row.host_id for row in chosen]
    locked = connection.scalars(_LOCK, {"hosts": found, "now": asked["now"]}).all()
    return connection.execute(_DUE_AT, {**asked, "hosts": locked}).all() if locked else ()


def _ready_at(row: Row[Any]) -> float:
    return float(max(0.0, row.since, row.not_before or 0.0))
