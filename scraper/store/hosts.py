"""Who may ask a host and when, and what its robots.txt said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select, update

from scraper.store import owners
from scraper.store.base import CachedRobots, HostState
from scraper.store.rows import host_number, replace_row
from scraper.store.tables import hosts
from scraper.store.tables import robots as robots_table
from scraper.store.values import pack, storable, to_seconds, to_time, unpack

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from scraper.store.database import Database

_HOST = hosts.c.id == bindparam("host")
_MINE = hosts.c.claimed_by == bindparam("me")
_CLAIM = (
    update(hosts)
    .where(_HOST, or_(hosts.c.claimed_by.is_(None), _MINE, hosts.c.claimed_until <= bindparam("now")))
    .values(claimed_by=bindparam("me"), claimed_until=bindparam("until"))
)
_STATE = select(
    hosts.c.not_before, hosts.c.crawl_delay, hosts.c.failures, hosts.c.parked_until, hosts.c.parked_for
).where(_HOST)
# Of a host that nobody has, this is when the last request ended; of one whose holder died, it may lie ahead.
_CLAIMED_UNTIL = select(hosts.c.claimed_until).where(_HOST)
_INTEND = update(hosts).where(_HOST).values(not_before=bindparam("at"))
# A claim that has run out, and was taken by another meanwhile, is the other's.
_RELEASE = (
    update(hosts)
    .where(_HOST, or_(hosts.c.claimed_by.is_(None), _MINE))
    .values(
        not_before=bindparam("not_before_"),
        crawl_delay=bindparam("crawl_delay_"),
        failures=bindparam("failures_"),
        parked_until=bindparam("parked_until_"),
        parked_for=bindparam("parked_for_"),
        claimed_by=None,
        claimed_until=bindparam("ended_at_"),
    )
)
_ROBOTS = select(robots_table.c.fetched_at, robots_table.c.status, robots_table.c.body).where(
    robots_table.c.origin == bindparam("origin")
)


class SqlHosts:
    """The ledger of hosts, and the cache of robots.txt files."""

    is_private = False
    _database: Database

    def claim(self, host: str, now: datetime, until: datetime) -> HostState | None:
        """Claim a host for this process until `until`; None if another has it."""

        def work(connection: Connection, me: int) -> HostState | None:
            number = host_number(connection, self._database, host)
            values = {"host": number, "me": me, "now": now.timestamp(), "until": until.timestamp()}
            ended_at = to_time(connection.scalar(_CLAIMED_UNTIL, {"host": number}))
            if not connection.execute(_CLAIM, values).rowcount and not (
                owners.bury_dead(connection, me) and connection.execute(_CLAIM, values).rowcount
            ):
                return None
            state = to_state(connection.execute(_STATE, {"host": number}).mappings().one())
            return replace(state, ended_at=ended_at and min(ended_at, now))

        return self._database.write_owned(work)

    def intend(self, host: str, not_before: datetime) -> None:
        """Write down when the next request to a host may start."""

        def work(connection: Connection) -> None:
            number = host_number(connection, self._database, host)
            connection.execute(_INTEND, {"host": number, "at": not_before.timestamp()})

        self._database.write(work)

    def release(self, host: str, state: HostState) -> None:
        """Give a claimed host back with its new state."""

        def work(connection: Connection, me: int) -> None:
            number = host_number(connection, self._database, host)
            connection.execute(_RELEASE, {"host": number, "me": me, **_to_row(state)})

        self._database.write_owned(work)

    def find_robots(self, origin: str) -> CachedRobots | None:
        """Return what was last fetched for an origin, None if nothing was."""

        def work(connection: Connection) -> CachedRobots | None:
            row = connection.execute(_ROBOTS, {"origin": storable(origin)}).one_or_none()
            return row and CachedRobots(to_time(row.fetched_at), row.status, unpack(row.body))

        return self._database.read(work)

    def keep_robots(self, origin: str, robots: CachedRobots) -> None:
        """Keep what was fetched for an origin, in place of what was there."""
        row = {
            "origin": storable(origin),
            "fetched_at": robots.fetched_at.timestamp(),
            "status": robots.status,
            "body": pack(robots.body),
        }
        statement = replace_row(robots_table, is_postgres=self._database.is_postgres)
        self._database.write(lambda connection: connection.execute(statement, row))


def to_state(row: RowMapping) -> HostState:
    """Return what a row says of a host."""
    return HostState(
        to_time(row["not_before"]),
        row["crawl_delay"],
        row["failures"],
        to_time(row["parked_until"]),
        row["parked_for"],
    )


def _to_row(state: HostState) -> dict[str, object]:
    return {
        "not_before_": to_seconds(state.not_before),
        "crawl_delay_": state.crawl_delay,
        "failures_": state.failures,
        "parked_until_": to_seconds(state.parked_until),
        "parked_for_": storable(state.parked_for),
        "ended_at_": to_seconds(state.ended_at),
    }
