"""Pages that have several addresses, and lists of them that would cost more requests than the pages."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from small_site import Answer, Crawl, SmallSite, small_site

from scraper.config import Source
from scraper.surroundings import now_utc

HOUR = timedelta(hours=1)


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with small_site() as served:
        yield served


@pytest.fixture
def crawl(tmp_path: Path) -> Crawl:
    return Crawl(f"sqlite:///{tmp_path}/news.db")


@pytest.mark.parametrize("links", [("/r/1", "/p/1"), ("/p/1", "/r/1")])
def test_an_address_that_leads_to_another_known_one_is_no_page_of_its_own(
    links: tuple[str, ...], site: SmallSite, crawl: Crawl
) -> None:
    source = Source("all", f"{site.origin}/", ("links",), revisit=(3600.0, 9e6))
    site.lists("/", *links)
    site.answers["/r/1"] = Answer(status=301, headers={"Location": "/p/1"})
    site.tells("/p/1", etag='"1"')
    assert crawl.once(source).changes["new"] == 1
    # What led there first has fetched it for both.
    assert site.asked() == (["/", "/r/1", "/p/1"] if links[0] == "/r/1" else ["/", "/p/1", "/r/1", "/p/1"])
    assert [record[:2] for record in crawl.records()] == [("/p/1", 1)]
    site.tells("/p/1", "another text")
    crawl.once(source, ahead=3 * HOUR)
    assert site.asked() == ["/", "/p/1"]
    assert [record[:2] for record in crawl.records()] == [("/p/1", 1), ("/p/1", 2)]


def test_what_calls_a_known_page_with_the_same_text_its_own_is_stored_once(
    site: SmallSite, crawl: Crawl
) -> None:
    head = f'<link rel="canonical" href="{site.origin}/a">'
    site.lists("/", "/a", "/a?print=1", "/a?lang=en", "/b")
    for path in ("/a", "/a?print=1", "/a?lang=en"):
        site.tells(path, "one", head=head)
    site.tells("/b", "two", head=head)
    tally = crawl.once(Source("all", f"{site.origin}/", ("links",)))
    # A site may name one address for all its pages: another text is another page.
    assert [record[0] for record in crawl.records()] == ["/a", "/b"]
    assert tally.changes == {"new": 2, "unchanged": 2}


def test_a_sitemap_that_its_index_calls_unchanged_is_asked_once_a_day(site: SmallSite, crawl: Crawl) -> None:
    source = Source("all", f"{site.origin}/", ("sitemap",))
    site.maps("/sitemap.xml", {"/map1.xml": "2010-01-01", "/map2.xml": "2010-01-01"}, is_index=True)
    site.maps("/map1.xml", {"/1": ""})
    site.maps("/map2.xml", {"/2": ""})
    crawl.once(source)
    assert {"/map1.xml", "/map2.xml"} <= {*site.asked()}
    later = f"{now_utc() + 1.5 * HOUR:%Y-%m-%dT%H:%M:%SZ}"
    site.maps("/sitemap.xml", {"/map1.xml": "2010-01-01", "/map2.xml": later}, is_index=True)
    crawl.once(source, ahead=2 * HOUR)
    assert {path for path in site.asked() if "map" in path} == {"/sitemap.xml", "/map2.xml"}
    crawl.once(source, ahead=25 * HOUR)
    assert "/map1.xml" in site.asked()


def test_a_trial_reads_few_lists_and_the_next_pass_reads_the_rest(site: SmallSite, crawl: Crawl) -> None:
    source = Source("all", f"{site.origin}/", ("sitemap",))
    maps = {f"/map{number}.xml": "2010-01-01" for number in range(15)}
    site.maps("/sitemap.xml", maps, is_index=True)
    for path in maps:
        site.maps(path, {f"{path}.html": ""})
    crawl.once(source, limit=1)
    first = site.asked()
    assert len(first) == 11 + 1
    assert crawl.heard.texts == [
        "all: 11 feeds and sitemaps were read, the most of one pass; if there are more, the next reads them"
    ]
    crawl.once(source)
    assert {*maps} - {*first} <= {*site.asked()}
    assert crawl.heard.texts == []
