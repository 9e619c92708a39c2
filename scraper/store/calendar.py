"""When each source was crawled, and which process does so now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select, update

from scraper.store import owners
from scraper.store.base import SourceState
from scraper.store.rows import source_number
from scraper.store.tables import sources
from scraper.store.values import storable, to_seconds, to_time

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from scraper.store.database import Database

_SOURCE = sources.c.id == bindparam("source")
_MINE = sources.c.taken_by == bindparam("me")
_TAKE = (
    update(sources)
    .where(_SOURCE, or_(sources.c.taken_by.is_(None), _MINE, sources.c.taken_until <= bindparam("now")))
    .values(taken_by=bindparam("me"), taken_until=bindparam("until"), last_started=bindparam("now"))
)
_EXTEND = update(sources).where(_SOURCE, _MINE).values(taken_until=bindparam("until"))
_END = (
    update(sources)
    .where(_SOURCE, or_(sources.c.taken_by.is_(None), _MINE))
    .values(taken_by=None, taken_until=None, last_finished=bindparam("now"), next_run=bindparam("next"))
)
_LEAVE = (
    update(sources)
    .where(_SOURCE, _MINE)
    .values(taken_by=None, taken_until=None, last_started=bindparam("started"), next_run=bindparam("next"))
)
_STATE = select(sources.c.name, sources.c.last_started, sources.c.last_finished, sources.c.next_run)


class SqlCalendar:
    """The runs of all sources."""

    _database: Database

    def begin_run(self, source: str, now: datetime, until: datetime) -> bool:
        """Take a source for this process until `until`; False if another process has it."""

        def work(connection: Connection, me: int) -> bool:
            number = source_number(connection, self._database, source)
            values = {"source": number, "me": me, "now": now.timestamp(), "until": until.timestamp()}
            if connection.execute(_TAKE, values).rowcount:
                return True
            return owners.bury_dead(connection, me) and bool(connection.execute(_TAKE, values).rowcount)

        return self._database.write_owned(work)

    def extend_run(self, source: str, until: datetime) -> None:
        """Hold on to a source that this process has."""

        def work(connection: Connection, me: int) -> None:
            number = source_number(connection, self._database, source)
            connection.execute(_EXTEND, {"source": number, "me": me, "until": until.timestamp()})

        self._database.write_owned(work)

    def end_run(self, source: str, now: datetime, next_run: datetime | None = None) -> None:
        """Give a source back, crawled; `next_run` is when it is to be crawled again, where that is known."""

        def work(connection: Connection, me: int) -> None:
            number = source_number(connection, self._database, source)
            values = {"source": number, "me": me, "now": now.timestamp(), "next": to_seconds(next_run)}
            connection.execute(_END, values)

        self._database.write_owned(work)

    def leave_run(self, source: str, last_started: datetime | None, next_run: datetime) -> None:
        """Give a source back that was not crawled to its end; `last_started` is the start to count from."""

        def work(connection: Connection, me: int) -> None:
            number = source_number(connection, self._database, source)
            times = {"started": to_seconds(last_started), "next": to_seconds(next_run)}
            connection.execute(_LEAVE, {"source": number, "me": me, **times})

        self._database.write_owned(work)

    def source_state(self, source: str) -> SourceState:
        """Return when a source was last crawled."""
        one = _STATE.where(sources.c.name == storable(source))
        return self._database.read(lambda connection: _read(connection, one)).get(source, SourceState(source))

    def source_states(self) -> dict[str, SourceState]:
        """Return when each source was last crawled, by its name."""
        return self._database.read(lambda connection: _read(connection, _STATE.order_by(sources.c.name)))


def _read(connection: Connection, statement: object) -> dict[str, SourceState]:
    return {
        row.name: SourceState(row.name, *map(to_time, row[1:]))
        for row in connection.execute(statement)  # type: ignore[call-overload]
    }
