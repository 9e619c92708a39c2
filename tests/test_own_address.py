"""The source's own address: tried in every pass, missed aloud, and read as whatever it shows itself to be."""

import gzip
from pathlib import Path

import pytest
from hostile_server import answer, redirect
from small_crawl import MISSING, crawl, feed, page, serve, story

FORBIDDEN, GONE = answer(b"no", status="403 Forbidden"), answer(b"no", status="410 Gone")
SHELL = page(
    "<!doctype html><html><head><script src=/a.js></script></head><body><div id=root></div></body></html>"
)


@pytest.mark.parametrize("failed", [MISSING, FORBIDDEN, GONE], ids=["404", "403", "410"])
def test_a_source_that_is_a_feed_is_asked_in_every_pass_though_it_failed(
    failed: bytes, tmp_path: Path
) -> None:
    with serve({"/feed.xml": failed, "/a": story("Fees")}) as site:
        heard = crawl(site, tmp_path, "/feed.xml")
        assert site.asked() == ["/feed.xml"]
        site.pages["/feed.xml"] = feed("/a")
        crawl(site, tmp_path, "/feed.xml")
        assert site.asked() == ["/feed.xml", "/a"]
    assert heard.tally.unread == ["quay"]
    assert heard.tally.failures.total() == 1


def test_a_feed_that_the_store_knew_before_it_was_a_source_is_asked_in_every_pass(tmp_path: Path) -> None:
    front = page('<link rel="alternate" type="application/rss+xml" href="/feed">')
    with serve({"/": front, "/feed": feed("/a")}) as site:
        crawl(site, tmp_path, discover=("feed",))
        site.pages["/feed"] = GONE
        for _ in range(2):
            site.asked()
            assert crawl(site, tmp_path, "/feed").tally.unread == ["quay"]
            assert site.asked().count("/feed") == 1


@pytest.mark.parametrize(
    "front", [SHELL, redirect("http://127.0.0.2:9/"), answer(b"%PDF-1.7")], ids=["shell", "elsewhere", "PDF"]
)
def test_a_front_page_that_cannot_be_read_is_told_though_all_else_can_be(
    front: bytes, tmp_path: Path
) -> None:
    with serve(
        {"/": front, "/sitemap.xml": SHELL, "/news-sitemap.xml": feed("/a"), "/a": story("F")}
    ) as site:
        heard = crawl(site, tmp_path)
    assert heard.tally.unread == ["quay"]
    assert [line for line in heard.lines if "could not be read" in line] != []


def test_without_a_front_page_one_sitemap_that_can_be_read_is_enough(tmp_path: Path) -> None:
    with serve({"/news-sitemap.xml": feed("/a"), "/a": story("Fees")}) as site:
        assert crawl(site, tmp_path, discover=("sitemap",)).tally.unread == []


def test_without_a_front_page_or_a_sitemap_a_source_cannot_be_read(tmp_path: Path) -> None:
    with serve({"/": story("Fees")}) as site:
        assert crawl(site, tmp_path, discover=("sitemap",)).tally.unread == ["quay"]


JSON = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/a"}]}'
SITEMAP = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>/a</loc></url></urlset>'


@pytest.mark.parametrize(
    ("path", "listing"),
    [
        ("/feed/@user", feed("/a")),
        ("/?feed=rss2", feed("/a")),
        ("/list", answer(SITEMAP, "Content-Type: application/xml")),
        ("/news.gz", answer(gzip.compress(SITEMAP), "Content-Type: application/octet-stream")),
        ("/list", answer(JSON, "Content-Type: application/feed+json")),
        ("/sitemap.xml", feed("/a")),
        ("/feed/", page("<!doctype html><p>News of today.<p><a href=/a>Fees</a>")),
    ],
)
def test_a_source_is_read_as_what_it_shows_itself_to_be_whatever_its_name(
    path: str, listing: bytes, tmp_path: Path
) -> None:
    with serve({path: listing, "/a": story("Fees")}) as site:
        heard = crawl(site, tmp_path, path, discover=("feed", "links"))
        assert "/a" in site.asked()
    assert heard.tally.unread == []


def test_only_a_sources_own_address_may_be_a_feed_in_place_of_a_page(tmp_path: Path) -> None:
    with serve({"/": page("<p><a href=/list>x</a>"), "/list": feed("/a")}) as site:
        assert crawl(site, tmp_path, discover=("links",)).reason_of("/list") == "not-html"


def test_what_was_left_out_is_told_in_one_line(tmp_path: Path) -> None:
    links = "".join(f"<a href=/calendar/20{year}/>x</a>" for year in range(40, 45))
    pages = {
        "/": page(f"<link rel=alternate type=application/rss+xml href=/other><body>{links}"),
        "/other": feed("http://127.0.0.2/a", "http://127.0.0.2/b"),
        "/sitemap.xml": page("<!doctype html><p>Welcome"),
    }
    with serve(pages) as site:
        heard = crawl(site, tmp_path)
    url = site.server.url
    trap, other, misplaced = (
        f"trap: a calendar of the far future 5x (first: {url}/)",
        f"another host 2x (first: {url}/other)",
        f"a page in place of a feed or sitemap 1x (first: {url}/sitemap.xml)",
    )
    assert heard.lines == [f"left out: {trap}; {other}; {misplaced}"]
    assert heard.tally.failures.total() == 0


def refresh(content: str) -> bytes:
    return page(f'<!doctype html><meta content="{content}" http-equiv=Refresh><p>Welcome to the paper.')


@pytest.mark.parametrize("content", ["0; url=/en/", "0;URL='/en/'", "3, url = /en/"])
def test_a_front_page_that_sends_on_at_once_is_followed_as_a_redirect(content: str, tmp_path: Path) -> None:
    with serve({"/": refresh(content), "/en/": page("<a href=/a>x</a>"), "/a": story("Fees")}) as site:
        crawl(site, tmp_path, discover=("links",))
        assert site.asked() == ["/", "/en/", "/a"]


@pytest.mark.parametrize("content", ["300; url=/en/", "0; url=/", "0", "now; url=/en/"])
def test_a_front_page_that_only_comes_anew_is_read_itself(content: str, tmp_path: Path) -> None:
    with serve({"/": refresh(content)}) as site:
        assert crawl(site, tmp_path, discover=("links",)).tally.unread == []
        assert site.asked() == ["/"]


def test_a_front_page_that_sends_on_to_another_host_is_not_followed_and_told(tmp_path: Path) -> None:
    with serve({"/": refresh("0; url=http://127.0.0.2:9/")}) as site:
        heard = crawl(site, tmp_path, discover=("links",))
    assert heard.reason_of("/") == "refused-address"
    assert heard.tally.unread == ["quay"]


def test_a_header_that_names_us_closes_a_page_to_us(tmp_path: Path) -> None:
    front = answer(b"<a href=/a>Fees</a>", "X-Robots-Tag: chaffinch: nofollow")
    with serve({"/": front, "/a": story("Fees")}) as site:
        crawl(site, tmp_path, discover=("links",))
        assert site.asked() == ["/"]
