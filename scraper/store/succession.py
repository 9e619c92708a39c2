"""What becomes of known addresses when the configuration is changed: other sources, other settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select, update

from scraper.store import owners
from scraper.store.additions import key_of_listing
from scraper.store.rows import source_number
from scraper.store.tables import sources, urls
from scraper.store.values import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from scraper.store.base import Settings
    from scraper.store.database import Database

_ALL = select(sources.c.id, sources.c.name, sources.c.taken_by, sources.c.taken_until)
_OWNERS = select(urls.c.source_id).where(urls.c.key.in_(bindparam("keys", expanding=True))).limit(1)
_RENAME = update(sources).where(sources.c.id == bindparam("former")).values(name=bindparam("name_"))
_SETTINGS = select(sources.c.scope, sources.c.access).where(sources.c.id == bindparam("source"))
_NOTE = (
    update(sources)
    .where(sources.c.id == bindparam("source_"))
    .values(scope=bindparam("scope_"), access=bindparam("access_"))
)
_OF_SOURCE = urls.c.source_id == bindparam("source_")
_IS_PAGE = and_(urls.c.is_hub.is_(False), urls.c.kind == "page")
_PAGES = select(urls.c.id, urls.c.url, urls.c.due, urls.c.failures, urls.c.visited).where(
    urls.c.source_id == bindparam("source"), _IS_PAGE
)
_READ_ANEW = update(urls).where(_OF_SOURCE).values(etag="", last_modified="", body_hash="")
_TRY_AGAIN = (
    update(urls)
    .where(_OF_SOURCE, urls.c.failures > 0, urls.c.due > bindparam("now"))
    .values(due=bindparam("now"), retry=None)
)
_SET_ASIDE = (
    update(urls)
    .where(urls.c.id == bindparam("page"), urls.c.due.is_not(None))
    .values(due=None, retry=None, failures=0)
)
_TAKE_BACK = update(urls).where(urls.c.id == bindparam("page")).values(due=bindparam("due_"))
_BATCH = 500


class SqlSuccession:
    """Sources come and go."""

    _database: Database

    def succeed(self, source: str, key: str, configured: Sequence[str], now: datetime) -> None:
        """Make ready for a run of `source`, whose own address has this key, beside the others `configured`."""
        name, names = storable(source), {storable(one) for one in configured}

        def work(connection: Connection, me: int) -> frozenset[int]:
            owners.bury_dead(connection, me)
            rows = connection.execute(_ALL).all()
            former = [
                row.id
                for row in rows
                if row.name not in names and (row.taken_by is None or row.taken_until <= now.timestamp())
            ]
            if former and name not in {row.name for row in rows}:
                before = _find_owner(connection, former, storable(key))
                if before is not None:
                    connection.execute(_RENAME, {"former": before, "name_": name})
                    former.remove(before)
            return frozenset(former)

        self._database.former = self._database.write_owned(work)

    def revise(
        self, source: str, settings: Settings, is_within: Callable[[str], bool], now: datetime
    ) -> None:
        """Let what is known of a source follow its `settings`, if these are not what they were."""
        number = self._database.write(lambda connection: source_number(connection, self._database, source))
        before = self._database.read(
            lambda connection: connection.execute(_SETTINGS, {"source": number}).one()
        )
        is_moved, is_let_in = before.scope != settings.scope, before.access != settings.access
        if not is_moved and not is_let_in:
            return
        # Looked at before the transaction, which must not keep others out for long.
        pages = self._database.read(
            lambda connection: connection.execute(_PAGES, {"source": number}).all() if is_moved else []
        )
        within = {row.id: is_within(row.url) for row in pages}
        outside = [{"page": row.id} for row in pages if not within[row.id]]
        back = [
            {"page": row.id, "due_": row.visited or 0.0}
            for row in pages
            if within[row.id] and row.due is None and not row.failures
        ]

        def work(connection: Connection) -> None:
            connection.execute(
                _NOTE, {"source_": number, "scope_": settings.scope, "access_": settings.access}
            )
            # A store of an older version knows no settings, which is no reason to fetch everything anew.
            if is_moved and before.scope:
                connection.execute(_READ_ANEW, {"source_": number})
            for statement, rows in ((_SET_ASIDE, outside), (_TAKE_BACK, back)):
                if rows:
                    connection.execute(statement, rows)
            if is_let_in and before.access:
                connection.execute(_TRY_AGAIN, {"source_": number, "now": now.timestamp()})

        self._database.write(work)


def _find_owner(connection: Connection, former: list[int], key: str) -> int | None:
    """Return which of these sources had the address of this key for its own, None if none had."""
    for start in range(0, len(former), _BATCH):
        keys = [key_of_listing(number, key) for number in former[start : start + _BATCH]]
        found = connection.scalar(_OWNERS, {"keys": keys})
        if found is not None:
            return int(found)
    return None
