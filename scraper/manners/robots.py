"""robots.txt as RFC 9309 has it: what may be asked, and how it is fetched and kept."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol
from weakref import WeakValueDictionary

from protego import Protego

from scraper.durations import DAY, MINUTE
from scraper.store.base import CachedRobots
from scraper.types import REASONS
from scraper.urls import join, origin_of

if TYPE_CHECKING:
    from datetime import datetime

    from scraper.store.base import RobotsCache
    from scraper.surroundings import Surroundings
    from scraper.types import Reason

MAX_BYTES = 500 * 1024  # RFC 9309, 2.5: at least as much must be read.
LONGEST_CRAWL_DELAY = 120.0  # Seconds; Common Crawl's news crawler obeys as much.
_MAX_REDIRECTS = 5
_FRESH = float(DAY)
_FRESH_REFUSAL = 10.0 * MINUTE
_FRESH_SILENCE = 10.0  # One lost connection must not close a host for the whole of a run.
_STALE = timedelta(days=30)
_MAX_SITEMAPS = 1_000
_MEMORY = 2_000  # Origins whose rules are kept parsed.
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))
_NOT_FOUND = 404
# The names of groups as the parser is given them: those of our own, and those of other robots.
_OURS, _OTHERS = "ours", "others"
_GROUP = re.compile(r"\s*user[-\s]?agent(?:\s*:|\s)\s*([^#]*)", re.IGNORECASE)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What one request for a robots.txt gave: one hop, nothing followed.

    `status` 0 is no answer, with its `reason` and a `detail` of one line. `body` may be cut at `MAX_BYTES`.
    `location` is that of a redirect, `retry_after` in seconds.
    """

    status: int
    body: bytes = b""
    location: str = ""
    retry_after: float | None = None
    reason: Reason | None = None
    detail: str = ""


class Asking(Protocol):
    """One request for a robots.txt."""

    async def __call__(self, url: str) -> RobotsAnswer:
        """Ask for `url` without following redirects; no answer is an answer of status 0."""


IsNeedless = Callable[[], Awaitable[bool]]
"""Tells whether somebody else has asked meanwhile."""


class AskingInTurn(Protocol):
    """One request for a robots.txt, when it is our turn at its host."""

    async def __call__(self, url: str, is_needless: IsNeedless) -> RobotsAnswer | None:
        """Ask as `Asking` does, unless at that moment `is_needless`: then return None."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin lets us do.

    `crawl_delay` is in seconds, 0 where none is asked for. `refusal` says why nothing at all may be fetched,
    empty where something may, and `reason` is how that is to be counted.
    """

    origin: str
    crawl_delay: float = 0.0
    sitemaps: tuple[str, ...] = ()
    refusal: str = ""
    reason: Reason = "robots-denied"
    agent: str = ""
    file: Protego | None = field(default=None, repr=False, compare=False)

    def allows(self, url: str) -> bool:
        """Tell whether `url`, an address of this origin, may be fetched."""
        if self.refusal:
            return False
        return self.file is None or self.file.can_fetch(url, _OURS)

    def why_not(self, url: str) -> str:
        """Return one line that says why `url` may not be fetched."""
        return self.refusal or f"robots.txt of {self.origin} keeps {self.agent} out of {url}"


def agent_token(user_agent: str) -> str:
    """Return the name by which robots.txt knows us: the first product token, without its version."""
    words = user_agent.replace("/", " ").split()
    return words[0] if words else "*"


def read_rules(kept: CachedRobots, origin: str, agent: str) -> Rules:
    """Return what a fetched robots.txt means (RFC 9309, 2.3.1)."""
    name = f"{origin}/robots.txt"
    if kept.status == 0:
        reason, _, detail = kept.body.decode("utf-8", "replace").partition(": ")
        refusal = f"{name} could not be fetched: {detail or reason or 'no answer'}"
        return Rules(origin, refusal=refusal, reason=_reason(reason), agent=agent)
    if _is_unreachable(kept.status):
        refusal = f"{name} answered {kept.status}: until it can be read, nothing may be fetched"
        return Rules(origin, refusal=refusal, agent=agent)
    if not 200 <= kept.status < 300:  # noqa: PLR2004
        return Rules(origin, agent=agent)
    text = _decode(kept.body)
    return Rules(origin, agent=agent) if _is_markup(text) else _parse(text, origin, agent)


def _parse(text: str, origin: str, agent: str) -> Rules:
    file = Protego.parse(_name_groups(text, agent))
    delay = file.crawl_delay(_OURS) or 0.0
    sitemaps = (join(f"{origin}/", sitemap) for sitemap in list(file.sitemaps)[:_MAX_SITEMAPS])
    refusal = ""
    if delay > LONGEST_CRAWL_DELAY:
        refusal = f"robots.txt of {origin} asks for {delay:,.0f} s between requests; we wait {LONGEST_CRAWL_DELAY:.0f} s at most"
    return Rules(
        origin,
        crawl_delay=min(delay, LONGEST_CRAWL_DELAY),
        sitemaps=tuple(dict.fromkeys(filter(None, sitemaps))),
        refusal=refusal,
        agent=agent,
        file=file,
    )


def _name_groups(text: str, agent: str) -> str:
    """Return a robots.txt whose groups are ours, those of all robots, and others'.

    Names are compared whole, in any case (RFC 9309, 2.2.1); a version behind one, as operators copy it from their
    logs, is no part of it. The parser would take `my` for `mycrawler`, and not know `mycrawler/1.0`.
    """
    own = re.compile(rf"\**{re.escape(agent)}(?![\w-])", re.IGNORECASE)

    def name(line: str) -> str:
        group = _GROUP.match(line)
        said = group[1].split() if group else []
        if not said:
            return line
        return f"User-agent: {'*' if said[0] == '*' else _OURS if own.match(said[0]) else _OTHERS}"

    return "\n".join(name(line) for line in text.splitlines())


def _reason(word: str) -> Reason:
    return next((reason for reason in REASONS if reason == word), "connect")


def _decode(body: bytes) -> str:
    body = _cut(body)
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace").replace("\0", "")
    return body.decode("utf-8", "replace").replace("\0", "")


def _cut(body: bytes) -> bytes:
    """Return what is read of a file: half a line at the end could forbid, or allow, what nobody wrote."""
    if len(body) < MAX_BYTES:
        return body
    head = body[:MAX_BYTES]
    return head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1]


def _is_markup(text: str) -> bool:
    """Tell a page from a robots.txt: some servers answer every address with a page."""
    head = text[:1_000].lstrip().lower()
    return head.startswith("<") or "<!doctype html" in head or "<html" in head


class RobotsBook:
    """The rules of every origin: fetched when first needed, kept for a day, asked for once at a time."""

    def __init__(self, agent: str, cache: RobotsCache, ask: AskingInTurn, surroundings: Surroundings) -> None:
        """Keep files in `cache`; `ask` makes one polite request."""
        self._agent = agent
        self._cache = cache
        self._ask = ask
        self._surroundings = surroundings
        # Rules, and until when they hold by the monotonic clock; the origin fetched last is behind.
        self._known: OrderedDict[str, tuple[Rules, float]] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def rules_for(self, url: str) -> Rules:
        """Return the rules of the origin of `url`, which is asked for them where they are not at hand."""
        origin = origin_of(url)
        rules = self._at_hand(origin)
        if rules is not None:
            return rules
        lock = self._locks.setdefault(origin, asyncio.Lock())
        async with lock:
            return self._at_hand(origin) or await self._load(origin)

    def _at_hand(self, origin: str) -> Rules | None:
        known = self._known.get(origin)
        return known[0] if known is not None and self._surroundings.monotonic() < known[1] else None

    async def _load(self, origin: str) -> Rules:
        kept, seconds = await self._find(origin)
        if kept is None or seconds <= 0:
            kept, seconds = await self._renew(origin, kept)
        rules = read_rules(kept, origin, self._agent)
        self._known[origin] = (rules, self._surroundings.monotonic() + seconds)
        self._known.move_to_end(origin)
        while len(self._known) > _MEMORY:
            self._known.popitem(last=False)
        return rules

    async def _find(self, origin: str) -> tuple[CachedRobots | None, float]:
        """Return the file that is kept, if one is, and for how many seconds it still holds."""
        kept = await self._surroundings.run(partial(self._cache.find_robots, origin))
        return kept, _seconds_left(kept, self._surroundings.now()) if kept is not None else 0.0

    async def _renew(self, origin: str, old: CachedRobots | None) -> tuple[CachedRobots, float]:
        """Return the file as it is now, and for how many seconds it holds."""
        answer = await self._follow(origin)
        if answer is None:
            kept, seconds = await self._find(origin)
            return (kept, seconds) if kept is not None else await self._renew(origin, old)
        now = self._surroundings.now()
        body = (
            answer.body[:MAX_BYTES]
            if answer.status
            else f"{answer.reason or 'connect'}: {answer.detail}".encode()
        )
        new = CachedRobots(now, answer.status, body)
        if old is not None and _is_unreachable(new.status) and _is_usable(old, now):
            _log.info("%s/robots.txt cannot be had now: its last copy is used", origin)
            return old, _FRESH_REFUSAL
        await self._surroundings.run(partial(self._cache.keep_robots, origin, new))
        return new, _lifetime(new.status)

    async def _follow(self, origin: str) -> RobotsAnswer | None:
        """Ask, redirects included; None where others who share the cache have done so while we waited."""

        async def is_needless() -> bool:
            return (await self._find(origin))[1] > 0

        url = f"{origin}/robots.txt"
        for _ in range(_MAX_REDIRECTS + 1):
            answer = await self._ask(url, is_needless)
            if answer is None or not 300 <= answer.status < 400:  # noqa: PLR2004
                return answer
            target = join(url, answer.location) if answer.location else None
            if target is None:
                break
            url = target
        # RFC 9309, 2.3.1.2: more redirects than five are as good as no file.
        return RobotsAnswer(_NOT_FOUND)


def _is_unreachable(status: int) -> bool:
    return status in (0, 429) or status >= 500  # noqa: PLR2004


def _is_usable(old: CachedRobots, now: datetime) -> bool:
    return not _is_unreachable(old.status) and timedelta(0) <= now - old.fetched_at < _STALE


def _lifetime(status: int) -> float:
    if status == 0:
        return _FRESH_SILENCE
    return _FRESH_REFUSAL if _is_unreachable(status) else _FRESH


def _seconds_left(kept: CachedRobots, now: datetime) -> float:
    """Return for how long a kept file holds; one from the future is none, for a clock was wrong."""
    age = (now - kept.fetched_at).total_seconds()
    return _lifetime(kept.status) - age if age >= 0 else 0.0
