"""What stands between the fetcher and a host: may this address be asked, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from scraper.types import Reason


@dataclass(frozen=True, slots=True)
class Denial:
    """Why an address must not be asked now; `retry_after` is in seconds, where a time is known."""

    reason: Reason
    detail: str
    retry_after: float | None = None


class Gate(Protocol):
    """Manners: robots.txt, one request at a time to a host, and the time between two."""

    def enter(self, url: str, *, robots: bool = True) -> AbstractAsyncContextManager[Denial | None]:
        """Wait for the turn of `url` at its host; the request is over when the context is left.

        Yields None when the request may be made now, else why it must not. With `robots` false the rules of
        robots.txt are not asked, as for robots.txt itself.
        """

    def answered(self, url: str, status: int, retry_after: float | None = None) -> None:
        """Take note of an answer, before the context is left: 0 for none; `retry_after` in seconds."""
