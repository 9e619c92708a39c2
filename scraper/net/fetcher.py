"""One address to one outcome: redirects hop by hop, manners before each, and nothing that is raised."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from scraper.config import SITEMAP_BYTES, USER_AGENT, FetchConfig
from scraper.manners.ledger import process_ledger
from scraper.manners.politeness import MemoryLedger, MemoryRobots, Politeness, RobotsAnswer
from scraper.manners.robots import MAX_BYTES as ROBOTS_BYTES
from scraper.net.addresses import AddressError, read_address
from scraper.net.answers import Journey, conclude, conditions, location_of, look_for, next_of, wait_of
from scraper.net.dialling import Resolver, look_up
from scraper.net.headers import Cookies
from scraper.net.kinds import kind_of_body
from scraper.net.transport import Transport, TransportError
from scraper.surroundings import Surroundings, now_utc
from scraper.types import CrawlRequest
from scraper.weburl import parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

    from scraper.manners.gate import Gate
    from scraper.manners.robots import Asking
    from scraper.net.transport import Answer
    from scraper.store.base import HostLedger, RobotsCache
    from scraper.types import Outcome

_LONGEST_USER_AGENT = 256
_LONGEST_SHOWN = 200


class Fetcher:
    """Fetches pages, politely: `async with Fetcher(...) as fetcher: outcome = await fetcher.fetch(url)`.

    Without a `gate` it keeps its own manners: robots.txt and `config.delay_seconds`, remembered for as long as it
    lives; it is then of one event loop. `resolver` looks names up; `clock` says when a page was fetched (UTC). Raises
    ValueError for a `user_agent` that cannot be sent.
    """

    def __init__(
        self,
        config: FetchConfig | None = None,
        *,
        user_agent: str = USER_AGENT,
        gate: Gate | None = None,
        resolver: Resolver = look_up,
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        """Prepare; nothing is opened before it is needed."""
        self._config = config or FetchConfig()
        self._clock = clock
        self._transport = _transport(self._config, user_agent, resolver)
        self._gate = gate or polite_gate(self._config, user_agent, resolver=resolver)

    async def __aenter__(self) -> Self:
        """Be ready."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Be done: no connection outlives its fetch."""

    async def fetch(self, request: CrawlRequest | str) -> Outcome:
        """Fetch one address and return what came of it; what goes wrong is a `Failure`, never raised."""
        asked = CrawlRequest(request) if isinstance(request, str) else request
        trip = _Trip(asked, self._config.timeout_seconds)
        try:
            trip.go_to(asked.url, self._config)
            return await self._travel(trip)
        except TransportError as error:
            failure = trip.journey(self._clock()).failure(error.reason, error.detail)
            return replace(failure, status=error.status)

    async def _travel(self, trip: _Trip) -> Outcome:
        while True:
            async with self._gate.enter(trip.url) as denial:
                if denial is not None:
                    failure = trip.journey(self._clock()).failure(denial.reason, denial.detail)
                    return replace(failure, retry_after=denial.retry_after)
                answer = await self._ask(trip)
            location = next_of(answer, trip.url, is_hub=trip.request.is_hub)
            if not location:
                return conclude(trip.journey(self._clock()), answer, was_conditional=trip.was_conditional)
            trip.follow(location, answer, self._config)

    async def _ask(self, trip: _Trip) -> Answer:
        """Make one request, and tell the gate how the host took it."""
        began = asyncio.get_running_loop().time()
        try:
            answer = await self._transport.get(
                trip.url,
                headers=trip.headers(self._clock()),
                max_bytes=self._most_bytes(trip.request),
                deadline=trip.seconds_left,
                look=look_for(trip.request),
            )
        except TransportError as error:
            self._gate.answered(trip.url, error.status)
            raise
        finally:
            trip.spend(asyncio.get_running_loop().time() - began)
        self._gate.answered(trip.url, answer.status, wait_of(answer, self._clock()))
        most = self._config.max_bytes
        if len(answer.body) > most and "sitemap" not in (trip.request.kind, kind_of_body(answer.body)):
            raise TransportError("too-large", f"more than {most:,} bytes", answer.status)
        return answer

    def _most_bytes(self, request: CrawlRequest) -> int:
        """Return how much may come; a source's own address may be a sitemap, and shows only when it has come."""
        most = self._config.max_bytes
        return max(most, SITEMAP_BYTES) if request.kind == "sitemap" or request.is_hub else most


@dataclass(slots=True)
class _Trip:
    """One fetch under way: where it has been, and the seconds that its requests may still take."""

    request: CrawlRequest
    seconds_left: float
    been: list[str] = field(default_factory=list)
    cookies: Cookies = field(default_factory=Cookies)
    was_conditional: bool = False
    seconds_spent: float = 0.0
    _seen: set[tuple[str, str]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where the trip is."""
        return self.been[-1]

    def go_to(self, url: str, config: FetchConfig) -> None:
        """Take the next step; raises TransportError where it leads nowhere that may be asked."""
        try:
            address = read_address(url, allow_private=config.allow_private_addresses)
        except AddressError as error:
            self.been.append(url[:_LONGEST_SHOWN])
            raise TransportError("refused-address", str(error)) from error
        self.been.append(str(address))
        step = (self.url, self.cookies.header_for(address.origin))
        if step in self._seen:
            raise TransportError("redirect-loop", f"redirected in a circle to {self.url[:_LONGEST_SHOWN]}")
        self._seen.add(step)
        if len(self.been) > config.max_redirects + 1:
            raise TransportError("redirect-loop", f"more than {config.max_redirects} redirects")

    def follow(self, location: str, answer: Answer, config: FetchConfig) -> None:
        """Go where an answer redirects to."""
        here = parse(self.url)
        self.cookies.keep(here.origin, answer.headers)
        try:
            target = str(parse(location, here))
        except ValueError:
            target = location  # Refused in the next step, which also says why.
        self.go_to(target, config)

    def headers(self, now: datetime) -> dict[str, str]:
        """Return what is sent beyond what every request has."""
        conditional = conditions(self.request, now)
        self.was_conditional = bool(conditional)
        cookie = self.cookies.header_for(parse(self.url).origin)
        return conditional | ({"Cookie": cookie} if cookie else {})

    def spend(self, seconds: float) -> None:
        """Take note of how long a request took."""
        self.seconds_spent += seconds
        self.seconds_left -= seconds

    def journey(self, now: datetime) -> Journey:
        """Return the trip so far."""
        return Journey(self.request, tuple(self.been) or (self.request.url,), now, self.seconds_spent)


def polite_gate(
    config: FetchConfig,
    user_agent: str,
    *,
    ledger: HostLedger | None = None,
    robots: RobotsCache | None = None,
    surroundings: Surroundings | None = None,
    resolver: Resolver = look_up,
) -> Politeness:
    """Return manners that fetch robots.txt by themselves; what they remember is in memory unless told otherwise."""
    transport = _transport(config, user_agent, resolver)
    return Politeness(
        config,
        user_agent,
        MemoryLedger() if ledger is None else ledger,
        MemoryRobots() if robots is None else robots,
        _asking(transport, config.timeout_seconds),
        Surroundings() if surroundings is None else surroundings,
    )


def _asking(transport: Transport, seconds: float) -> Asking:
    async def ask(url: str) -> RobotsAnswer:
        try:
            answer = await transport.get(url, max_bytes=ROBOTS_BYTES, deadline=seconds, may_cut=True)
        except TransportError as error:
            return RobotsAnswer(0, reason=error.reason, detail=error.detail)
        return RobotsAnswer(answer.status, answer.body, location_of(answer), wait_of(answer, now_utc()))

    return ask


def _transport(config: FetchConfig, user_agent: str, resolver: Resolver) -> Transport:
    if not (user_agent.isascii() and user_agent.isprintable() and 0 < len(user_agent) <= _LONGEST_USER_AGENT):
        raise ValueError(
            f"a user agent has 1 to {_LONGEST_USER_AGENT} printable ASCII characters, not {user_agent!r}"
        )
    return Transport(
        user_agent=user_agent, allow_private_addresses=config.allow_private_addresses, resolver=resolver
    )


def fetch(
    request: CrawlRequest | str, *, config: FetchConfig | None = None, user_agent: str = USER_AGENT
) -> Outcome:
    """Fetch one address without a running event loop: the synchronous door to `Fetcher.fetch`.

    All calls of a process with one `config` and `user_agent`, from whatever thread, keep the manners of one crawl
    together: each waits for its turn at the host, and robots.txt is asked for once a day. Raises RuntimeError inside
    a running loop, where `await Fetcher(...).fetch(...)` is what to use.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_fetch_once(request, config, user_agent))
    raise RuntimeError("fetch() was called inside a running event loop; there, await Fetcher(...).fetch(...)")


async def _fetch_once(request: CrawlRequest | str, config: FetchConfig | None, user_agent: str) -> Outcome:
    settings = config or FetchConfig()
    shared = process_ledger((settings, user_agent))
    gate = polite_gate(settings, user_agent, ledger=shared, robots=shared)
    async with Fetcher(settings, user_agent=user_agent, gate=gate) as fetcher:
        return await fetcher.fetch(request)
