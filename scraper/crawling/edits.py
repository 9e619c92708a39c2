"""What of a configuration bears on what the store knows already, so that a change of it is noticed."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from scraper.store.base import Settings

if TYPE_CHECKING:
    from scraper.config import CrawlConfig, Source


def settings_of(source: Source, config: CrawlConfig) -> Settings:
    """Return marks of what decides which pages a source has, and of what decides which it may fetch."""
    fetch = config.fetch
    return Settings(
        scope=_mark(source.url, source.discover, source.include, source.exclude, source.max_depth),
        access=_mark(
            config.user_agent, fetch.respect_robots, fetch.allow_private_addresses, fetch.max_bytes, fetch.max_redirects
        ),
    )  # fmt: skip


def _mark(*values: object) -> str:
    return blake2b(repr(values).encode(), digest_size=8).hexdigest()
