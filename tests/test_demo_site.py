"""The newspapers of the demo, on which the tests of the crawl rest."""

import contextlib
import gzip
import json
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from itertools import combinations
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from cleaners import Article, clean_html
from demo.papers import PAPERS, Edition, more_papers
from demo.site import DemoSite, Fault

pytest_plugins = ("demo_site",)

# Noise that stands in the pages, in and around the articles.
NOISE = (
    "See also",
    "Read more:",
    "READ ALSO",
    "Post a comment",
    "Required fields",
    "Lesen Sie auch",
    "Anzeige",
    "cookies",
)


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: Message


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow no redirect."""


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)


def get(url: str, **headers: str) -> Answer:
    asked = urllib.request.Request(
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    try:
        with OPENER.open(asked, timeout=10) as answer:
            return Answer(answer.status, answer.read(), answer.headers)
    except urllib.error.HTTPError as answer:
        with answer:
            return Answer(answer.code, answer.read(), answer.headers)


@pytest.fixture(scope="module")
def shared() -> Iterator[DemoSite]:
    with DemoSite() as served:
        yield served


def clean(url: str) -> Article:
    return clean_html(get(url).body, url=url)


@pytest.mark.parametrize("paper", [paper.name for paper in PAPERS])
def test_every_article_comes_out_word_for_word(shared: DemoSite, paper: str) -> None:
    stories = shared.editions[paper].stories
    articles = [clean(url) for url in shared.articles(paper)]
    assert [article.text for article in articles] == [story.text for story in stories]
    assert [article.title for article in articles] == [story.title for story in stories]
    assert [article.authors for article in articles] == [(story.author,) for story in stories]
    assert [article.language for article in articles] == [story.language for story in stories]


def test_the_articles_stand_among_noise_of_many_kinds(shared: DemoSite) -> None:
    pages = "".join(get(shared.articles(paper.name)[0]).body.decode() for paper in PAPERS)
    assert [noise for noise in NOISE if noise not in pages] == []
    types = {gone.noise for paper in PAPERS for gone in clean(shared.articles(paper.name)[0]).removed}
    assert types >= {
        "related",
        "comment-form",
        "caption",
        "credit",
        "share",
        "newsletter",
        "consent",
        "author-bio",
    }


def test_no_two_stories_are_told_in_the_same_words(shared: DemoSite) -> None:
    told = [
        set(zip(*(story.text.split()[start:] for start in range(5)), strict=False))
        for edition in shared.editions.values()
        for story in edition.stories
        if not story.agency
    ]
    assert len(told) > 30
    assert max(len(one & other) / len(one | other) for one, other in combinations(told, 2) if one) < 0.6


def test_an_agency_story_stands_in_two_papers_in_the_same_words(shared: DemoSite) -> None:
    reprints = [
        (edition.paper.name, edition.path(story), story.text)
        for edition in shared.editions.values()
        for story in edition.stories
        if story.agency
    ]
    assert [paper for paper, _, _ in reprints] == ["gazette", "upland"]
    assert len({path for _, path, _ in reprints}) == 2
    assert len({text for _, _, text in reprints}) == 1


def test_the_same_seed_tells_the_same_stories() -> None:
    first, second = (Edition(PAPERS[0], "http://127.0.0.1:1").stories for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("paper", "path", "form"),
    [("gazette", "feed.xml", "./channel/item/link"), ("post", "feed.atom", "{*}entry/{*}link")],
)
def test_a_feed_names_the_newest_articles(shared: DemoSite, paper: str, path: str, form: str) -> None:
    feed = ET.fromstring(get(shared.urls[paper] + path).body)
    links = [entry.get("href") or entry.text or "" for entry in feed.findall(form)]
    newest = [urlsplit(url).path for url in shared.articles(paper)[:8]]
    assert [urlsplit(link).path for link in links] == newest


def test_a_json_feed_names_the_newest_articles(shared: DemoSite) -> None:
    feed = json.loads(get(shared.urls["upland"] + "feed.json").body)
    assert [item["url"] for item in feed["items"]] == shared.articles("upland")[:8]


def test_the_sitemaps_name_every_article(shared: DemoSite) -> None:
    home = shared.urls["gazette"]
    assert f"Sitemap: {home}sitemap-index.xml" in get(f"{home}robots.txt").body.decode()
    index = ET.fromstring(get(f"{home}sitemap-index.xml").body)
    packed, news = (place.text or "" for place in index.findall("{*}sitemap/{*}loc"))
    places = ET.fromstring(gzip.decompress(get(packed).body)).findall("{*}url/{*}loc")
    assert [place.text for place in places] == shared.articles("gazette")
    assert len(ET.fromstring(get(news).body).findall("{*}url")) == 4


def test_lists_lead_to_every_article(shared: DemoSite) -> None:
    home = shared.urls["upland"]
    pages = [get(f"{home}villages/?page={number}").body.decode() for number in (1, 2)]
    linked = set(re.findall(r'class="card" href="([^"]+)"', "".join(pages)))
    assert linked == {urlsplit(url).path for url in shared.articles("upland")}


@pytest.mark.parametrize(
    ("paper", "names"),
    [
        ("gazette", {"ETag"}),
        ("post", {"Last-Modified"}),
        ("anzeiger", {"ETag", "Last-Modified"}),
        ("upland", set()),
    ],
)
def test_a_page_can_be_asked_again_by_its_validators(shared: DemoSite, paper: str, names: set[str]) -> None:
    url = shared.articles(paper)[0]
    found = get(url).headers
    assert {name for name in ("ETag", "Last-Modified") if name in found} == names
    again = {"ETag": "If_None_Match", "Last-Modified": "If_Modified_Since"}
    answer = get(url, **{again[name]: found[name] for name in names})
    assert answer.status == (304 if names else 200)
    assert not (names and answer.body)


@pytest.mark.parametrize(
    ("paper", "path", "status"),
    [
        ("gazette", "news/old-bridge", 301),
        ("upland", "2019/04/01/withdrawn/", 410),
        ("upland", "2026/02/30/a-story-that-never-was/", 200),
        ("upland", "live/", 200),
        ("post", "members/", 403),
        ("anzeiger", "robots.txt", 404),
        ("anzeiger", "feed.xml", 404),
        ("anzeiger", "sitemap.xml", 200),
        ("anzeiger", "impressum", 200),
        ("post", "nowhere", 404),
    ],
)
def test_odd_addresses_answer_as_they_should(shared: DemoSite, paper: str, path: str, status: int) -> None:
    assert get(shared.urls[paper] + path).status == status


def test_the_calendar_has_no_end(shared: DemoSite) -> None:
    path, seen = "calendar/2026/03/", set()
    for _ in range(30):
        page = get(shared.urls["post"] + path).body.decode()
        seen.add(path)
        path = re.findall(r'<a href="/(calendar/\d+/\d+/)"', page)[1]
    assert len(seen) == 30


def test_one_page_is_never_the_same_but_its_article_is(shared: DemoSite) -> None:
    url = shared.urls["upland"] + "now/"
    first, second = get(url).body, get(url).body
    assert first != second
    assert clean_html(first, url=url).text == clean_html(second, url=url).text != ""


def test_an_added_article_heads_front_page_feed_and_sitemap(site: DemoSite) -> None:
    added = site.add_article("gazette")
    path = urlsplit(added).path
    assert clean(added).text == site.editions["gazette"].stories[0].text
    for place in ("", "feed.xml", "sitemap-news.xml"):
        assert path in get(site.urls["gazette"] + place).body.decode()


@pytest.mark.parametrize("paper", ["gazette", "post", "anzeiger"])
def test_a_changed_article_has_new_validators_and_one_more_paragraph(site: DemoSite, paper: str) -> None:
    url = site.articles(paper)[2]
    before, text = get(url), clean(url).text
    site.change_article(url)
    after = get(
        url,
        If_None_Match=before.headers["ETag"] or "",
        If_Modified_Since=before.headers["Last-Modified"] or "",
    )
    assert after.status == 200
    assert clean(url).text.startswith(text)
    assert clean(url).text == site.editions[paper].stories[2].text != text


def test_an_article_that_is_not_there_cannot_be_changed(site: DemoSite) -> None:
    with pytest.raises(KeyError, match="nowhere"):
        site.change_article(site.urls["post"] + "nowhere")


def test_every_request_is_logged_with_its_times_and_bytes(site: DemoSite) -> None:
    url = site.articles("gazette")[0]
    etag = get(url, User_Agent="tester/1").headers["ETag"]
    get(url, If_None_Match=etag)
    first, second = site.log
    assert (first.paper, first.host, first.path) == ("gazette", urlsplit(url).netloc, urlsplit(url).path)
    assert (first.status, second.status, second.sent) == (200, 304, 0)
    assert first.sent > 4000
    assert first.user_agent == "tester/1"
    assert second.validators == {"if-none-match": etag}
    assert first.start <= first.end <= second.start <= second.end


def test_faults_stand_in_for_answers(site: DemoSite) -> None:
    faults = {
        "/a": Fault(status=503, retry_after="7"),
        "/b": Fault(is_reset=True),
        "/c": Fault(delay=0.01, status=500),
    }
    site.faults = lambda _paper, path: faults.get(path)
    home = site.urls["post"]
    busy = get(f"{home}a")
    assert (busy.status, busy.headers["Retry-After"]) == (503, "7")
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        get(f"{home}b")
    assert get(f"{home}c").status == 500
    assert [hit.status for hit in site.log] == [503, 0, 500]
    assert site.log[2].end - site.log[2].start >= 0.01


def test_what_is_no_request_does_not_stop_the_papers(site: DemoSite) -> None:
    parts = urlsplit(site.urls["post"])
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as odd:
        odd.sendall(b"\0\r\n\r\n")
        assert odd.recv(100) == b""
    assert get(site.urls["post"]).status == 200


@pytest.mark.parametrize("connections", [1, 40])
def test_papers_can_be_stopped_twice_and_in_the_middle_of_an_answer(connections: int) -> None:
    with DemoSite(papers=more_papers(2), faults=lambda _paper, _path: Fault(delay=3600)) as site:
        parts = urlsplit(site.urls["wire1"])
        place = (parts.hostname or "", parts.port or 0)
        waiting = [socket.create_connection(place, timeout=10) for _ in range(connections)]
        for each in waiting:
            each.sendall(b"GET / HTTP/1.1\r\n\r\n")
    for each in waiting:
        with each, contextlib.suppress(ConnectionResetError):
            assert each.recv(100) == b""
    site.stop()
    DemoSite().stop()


def test_a_configuration_names_every_paper(shared: DemoSite) -> None:
    text = shared.config("sqlite:///x.db", crawl="concurrency = 3", source="max_depth = 1")
    assert text.count("[[source]]") == text.count("max_depth = 1") == len(PAPERS)
    assert all(url in text for url in shared.urls.values())
