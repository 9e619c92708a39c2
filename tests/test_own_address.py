"""The source's own address: tried in every pass, missed aloud, and read as whatever it shows itself to be."""

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
