"""Feeds to the pages they name: RSS, Atom and JSON Feed."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastfeedparser import parse  # type: ignore[import-untyped]

from scraper.urls import join

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_ENTRIES = 2_000
# Where sites have their feed that do not say where it is.
COMMON_PLACES = ("/feed", "/rss.xml", "/atom.xml", "/feed.json", "/index.xml")
_BASE = re.compile(
    rb"<(?:\w+:)?(?:rss|feed|rdf)\b[^>]{0,2000}?\bxml:base\s*=\s*[\"']([^\"'<>]{1,2000})", re.IGNORECASE
)
_HEAD = 8_192
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
        items = _json_items(body) if is_json else _xml_items(body)
    except _BREAKS as error:
        _log.debug("%s: %s", url, error)
        return Feed(notes=("not a feed that can be read",))
    base = url if is_json else _base_of(body, url)
    entries: dict[str, Entry] = {}
    for link, modified in items:
        address = join(base, link)
        if address is not None:
            entries.setdefault(address, Entry(address, modified[:_LONGEST_DATE]))
        if len(entries) >= MAX_ENTRIES:
            return Feed(tuple(entries.values()), (f"only the first {MAX_ENTRIES:,} entries are used",))
    return Feed(tuple(entries.values()))


def _xml_items(body: bytes) -> Iterable[tuple[str, str]]:
    # Bytes, never text: a text that begins like an address is fetched by the library itself.
    feed = parse(
        bytes(body),
        include_content=False,
        include_tags=False,
        include_media=False,
        include_enclosures=False,
    )
    return list(filter(None, map(_read_item, feed["entries"])))


def _json_items(body: bytes) -> Iterable[tuple[str, str]]:
    feed = json.loads(body.decode("utf-8-sig", "replace"))
    items = feed["items"]
    if not isinstance(items, list):
        raise TypeError("items is no list")
    return list(filter(None, map(_read_json_item, items)))


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


def _base_of(body: bytes, url: str) -> str:
    said = _BASE.search(body[:_HEAD])
    return (join(url, said[1].decode("utf-8", "replace")) or url) if said else url
