"""What the visits of each site came to, counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from scraper.store.tables import articles, hosts, queues, sites, sources, urls, visits
from scraper.store.values import to_time
from scraper.types import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from scraper.store.database import Database

# What says that a page was there, but no article could be had of it.
_KEPT_FROM_US = ("page", "blocked", "rate-limited", "js-shell", "soft-404", "cleaner-failed")


@dataclass(frozen=True, slots=True)
class Look:
    """One visit that looked for an article: the verdict, empty where nothing could be judged, and its words."""

    verdict: str
    words: int


@dataclass(frozen=True, slots=True)
class VisitCount:
    """How many visits of a source to a site came to the same."""

    source: str
    site: str
    result: str
    change: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class ParkedHost:
    """A host that was given up for a while, and which source's addresses wait for it."""

    host: str
    source: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Failing:
    """An address that could not be had: why, when it was last asked for, and when it is again (None: never).

    `failures` counts those in a row.
    """

    source: str
    site: str
    url: str
    reason: str
    at: datetime
    failures: int
    next_visit: datetime | None


_COUNTS = (
    select(
        sources.c.name.label("source"), sites.c.name.label("site"), visits.c.result, visits.c.change,
        func.count().label("visits"), func.max(visits.c.at).label("last_at"),
    )
    .join(sources, sources.c.id == visits.c.source_id)
    .join(sites, sites.c.id == visits.c.site_id)
    .group_by(sources.c.name, sites.c.name, visits.c.result, visits.c.change)
    .order_by(sources.c.name, sites.c.name)
)  # fmt: skip
_ARTICLES = (
    select(
        sources.c.name.label("source"), sites.c.name.label("site"),
        func.count(articles.c.url_id.distinct()).label("articles"),
    )
    .join(sources, sources.c.id == articles.c.source_id)
    .join(sites, sites.c.id == articles.c.site_id)
    .group_by(sources.c.name, sites.c.name)
)  # fmt: skip
_LOOKS = (
    select(visits.c.verdict, visits.c.words)
    .join(sources, sources.c.id == visits.c.source_id)
    .join(sites, sites.c.id == visits.c.site_id)
    .where(
        sources.c.name == bindparam("source"),
        sites.c.name == bindparam("site"),
        visits.c.is_wanted.is_(True),
        visits.c.result.in_(_KEPT_FROM_US),
    )
    .order_by(visits.c.id.desc())
    .limit(bindparam("most"))
)
_PARKED = (
    select(
        hosts.c.name.label("host"), sources.c.name.label("source"), hosts.c.parked_until, hosts.c.parked_for
    )
    .join(queues, queues.c.host_id == hosts.c.id)
    .join(sources, sources.c.id == queues.c.source_id)
    .where(hosts.c.parked_until > bindparam("now"))
    .distinct()
    .order_by(hosts.c.name, sources.c.name)
)
_LAST_OF_FAILING = (
    select(func.max(visits.c.id))
    .join(urls, urls.c.id == visits.c.url_id)
    .join(sources, sources.c.id == urls.c.source_id)
    .where(urls.c.failures > 0)
    .group_by(sources.c.name, visits.c.url_id)
    .order_by(sources.c.name, func.max(visits.c.id).desc())
)
_FAILING = (
    select(
        visits.c.id, sources.c.name.label("source"), sites.c.name.label("site"), urls.c.url, visits.c.result, visits.c.at,
        urls.c.failures, urls.c.due,
    )
    .join(urls, urls.c.id == visits.c.url_id)
    .join(sources, sources.c.id == urls.c.source_id)
    .join(sites, sites.c.id == visits.c.site_id)
    .where(visits.c.id.in_(bindparam("ids", expanding=True)), visits.c.result.in_(REASONS))
)  # fmt: skip
_BATCH = 500


class SqlFigures:
    """What a person wants to know of a store."""

    _database: Database

    def visit_counts(self) -> list[VisitCount]:
        """Return the visits of each source and site, by what they came to."""

        def work(connection: Connection) -> list[VisitCount]:
            return [
                VisitCount(row.source, row.site, row.result, row.change, row.visits, to_time(row.last_at))
                for row in connection.execute(_COUNTS)
            ]

        return self._database.read(work)

    def article_counts(self) -> dict[tuple[str, str], int]:
        """Return how many addresses of each source and site have an article."""

        def work(connection: Connection) -> dict[tuple[str, str], int]:
            return {(row.source, row.site): row.articles for row in connection.execute(_ARTICLES)}

        return self._database.read(work)

    def last_looks(self, source: str, site: str, most: int) -> list[Look]:
        """Return the last visits of a source to a site that looked for an article, the newest first."""
        asked = {"source": source, "site": site, "most": most}
        return self._database.read(
            lambda connection: [Look(*row) for row in connection.execute(_LOOKS, asked)]
        )

    def parked_hosts(self, now: datetime) -> list[ParkedHost]:
        """Return the hosts that are given up for a while at `now`."""

        def work(connection: Connection) -> list[ParkedHost]:
            rows = connection.execute(_PARKED, {"now": now.timestamp()})
            return [
                ParkedHost(row.host, row.source, to_time(row.parked_until), row.parked_for) for row in rows
            ]

        return self._database.read(work)

    def failing(self) -> Iterator[Failing]:
        """Yield the addresses whose last visit failed, by source, the latest first.

        A feed or sitemap that is only guessed at and not there is none of them.
        """
        numbers = self._database.read(lambda connection: connection.scalars(_LAST_OF_FAILING).all())
        for start in range(0, len(numbers), _BATCH):
            yield from self._failing(numbers[start : start + _BATCH])

    def _failing(self, numbers: Sequence[int]) -> list[Failing]:
        """Return what is known of the failures of these visits, in the same order."""

        def work(connection: Connection) -> list[Failing]:
            rows = {row.id: row for row in connection.execute(_FAILING, {"ids": numbers})}
            return [
                Failing(
                    row.source, row.site, row.url, row.result, to_time(row.at), row.failures, to_time(row.due)
                )
                for number in numbers
                if (row := rows.get(number))
            ]

        return self._database.read(work)
