"""Servers that take down when they were asked, and ledgers of processes that die, all in virtual time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from virtual_time import Clock

from scraper.config import FetchConfig
from scraper.manners.ledger import ProcessLedger
from scraper.manners.politeness import MemoryLedger, MemoryRobots, Politeness, RobotsAnswer
from scraper.store.base import HostState
from scraper.urls import host_of

if TYPE_CHECKING:
    from datetime import datetime

    from scraper.manners.gate import Denial

DAY = 86_400.0
ALLOW = RobotsAnswer(404)


class SharedLedger:
    """A ledger of several processes, of which some die."""

    def __init__(self) -> None:
        self.states: dict[str, HostState] = {}
        self.claims: dict[str, tuple[str, datetime]] = {}
        self.dead: set[str] = set()

    def of(self, owner: str) -> _OwnedLedger:
        return _OwnedLedger(self, owner)

    def kill(self, owner: str) -> None:
        """Void what a process holds, at once, as the store does for the dead of this machine."""
        self.dead.add(owner)
        for host in [host for host, (holder, _) in self.claims.items() if holder == owner]:
            _, until = self.claims.pop(host)
            self.states[host] = replace(self.states.get(host, HostState()), ended_at=until)


@dataclass
class _OwnedLedger:
    shared: SharedLedger
    owner: str
    is_private: bool = False

    def claim(self, host: str, now: datetime, until: datetime) -> HostState | None:
        holder, end = self.shared.claims.get(host, (self.owner, now))
        if holder != self.owner and end > now:
            return None
        if self.owner not in self.shared.dead:
            self.shared.claims[host] = (self.owner, until)
        return self.shared.states.get(host, HostState())

    def intend(self, host: str, not_before: datetime) -> None:
        if self.owner not in self.shared.dead:
            state = self.shared.states.get(host, HostState())
            self.shared.states[host] = replace(state, not_before=not_before)

    def release(self, host: str, state: HostState) -> None:
        if self.owner not in self.shared.dead:
            self.shared.states[host] = state
            self.shared.claims.pop(host, None)


@dataclass
class Server:
    """Takes requests down: when each began and ended, by the clock of the loop."""

    clock: Clock
    took: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    asked: list[str] = field(default_factory=list)
    robots: dict[str, RobotsAnswer] = field(default_factory=dict)
    seconds: float = 0.1
    shared: ProcessLedger = field(default_factory=ProcessLedger)

    async def serve(self, url: str, seconds: float) -> None:
        start = self.clock.monotonic()
        self.asked.append(url)
        try:
            await asyncio.sleep(seconds)
        finally:
            self.took[host_of(url)].append((start, self.clock.monotonic()))

    async def answer_robots(self, url: str) -> RobotsAnswer:
        await self.serve(url, self.seconds)
        return self.robots.get(url, ALLOW)

    def gaps(self, host: str) -> list[float]:
        requests = sorted(self.took[host])
        return [start - end for (_, end), (start, _) in pairwise(requests)]


def polite(server: Server, ledger: Any = None, **options: Any) -> Politeness:
    config = FetchConfig(**{"delay_seconds": 1.0, "timeout_seconds": 20.0} | options)
    ledger = MemoryLedger() if ledger is None else ledger
    return Politeness(
        config, "chaffinch/0.1", ledger, MemoryRobots(), server.answer_robots, server.clock.surroundings()
    )


def sharing(server: Server) -> Politeness:
    """Return one of several gates of a process, which share what they know and wait for each other."""
    shared, config = server.shared, FetchConfig(delay_seconds=1.0)
    return Politeness(
        config, "chaffinch/0.1", shared, shared, server.answer_robots, server.clock.surroundings()
    )


async def visit(
    gate: Politeness, server: Server, url: str, status: int = 200, retry_after: float | None = None
) -> Denial | None:
    async with gate.enter(url) as denial:
        if denial is None:
            await server.serve(url, server.seconds)
            gate.answered(url, status, retry_after)
        return denial


def world() -> tuple[Clock, Server]:
    clock = Clock()
    return clock, Server(clock)
