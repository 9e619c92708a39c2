"""A fetched page, feed or sitemap to the addresses that it leads to; pure, and run in worker processes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scraper.discovery import feeds, sitemaps
from scraper.discovery.links import read_links
from scraper.discovery.scope import Scope
from scraper.durations import DAY
from scraper.lastmod import is_settled, read_lastmod
from scraper.store.base import Found
from scraper.urls import host_of, identify, join, without_tracking
from scraper.weburl import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scraper.config import Source
    from scraper.discovery.feeds import Entry
    from scraper.types import Kind, Page

# Priorities, lower first. A source's own address comes before all: it tells whether the others are worth asking for.
_HUB, _FEED, _SITEMAP, _IN_FEED, _IN_SITEMAP, _LINKED = 0, 1, 2, 5, 6, 10
_ARCHIVED = 12  # In a sitemap, and not known to be new: after what the front page links.
_NEW_DAYS = 7
_MAX_FEEDS = 20
_REACH = 4_096
_SITEMAP_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:urlset|sitemapindex)\b", re.IGNORECASE)
_FEED_ROOT = re.compile(rb"<(?:rss|(?:[\w.-]+:)?feed|rdf:rdf)\b|https?://jsonfeed\.org/", re.IGNORECASE)
_SITEMAP_NAME = re.compile(r".*/[^/]*sitemap[^/]*\.(?:xml|txt)(?:\.gz)?", re.IGNORECASE)
_FEED_NAME = re.compile(r".*(?:\.(?:rss|atom|rdf|xml)|/(?:feed|rss|atom)/?|/feed\.json)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Discovered:
    """Where a page leads. `canonical` is what it calls its own address; notes say what was left out, and why."""

    found: tuple[Found, ...] = ()
    canonical: str = ""
    notes: tuple[str, ...] = ()


def seeds(source: Source, named_sitemaps: Sequence[str] = ()) -> list[Found]:
    """Return what a run over a source begins with: its own address, and sitemaps.

    `named_sitemaps` are those of robots.txt, which alone may lie on another host; without any the common
    places are tried. Raises ValueError where the source's address is none.
    """
    kind = kind_of_name(source.url)
    priority = {"feed": _FEED, "sitemap": _SITEMAP, "page": _HUB}[kind]
    found = _found(source.url, kind, priority=priority, is_hub=kind == "page")
    begin = [found] if found else []
    if "sitemap" in source.discover and kind == "page":
        places = named_sitemaps or _places(source.url, sitemaps.COMMON_PLACES)
        begin += filter(None, (_found(place, "sitemap", priority=_SITEMAP) for place in places))
    if source.discover == ("sitemap",) and len(begin) > 1:
        begin = begin[1:]
    return list({one.key: one for one in begin}.values())


def discover(page: Page, kind: Kind, depth: int, source: Source) -> Discovered:
    """Return the addresses that a fetched page, feed or sitemap leads to, within the scope of its source.

    `kind` and `depth` are those under which `page` was leased; a body that shows itself to be a feed or a
    sitemap is read as one.
    """
    scope = Scope.of(source, page.fetched_at.year)
    if kind == "page":
        return _from_page(page, depth, source, scope)
    if _shown_kind(page.body, kind) == "feed":
        return _from_feed(page, depth, source, scope)
    return _from_sitemap(page, depth, scope)


def kind_of_name(url: str) -> Kind:
    """Guess from an address alone what it leads to. Raises ValueError where it is none."""
    path = parse(url).path
    if _SITEMAP_NAME.fullmatch(path):
        return "sitemap"
    return "feed" if _FEED_NAME.fullmatch(path) else "page"


def _from_page(page: Page, depth: int, source: Source, scope: Scope) -> Discovered:
    links = read_links(page)
    found: list[Found] = []
    # Deeper pages name the feeds of their own comments.
    if depth == 0 and "feed" in source.discover:
        named = [url for url in links.feeds if "/comments/" not in url]
        places = named[:_MAX_FEEDS] or _places(page.final_url, feeds.COMMON_PLACES)
        found += filter(None, (_found(place, "feed", priority=_FEED) for place in places))
    notes = list(links.notes)
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
    notes = list(feed.notes)
    return Discovered(
        _unique(_pages(_in_scope(entries, scope, notes), depth + 1, _IN_FEED), page), notes=tuple(notes)
    )


def _from_sitemap(page: Page, depth: int, scope: Scope) -> Discovered:
    sitemap = sitemaps.read_sitemap(page.body, page.final_url)
    notes = list(sitemap.notes)
    found: list[Found] = []
    for entry in _in_scope(sitemap.pages, scope, notes):
        priority = _IN_SITEMAP if _is_new(entry, page.fetched_at.timestamp()) else _ARCHIVED
        found += _pages([entry], depth + 1, priority)
    hosts = {scope.host, host_of(page.final_url)}
    within = [entry for entry in sitemap.sitemaps if host_of(entry.url) in hosts]
    if len(within) < len(sitemap.sitemaps):
        notes.append(f"{len(sitemap.sitemaps) - len(within):,} sitemaps of other hosts are not read")
    if depth >= sitemaps.MAX_DEPTH and within:
        notes.append(f"sitemaps more than {sitemaps.MAX_DEPTH} deep in others are not read")
        within = []
    for entry in within:
        one = _found(entry.url, "sitemap", priority=_SITEMAP, depth=depth + 1, modified=entry.modified)
        found += [one] if one else []
    return Discovered(_unique(found, page), notes=tuple(notes))


def _is_new(entry: Entry, now: float) -> bool:
    modified = read_lastmod(entry.modified) or 0.0
    return modified > now - _NEW_DAYS * DAY and is_settled(modified, now)


def _in_scope(entries: Iterable[Entry], scope: Scope, notes: list[str]) -> list[Entry]:
    """Return the entries that belong to a source, and note what looks like a trap."""
    kept: list[Entry] = []
    traps: dict[str, int] = {}
    for entry in entries:
        reason = scope.refuses(entry.url)
        if not reason:
            kept.append(entry)
        elif reason.startswith("trap: "):
            traps[reason] = traps.get(reason, 0) + 1
    notes += (f"{reason} ({count:,} addresses left out)" for reason, count in traps.items())
    return kept


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


def _shown_kind(body: bytes, kind: Kind) -> Kind:
    head = body[:_REACH]
    if _SITEMAP_ROOT.search(head):
        return "sitemap"
    return "feed" if _FEED_ROOT.search(head) else kind
