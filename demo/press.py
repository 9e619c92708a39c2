"""What a paper answers to an address."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from demo import lists

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from demo.papers import Edition

HTML = "text/html; charset=utf-8"
_CALENDAR = re.compile(r"/calendar/(\d{4})/(\d\d)/(?:\d\d/)?")
_FOUNDED = datetime(2026, 1, 1, tzinfo=UTC)
_SOFT_404 = (
    "<!doctype html><html lang='en'><head><title>Page not found – Upland Record</title></head><body><h1>Page not found"
    "</h1><p>Sorry, the page you are looking for does not exist or has been moved.</p><a href='/'>Home</a></body></html>"
)
_CHALLENGE = (
    "<!doctype html><html lang='en'><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>"
    "<p>Please enable cookies and complete the captcha to continue.</p><form id='challenge-form'></form></body></html>"
)
_NOTICES = ("/about", "/impressum", "/datenschutz", "/author/")
_NOTICE = "<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>12 Mill Lane</p></body></html>"
_SHELL = (
    "<!doctype html><html lang='en'><head><title>Live – Upland Record</title><script src='/live.js'></script></head>"
    "<body><noscript>You need to enable JavaScript to run this app.</noscript><div id='root'></div></body></html>"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, before validators have had their say."""

    status: int
    body: bytes = b""
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    modified: datetime | None = None


_LISTS: dict[str, tuple[str, Callable[[Edition], str | bytes]]] = {
    "/robots.txt": ("text/plain; charset=utf-8", lists.robots),
    "/feed.xml": ("application/rss+xml; charset=utf-8", lists.rss),
    "/feed.atom": ("application/atom+xml; charset=utf-8", lists.atom),
    "/feed.json": ("application/feed+json; charset=utf-8", lists.json_feed),
    "/sitemap-index.xml": ("application/xml", lists.sitemap_index),
    "/sitemap-stories.xml.gz": ("application/gzip", lists.packed_sitemap),
    "/sitemap-news.xml": ("application/xml", lists.news_sitemap),
    "/sitemap.xml": ("application/xml", lists.sitemap),
}
# The lists that not every paper has, by the paper that has them; /sitemap.xml stands where many look unasked.
_OWNERS = {
    "/feed.xml": "rss", "/feed.atom": "atom", "/feed.json": "json", "/sitemap-index.xml": "gazette",
    "/sitemap-stories.xml.gz": "gazette", "/sitemap-news.xml": "gazette", "/sitemap.xml": "anzeiger",
}  # fmt: skip
_ODD = {
    ("gazette", "/news/old-bridge"): Reply(301, headers={"Location": "/news/brenholt-footbridge-opens"}),
    ("gazette", "/private/"): Reply(
        200, b"<!doctype html><title>Members</title><p>Nobody may crawl this.</p>"
    ),
    ("post", "/members/"): Reply(403, _CHALLENGE.encode(), headers={"CF-Mitigated": "challenge"}),
    ("upland", "/2019/04/01/withdrawn/"): Reply(410, b"<!doctype html><title>Gone</title><p>Withdrawn.</p>"),
    ("upland", "/2026/02/30/a-story-that-never-was/"): Reply(200, _SOFT_404.encode()),
    ("upland", "/live/"): Reply(200, _SHELL.encode()),
}


def answer(edition: Edition, target: str, asked: Mapping[str, str], visits: int) -> Reply:
    """Return what a paper answers to a request for `target`, whose headers are `asked` (lower case).

    `visits` counts the requests so far, for the one page that is never the same.
    """
    reply = _find(edition, target, visits)
    if reply.status != 200 or target in ("/robots.txt", "/now/"):  # noqa: PLR2004
        return reply
    validators = _validators(edition, reply)
    if _is_known(validators, asked):
        return Reply(304, headers=validators)
    return Reply(200, reply.body, reply.content_type, validators)


def _find(edition: Edition, target: str, visits: int) -> Reply:
    parts = urlsplit(target)
    path = parts.path
    if odd := _ODD.get((edition.paper.name, path)):
        return odd
    if path in _LISTS and _OWNERS.get(path, "") in ("", edition.paper.feed, edition.paper.name):
        return _list(edition, path)
    if (place := edition.find(path)) is not None:
        return _html(edition.article_page(place), edition.stories[place].modified)
    section = path.strip("/")
    if section in ("", *edition.paper.sections):
        page = parse_qs(parts.query).get("page", ["1"])[0]
        return _html(edition.list_page(section, int(page) if page.isdigit() else 1), _newest(edition))
    return _extra(edition, path, visits)


def _extra(edition: Edition, path: str, visits: int) -> Reply:
    if edition.paper.name == "post" and (month := _CALENDAR.fullmatch(path)):
        return _html(edition.calendar_page(int(month[1]), int(month[2])), _FOUNDED)
    if edition.paper.name == "upland" and path == "/now/":
        return _html(edition.restless_page(visits), _FOUNDED)
    if path in _NOTICES:
        return _html(_NOTICE.format(title=edition.paper.title), _FOUNDED)
    return Reply(404, b"<!doctype html><title>Not found</title><h1>Not found</h1>")


def _list(edition: Edition, path: str) -> Reply:
    content_type, write = _LISTS[path]
    body = write(edition)
    if not body:
        return Reply(404, b"There is none.\n", "text/plain")
    data = body if isinstance(body, bytes) else body.encode()
    return Reply(200, data, content_type, modified=_newest(edition))


def _html(page: str, modified: datetime) -> Reply:
    return Reply(200, page.encode(), modified=modified)


def _newest(edition: Edition) -> datetime:
    return max(story.modified for story in edition.stories)


def _validators(edition: Edition, reply: Reply) -> dict[str, str]:
    found = {}
    if "etag" in edition.paper.validators:
        found["ETag"] = f'"{hashlib.blake2b(reply.body, digest_size=8).hexdigest()}"'
    if "date" in edition.paper.validators and reply.modified:
        found["Last-Modified"] = format_datetime(reply.modified.astimezone(UTC), usegmt=True)
    return found


def _is_known(validators: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    """Tell whether the asker has the page already; an ETag goes before a date, RFC 9110, 13.2.2."""
    if "ETag" in validators and "if-none-match" in asked:
        return validators["ETag"] in asked["if-none-match"]
    if "Last-Modified" in validators and "if-modified-since" in asked:
        known = parsedate_to_datetime(asked["if-modified-since"])
        return parsedate_to_datetime(validators["Last-Modified"]) <= known
    return False
