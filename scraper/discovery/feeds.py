"""Feeds to the pages they name: RSS, Atom and JSON Feed."""

from __future__ import annotations

import html
import json
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastfeedparser import parse  # type: ignore[import-untyped]

from scraper.net.kinds import WIDE_MARKS
from scraper.urls import join

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_ENTRIES = 2_000
# Where sites have their feed that do not say where it is.
COMMON_PLACES = ("/feed", "/rss.xml", "/atom.xml", "/feed.json", "/index.xml")
_BASE = re.compile(
    rb"<(?:\w+:)?(?:rss|feed|rdf)\b[^>]{0,2000}?\bxml:base\s*=\s*[\"']([^\"'<>]{1,2000})", re.IGNORECASE
)
_XML_BASE = re.compile(rb"\bxml:base\s*=\s*[\"']([^\"'<>]{1,2000})", re.IGNORECASE)
_LINK = re.compile(rb"<(/?)(?:[\w-]+:)?(entry|link)\b([^<>]{0,4000})>", re.IGNORECASE)
_HREF = re.compile(rb"(\bhref\s*=\s*[\"'])([^\"'<>]{1,4000})", re.IGNORECASE)
_IS_ATOM = re.compile(rb"<(?:[\w-]+:)?feed\b", re.IGNORECASE)
_AMPERSAND = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!#?\w{1,30};)", re.DOTALL)
_HEAD = 8_192
_ALTERNATE = ("alternate", "http://www.iana.org/assignments/relation/alternate")
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_LONGEST_DATE = 64
# What the parser raises on feeds made to break it, beside its own ValueError.
_BREAKS = (
    ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError, SyntaxError,
)  # fmt: skip
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that a feed or sitemap names; `modified` is its last change, in the file's own words."""

    url: str
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """The pages of a feed, in its order."""

    entries: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()


def read_feed(body: bytes, url: str) -> Feed:
    """Return the pages that the feed at `url` names, the first 2,000; a note says why there are none."""
    is_json = body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    try:
        items = _json_items(body) if is_json else _xml_items(_write_out(escape_ampersands(body), url))
    except _BREAKS as error:
        _log.debug("%s: %s", url, error)
        return Feed(notes=("not a feed that can be read",))
    base = url if is_json else _base_of(body[:_HEAD], url, _BASE)
    entries: dict[str, Entry] = {}
    for link, modified in items:
        address = join(base, link)
        if address is not None:
            entries.setdefault(address, Entry(address, modified[:_LONGEST_DATE]))
        if len(entries) >= MAX_ENTRIES:
            return Feed(tuple(entries.values()), (f"only the first {MAX_ENTRIES:,} entries are used",))
    return Feed(tuple(entries.values()))


def escape_ampersands(data: bytes) -> bytes:
    """Return XML in which every bare ampersand is written as one, of which a parser would else lose a parameter."""
    if data.startswith(WIDE_MARKS):
        return data
    return _AMPERSAND.sub(lambda found: b"&amp;" if found[0] == b"&" else found[0], data)


def _write_out(data: bytes, url: str) -> bytes:
    """Return Atom in which links are absolute whose entry has a base of its own: the parser does not tell of it."""
    feed_base = base = _base_of(data[:_HEAD], url, _BASE)

    def write_out(tag: re.Match[bytes]) -> bytes:
        nonlocal base
        if tag[2].lower() == b"entry":
            base = feed_base if tag[1] else _base_of(tag[3], feed_base, _XML_BASE)
            return tag[0]
        own = _base_of(tag[3], base, _XML_BASE)
        return (
            tag[0] if own == feed_base else _HREF.sub(lambda href: href[1] + _absolute(href[2], own), tag[0])
        )

    return _LINK.sub(write_out, data) if b"xml:base" in data else data


def _absolute(href: bytes, base: str) -> bytes:
    """Return a link within markup, written out; as it was where it is no link, or no UTF-8."""
    try:
        address = join(base, html.unescape(href.decode()))
    except UnicodeDecodeError:
        return href
    return html.escape(address).encode() if address else href


def _xml_items(body: bytes) -> Iterable[tuple[str, str]]:
    # Bytes, never text: a text that begins like an address is fetched by the library itself.
    feed = parse(
        bytes(body),
        include_content=False,
        include_tags=False,
        include_media=False,
        include_enclosures=False,
    )
    read = _read_atom_item if _IS_ATOM.search(body[:_HEAD]) else _read_item
    return list(filter(None, map(read, feed["entries"])))


def _json_items(body: bytes) -> Iterable[tuple[str, str]]:
    feed = json.loads(body.decode("utf-8-sig", "replace"))
    items = feed["items"]
    if not isinstance(items, list):
        raise TypeError("items is no list")
    return list(filter(None, map(_read_json_item, items)))


def _read_atom_item(item: Any) -> tuple[str, str] | None:  # noqa: ANN401 - the library's own dict
    """Read an entry, whose page is its alternate link: one with that relation, or none (RFC 4287, 4.2.7.2)."""
    pages = [
        link for link in item.get("links") or () if (link.get("rel") or "alternate").lower() in _ALTERNATE
    ]
    best = next((link for link in pages if (link.get("type") or "text/html") in _PAGE_TYPES), None)
    link = best or next(iter(pages), None)
    return _read_item({**item, "link": link["href"].strip() if link else ""})


def _read_item(item: Any) -> tuple[str, str] | None:  # noqa: ANN401 - the library's own dict
    link = item.get("link") or item.get("id") or ""
    if not isinstance(link, str) or not _may_be_page(link, item.get("link")):
        return None
    return link, str(item.get("updated") or item.get("published") or "")


def _read_json_item(item: object) -> tuple[str, str] | None:
    if not isinstance(item, dict):
        return None
    link = item.get("url") or item.get("id") or ""
    if not isinstance(link, str) or not _may_be_page(link, item.get("url")):
        return None
    return link, str(item.get("date_modified") or item.get("date_published") or "")


def _may_be_page(link: str, declared: object) -> bool:
    """Tell whether a link leads somewhere: a name that is no link does only where it is a whole address."""
    return bool(link) and (bool(declared) or link.startswith(("http://", "https://")))


def _base_of(markup: bytes, url: str, pattern: re.Pattern[bytes]) -> str:
    said = pattern.search(markup)
    return (join(url, html.unescape(said[1].decode("utf-8", "replace"))) or url) if said else url
