"""Where a page leads: its links, the feeds that it names, its canonical address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from cleaners.charset import decode
from cleaners.errors import ParseError
from cleaners.guard import tame
from scraper.urls import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from scraper.types import Page

MAX_LINKS = 5_000
_WANTED = "a[href], area[href], base[href], link[href], meta[name][content]"
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_NO_FOLLOWING = frozenset({"nofollow", "none"})
_RULES_WITH_VALUES = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
_NAME = re.compile(r"\*|[\w.-]+")
_UNFOLLOWED = frozenset({"nofollow", "sponsored", "ugc"})  # What `rel` says of links that nobody vouches for.


@dataclass(slots=True)
class Links:
    """What a page's markup links to, every address absolute, in order, none twice.

    `may_follow` is False where the page asks robots not to follow its links; `links` is empty then.
    """

    links: dict[str, None] = field(default_factory=dict)
    feeds: dict[str, None] = field(default_factory=dict)
    canonical: str = ""
    may_follow: bool = True
    notes: tuple[str, ...] = ()


def read_links(page: Page, agent: str = "") -> Links:
    """Return where a page leads; a note says so where it cannot be read.

    `agent` is the name by which robots.txt knows us: a page may ask that robot alone not to follow its links.
    """
    try:
        markup = tame(decode(page.body, page.charset or None).text).text
    except ParseError as error:
        return Links(notes=(f"no links could be read: {error}",))
    tree = LexborHTMLParser(markup.encode("utf-8", "replace"))
    reading = _Reading(page.final_url, agent.lower())
    for node in tree.css(_WANTED):
        reading.read(node.tag or "", node)
    return reading.finish(_header_says_nofollow(page.headers, agent.lower()))


class _Reading:
    """What was read so far. A base holds for all of a page, so addresses are joined at the end."""

    def __init__(self, url: str, agent: str) -> None:
        self._base = url
        self._names = ("robots", agent or "robots")
        self._has_base = False
        self._hrefs: list[str] = []
        self._feeds: list[str] = []
        self._canonical = ""
        self._may_follow = True

    def read(self, tag: str, node: LexborNode) -> None:
        attributes = node.attributes
        if tag == "meta":
            self._read_meta(attributes)
            return
        href = attributes.get("href") or ""
        rel = set((attributes.get("rel") or "").lower().split())
        if tag == "base":
            if not self._has_base:
                self._base, self._has_base = join(self._base, href) or self._base, True
        elif tag == "link":
            self._read_relation(rel, href, (attributes.get("type") or "").lower())
        elif not rel & _UNFOLLOWED and not href.startswith("#"):
            self._hrefs.append(href)

    def _read_meta(self, attributes: dict[str, str | None]) -> None:
        if (attributes.get("name") or "").strip().lower() in self._names:
            rules = _own_rules((attributes.get("content") or "").lower(), "")
            self._may_follow = self._may_follow and not _NO_FOLLOWING.intersection(rules)

    def _read_relation(self, rel: set[str], href: str, kind: str) -> None:
        if "alternate" in rel and kind.partition(";")[0].strip() in _FEED_TYPES:
            self._feeds.append(href)
        elif "canonical" in rel:
            self._canonical = self._canonical or href
        elif "next" in rel:
            self._hrefs.append(href)

    def finish(self, is_closed: bool) -> Links:  # noqa: FBT001
        may_follow = self._may_follow and not is_closed
        hrefs = list(dict.fromkeys(self._hrefs)) if may_follow else []
        notes = (f"only the first {MAX_LINKS:,} links are used",) if len(hrefs) > MAX_LINKS else ()
        return Links(
            self._joined(hrefs[:MAX_LINKS]),
            self._joined(self._feeds[:MAX_LINKS]),
            (join(self._base, self._canonical) or "") if self._canonical else "",
            may_follow,
            notes,
        )

    def _joined(self, hrefs: list[str]) -> dict[str, None]:
        return dict.fromkeys(url for href in hrefs if (url := join(self._base, href)) is not None)


def _header_says_nofollow(headers: tuple[tuple[str, str], ...], agent: str) -> bool:
    """Tell whether X-Robots-Tag closes a page to all robots, or to us."""
    said = (value.lower() for name, value in headers if name.lower() == "x-robots-tag")
    return any(_NO_FOLLOWING.intersection(_own_rules(value, agent)) for value in said)


def _own_rules(value: str, agent: str) -> Iterator[str]:
    """Yield the rules of a header that are for everybody or for us; a name holds until the next one."""
    is_ours = True
    for part in value.split(","):
        head, colon, rest = part.partition(":")
        name = head.strip().partition("/")[0]
        if colon and name in _RULES_WITH_VALUES:
            continue
        is_name = bool(colon) and _NAME.fullmatch(name) is not None
        if is_name:
            is_ours = name in ("*", agent)
        if is_ours:
            yield from (rest if is_name else part).split()
