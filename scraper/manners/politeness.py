"""Manners towards hosts: one request at a time, the time between two, robots.txt, and backing off."""

from __future__ import annotations

import asyncio
import logging
import math
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from scraper.durations import format_duration
from scraper.manners.backoff import PATIENCE, is_refusal, park_after, pause_after, reason_of, seconds_ahead
from scraper.manners.gate import Denial
from scraper.manners.ledger import MemoryLedger, MemoryRobots
from scraper.manners.robots import RobotsAnswer, RobotsBook, Rules, agent_token
from scraper.store.base import HostState
from scraper.surroundings import Surroundings
from scraper.types import REASONS
from scraper.urls import host_of, origin_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from scraper.config import FetchConfig
    from scraper.manners.robots import Asking, IsNeedless
    from scraper.store.base import HostLedger, RobotsCache
    from scraper.types import Reason

__all__ = ["MemoryLedger", "MemoryRobots", "Politeness", "RobotsAnswer", "Rules", "Surroundings"]

_CLAIM_SLACK = 10.0  # Seconds a request may take beyond its deadline before its host is another's.
_HELD_WAIT = 2.0  # A longer wait is made without the claim, so that a dead process blocks nobody for long.
_POLL_FIRST, _POLL_LAST = 0.05, 0.5
_SAME = timedelta(milliseconds=1)  # A store may round its times.
_MEMORY = 10_000
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Host:
    """What this process knows of one host; times are those of the monotonic clock."""

    name: str
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0  # Who holds the lock or waits for it.
    ready_at: float = 0.0
    ended_at: float = float("-inf")  # The last request; a crawl-delay learnt since counts from there.
    parked_until: float = 0.0
    failures: int = 0
    reason: Reason = "rate-limited"
    crawl_delays: dict[str, float] = field(default_factory=dict)  # By origin.
    stored_delay: float = 0.0
    written: HostState | None = None
    answer: tuple[int, float | None] | None = None


class _HeldError(Exception):
    """A robots.txt cannot be asked for now, for its host must be left alone."""

    def __init__(self, denial: Denial) -> None:
        super().__init__(denial.detail)
        self.denial = denial


class _NeedlessError(Exception):
    """What a turn was waited for has become needless meanwhile."""


class Politeness:
    """A `Gate` that keeps a ledger: what a host may be asked, one request at a time, never too soon.

    Between the end of a request and the start of the next to the same registrable domain lies at least
    `config.delay_seconds`, and robots.txt's crawl-delay where that is longer. `Retry-After` is obeyed;
    refusals (429, 403, 5xx, no answer) make the time between two grow, and five in a row park the host.
    Raises StoreError where the ledger does.
    """

    def __init__(
        self,
        config: FetchConfig,
        user_agent: str,
        ledger: HostLedger,
        robots: RobotsCache,
        get: Asking,
        surroundings: Surroundings = Surroundings(),  # noqa: B008 - a value
    ) -> None:
        """`get` makes one bare request for a robots.txt, without redirects and without asking this gate."""
        self._config = config
        self._ledger = ledger
        self._get = get
        self._around = surroundings
        self._robots = RobotsBook(agent_token(user_agent), robots, self._ask_robots, surroundings)
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def enter(self, url: str, *, robots: bool = True) -> AsyncIterator[Denial | None]:
        """Wait for the turn of `url` at its host; see `Gate`."""
        try:
            name = host_of(url)
        except ValueError as error:
            yield Denial("refused-address", str(error))
            return
        denial = await self._forbidden(url) if robots and self._config.respect_robots else None
        if denial is not None:
            yield denial
            return
        async with self._turn(name) as held:
            yield held

    def answered(self, url: str, status: int, retry_after: float | None = None) -> None:
        """Take note of an answer; see `Gate`."""
        self._host(host_of(url)).answer = (status, retry_after)

    async def robots_for(self, url: str) -> Rules:
        """Return what the robots.txt of the origin of `url` says, its sitemaps and crawl-delay too."""
        try:
            return await self._robots.rules_for(url)
        except _HeldError as held:
            return Rules(origin_of(url), refusal=held.denial.detail, reason=held.denial.reason)

    async def _forbidden(self, url: str) -> Denial | None:
        try:
            rules = await self._robots.rules_for(url)
        except _HeldError as held:
            return held.denial
        host = self._host(host_of(url))
        if rules.crawl_delay or rules.origin in host.crawl_delays:
            host.crawl_delays[rules.origin] = rules.crawl_delay
        return None if rules.allows(url) else Denial(rules.reason, rules.why_not(url))

    async def _ask_robots(self, url: str, is_needless: IsNeedless) -> RobotsAnswer | None:
        try:
            async with self._turn(host_of(url), is_needless) as denial:
                if denial is not None:
                    raise _HeldError(denial)
                answer = await self._get(url)
                # A robots.txt that is withheld forbids nothing (RFC 9309, 2.3.1.3), so it is no refusal.
                self.answered(url, 404 if answer.status == 403 else answer.status, answer.retry_after)  # noqa: PLR2004
                return answer
        except _NeedlessError:
            return None

    @asynccontextmanager
    async def _turn(self, name: str, is_needless: IsNeedless | None = None) -> AsyncIterator[Denial | None]:
        host = self._host(name)
        host.users += 1
        try:
            async with host.lock:
                denial = await self._take_turn(host, is_needless)
                if denial is not None:
                    yield denial
                    return
                host.answer = None
                try:
                    yield None
                finally:
                    await self._hand_back(host)
        finally:
            host.users -= 1

    async def _take_turn(self, host: _Host, is_needless: IsNeedless | None) -> Denial | None:
        while True:
            state = await self._claim(host)
            if state is None:
                return Denial("rate-limited", f"another process is busy with {host.name}", _POLL_LAST)
            self._catch_up(host, state)
            if is_needless is not None and await is_needless():
                await self._around.run(partial(self._ledger.release, host.name, state))
                raise _NeedlessError
            ready_at = max(host.ready_at, host.ended_at + self._delay(host))
            wait = ready_at - self._around.monotonic()
            denial = self._too_long(host, wait)
            if denial is None and wait <= _HELD_WAIT:
                await self._begin(host, state, wait)
                return None
            await self._around.run(partial(self._ledger.release, host.name, state))
            if denial is not None:
                return denial
            await self._around.sleep(wait)

    async def _claim(self, host: _Host) -> HostState | None:
        """Claim a host, waiting for other processes for as long as one may reasonably take, and for our own always."""
        patience = math.inf if self._ledger.is_private else self._around.monotonic() + PATIENCE
        poll = _POLL_FIRST
        length = timedelta(seconds=_HELD_WAIT + self._config.timeout_seconds + _CLAIM_SLACK)
        while True:
            now = self._around.now()
            state = await self._around.run(partial(self._ledger.claim, host.name, now, now + length))
            if state is not None or self._around.monotonic() >= patience:
                return state
            await self._around.sleep(poll * (0.5 + self._around.random() / 2))
            poll = min(2 * poll, _POLL_LAST)

    async def _begin(self, host: _Host, state: HostState, wait: float) -> None:
        """Wait the rest of the time with the host claimed, and write down that it is being asked."""
        try:
            if wait > 0:
                await self._around.sleep(wait)
            delay = self._delay(host)
            if delay > 0:
                not_before = self._around.now() + timedelta(seconds=delay)
                await self._around.run(partial(self._ledger.intend, host.name, not_before))
        except BaseException:
            await self._around.run(partial(self._ledger.release, host.name, state))
            raise

    async def _hand_back(self, host: _Host) -> None:
        now = host.ended_at = self._around.monotonic()
        host.ready_at = now + self._delay(host)
        if host.answer is not None:
            self._judge(host, *host.answer, now)
        host.written = self._state(host, now)
        await self._around.run(partial(self._ledger.release, host.name, host.written))

    def _judge(self, host: _Host, status: int, retry_after: float | None, now: float) -> None:
        """Draw the consequences of an answer."""
        if is_refusal(status):
            host.failures += 1
            host.reason = reason_of(status)
        else:
            host.failures = 0
            host.parked_until = 0.0
        pause = pause_after(status, host.failures, retry_after, self._around.random())
        host.ready_at = max(host.ready_at, now + pause)
        park = park_after(host.failures) if is_refusal(status) else 0.0
        if park:
            host.parked_until = now + park
            _log.warning(
                "%s is left alone for %s: %d refusals in a row, the last %s",
                host.name, format_duration(park), host.failures, host.reason,
            )  # fmt: skip

    def _too_long(self, host: _Host, wait: float) -> Denial | None:
        """Say no where a host must be left alone for longer than anybody would stand and wait."""
        parked = host.parked_until - self._around.monotonic()
        if parked > 0:
            detail = f"{host.name} is left alone for {format_duration(parked)} after {host.failures} refusals in a row"
            return Denial(host.reason, detail, parked)
        if wait > PATIENCE:
            detail = f"{host.name} asked to be left alone for {format_duration(wait)}"
            return Denial(host.reason, detail, wait)
        return None

    def _catch_up(self, host: _Host, state: HostState) -> None:
        """Take over what the ledger says, unless it is what this process wrote, by a clock that never jumps."""
        if host.written is not None and _is_same(state, host.written):
            return
        wall, now = self._around.now(), self._around.monotonic()
        host.written = state
        host.failures = state.failures
        host.stored_delay = state.crawl_delay
        host.reason = next((reason for reason in REASONS if reason == state.parked_for), "rate-limited")
        parked = seconds_ahead(state.parked_until, wall)
        host.parked_until = now + parked if parked else 0.0
        host.ready_at = max(host.ready_at, now + seconds_ahead(state.not_before, wall))
        if state.ended_at is not None:
            host.ended_at = max(host.ended_at, now - max(0.0, (wall - state.ended_at).total_seconds()))

    def _delay(self, host: _Host) -> float:
        if not self._config.respect_robots:
            return self._config.delay_seconds
        asked = max(host.crawl_delays.values()) if host.crawl_delays else host.stored_delay
        return max(self._config.delay_seconds, asked)

    def _state(self, host: _Host, now: float) -> HostState:
        wall = self._around.now()
        wait, parked = host.ready_at - now, host.parked_until - now
        return HostState(
            not_before=wall + timedelta(seconds=wait) if wait > 0 else None,
            crawl_delay=max(host.crawl_delays.values(), default=host.stored_delay),
            failures=host.failures,
            parked_until=wall + timedelta(seconds=parked) if parked > 0 else None,
            parked_for=host.reason if parked > 0 else "",
            ended_at=wall,
        )

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= _MEMORY:
                self._forget_idle()
            host = self._hosts[name] = _Host(name)
        return host

    def _forget_idle(self) -> None:
        """Forget hosts that nothing is owed to: the ledger remembers them."""
        now = self._around.monotonic()
        self._hosts = {name: host for name, host in self._hosts.items() if host.users or host.ready_at > now}


def _is_same(one: HostState, other: HostState) -> bool:
    return (
        one.failures == other.failures
        and _is_same_time(one.not_before, other.not_before)
        and _is_same_time(one.parked_until, other.parked_until)
    )


def _is_same_time(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < _SAME
