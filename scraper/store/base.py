"""What the crawl asks of a store; `sql.py` answers for SQLite and PostgreSQL.

Every method is one transaction: when it has returned, what it says has happened, also after a kill. Methods
block; the crawl calls them from one thread. All times are UTC `datetime`s that the caller passes in: a store
has no clock. Every method raises StoreError (disk full, read-only, locked, connection lost) naming the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cleaners import Article
    from scraper.types import Kind, Outcome


# The priorities of pages begin here; those of hubs, feeds and sitemaps are less.
FIRST_OF_PAGES = 5


@dataclass(frozen=True, slots=True)
class Found:
    """An address that a crawl came upon. `key` is its identity (`urls.identify`), `host` its politeness host.

    `priority` orders what is due: feeds and sitemaps before pages, lower first. `modified` is what a sitemap
    or feed says of its last change, empty if nothing.
    """

    key: str
    url: str
    host: str
    kind: Kind = "page"
    depth: int = 0
    priority: int = 10
    modified: str = ""
    is_hub: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """An address that this process alone may fetch now, and what its last visit left."""

    id: int
    source: str
    url: str
    host: str
    kind: Kind
    depth: int
    is_hub: bool
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    text_hash: str = ""
    interval: float = 0.0
    failures: int = 0
    versions: int = 0


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What tells a text from others: its exact hash, and a sketch that similar texts share much of."""

    text_hash: str
    sketch: bytes = b""
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """What one fetch came to. `article` is None where the page is none, or none is wanted (hubs, feeds).

    `verdict` is the cleaner's, also where no article came of it. `found` are the addresses that it led to.
    `next_visit` is when the address is due again and `interval` (seconds) how that was reached; `next_visit`
    None means never again (gone). `revisit` is the least and the longest time in seconds between two looks at a
    page of its source, `canonical` what the page calls its own address.
    """

    lease: Lease
    outcome: Outcome
    next_visit: datetime | None
    interval: float
    article: Article | None = None
    fingerprints: Fingerprints | None = None
    found: tuple[Found, ...] = ()
    keeps_page: bool = False
    verdict: str = ""
    revisit: tuple[float, float] = (0.0, 0.0)
    canonical: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a visit changed: a new article, a new version of a known one, or neither."""

    change: Literal["new", "changed", "unchanged", "failed", "no-article"]
    version: int = 0
    duplicate_of: str = ""
    added: int = 0


@dataclass(frozen=True, slots=True)
class HostState:
    """What is to be respected of one host, over restarts and over processes.

    `not_before` is when the next request may start. `crawl_delay` is robots.txt's, in seconds. `failures`
    are those in a row; `parked_until` is set when the host was given up for a while, `parked_for` says why.
    `ended_at` is when the last request was over at the latest: that of a killed process may have lasted until now.
    """

    not_before: datetime | None = None
    crawl_delay: float = 0.0
    failures: int = 0
    parked_until: datetime | None = None
    parked_for: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CachedRobots:
    """A robots.txt as it came: `status` 0 is unreachable."""

    fetched_at: datetime
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """What a crawl keeps of one version of one article."""

    id: int
    url: str
    final_url: str
    source: str
    site: str
    fetched_at: datetime
    version: int
    duplicate_of: str
    article: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as it was fetched, kept on request."""

    url: str
    final_url: str
    fetched_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class SourceState:
    """When a source was last crawled; times are None before the first run."""

    name: str
    last_started: datetime | None = None
    last_finished: datetime | None = None
    next_run: datetime | None = None

    @property
    def is_unfinished(self) -> bool:
        """Whether the last run was interrupted, or is on now."""
        if self.last_started is None:
            return False
        return self.last_finished is None or self.last_finished < self.last_started


@dataclass(frozen=True, slots=True)
class Settings:
    """Marks of what was configured for a source: `scope` of which pages it has, `access` of which it may fetch."""

    scope: str
    access: str


class HostLedger(Protocol):
    """Who may ask a host, and when: one process at a time, never before its time.

    `is_private` says that all who claim are of this process: then what is claimed is given back for certain.
    """

    is_private: bool

    def claim(self, host: str, now: datetime, until: datetime) -> HostState | None:
        """Claim a host for the caller until `until`, and return its state; None if another has it."""

    def intend(self, host: str, not_before: datetime) -> None:
        """Write down, before a request starts, when the next one may: it holds even if we are killed."""

    def release(self, host: str, state: HostState) -> None:
        """Give a claimed host back with its new state."""


class RobotsCache(Protocol):
    """robots.txt files by origin (`https://example.org`)."""

    def find_robots(self, origin: str) -> CachedRobots | None:
        """Return what was last fetched for an origin, None if nothing was."""

    def keep_robots(self, origin: str, robots: CachedRobots) -> None:
        """Keep what was fetched for an origin, in place of what was there."""


class Frontier(Protocol):
    """Which addresses are known, and which are due.

    An address is due from its first `add` on until it is visited, and then from the `next_visit` of that
    visit on. A run passes its own start as `due_by`, so that what it settles is not due again in the same run.
    """

    def add(self, source: str, found: Sequence[Found]) -> int:
        """Add addresses and return how many were new.

        What lists others (hubs, feeds, sitemaps) is known to each source that reads it; a page belongs to the
        source that found it first. It passes over, with all that is known of it, to one that finds it where
        its own is a former source, or where nobody has visited it yet and it is found in a better place.
        What a visit finds (`settle`) may bring a known page forward, to the end of the shortest time between
        two looks: where its `modified` is later than the last visit, and not so late that it may be said of
        all pages at all times; and where it is found nearer, so that its links count.
        """

    def succeed(self, source: str, key: str, configured: Sequence[str], now: datetime) -> None:
        """Make ready for a run of `source`, whose own address has this key, beside the others `configured`.

        What the store knows beside these, and no process crawls now, are former sources. If the source is
        new, and a former one had its address, it is that one by another name: it takes over all of it.
        """

    def revise(
        self, source: str, settings: Settings, is_within: Callable[[str], bool], now: datetime
    ) -> None:
        """Let what is known of a source follow its `settings`, if these are not what they were.

        Where its scope was changed, pages for which `is_within` is false are set aside until it is true, and
        everything is read anew in its turn, for it may lead to more. Where its access was changed, what had
        failed is due at `now`.
        """

    def lease(
        self,
        sources: Sequence[str],
        due_by: datetime,
        now: datetime,
        until: datetime,
        limit: int,
        *,
        least_priority: int = 0,
    ) -> list[Lease]:
        """Lease up to `limit` due addresses of `sources`, at most one a host, to this process until `until`.

        Those of less than `least_priority` are left where they are.

        Due is what was by `due_by`, and, once `now` has come to its `next_visit`, what failed once or twice in
        a row. Hosts that are claimed, parked, not yet allowed or have a leased address are left out. No
        address is leased to two processes at once. A host that was settled a moment ago is left to the other
        sources that run now and have something due there. Pages known already come last; else ordered by
        priority, then what was changed last, then by how long they have been due.
        The cost does not grow with the number of known addresses.
        """

    def settle(self, visit: Visit) -> Settled:
        """Write what a visit came to, its article if it has one, and what it found; give the lease back.

        An address that was redirected to another known page, or that names one of its host with the same text
        as its own address, is no page of its own: what it came to is written down for that page, and the
        address is due again after the longest time between two looks.
        """

    def give_back(self, leases: Sequence[Lease]) -> None:
        """Give leases back unvisited: they are due as before."""

    def next_due(
        self, sources: Sequence[str], due_by: datetime, *, least_priority: int = 0
    ) -> datetime | None:
        """Return when `lease` may next have something, given no further `settle`; None if it never will.

        That is in the past for an address that is free, or whose host another run has: that may be over any
        moment. It is later for one whose host must wait, or that failed and is to be tried again. Parked hosts
        do not count.
        """

    def left_alone(self, source: str, due_by: datetime, now: datetime) -> dict[str, HostState]:
        """Return the hosts that must not be asked at `now` though an address of `source` was due there."""


class Archive(Protocol):
    """The articles, every version of each."""

    def records(
        self, *, since: datetime | None = None, site: str = "", after_id: int = 0
    ) -> Iterator[Record]:
        """Yield records in the order in which they were stored."""

    def pages(self, *, since: datetime | None = None, site: str = "", after_id: int = 0) -> Iterator[RawPage]:
        """Yield the raw pages that were kept, in the order in which they were stored."""

    def repeated(self, site: str, fingerprints: Sequence[str]) -> tuple[int, dict[str, int]]:
        """Return of how many pages of a site blocks were counted, and on how many each of these stood."""


class Calendar(Protocol):
    """When each source was crawled, and which process does so now."""

    def begin_run(self, source: str, now: datetime, until: datetime) -> bool:
        """Take a source for this process until `until`; False if another process has it."""

    def extend_run(self, source: str, until: datetime) -> None:
        """Hold on to a source that this process has."""

    def end_run(self, source: str, now: datetime, next_run: datetime | None = None) -> None:
        """Give a source back, crawled; `next_run` is when it is to be crawled again, where that is known."""

    def leave_run(self, source: str, last_started: datetime | None, next_run: datetime) -> None:
        """Give a source back that was not crawled to its end; `last_started` is the start to count from."""

    def source_state(self, source: str) -> SourceState:
        """Return when a source was last crawled."""


class Store(HostLedger, RobotsCache, Frontier, Archive, Calendar, Protocol):
    """All of it, open until `close`."""

    def close(self) -> None:
        """Let go of the database; what is leased or claimed to this process is given back."""
