"""Addresses, articles and visits for tests of what a store keeps."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cleaners import Article, Block
from scraper.duplicates import fingerprint
from scraper.store.base import Found, Lease, Settled, Store, Visit
from scraper.types import Failure, Outcome, Page, Reason, Unchanged

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FAR = NOW + timedelta(days=365)
HOUR = timedelta(hours=1)
TEXT = "The harbour council raised its fees on Monday, and the fishermen said they would not pay."


def found(url: str = "https://quay.example/1", **facts: Any) -> Found:
    """Return an address as a crawl finds it."""
    return Found(**{"key": url, "url": url, "host": urlsplit(url).hostname or "", **facts})


def article(text: str = TEXT, url: str = "https://quay.example/1", **facts: Any) -> Article:
    """Return an article of these paragraphs."""
    blocks = tuple(Block(part) for part in text.split("\n\n"))
    return Article(**{"title": "Fees", "url": url, "blocks": blocks, "verdict": "article", **facts})


def page(url: str = "https://quay.example/1", **facts: Any) -> Page:
    """Return a fetched page."""
    return Page(**{"url": url, "final_url": url, "status": 200, "body": b"<p>x", "fetched_at": NOW, **facts})


def failure(url: str, reason: Reason = "timeout") -> Failure:
    """Return a failed fetch."""
    return Failure(url, reason, "it failed", NOW)


def unchanged(url: str, **facts: Any) -> Unchanged:
    """Return an answer that says nothing changed."""
    return Unchanged(**{"url": url, "final_url": url, "fetched_at": NOW, "by": "validator", **facts})


def lease_all(store: Store, source: str = "quay", *, at: datetime = NOW, limit: int = 100) -> list[Lease]:
    """Lease what is due of one source."""
    return store.lease([source], at, at, at + HOUR, limit)


def lease_one(store: Store, url: str = "https://quay.example/1", *, at: datetime = NOW) -> Lease:
    """Add an address, and lease it."""
    store.add("quay", [found(url)])
    (lease,) = lease_all(store, at=at, limit=1)
    assert lease.url == url
    return lease


def visit_of(lease: Lease, outcome: Outcome | None = None, text: str | None = TEXT, **facts: Any) -> Visit:
    """Return a visit of a leased address; by default it had an article."""
    outcome = outcome or page(lease.url)
    is_article = text is not None and isinstance(outcome, Page)
    written = article(text or "", outcome.final_url) if is_article else None
    prints = fingerprint(written) if written else None
    defaults: dict[str, Any] = {
        "next_visit": FAR,
        "interval": 60.0,
        "article": written,
        "fingerprints": prints,
    }
    return Visit(lease, outcome, **{**defaults, **facts})


def store_text(
    store: Store, url: str, text: str | None = TEXT, *, at: datetime = NOW, **facts: Any
) -> Settled:
    """Visit an address that is due at `at`, and store what it held."""
    outcome = page(url, fetched_at=at)
    return store.settle(visit_of(lease_one(store, url, at=at), outcome, text, **{"next_visit": at, **facts}))


def urls_of(leases: Sequence[Lease]) -> list[str]:
    """Return the addresses of leases."""
    return [lease.url for lease in leases]
