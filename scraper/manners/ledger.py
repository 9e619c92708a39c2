"""What is remembered of hosts for as long as the process lives, for use without a store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scraper.store.base import HostState

if TYPE_CHECKING:
    from datetime import datetime

    from scraper.store.base import CachedRobots


class MemoryLedger:
    """A `HostLedger` of one process: nobody else claims anything."""

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
