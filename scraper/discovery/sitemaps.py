"""Sitemaps to the pages and sitemaps they name (https://www.sitemaps.org/protocol.html): XML, text, and gzipped."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped]

from scraper.config import SITEMAP_BYTES
from scraper.discovery.feeds import Entry, escape_ampersands
from scraper.urls import join

if TYPE_CHECKING:
    from collections.abc import Iterator

# The protocol's own limits.
MAX_ENTRIES = 50_000
MAX_BYTES = SITEMAP_BYTES
MAX_DEPTH = 3  # Of sitemaps in sitemaps; the protocol knows one.
# Where sites have their sitemap that do not say so in robots.txt.
COMMON_PLACES = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml")
_GZIP = b"\x1f\x8b"
_LONGEST_DATE = 64
_TOO_LARGE = f"only the first {MAX_BYTES // 1024 // 1024} MB are used"


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap names, in its order, none twice: pages, and further sitemaps."""

    pages: tuple[Entry, ...] = ()
    sitemaps: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """Return what the sitemap at `url` names, up to the protocol's limits; notes say what is left out."""
    notes: list[str] = []
    data = _unzip(body, notes)
    if len(data) > MAX_BYTES:
        data = data[:MAX_BYTES]
        notes.append(_TOO_LARGE)
    named = _Named(url, notes)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        _read_xml(data, named)
    else:
        _read_text(data, named)
    if not named.pages and not named.sitemaps and not notes:
        notes.append("a sitemap that names nothing")
    return Sitemap(tuple(named.pages.values()), tuple(named.sitemaps.values()), tuple(notes))


class _Named:
    """What was named so far."""

    def __init__(self, url: str, notes: list[str]) -> None:
        self.url = url
        self.notes = notes
        self.pages: dict[str, Entry] = {}
        self.sitemaps: dict[str, Entry] = {}
        self._entries = 0

    def take(self, link: str, modified: str = "", *, is_sitemap: bool = False) -> bool:
        """Take the link of an entry, if it has one; False once there are more entries than a sitemap may have."""
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            self.notes.append(f"only the first {MAX_ENTRIES:,} entries are used")
            return False
        address = join(self.url, link.strip()) if link.strip() else None
        if address is not None:
            kind = self.sitemaps if is_sitemap else self.pages
            kind.setdefault(address, Entry(address, modified.strip()[:_LONGEST_DATE]))
        return True

    def drop_last(self) -> None:
        """Forget what was named last, for only half of it was."""
        for kind in (self.pages, self.sitemaps):
            if kind:
                kind.popitem()
                self.notes.append("a sitemap that is cut off")


def _unzip(body: bytes, notes: list[str]) -> bytes:
    """Return the bytes of a gzipped file, member by member, never much more than a sitemap may have."""
    if not body.startswith(_GZIP):
        return body
    parts: list[bytes] = []
    room = MAX_BYTES + 1
    try:
        while body.startswith(_GZIP) and room > 0:
            member = zlib.decompressobj(31)
            parts.append(member.decompress(body, room))
            room -= len(parts[-1])
            body = member.unused_data
            if not member.eof and room > 0:
                notes.append("a gzipped sitemap that is cut off")
                break
    except zlib.error:
        notes.append("a gzipped sitemap that is damaged")
    return b"".join(parts)


def _read_xml(data: bytes, named: _Named) -> None:
    events = etree.iterparse(
        BytesIO(escape_ampersands(data)),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
    )
    try:
        for _, element in events:
            is_sitemap = etree.QName(element).localname == "sitemap"
            facts = dict(_facts_of(element))
            if not named.take(facts.get("loc", ""), facts.get("lastmod", ""), is_sitemap=is_sitemap):
                return
            _forget(element)
        if _ends_in_an_address(data):
            named.drop_last()
    except etree.LxmlError:
        named.notes.append("a sitemap that is damaged: what stands before the damage is used")


def _ends_in_an_address(data: bytes) -> bool:
    """Tell whether a file is cut off within an address, of which the parser would make a shorter one."""
    last = data.rfind(b"<", 0, max(0, data.rfind(b"loc>")))
    return last >= 0 and data[last + 1 : last + 2] != b"/"


def _facts_of(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield names and texts of an entry's own children; those of images and videos have another namespace."""
    own = etree.QName(element).namespace
    for child in element:
        if isinstance(child.tag, str) and etree.QName(child).namespace == own:
            yield etree.QName(child).localname, child.text or ""


def _forget(element: etree._Element) -> None:
    """Let go of an entry and what stands before it, so that memory does not grow with the file."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _read_text(data: bytes, named: _Named) -> None:
    for line in data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").splitlines():
        link = line.strip()
        if link.startswith(("http://", "https://")) and not named.take(link):
            return
