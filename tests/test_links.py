"""Where a page leads: its links as a browser would follow them, its feeds, its own address."""

from datetime import UTC, datetime
from time import process_time

import hostile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery.links import MAX_LINKS, read_links
from scraper.types import Page

URL = "https://example.org/news/"


def page(markup: str | bytes, charset: str = "", headers: tuple[tuple[str, str], ...] = ()) -> Page:
    body = markup if isinstance(markup, bytes) else markup.encode()
    return Page(URL, URL, 200, body, datetime(2026, 3, 1, tzinfo=UTC), charset=charset, headers=headers)


@pytest.mark.parametrize(
    ("markup", "links"),
    [
        ('<a href="a">x</a> <a href="/b#c">y</a> <a href=a>z</a>', ["news/a", "b"]),
        ('<map><area href="a"></map>', ["news/a"]),
        ('<base href="/other/"><a href="a">', ["other/a"]),
        ('<a href="a"><base href="/other/">', ["other/a"]),
        ('<base href="/one/"><base href="/two/"><a href="a">', ["one/a"]),
        ('<base href="javascript:1"><a href="a">', ["news/a"]),
        ('<a href="a&amp;b?c=1&d=2">', ["news/a&b?c=1&d=2"]),
        ('<a href="#top">', []),
        ('<a href="mailto:x@y.z"><a href="javascript:x"><a name="a"><a href="tel:1">', []),
        ('<a rel="nofollow" href="a"><a rel="ugc noopener" href="b"><a rel="Sponsored" href="c">', []),
        ('<a rel="noopener" href="a">', ["news/a"]),
        ('<link rel="next" href="?page=2">', ["news/?page=2"]),
        ('<link rel="alternate" hreflang="de" href="/de"><link rel="stylesheet" href="/x.css">', []),
        ("<!-- <a href='a'> --><script>'<a href=b>'</script><textarea><a href=c></textarea>", []),
        ('<noscript><a href="a"></noscript>', ["news/a"]),
        ('<a href="  a\n">', ["news/a"]),
    ],
)
def test_a_page_leads_to(markup: str, links: list[str]) -> None:
    assert list(read_links(page(markup)).links) == [f"https://example.org/{link}" for link in links]


@pytest.mark.parametrize("name", ["robots", "ROBOTS", " robots "])
@pytest.mark.parametrize("content", ["nofollow", "noindex, NoFollow", "none", "index,nofollow"])
def test_a_page_that_asks_not_to_be_followed_leads_nowhere(name: str, content: str) -> None:
    read = read_links(page(f'<meta name="{name}" content="{content}"><a href="a">'))
    assert (read.may_follow, read.links) == (False, {})


def test_a_page_that_asks_not_to_be_indexed_is_followed() -> None:
    for content in ("noindex", "index, follow, max-image-preview: none"):
        assert read_links(page(f'<meta name="robots" content="{content}"><a href="a">')).links


@pytest.mark.parametrize(
    ("value", "may"),
    [
        ("nofollow", False),
        ("noindex, none", False),
        ("otherbot: nofollow", True),
        ("otherbot: noindex, nofollow", True),
        ("Chaffinch: nofollow", False),
        ("chaffinch/1.0: noindex, nofollow", False),
        ("chaffinch: noindex, otherbot: nofollow", True),
        ("otherbot: noindex, chaffinch: nofollow", False),
        ("*: nofollow", False),
        ("unavailable_after: Wed, 25 Jun 2036 15:00:00 GMT, nofollow", False),
        ("unavailable_after: 25 Jun 2036 15:00:00 GMT", True),
        ("max-snippet: 20, nofollow", False),
        ("max-image-preview: none", True),
    ],
)
def test_a_header_can_ask_not_to_be_followed_too(value: str, may: bool) -> None:  # noqa: FBT001
    read = read_links(page('<a href="a">', headers=(("X-Robots-Tag", value),)), "Chaffinch")
    assert read.may_follow is may


def test_a_page_can_ask_us_alone_not_to_follow() -> None:
    asking = page('<meta name="ChaffInch" content="nofollow"><a href="a">')
    assert read_links(asking, "chaffinch").links == {}
    assert read_links(asking, "other").links
    assert read_links(asking).links


def test_feeds_are_those_a_page_names() -> None:
    markup = """
    <link rel="alternate" type="application/rss+xml" href="/rss"><link rel="ALTERNATE" type="application/Atom+xml; charset=utf-8" href="atom">
    <link rel="alternate" type="application/feed+json" href="/feed.json"><link rel="alternate" type="text/html" href="/de">
    <link rel="alternate" type="application/json" href="/wp-json/1"><link type="application/rss+xml" href="/no">
    """
    names = ["https://example.org/rss", "https://example.org/news/atom", "https://example.org/feed.json"]
    assert list(read_links(page(markup)).feeds) == names


@pytest.mark.parametrize(
    ("markup", "canonical"),
    [
        ('<link rel="canonical" href="/a?b#c">', "https://example.org/a?b"),
        ('<link rel="canonical" href=""><link rel="canonical" href="/b">', "https://example.org/b"),
        ('<link rel="canonical" href="javascript:1">', ""),
        ("<p>none</p>", ""),
    ],
)
def test_a_page_says_which_address_is_its_own(markup: str, canonical: str) -> None:
    assert read_links(page(markup)).canonical == canonical


def test_links_are_read_in_the_charset_of_the_page() -> None:
    assert list(read_links(page('<a href="/ü">'.encode("cp1252"), "iso-8859-1")).links) == [
        "https://example.org/%C3%BC"
    ]


def test_of_very_many_links_the_first_are_used_and_a_note_says_so() -> None:
    read = read_links(page("".join(f'<a href="/{number}">' for number in range(MAX_LINKS + 5))))
    assert len(read.links) == MAX_LINKS
    assert read.notes == ("only the first 5,000 links are used",)


def test_a_page_beyond_all_limits_has_a_note_and_no_links() -> None:
    read = read_links(page("<p>" * 500_000))
    assert (read.links, read.notes) == ({}, ("no links could be read: more than 400,000 tags",))


@pytest.mark.parametrize("case", [name for name in hostile.PAGES if "000" in name][:12])
def test_hostile_markup_costs_no_more_than_seconds(case: str) -> None:
    start = process_time()
    read_links(page(hostile.PAGES[case]()))
    assert process_time() - start < hostile.SECONDS


@given(st.binary(max_size=300))
def test_no_page_breaks_the_reading(body: bytes) -> None:
    assert all(link.startswith("http") for link in read_links(page(b"<a href='" + body)).links)
