"""A page, a feed or a sitemap to what it leads to: kinds, depths, priorities, and nothing out of scope."""

from datetime import UTC, datetime
from typing import Any

import pytest

from scraper.config import Source
from scraper.discovery.discover import discover, kind_of_name, seeds
from scraper.store.base import Found
from scraper.types import Kind, Page
from scraper.weburl import parse

SITE = "https://www.example.org/"
SOURCE = Source("example", SITE)
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'
RSS = '<rss version="2.0"><channel><title>x</title><item><link>/a</link><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate></item></channel></rss>'


def page(body: str | bytes, url: str = SITE) -> Page:
    data = body if isinstance(body, bytes) else body.encode()
    return Page(
        url, url, 200, data, datetime(2026, 3, 1, tzinfo=UTC), content_type="text/html", charset="utf-8"
    )


def source(**options: Any) -> Source:
    return Source("example", SITE, **options)


def shown(found: tuple[Found, ...] | list[Found]) -> list[tuple[str, str, int, int]]:
    return [(one.url.removeprefix(SITE), one.kind, one.depth, one.priority) for one in found]


def test_a_run_begins_with_the_source_and_the_sitemaps_of_robots() -> None:
    begin = seeds(SOURCE, ("https://cdn.example.net/map.xml", f"{SITE}map.xml", f"{SITE}map.xml"))
    assert shown(begin) == [
        ("", "page", 0, 0),
        ("https://cdn.example.net/map.xml", "sitemap", 0, 2),
        ("map.xml", "sitemap", 0, 2),
    ]
    assert [one.is_hub for one in begin] == [True, False, False]


def test_without_any_named_the_common_places_of_sitemaps_are_tried() -> None:
    assert [one.url for one in seeds(SOURCE)][1:] == [
        f"{SITE}sitemap.xml", f"{SITE}sitemap_index.xml", f"{SITE}news-sitemap.xml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ways", "kinds"),
    [
        (("links",), ["page"]),
        (("feed",), ["page"]),
        (("sitemap",), ["sitemap"] * 3),
        (("feed", "sitemap"), ["page", "sitemap", "sitemap", "sitemap"]),
    ],
)
def test_a_run_begins_with_what_its_ways_need(ways: tuple[str, ...], kinds: list[str]) -> None:
    assert [one.kind for one in seeds(source(discover=ways))] == kinds


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://example.org/", "page"),
        ("https://example.org/feed", "feed"),
        ("https://example.org/feed/", "feed"),
        ("https://example.org/news.rss?x=1", "feed"),
        ("https://example.org/index.xml", "feed"),
        ("https://example.org/feed.json", "feed"),
        ("https://example.org/news-sitemap.xml", "sitemap"),
        ("https://example.org/sitemap.xml.gz", "sitemap"),
        ("https://example.org/sitemaps/", "page"),
        ("https://news.rss/", "page"),
    ],
)
def test_a_source_may_be_a_feed_or_a_sitemap(url: str, kind: Kind) -> None:
    assert kind_of_name(url) == kind
    begin = seeds(Source("x", url, discover=("feed",)))
    assert [(one.kind, one.is_hub) for one in begin] == [(kind, True)]


def test_a_hub_leads_to_its_feeds_and_its_pages() -> None:
    markup = """
    <link rel="alternate" type="application/rss+xml" href="/rss">
    <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
    <link rel="canonical" href="https://www.example.org/">
    <a href="/a?utm_source=x">a</a><a href="/a">a</a><a href="/i.jpg">i</a><a href="https://example.com/">e</a><a href="/">home</a>
    """
    discovered = discover(page(markup), "page", 0, SOURCE)
    assert shown(discovered.found) == [("rss", "feed", 0, 1), ("a", "page", 1, 11)]
    assert discovered.found[1].key == f"{SITE}a"
    assert discovered.canonical == SITE


def test_only_a_hub_that_names_no_feed_has_the_common_places_tried() -> None:
    bare = discover(page("<p>x"), "page", 0, SOURCE).found
    assert [one.url.removeprefix(SITE) for one in bare] == [
        "feed",
        "rss.xml",
        "atom.xml",
        "feed.json",
        "index.xml",
    ]
    assert discover(page("<p>x"), "page", 1, SOURCE).found == ()
    assert discover(page("<p>x"), "page", 0, source(discover=("links",))).found == ()


def test_deeper_pages_lead_to_pages_up_to_the_depth_and_to_no_feeds() -> None:
    markup = '<link rel="alternate" type="application/rss+xml" href="/c"><a href="/a">a</a>'
    assert shown(discover(page(markup, f"{SITE}x"), "page", 1, SOURCE).found) == [("a", "page", 2, 12)]
    assert discover(page(markup, f"{SITE}x"), "page", 2, SOURCE).found == ()
    assert discover(page(markup, f"{SITE}x"), "page", 1, source(discover=("feed",))).found == ()


def test_a_feed_leads_to_pages_with_its_dates_only_where_no_sitemap_gives_others() -> None:
    fed = discover(page(RSS, f"{SITE}rss"), "feed", 0, source(discover=("feed",)))
    assert fed.found == (
        Found(f"{SITE}a", f"{SITE}a", "example.org", "page", 1, 5, "2026-03-02T10:00:00+00:00"),
    )
    assert discover(page(RSS, f"{SITE}rss"), "feed", 0, SOURCE).found[0].modified == ""


def test_a_feed_that_cannot_be_read_leads_nowhere_and_says_so() -> None:
    discovered = discover(page("Warning: no database", f"{SITE}feed"), "feed", 0, SOURCE)
    assert discovered.found == ()
    assert discovered.notes == (("not a feed that can be read", 1),)


def test_a_feed_or_sitemap_that_leads_nowhere_says_what_kept_it_from_that() -> None:
    feed = RSS.replace("/a<", "https://example.com/a<")
    assert discover(page(feed), "feed", 0, SOURCE).notes == (("another host", 1),)
    body = SITEMAP.format(f"<url><loc>{SITE}a.pdf</loc></url><url><loc>{SITE}b</loc></url>")
    assert discover(page(body), "sitemap", 0, SOURCE).notes == ()
    assert discover(page(body), "sitemap", 0, source(include=("/news/**",))).notes == (("not included", 2),)


def test_a_sitemap_leads_to_the_pages_of_its_source_with_their_dates() -> None:
    entries = "".join(
        f"<url><loc>{loc}</loc><lastmod>2026-02-27</lastmod></url>"
        for loc in (f"{SITE}a", "https://example.com/b", f"{SITE}c.pdf", "https://blog.example.org/d")
    )
    body = SITEMAP.format(entries)
    found = discover(page(body, f"{SITE}sitemap.xml"), "sitemap", 0, SOURCE).found
    assert shown(found) == [("a", "page", 1, 6), ("https://blog.example.org/d", "page", 1, 6)]
    assert {one.modified for one in found} == {"2026-02-27"}


@pytest.mark.parametrize("kind", ["page", "feed", "sitemap"])
def test_a_body_is_read_as_what_it_shows_itself_to_be_whatever_is_guessed(kind: Kind) -> None:
    for body in (f"<!-- x --><!DOCTYPE rss [<!ENTITY x '>'>]>{RSS}", "<html><a href='/a'>x</a></html>"):
        found = discover(page(body, f"{SITE}x"), kind, 0, source(discover=("links",))).found
        assert [one.url for one in found] == [f"{SITE}a"]


def test_a_body_is_read_as_what_it_shows_itself_to_be() -> None:
    assert shown(discover(page(RSS, f"{SITE}sitemap.xml"), "sitemap", 0, SOURCE).found) == [
        ("a", "page", 1, 5)
    ]
    body = SITEMAP.format(f"<url><loc>{SITE}b</loc></url>")
    assert shown(discover(page(body, f"{SITE}feed"), "feed", 0, SOURCE).found) == [("b", "page", 1, 12)]


def test_an_index_leads_to_sitemaps_of_its_own_hosts_only() -> None:
    body = INDEX.format("".join(f"<sitemap><loc>{loc}</loc></sitemap>" for loc in (
        f"{SITE}1.xml", "https://cdn.example.net/2.xml", "https://evil.test/3.xml")))  # fmt: skip
    own = discover(page(body, f"{SITE}sitemap.xml"), "sitemap", 0, SOURCE)
    assert shown(own.found) == [("1.xml", "sitemap", 1, 2)]
    assert own.notes == (("sitemaps of other hosts", 2),)
    named = discover(page(body, "https://cdn.example.net/map.xml"), "sitemap", 0, SOURCE)
    assert [one.host for one in named.found] == ["example.org", "example.net"]


def test_an_address_of_a_large_sitemap_is_read_twice_as_it_stands_there_and_as_it_is_asked_for() -> None:
    count = 20_000
    large = SITEMAP.format("".join(f"<url><loc>{SITE}{number}</loc></url>" for number in range(count)))
    parse.cache_clear()
    assert len(discover(page(large), "sitemap", 0, SOURCE).found) == count
    assert parse.cache_info().misses < 2 * count + 10


def test_sitemaps_in_sitemaps_end() -> None:
    body = INDEX.format(f"<sitemap><loc>{SITE}next.xml</loc></sitemap>")
    assert discover(page(body, f"{SITE}s.xml"), "sitemap", 2, SOURCE).found[0].depth == 3
    deep = discover(page(body, f"{SITE}s.xml"), "sitemap", 3, SOURCE)
    assert deep.found == ()
    assert deep.notes == (("sitemaps more than 3 deep in others", 1),)


def test_an_index_that_names_itself_leads_nowhere() -> None:
    body = INDEX.format(f"<sitemap><loc>{SITE}s.xml</loc></sitemap>")
    assert discover(page(body, f"{SITE}s.xml"), "sitemap", 0, SOURCE).found == ()


def test_traps_are_left_out_and_told() -> None:
    links = "".join(f'<a href="/calendar/{year}/01/">x</a>' for year in range(2024, 2040))
    discovered = discover(page(links), "page", 0, source(discover=("links",)))
    assert len(discovered.found) == 4
    assert discovered.notes == (("trap: a calendar of the far future", 12),)
