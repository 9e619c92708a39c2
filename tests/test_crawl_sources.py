"""Several sources on one host, and sources whose configuration changes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from small_site import FETCH, Answer, Crawl, SmallSite, small_site

from scraper.config import Source
from scraper.store import open_store
from scraper.store.base import HostState
from scraper.surroundings import now_utc
from scraper.urls import host_of

HOUR = timedelta(hours=1)


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with small_site() as served:
        yield served


@pytest.fixture
def crawl(tmp_path: Path) -> Crawl:
    return Crawl(f"sqlite:///{tmp_path}/news.db")


def section(site: SmallSite, name: str, *, etag: str = "", **facts: object) -> Source:
    """Add a section with three stories to a site, and return the source for it."""
    site.lists(f"/{name}/", *(f"/{name}/{number}" for number in range(3)), etag=etag)
    for number in range(3):
        site.tells(f"/{name}/{number}")
    return Source(**{"name": name, "url": f"{site.origin}/{name}/", "discover": ("links",), **facts})  # type: ignore[arg-type]


def test_two_sources_on_one_host_take_turns_and_keep_its_delay(site: SmallSite, crawl: Crawl) -> None:
    crawl.fetch = replace(FETCH, delay_seconds=0.1)
    sources = [section(site, name) for name in ("news", "sport")]
    crawl.once(*sources)
    assert crawl.heard.texts == []
    assert sorted(site.paths) == sorted(site.answers)
    taken = [path.split("/")[1] for path in site.paths]
    # Neither has to wait until the other is done.
    assert {*taken[:4]} == {*taken[4:]} == {"news", "sport"}
    for (_, end, _), (start, _, _) in zip(site.log, site.log[1:], strict=False):
        assert start - end >= 0.1 - 0.005


def test_a_source_that_is_renamed_goes_on_where_it_was(site: SmallSite, crawl: Crawl) -> None:
    source = section(site, "news", etag='"1"')
    crawl.once(source)
    site.asked()
    site.tells("/news/9")
    site.lists("/news/", "/news/9", etag='"2"')
    tally = crawl.once(replace(source, name="stories"))
    assert site.asked() == ["/news/", "/news/9"]
    assert (tally.changes["new"], {visit.source for visit in crawl.heard.visits}) == (1, {"stories"})
    site.tells("/news/2", "another text")
    crawl.once(replace(source, name="stories"), ahead=timedelta(hours=2))
    assert crawl.records()[-1][:2] == ("/news/2", 2)


def test_what_a_former_source_knew_passes_to_the_one_that_finds_it(site: SmallSite, crawl: Crawl) -> None:
    crawl.once(section(site, "news", etag='"1"'))
    site.lists("/", "/news/0", "/news/1")
    site.tells("/news/1", "another text")
    all_of_it = Source("all", f"{site.origin}/", ("links",))
    site.asked()
    crawl.once(all_of_it)
    # What was asked a moment ago is not asked again, and is known as it was.
    assert site.asked() == ["/"]
    tally = crawl.once(all_of_it, ahead=timedelta(hours=2))
    assert site.asked() == ["/", "/news/0", "/news/1"]
    assert tally.changes == {"unchanged": 1, "changed": 1}


def test_a_section_that_another_source_has_found_can_be_a_source_too(site: SmallSite, crawl: Crawl) -> None:
    news = section(site, "news", etag='"1"')
    site.lists("/", "/news/")
    whole = Source("all", f"{site.origin}/", ("links",), max_depth=1)
    crawl.once(whole)
    assert site.asked() == ["/", "/news/"]
    tally = crawl.once(whole, news)
    assert sorted(site.asked()) == ["/", "/news/", "/news/0", "/news/1", "/news/2"]
    assert tally.changes["new"] == 3


def test_sources_on_one_host_share_feeds_and_sitemaps_and_fetch_no_page_twice(
    site: SmallSite, crawl: Crawl
) -> None:
    sources = [
        section(site, name, include=(f"/{name}/*",), discover=("sitemap",), url=f"{site.origin}/")
        for name in ("news", "sport")
    ]
    site.maps("/sitemap.xml", {f"/{name}/{number}": "" for name in ("news", "sport") for number in range(3)})
    assert crawl.once(*sources).changes["new"] == 6
    pages = [path for path in site.asked() if path[-1].isdigit()]
    assert len(pages) == len({*pages}) == 6


@pytest.mark.parametrize(
    ("wait", "why"),
    [
        (HostState(failures=5, parked_until=now_utc() + HOUR, parked_for="server-error"), "5 refusals in a row, the last server-error"),
        (HostState(not_before=now_utc() + HOUR), "it asked for that"),
    ],
    ids=["parked", "asked to wait"],
)  # fmt: skip
def test_a_source_whose_host_is_left_alone_counts_as_unread_and_says_until_when(
    wait: HostState, why: str, site: SmallSite, crawl: Crawl
) -> None:
    source = section(site, "news")
    with open_store(crawl.store_url) as store:
        store.claim(host_of(site.origin), now_utc(), now_utc() + HOUR)
        store.release(host_of(site.origin), wait)
    until = f"{wait.parked_until or wait.not_before:%Y-%m-%d %H:%M:%S}"
    for _ in range(2):
        assert crawl.once(source).unread == ["news"]
        assert crawl.heard.texts == [
            f"news: could not be read: {host_of(site.origin)} is left alone until {until} UTC: {why}"
        ]
    assert site.paths == []


def test_a_host_beside_the_own_one_that_is_left_alone_is_told_and_no_failure(
    site: SmallSite, crawl: Crawl
) -> None:
    source = section(site, "news")
    elsewhere = site.origin.replace("127.0.0.1", "localhost")
    site.lists("/news/", "/news/0", f"{elsewhere}/news/1")
    source = replace(source, include=("/news/**", "http://localhost:*/**"))
    with open_store(crawl.store_url) as store:
        store.claim(host_of(elsewhere), now_utc(), now_utc() + HOUR)
        store.release(host_of(elsewhere), HostState(parked_until=now_utc() + HOUR, parked_for="blocked"))
    assert crawl.once(source).unread == []
    assert site.paths == ["/news/", "/news/0"]
    assert f"news: {host_of(elsewhere)} is left alone until " in crawl.heard.texts[0]


def test_what_the_front_page_links_comes_before_the_archive_and_both_before_known_pages(
    site: SmallSite, crawl: Crawl
) -> None:
    site.maps("/sitemap.xml", {f"/old/{number}": "2005-01-01" for number in range(6)})
    for number in range(6):
        site.tells(f"/old/{number}")
        site.tells(f"/fresh/{number}")
    source = Source(
        "all", f"{site.origin}/", ("sitemap", "links"), max_pages=3, every=1.0, revisit=(1.0, 9.0)
    )
    for number in range(4):
        site.lists("/", f"/fresh/{number}")
        crawl.once(source, ahead=number * HOUR)
        pages = [path for path in site.asked() if path[-1].isdigit()]
        assert pages[0] == f"/fresh/{number}"
        assert all(path.startswith("/old") for path in pages[1:]) is (number < 3)
    assert len(crawl.records()) == 4 + 6


def test_what_is_excluded_later_is_not_fetched_any_more_and_comes_back_when_it_is_not(
    site: SmallSite, crawl: Crawl
) -> None:
    source = section(site, "news", etag='"1"', max_pages=1)
    crawl.once(source)
    site.asked()
    crawl.once(replace(source, exclude=("/news/*",), max_pages=9), ahead=2 * HOUR)
    assert site.asked() == ["/news/"]
    crawl.once(replace(source, max_pages=9), ahead=2 * HOUR)
    assert sorted(site.asked()) == ["/news/", "/news/0", "/news/1", "/news/2"]


def test_what_is_included_later_is_found_on_a_front_page_that_did_not_change(
    site: SmallSite, crawl: Crawl
) -> None:
    source = section(site, "news", etag='"1"', include=("/news/0",))
    crawl.once(source)
    assert site.asked() == ["/news/", "/news/0"]
    crawl.once(replace(source, include=("/news/*",)))
    assert site.asked() == ["/news/", "/news/1", "/news/2"]
    crawl.once(replace(source, include=("/news/*",)))
    assert site.log[-1][2] == "/news/"
    assert crawl.heard.visits[0].change == "unchanged"


def test_what_robots_txt_forbade_is_fetched_once_it_is_not_to_be_obeyed(
    site: SmallSite, crawl: Crawl
) -> None:
    source = section(site, "news")
    site.answers["/robots.txt"] = Answer("User-agent: *\nDisallow: /news/1")
    crawl.once(source)
    assert site.asked() == ["/news/", "/news/0", "/news/2"]
    crawl.fetch = replace(FETCH, respect_robots=False)
    crawl.once(source)
    assert site.asked() == ["/news/", "/news/1"]


def test_a_page_that_a_source_leaves_out_passes_to_another_that_finds_it(
    site: SmallSite, crawl: Crawl
) -> None:
    news = section(site, "news")
    site.lists("/", "/news/0")
    whole = Source("all", f"{site.origin}/", ("links",))
    crawl.once(whole)
    crawl.once(replace(whole, exclude=("/news/**",)), ahead=2 * HOUR)
    site.asked()
    crawl.once(replace(whole, exclude=("/news/**",)), news, ahead=2 * HOUR)
    assert sorted(site.asked()) == ["/", "/news/", "/news/0", "/news/1", "/news/2"]
