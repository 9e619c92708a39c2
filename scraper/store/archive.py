"""The articles, every version of each, the pages that were kept, and what sites repeat."""

from __future__ import annotations

import zlib
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import bindparam, select

from scraper.errors import StoreError
from scraper.store.base import RawPage, Record
from scraper.store.tables import articles, blocks, pages, sites, sources, urls
from scraper.store.values import storable, to_time, unpack, unpack_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row, Select, Table

    from scraper.store.database import Database

T = TypeVar("T")
_DAMAGE = (zlib.error, ValueError)  # What unpacking raises for bytes that are not what was packed.
_BATCH = 100  # Rows held at a time: kept pages may have some megabytes each.
_PAGE_BATCH = 10

_RECORDS = (
    select(
        articles.c.id, urls.c.url, articles.c.final_url, sources.c.name.label("source"),
        sites.c.name.label("site"), articles.c.fetched_at, articles.c.version, articles.c.duplicate_of,
        articles.c.content,
    )
    .join(urls, urls.c.id == articles.c.url_id)
    .join(sources, sources.c.id == articles.c.source_id)
    .join(sites, sites.c.id == articles.c.site_id)
)  # fmt: skip
_PAGES = (
    select(
        pages.c.id, urls.c.url, pages.c.final_url, pages.c.fetched_at, pages.c.status, pages.c.headers, pages.c.body
    )
    .join(urls, urls.c.id == pages.c.url_id)
    .join(sites, sites.c.id == pages.c.site_id)
)  # fmt: skip
_PAGE_COUNT = select(sites.c.id, sites.c.pages).where(sites.c.name == bindparam("site"))
_REPEATED = select(blocks.c.fingerprint, blocks.c.pages).where(
    blocks.c.site_id == bindparam("site"), blocks.c.fingerprint.in_(bindparam("prints", expanding=True))
)


class SqlArchive:
    """What was stored, in the order in which it was."""

    _database: Database

    def records(
        self,
        *,
        since: datetime | None = None,
        site: str = "",
        after_id: int = 0,
        damaged: Callable[[str], object] | None = None,
    ) -> Iterator[Record]:
        """Yield records in the order in which they were stored.

        One that is damaged raises StoreError; with `damaged`, that is told of it in a line, and it is left out.
        """
        rows = self._walk(_narrow(_RECORDS, articles, since, site), articles, after_id, _BATCH)
        return (record for _, record in self._unpack(rows, _to_record, damaged))

    def pages(self, *, since: datetime | None = None, site: str = "", after_id: int = 0) -> Iterator[RawPage]:
        """Yield the raw pages that were kept, in the order in which they were stored."""
        return (page for _, page in self.numbered_pages(since=since, site=site, after_id=after_id))

    def numbered_pages(
        self,
        *,
        since: datetime | None = None,
        site: str = "",
        after_id: int = 0,
        damaged: Callable[[str], object] | None = None,
    ) -> Iterator[tuple[int, RawPage]]:
        """Yield raw pages as `pages` does, each with its number, to go on after; `damaged` as of `records`."""
        rows = self._walk(_narrow(_PAGES, pages, since, site), pages, after_id, _PAGE_BATCH)
        return self._unpack(rows, _to_page, damaged)

    def repeated(self, site: str, fingerprints: Sequence[str]) -> tuple[int, dict[str, int]]:
        """Return of how many pages of a site blocks were counted, and on how many each of these stood."""

        def work(connection: Connection) -> tuple[int, dict[str, int]]:
            row = connection.execute(_PAGE_COUNT, {"site": storable(site)}).one_or_none()
            if row is None or not fingerprints:
                return (row.pages if row else 0), {}
            asked = {"site": row.id, "prints": list(fingerprints)}
            return row.pages, {
                found.fingerprint: found.pages for found in connection.execute(_REPEATED, asked)
            }

        return self._database.read(work)

    def _walk(self, asked: Select[Any], table: Table, after: int, size: int) -> Iterator[Row[Any]]:
        """Yield rows a batch a transaction, so that who reads slowly keeps nobody from writing."""
        batch = asked.where(table.c.id > bindparam("after")).order_by(table.c.id).limit(size)
        while rows := self._database.read(partial(_fetch, batch, after)):
            yield from rows
            after = rows[-1].id

    def _unpack(
        self,
        rows: Iterator[Row[Any]],
        unpack_row: Callable[[Row[Any]], T],
        damaged: Callable[[str], object] | None,
    ) -> Iterator[tuple[int, T]]:
        """Yield what rows hold, each with its number."""
        for row in rows:
            try:
                found = unpack_row(row)
            except _DAMAGE as error:
                when = to_time(row.fetched_at).strftime("%Y-%m-%d %H:%M:%S")
                told = f"{self._database.location.name}: {row.url} of {when} UTC is damaged ({error})"
                if damaged is None:
                    raise StoreError(told) from error
                damaged(told)
            else:
                yield row.id, found


def _fetch(asked: Select[Any], after: int, connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(asked, {"after": after}).all()


def _narrow(asked: Select[Any], table: Table, since: datetime | None, site: str) -> Select[Any]:
    if since is not None:
        asked = asked.where(table.c.fetched_at >= since.timestamp())
    if site:
        asked = asked.where(sites.c.name == storable(site).lower().removeprefix("www."))
    return asked


def _to_record(row: Row[Any]) -> Record:
    return Record(
        id=row.id,
        url=row.url,
        final_url=row.final_url,
        source=row.source,
        site=row.site,
        fetched_at=to_time(row.fetched_at),
        version=row.version,
        duplicate_of=row.duplicate_of,
        article=unpack_json(row.content),
    )


def _to_page(row: Row[Any]) -> RawPage:
    return RawPage(
        url=row.url,
        final_url=row.final_url,
        fetched_at=to_time(row.fetched_at),
        status=row.status,
        headers=tuple((name, value) for name, value in unpack_json(row.headers)),
        body=unpack(row.body),
    )
