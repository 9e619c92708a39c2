"""The configuration of a crawl: what it may say, and its defaults."""

from __future__ import annotations

from dataclasses import dataclass, field

from scraper.durations import DAY, HOUR

# How a feed, a sitemap or the links of a page lead to more.
WAYS = ("feed", "sitemap", "links")
# What requests say of who asks; a crawl should say how its operator can be reached, too.
USER_AGENT = "chaffinch/0.1"
DEFAULT_EVERY = float(HOUR)
SITEMAP_BYTES = 50 * 1024 * 1024  # The protocol's own limit; a sitemap may be so large whatever a page may.


@dataclass(frozen=True, slots=True)
class FetchConfig:
    """How pages are asked for; all times in seconds.

    `timeout_seconds` is the deadline of one address from the first byte sent to the last received, redirects
    included. `max_bytes` bounds the body before and after its content coding is undone, but that of a sitemap,
    which may have 50 MB. `delay_seconds` is the least time between two requests to one host; a robots.txt can
    ask for more, never for less.
    """

    timeout_seconds: float = 20.0
    max_bytes: int = 10_000_000
    delay_seconds: float = 1.0
    respect_robots: bool = True
    allow_private_addresses: bool = False
    max_redirects: int = 5


@dataclass(frozen=True, slots=True)
class Source:
    """One site, or part of one, and how it is crawled.

    `include` and `exclude` are patterns over the path of an address (`/news/**`), or over the whole address
    where they hold `://`. `revisit` is the least and the longest time in seconds between two looks at a page.
    """

    name: str
    url: str
    discover: tuple[str, ...] = WAYS
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    max_depth: int = 2
    max_pages: int = 500
    every: float = DEFAULT_EVERY
    cron: str = ""
    revisit: tuple[float, float] = (DEFAULT_EVERY, 30.0 * DAY)
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CrawlConfig:
    """A whole configuration file.

    `concurrency` bounds the addresses in work at once, `workers` the processes that clean (0: one a core).
    """

    sources: tuple[Source, ...]
    store: str = "sqlite:///chaffinch.db"
    user_agent: str = USER_AGENT
    concurrency: int = 16
    workers: int = 0
    keep_pages: bool = False
    fetch: FetchConfig = field(default_factory=FetchConfig)
