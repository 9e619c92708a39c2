"""What a body shows itself to be by its beginning, and where a page sends its readers on to."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scraper.types import Kind

_REACH = 4_096
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")  # Of UTF-16, which no pattern for bytes meets.
_GZIP = b"\x1f\x8b"
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:(?><\?.*?\?>|<!--.*?-->|<!doctype\b[^\[>]*(?:\[.*?\]\s*)?>)\s*+)*+<([a-z][\w:.-]*)",
    re.IGNORECASE | re.DOTALL,
)
_BEGINS_A_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]{0,200}>\s*+|<!--[^>]{0,500}-->\s*+)*(?:<!doctype\s+html|<html|<head|<body|<title|<meta)\b",
    re.IGNORECASE,
)
_JSON_FEED = re.compile(rb"(?:\xef\xbb\xbf)?\s*+\{.*https?:(?://|\\/\\/)jsonfeed\.org(?:/|\\/)", re.DOTALL)
_NO_MARKUP = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style|textarea|noscript)\b.*?(?:</\1|\Z)", re.IGNORECASE | re.DOTALL
)
_META = re.compile(rb"<meta\s[^>]{0,1000}>", re.IGNORECASE)
_IS_REFRESH = re.compile(rb"\bhttp-equiv\s*=\s*[\"']?\s*refresh\b", re.IGNORECASE)
_CONTENT = re.compile(rb"\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_SENDS_ON = re.compile(r"\s*(\d{1,4})(?:\.\d*)?\s*[;,]\s*url\s*=\s*[\"']?([^\"']+)", re.IGNORECASE)
# What waits longer is there to be read, and mostly sends on to itself.
_LONGEST_PAUSE_SECONDS = 5


def begins_a_page(body: bytes) -> bool:
    """Tell whether a body begins as an HTML page does."""
    return _BEGINS_A_PAGE.match(body) is not None


def kind_of_body(body: bytes) -> Kind | None:
    """Return what a body shows itself to be, whatever its address or header says; None if it does not show."""
    head = body[:_REACH]
    if head.startswith(_GZIP):
        return "sitemap"
    if head.startswith(WIDE_MARKS):
        head = head[2:].replace(b"\0", b"")
    root = _ROOT.match(head)
    name = root[1].rpartition(b":")[2].lower() if root else b""
    if name in (b"urlset", b"sitemapindex"):
        return "sitemap"
    if name in (b"rss", b"feed", b"rdf") or _JSON_FEED.match(head):
        return "feed"
    return "page" if begins_a_page(head) else None


def find_refresh(body: bytes) -> str:
    """Return where the head of a page sends its readers at once, as it spells it; empty if it does not."""
    for tag in _META.findall(_NO_MARKUP.sub(b" ", body[:_REACH])):
        content = _CONTENT.search(tag) if _IS_REFRESH.search(tag) else None
        said = content and _SENDS_ON.match(
            html.unescape((content[1] or content[2] or b"").decode("utf-8", "replace"))
        )
        if said and int(said[1]) <= _LONGEST_PAUSE_SECONDS:
            return said[2].strip()
    return ""
