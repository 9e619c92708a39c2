"""When an address is looked at again: sooner where it changes, later where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from scraper.durations import DAY, HOUR
from scraper.types import PASSING, Failure, Page

if TYPE_CHECKING:
    from datetime import datetime

    from scraper.config import Source
    from scraper.store.base import Lease
    from scraper.types import Outcome

# What may be over in a moment is tried again within the run, after so many seconds.
IN_RUN_RETRIES = (3.0, 15.0)
_MISSING_BEFORE_GONE = 4
_FASTER = 0.5
_SLOWER = 2.0


@dataclass(frozen=True, slots=True)
class Plan:
    """When an address is due again (None: never), and the interval in seconds that led there."""

    next_visit: datetime | None
    interval: float


def plan(lease: Lease, source: Source, outcome: Outcome, *, is_changed: bool) -> Plan:
    """Return when `lease` is due again after `outcome`.

    What lists others (hubs, feeds, sitemaps) is due in every run. A page that changed comes twice as soon as
    last time, one that did not half as often, both within the source's `revisit`.
    """
    if isinstance(outcome, Failure):
        return _after_failure(lease, source, outcome)
    if is_listing(lease):
        return _in(outcome.fetched_at, 0.0)
    least, most = source.revisit
    before = lease.interval or least
    is_first = isinstance(outcome, Page) and not lease.versions
    factor = 1.0 if is_first else _FASTER if is_changed else _SLOWER
    return _in(outcome.fetched_at, min(most, max(least, before * factor)))


def is_listing(lease: Lease) -> bool:
    """Tell whether an address is visited for the addresses it lists."""
    return lease.is_hub or lease.kind != "page"


def _after_failure(lease: Lease, source: Source, failure: Failure) -> Plan:
    tries = lease.failures
    if failure.reason in PASSING and tries < len(IN_RUN_RETRIES):
        return _in(failure.fetched_at, max(IN_RUN_RETRIES[tries], failure.retry_after or 0.0), lease.interval)
    # Many a feed and sitemap is only guessed at: those that are not there need not be asked for in every run.
    if is_listing(lease) and (lease.is_hub or failure.reason in PASSING):
        return _in(failure.fetched_at, failure.retry_after or 0.0)
    if failure.reason == "gone" or (failure.reason == "not-found" and tries + 1 >= _MISSING_BEFORE_GONE):
        return Plan(None, lease.interval)
    base = max(HOUR if failure.reason in PASSING else DAY, source.revisit[0])
    wait = max(min(base * 2.0 ** min(tries, 20), source.revisit[1]), failure.retry_after or 0.0)
    return _in(failure.fetched_at, wait, lease.interval)


def _in(start: datetime, seconds: float, interval: float | None = None) -> Plan:

    return Plan(start + timedelta(seconds=seconds), seconds if interval is None else interval)
