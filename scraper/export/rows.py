"""What is exported: which records or pages of a store, and a record as one row of plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scraper.export import Shelf
    from scraper.store.base import RawPage, Record

_OF_ARTICLE = (
    "title", "authors", "published", "language", "text", "captions", "removed", "verdict", "confidence",
    "site_name", "description", "image", "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a store is exported; `damaged` is told in a line of each that cannot be read and is left out."""

    store: Shelf
    since: datetime | None = None
    site: str = ""
    damaged: Callable[[str], object] | None = None

    def records(self, after: int) -> Iterator[tuple[int, Record]]:
        """Yield the records after a number, each with its own."""
        asked = self.store.records(since=self.since, site=self.site, after_id=after, damaged=self.damaged)
        return ((record.id, record) for record in asked)

    def pages(self, after: int) -> Iterator[tuple[int, RawPage]]:
        """Yield the raw pages after a number, each with its own."""
        return self.store.numbered_pages(
            since=self.since, site=self.site, after_id=after, damaged=self.damaged
        )

    def name(self, form: str) -> str:
        """Return what tells an export from one of other things: only the same is gone on with."""
        since = self.since.isoformat() if self.since else "ever"
        return f"{form} 1 of {self.store.name} since {since} at {self.site or 'all sites'}"


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
