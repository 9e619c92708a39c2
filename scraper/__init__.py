"""Fetch pages politely, on schedule, and remember what was seen.

>>> from scraper import FetchConfig, Fetcher, fetch  # doctest: +SKIP
>>> outcome = fetch("https://example.org/news/harbour-fees")  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scraper.config import FetchConfig
    from scraper.errors import ConfigError, ExportError, InputError, ScraperError, StoreError
    from scraper.net.fetcher import Fetcher, fetch
    from scraper.types import CrawlRequest, Failure, Outcome, Page, Reason, Unchanged

__all__ = [
    "ConfigError",
    "CrawlRequest",
    "ExportError",
    "Failure",
    "FetchConfig",
    "Fetcher",
    "InputError",
    "Outcome",
    "Page",
    "Reason",
    "ScraperError",
    "StoreError",
    "Unchanged",
    "fetch",
]
_ROOMS = {
    "config": "FetchConfig",
    "errors": "ConfigError ExportError InputError ScraperError StoreError",
    "net.fetcher": "Fetcher fetch",
    "types": "CrawlRequest Failure Outcome Page Reason Unchanged",
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: the command must start fast, also where it fetches nothing."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
