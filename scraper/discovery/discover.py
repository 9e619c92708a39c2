"""A fetched page, feed or sitemap to the addresses that it leads to; pure, and run in worker processes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scraper.discovery import feeds, sitemaps
from scraper.discovery.links import read_links
from scraper.discovery.scope import Scope
from scraper.durations import DAY
from scraper.lastmod import is_settled, read_lastmod
from scraper.net.kinds import kind_of_body
from scraper.store.base import Found
from scraper.urls import host_of, identify, join, without_tracking
from scraper.weburl import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scraper.config import Source
    from scraper.discovery.feeds import Entry
    from scraper.discovery.links import Links
    from scraper.types import Kind, Page

# Priorities, lower first. A source's own address comes before all: it tells whether the others are worth asking for.
_HUB, _FEED, _SITEMAP, _IN_FEED, _IN_SITEMAP, _LINKED = 0, 1, 2, 5, 6, 10
_ARCHIVED = 12  # In a sitemap, and not known to be new: after what the front page links.
_NEW_DAYS = 7
_MAX_FEEDS = 20
_SITEMAP_NAME = re.compile(r".*/[^/]*sitemap[^/]*\.(?:xml|txt)(?:\.gz)?", re.IGNORECASE)
_FEED_NAME = re.compile(r".*(?:\.(?:rss|atom|rdf|xml)|/(?:feed|rss|atom)/?|/feed\.json)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Discovered:
    """Where a page leads. `canonical` is what it calls its own address.

    `notes` say what was left out and why, each with how many addresses, or for a whole file 1.
    """

    found: tuple[Found, ...] = ()
    canonical: str = ""
    notes: tuple[tuple[str, int], ...] = ()


def seeds(source: Source, named_sitemaps: Sequence[str] = ()) -> list[Found]:
    """Return what a run over a source begins with: its own address, and sitemaps.

    `named_sitemaps` are those of robots.txt, which alone may lie on another host; without any the common
    places are tried. Raises ValueError where the source's address is none.
    """
    kind = kind_of_name(source.url)
    priority = {"feed": _FEED, "sitemap": _SITEMAP, "page": _HUB}[kind]
    found = _found(source.url, kind, priority=priority, is_hub=True)
    begin = [found] if found else []
    if "sitemap" in source.discover and kind == "page":
        places = named_sitemaps or _places(source.url, sitemaps.COMMON_PLACES)
        begin += filter(None, (_found(place, "sitemap", priority=_SITEMAP) for place in places))
    if source.discover == ("sitemap",) and len(begin) > 1:
        begin = begin[1:]
    return list({one.key: one for one in begin}.values())


def discover(page: Page, kind: Kind, depth: int, source: Source, agent: str = "") -> Discovered:
    """Return the addresses that a fetched page, feed or sitemap leads to, within the scope of its source.

    `kind` and `depth` are those under which `page` was leased; a body is read as what it shows itself to be.
    `agent` is the name by which robots.txt knows us.
    """
    scope = Scope.of(source, page.fetched_at.year)
    kind = kind_of_body(page.body) or kind
    if kind == "page":
        return _from_page(page, read_links(page, agent), depth, source, scope)
    if kind == "feed":
        return _from_feed(page, depth, source, scope)
    return _from_sitemap(page, depth, scope)


def kind_of_name(url: str) -> Kind:
    """Guess from an address alone what it leads to. Raises ValueError where it is none."""
    path = parse(url).path
    if _SITEMAP_NAME.fullmatch(path):
        return "sitemap"
    return "feed" if _FEED_NAME.fullmatch(path) else "page"


def _from_page(page: Page, links: Links, depth: int, source: Source, scope: Scope) -> Discovered:
    found: list[Found] = []
    # Deeper pages name the feeds of their own comments.
    if depth == 0 and "feed" in source.discover:
        named = [url for url in links.feeds if "/comments/" not in url]
        places = named[:_MAX_FEEDS] or _places(page.final_url, feeds.COMMON_PLACES)
        found += filter(None, (_found(place, "feed", priority=_FEED) for place in places))
    notes = _each_once(links.notes)
    if "links" in source.discover and depth < source.max_depth:
        pages = _in_scope((feeds.Entry(url) for url in links.links), scope, notes)
        found += _pages(pages, depth + 1, _LINKED + depth + 1)
    return Discovered(_unique(found, page), links.canonical, tuple(notes))


def _from_feed(page: Page, depth: int, source: Source, scope: Scope) -> Discovered:
    feed = feeds.read_feed(page.body, page.final_url)
    entries: Iterable[Entry] = feed.entries
    if "sitemap" in source.discover:
        # Feed and sitemap seldom give a page one date, and a date that goes to and fro has it fetched each time.
        entries = (feeds.Entry(entry.url) for entry in entries)
    notes = _each_once(feed.notes)
    found = _pages(_in_scope(entries, scope, notes, is_list=True), depth + 1, _IN_FEED)
    return Discovered(_unique(found, page), notes=tuple(notes))


def _from_sitemap(page: Page, depth: int, scope: Scope) -> Discovered:
    sitemap = sitemaps.read_sitemap(page.body, page.final_url)
    notes = _each_once(sitemap.notes)
    found: list[Found] = []
    for entry in _in_scope(sitemap.pages, scope, notes, is_list=True):
        priority = _IN_SITEMAP if _is_new(entry, page.fetched_at.timestamp()) else _ARCHIVED
        found += _pages([entry], depth + 1, priority)
    hosts = {scope.host, host_of(page.final_url)}
    within = [entry for entry in sitemap.sitemaps if host_of(entry.url) in hosts]
    if len(within) < len(sitemap.sitemaps):
        notes.append(("sitemaps of other hosts", len(sitemap.sitemaps) - len(within)))
    if depth >= sitemaps.MAX_DEPTH and within:
        notes.append((f"sitemaps more than {sitemaps.MAX_DEPTH} deep in others", len(within)))
        within = []
    for entry in within:
        one = _found(entry.url, "sitemap", priority=_SITEMAP, depth=depth + 1, modified=entry.modified)
        found += [one] if one else []
    return Discovered(_unique(found, page), notes=tuple(notes))


def _is_new(entry: Entry, now: float) -> bool:
    modified = read_lastmod(entry.modified) or 0.0
    return modified > now - _NEW_DAYS * DAY and is_settled(modified, now)


def _in_scope(
    entries: Iterable[Entry], scope: Scope, notes: list[tuple[str, int]], *, is_list: bool = False
) -> Iterator[Entry]:
    """Yield the entries that belong to a source, and at the end note what looks like a trap.

    Of what `is_list`, a feed or a sitemap, all is noted that kept it from leading anywhere.
    """
    is_barren = is_list
    reasons: Counter[str] = Counter()
    for entry in entries:
        reason = scope.refuses(entry.url)
        if reason:
            reasons[reason] += 1
        else:
            is_barren = False
            yield entry
    notes += [pair for pair in reasons.items() if is_barren or pair[0].startswith("trap: ")]


def _each_once(notes: Iterable[str]) -> list[tuple[str, int]]:
    return [(note, 1) for note in notes]


def _pages(entries: Iterable[Entry], depth: int, priority: int) -> list[Found]:
    found = (
        _found(entry.url, "page", priority=priority, depth=depth, modified=entry.modified)
        for entry in entries
    )
    return [one for one in found if one is not None]


def _unique(found: Iterable[Found], page: Page) -> tuple[Found, ...]:
    """Return each address once, in order, without the page's own."""
    by_key: dict[str, Found] = {}
    for one in found:
        by_key.setdefault(one.key, one)
    for url in (page.url, page.final_url):
        by_key.pop(identify(url), None)
    return tuple(by_key.values())


def _found(
    url: str, kind: Kind, *, priority: int, depth: int = 0, modified: str = "", is_hub: bool = False
) -> Found | None:
    try:
        return Found(
            identify(url), without_tracking(url), host_of(url), kind, depth, priority, modified, is_hub
        )
    except ValueError:
        return None


def _places(url: str, paths: Iterable[str]) -> list[str]:
    return [place for path in paths if (place := join(url, path)) is not None]
