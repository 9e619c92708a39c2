"""What belongs to a source, and which addresses may go on for ever."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.config import Source
from scraper.discovery.scope import Scope, TrapBook, compile_pattern
from scraper.store.base import Found
from scraper.urls import host_of, identify

SITE = "https://www.example.org/"


def refuses(url: str, **options: Any) -> str:
    return Scope.of(Source("x", SITE, **options), 2026).refuses(url)


def found(url: str, **options: Any) -> Found:
    return Found(identify(url), url, host_of(url), **options)


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/news/**", "/news/", True),
        ("/news/**", "/news/a/b", True),
        ("/news/**", "/news", False),
        ("/news/**", "/newsroom/a", False),
        ("/news/*", "/news/a", True),
        ("/news/*", "/news/a/b", False),
        ("/*/a?.html", "/x/a1.html", True),
        ("/*/a?.html", "/x/a/.html", False),
        ("/**/b", "/b", True),
        ("/**/b", "/a/a/b", True),
        ("**", "/anything/at/all", True),
        ("/a.b", "/axb", False),
        ("/a[1]", "/a[1]", True),
        ("/über/**", "/über/x", True),
        ("/%C3%BCber/*", "/über/x", True),
    ],
)
def test_a_pattern_matches(pattern: str, path: str, matches: bool) -> None:  # noqa: FBT001
    assert (compile_pattern(pattern).fullmatch(path) is not None) is matches


@pytest.mark.parametrize(
    ("url", "options", "reason"),
    [
        ("https://www.example.org/a", {}, ""),
        ("http://news.example.org/a", {}, ""),
        ("https://example.com/a", {}, "another host"),
        ("https://example.org.evil.com/a", {}, "another host"),
        ("mailto:x", {}, "'mailto:x' is neither http nor https"),
        ("https://example.org/news/a", {"include": ("/news/**",)}, ""),
        ("https://example.org/sport/a", {"include": ("/news/**",)}, "not included"),
        ("https://example.org/%C3%BCber/a", {"include": ("/über/**",)}, ""),
        ("https://example.org/news/a", {"include": ("/news/**",), "exclude": ("/news/a",)}, "excluded"),
        ("https://b.example.org/a", {"exclude": ("https://b.example.org/**",)}, "excluded"),
        ("https://partner.com/x/a", {"include": ("https://partner.com/x/*",)}, ""),
        ("https://partner.com/y/a", {"include": ("https://partner.com/x/*",)}, "another host"),
        ("https://example.org/a", {"include": ("https://partner.com/x/*",)}, "not included"),
        ("https://example.org/a.PDF", {}, "a file"),
        ("https://example.org/a.jpg?x=.html", {}, "a file"),
        ("https://example.org/a.html", {}, ""),
        ("https://example.org/v1.2/story", {}, ""),
        ("https://example.org/about.example.zip/", {}, ""),
    ],
)
def test_an_address_is_in_scope_or_not(url: str, options: dict[str, Any], reason: str) -> None:
    assert refuses(url, **options) == reason


@pytest.mark.parametrize(
    ("rest", "trap"),
    [
        ("a/" * 3, "repeats itself"),
        ("a/b/a/b/a/b/c", "repeats itself"),
        ("/".join("abcdefghijklmnopqrstuv"), "more than 20 steps"),
        ("x" * 2_000, "more than 2,000 characters"),
        ("a?" + "&".join(f"p{number}={number}" for number in range(9)), "more than 8 parameters"),
        ("calendar/2031/", "far future"),
        ("2031/05/", "far future"),
        ("events/2031-05-13", "far future"),
        ("events?date=2031-05", "far future"),
        ("events?tribe-bar-date=2031-05-13", "far future"),
        ("plan/2031-W07", "far future"),
        ("events?year=2031&month=5", "far future"),
        # Look-alikes.
        ("2026/05/06/05/story", ""),
        ("news/2031", ""),
        ("?p=2031", ""),
        ("news?id=20310513", ""),
        ("2031/05/a-film-about-the-future", ""),
        ("events/2027-12-31", ""),
        ("archive/1851/09/18/", ""),
        ("a/a/story", ""),
        ("2020/20/20/20/x", ""),
    ],
)
def test_an_endless_space_is_told_by_its_address(rest: str, trap: str) -> None:
    assert trap in refuses(SITE + rest)
    assert bool(refuses(SITE + rest)) is bool(trap)


def test_of_one_path_fifty_variants_are_taken_and_the_rest_reported() -> None:
    book = TrapBook()
    many = [found(f"{SITE}list?sort={number}&page={number}") for number in range(60)]
    assert len(book.sift(many)) == 50
    assert len(book.sift(many)) == 50
    assert book.report == (
        "https://www.example.org/list?...: 20 addresses left out, for they may be endless",
    )


def test_pages_that_are_numbered_by_a_parameter_are_not_variants() -> None:
    many = [found(f"{SITE}story.php?id={number}") for number in range(1_000)]
    assert len(TrapBook().sift(many)) == 1_000


def test_a_calendar_that_walks_into_the_past_is_bounded() -> None:
    book = TrapBook()
    days = [found(f"{SITE}events/{year}-{month:02}/") for year in range(1950, 2020) for month in range(1, 13)]
    assert len(book.sift(days)) == 100
    assert "events/0-0/ (by date): 740 addresses" in book.report[0]


def test_pages_without_parameters_feeds_and_hubs_are_never_counted() -> None:
    book = TrapBook()
    pages = [found(f"{SITE}2026/05/{number}/story") for number in range(500)]
    lists = [found(f"{SITE}rss?x={number}", kind="feed") for number in range(100)]
    hubs = [found(f"{SITE}?x={number}", is_hub=True) for number in range(100)]
    assert len(book.sift([*pages, *lists, *hubs])) == 700
    assert book.report == ()


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_pattern_and_no_address_breaks_the_scope(pattern: str, rest: str) -> None:
    assert isinstance(refuses(SITE + rest, include=(pattern,), exclude=(pattern,)), str)


@given(st.lists(st.from_regex(r"[a-c]{1,2}\?[a-c]=[0-9]{1,3}", fullmatch=True), max_size=40))
def test_a_trap_book_never_changes_its_mind(rests: list[str]) -> None:
    book = TrapBook()
    many = [found(SITE + rest) for rest in rests]
    assert book.sift(many) == book.sift(many)
