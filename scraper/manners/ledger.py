"""What is remembered of hosts for as long as the process lives, for use without a store."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from scraper.store.base import HostState

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import datetime

    from scraper.store.base import CachedRobots

_MOST_HOSTS = 10_000
_MOST_ROBOTS_BYTES = 16_000_000
_MOST_SETTINGS = 64
_LOCK = threading.Lock()
if hasattr(os, "register_at_fork"):
    # A lock that another thread held while this process was forked would never be free in the child.
    os.register_at_fork(before=_LOCK.acquire, after_in_parent=_LOCK.release, after_in_child=_LOCK.release)


class MemoryLedger:
    """A `HostLedger` of one process: nobody else claims anything."""

    is_private = True

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._states: dict[str, HostState] = {}

    def claim(self, host: str, now: datetime, until: datetime) -> HostState | None:  # noqa: ARG002
        """Return the state of a host."""
        return self._states.get(host, HostState())

    def intend(self, host: str, not_before: datetime) -> None:
        """Note when the next request may start."""
        self._states[host] = replace(self._states.get(host, HostState()), not_before=not_before)

    def release(self, host: str, state: HostState) -> None:
        """Note the new state of a host."""
        self._states[host] = state


class MemoryRobots:
    """A `RobotsCache` of one process."""

    def __init__(self) -> None:
        """Begin with nothing kept."""
        self._kept: dict[str, CachedRobots] = {}

    def find_robots(self, origin: str) -> CachedRobots | None:
        """Return what was last fetched for an origin."""
        return self._kept.get(origin)

    def keep_robots(self, origin: str, robots: CachedRobots) -> None:
        """Keep what was fetched for an origin."""
        self._kept[origin] = robots


class ProcessLedger:
    """A `HostLedger` that several threads and event loops of one process share, and the `RobotsCache` beside it.

    At most 10,000 hosts and 16 MB of robots.txt are remembered; those that were used last.
    """

    is_private = True

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._states: OrderedDict[str, HostState] = OrderedDict()
        self._claims: dict[str, datetime] = {}
        self._kept: OrderedDict[str, CachedRobots] = OrderedDict()
        self._bytes = 0

    def claim(self, host: str, now: datetime, until: datetime) -> HostState | None:
        """Return the state of a host, which is then another's only after `release` or `until`; None while it is."""
        with _LOCK:
            state, claimed_until = self._states.get(host, HostState()), self._claims.get(host)
            if claimed_until is not None and claimed_until > now:
                return None
            self._claims[host] = until
            return state if claimed_until is None else replace(state, ended_at=claimed_until)

    def intend(self, host: str, not_before: datetime) -> None:
        """Note when the next request may start."""
        with _LOCK:
            self._note(host, replace(self._states.get(host, HostState()), not_before=not_before))

    def release(self, host: str, state: HostState) -> None:
        """Note the new state of a host, and let others have it."""
        with _LOCK:
            self._claims.pop(host, None)
            self._note(host, state)

    def _note(self, host: str, state: HostState) -> None:
        self._states[host] = state
        self._states.move_to_end(host)
        if len(self._states) > _MOST_HOSTS:
            self._states.popitem(last=False)

    def find_robots(self, origin: str) -> CachedRobots | None:
        """Return what was last fetched for an origin."""
        with _LOCK:
            return self._kept.get(origin)

    def keep_robots(self, origin: str, robots: CachedRobots) -> None:
        """Keep what was fetched for an origin."""
        with _LOCK:
            old = self._kept.pop(origin, None)
            self._kept[origin] = robots
            self._bytes += len(robots.body) - (len(old.body) if old else 0)
            while self._bytes > _MOST_ROBOTS_BYTES or len(self._kept) > _MOST_HOSTS:
                self._bytes -= len(self._kept.popitem(last=False)[1].body)


_ledgers: OrderedDict[Hashable, ProcessLedger] = OrderedDict()


def process_ledger(settings: Hashable) -> ProcessLedger:
    """Return the ledger that all of this process share who ask with the same settings."""
    with _LOCK:
        ledger = _ledgers.setdefault(settings, ProcessLedger())
        _ledgers.move_to_end(settings)
        if len(_ledgers) > _MOST_SETTINGS:
            _ledgers.popitem(last=False)
        return ledger
