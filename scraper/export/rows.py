"""A record of a store as one row of plain values: what every export of articles holds."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from scraper.export import Shelf
    from scraper.store.base import Record

_OF_ARTICLE = (
    "title", "authors", "published", "language", "text", "captions", "removed", "verdict", "confidence",
    "site_name", "description", "image", "notes",
)  # fmt: skip


def to_row(record: Record) -> dict[str, Any]:
    """Return a record as plain JSON types; `fetched_at` is ISO 8601 in UTC."""
    return {
        "url": record.url,
        "final_url": record.final_url,
        "fetched_at": record.fetched_at.astimezone(UTC).isoformat(),
        **{name: record.article.get(name) for name in _OF_ARTICLE},
        "version": record.version,
        "duplicate_of": record.duplicate_of,
        "source": record.source,
        "site": record.site,
    }


def reader(store: Shelf, since: datetime | None, site: str) -> Callable[[int], Iterator[tuple[int, Record]]]:
    """Return what yields numbered records after a number."""
    return lambda after: (
        (record.id, record) for record in store.records(since=since, site=site, after_id=after)
    )


def name_choice(form: str, store: Shelf, since: datetime | None, site: str) -> str:
    """Return what tells an export from one of other things: only the same is gone on with."""
    return f"{form} 1 of {store.name} since {since.isoformat() if since else 'ever'} at {site or 'all sites'}"
