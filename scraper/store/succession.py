"""Sources that the configuration does not name any more, and who comes after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from scraper.store import owners
from scraper.store.additions import key_of_listing
from scraper.store.tables import sources, urls
from scraper.store.values import storable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from scraper.store.database import Database

_ALL = select(sources.c.id, sources.c.name, sources.c.taken_by, sources.c.taken_until)
_OWNERS = select(urls.c.source_id).where(urls.c.key.in_(bindparam("keys", expanding=True))).limit(1)
_RENAME = update(sources).where(sources.c.id == bindparam("former")).values(name=bindparam("name_"))
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


def _find_owner(connection: Connection, former: list[int], key: str) -> int | None:
    """Return which of these sources had the address of this key for its own, None if none had."""
    for start in range(0, len(former), _BATCH):
        keys = [key_of_listing(number, key) for number in former[start : start + _BATCH]]
        found = connection.scalar(_OWNERS, {"keys": keys})
        if found is not None:
            return int(found)
    return None
