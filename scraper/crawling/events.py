"""What happens in a crawl, told to whoever listens: a progress bar, lines, a log."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from scraper.types import ABSENT

if TYPE_CHECKING:
    from datetime import datetime

    from scraper.types import Kind, Reason


@dataclass(frozen=True, slots=True)
class Visited:
    """One address was visited, and what that came to is in the store."""

    at: datetime
    source: str
    url: str
    kind: Kind
    change: Literal["new", "changed", "unchanged", "failed", "no-article"]
    reason: Reason | None = None
    detail: str = ""
    title: str = ""
    words: int = 0
    version: int = 0
    duplicate_of: str = ""
    found: int = 0
    seconds: float = 0.0
    is_hub: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """Something about a source, or with an empty one about the whole crawl, that people should know."""

    at: datetime
    source: str
    text: str


@dataclass(slots=True)
class Tally:
    """What a run came to: all addresses, those of pages, and what became of articles.

    A feed or sitemap that is not there is no failure, unless it is a source's own address: many are only
    guessed at. `unread` names the sources that could not be read.
    """

    visited: int = 0
    pages: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)

    def count(self, event: Visited) -> None:
        """Count one visit."""
        self.visited += 1
        self.pages += event.kind == "page"
        if event.kind == "page" and not event.is_hub:
            self.changes[event.change] += 1
        if event.reason and (event.kind == "page" or event.is_hub or event.reason not in ABSENT):
            self.failures[event.reason] += 1

    def add(self, other: Tally) -> None:
        """Add what another run came to."""
        self.visited += other.visited
        self.pages += other.pages
        self.changes.update(other.changes)
        self.failures.update(other.failures)
        self.unread += other.unread


class Listener(Protocol):
    """Who is told what happens."""

    def visited(self, event: Visited) -> None:
        """Take note of a visit."""

    def told(self, event: Told) -> None:
        """Take note of something about a source."""
