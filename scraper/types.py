"""What to fetch, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from datetime import datetime

Reason = Literal[
    "robots-denied", "blocked", "rate-limited", "not-found", "gone", "server-error", "timeout", "dns", "tls", "connect",
    "too-large", "not-html", "redirect-loop", "refused-address", "bad-response", "js-shell", "soft-404", "cleaner-failed",
]  # fmt: skip
REASONS: tuple[Reason, ...] = get_args(Reason)
# What may be over in a moment, and is tried again within the run.
PASSING: frozenset[Reason] = frozenset(
    {"timeout", "dns", "tls", "connect", "server-error", "bad-response", "rate-limited"}
)
# What says of a feed or sitemap that was only guessed at that it is not there.
ABSENT: frozenset[Reason] = frozenset({"not-found", "soft-404"})

# What an address leads to: an article or a list of them, a feed, or a sitemap.
Kind = Literal["page", "feed", "sitemap"]


@dataclass(frozen=True, slots=True)
class CrawlRequest:
    """An address to fetch, with what is known of its last visit.

    `etag` and `last_modified` are the server's own words, sent back byte for byte; `body_hash` tells a body
    that is the same as last time where the server has no validators. `is_hub` asks for a source's own address:
    it may be a page, a feed or a sitemap, whatever its name, and where the page sends on at once that is followed.
    """

    url: str
    kind: Kind = "page"
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    is_hub: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A whole body that belongs to its address.

    `body` is what the server sent after its content coding was undone, in the page's own charset;
    `charset` and `content_type` are as the header named them (lower case, empty where it named none).
    `fetched_at` is UTC. `redirects` are the addresses that led here, the asked one first.
    """

    url: str
    final_url: str
    status: int
    body: bytes
    fetched_at: datetime
    content_type: str = ""
    charset: str = ""
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    redirects: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    elapsed_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The same as last time: the server said so (304), or the body's hash did."""

    url: str
    final_url: str
    fetched_at: datetime
    by: Literal["validator", "body"]
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """No body to be had, and why.

    `detail` is one line for people. `retry_after` is in seconds, where the server named a time.
    """

    url: str
    reason: Reason
    detail: str
    fetched_at: datetime
    final_url: str = ""
    status: int = 0
    retry_after: float | None = None


Outcome = Page | Unchanged | Failure
