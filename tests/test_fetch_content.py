"""Two hundred OK, and yet no page: files, feeds, challenges, shells, and what is not there."""

import pytest
from asking import ask, ask_once, failure
from hostile_server import PAGE, answer, quick, redirect, saying, serving

from scraper import CrawlRequest, Failure, Page
from scraper.config import SITEMAP_BYTES
from scraper.types import Kind

RSS = b"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title></channel></rss>"
SITEMAP = b"<?xml version='1.0'?><urlset><url><loc>https://quay.example/</loc></url></urlset>"
PNG, PDF = b"\x89PNG\r\n\x1a\n" + bytes(90), b"%PDF-1.7\n%\xe2\xe3"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", PDF), ("text/html", PNG), ("text/html; charset=utf-8", b'{"title": "Fees"}'), ("text/html", RSS),
        ("text/html", SITEMAP),
        ("application/pdf", PAGE.replace(b"<", b"")), ("application/json", b"[1]"), ("image/png", PNG),
        ("text/css", b"a{b:c}"), ("text/plain", b"plain words"),
        ("application/octet-stream", b"\x00\x01" * 90), ("video/mp4", b"x" * 90),
        ("application/rss+xml", RSS), ("text/xml", b"<?xml version='1.0'?><a/>"),
    ],
)  # fmt: skip
def test_what_is_no_html_is_no_page_whatever_it_is_called(kind: str, body: bytes) -> None:
    outcome = failure(answer(body, f"Content-Type: {kind}"))
    assert (outcome.reason, outcome.status) == ("not-html", 200)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("", PAGE), ("text/plain", PAGE), ("application/xhtml+xml", PAGE), ("text/xml", b"<?xml version='1.0'?>\n<!-- a --> " + PAGE),
        ("nonsense", PAGE),
        ("application/json", b"\xef\xbb\xbf\n" + PAGE), ("application/octet-stream", PAGE), ("text/html", b"<p>" + PAGE[50:]),
        ("text/html; charset=utf-16", "\ufeff<!doctype html><p>fees".encode("utf-16-le") + PAGE.decode().encode("utf-16-le")),
    ],
)  # fmt: skip
def test_html_is_a_page_whatever_it_is_called(kind: str, body: bytes) -> None:
    page = ask_once(answer(body, f"Content-Type: {kind}"))
    assert isinstance(page, Page), page
    assert page.body == body


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
@pytest.mark.parametrize(
    "body",
    [
        RSS,
        SITEMAP,
        b'{"version": "https://jsonfeed.org/version/1"}',
        b"\x1f\x8b\x08" + bytes(40),
        b"https://quay.example/a\n",
    ],
)
def test_feeds_and_sitemaps_may_be_any_text_or_gzip(kind: Kind, body: bytes) -> None:
    page = ask_once(answer(body, "Content-Type: application/octet-stream"), kind=kind)
    assert isinstance(page, Page)


def test_feeds_and_sitemaps_are_no_pictures() -> None:
    assert failure(answer(PNG), kind="feed").reason == "not-html"
    assert failure(answer(b"x", "Content-Type: image/png"), kind="sitemap").reason == "not-html"
    assert failure(answer(b""), kind="feed").reason == "bad-response"


def test_a_challenge_is_a_refusal_also_where_the_server_says_200() -> None:
    page = b"<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body>"
    for status in ("200 OK", "403 Forbidden", "503 Busy", "202 Accepted"):
        assert failure(answer(page, status=status)).reason == "blocked"
    assert failure(answer(PAGE, "cf-mitigated: challenge")).reason == "blocked"
    assert failure(answer(page, status="429 Slow")).reason == "rate-limited"


def test_an_empty_shell_and_a_page_that_is_missing_are_told_apart_from_articles() -> None:
    shell = b'<!doctype html><html><body><div id="root"></div><script src="/app.js"></script></body></html>'
    missing = b"<!doctype html><title>Page not found - Quay News</title><h1>Page not found</h1><p>Try the front page.</p>"
    assert failure(answer(shell)).reason == "js-shell"
    assert failure(answer(missing)).reason == "soft-404"


def test_a_deep_address_that_is_sent_to_the_front_page_is_missing() -> None:
    with serving(lambda peer: peer.send(answer() if peer.path == "/" else redirect("/"))) as server:
        outcome = ask(server, "/2026/11/harbour-fees-rise")
        assert isinstance(ask(server, "/home"), Page)
    assert isinstance(outcome, Failure)
    assert (outcome.reason, outcome.final_url) == ("soft-404", f"{server.url}/")


@pytest.mark.parametrize(
    ("kind", "length", "reason"),
    [
        ("sitemap", 9_000, None),
        ("feed", 9_000, "too-large"),
        ("page", 9_000, "too-large"),
        ("sitemap", SITEMAP_BYTES + 1, "too-large"),
    ],
)
def test_only_a_sitemap_may_be_as_large_as_its_protocol_allows(
    kind: Kind, length: int, reason: str | None
) -> None:
    body = SITEMAP + b" " * (9_000 - len(SITEMAP))
    with serving(saying(answer(body, length=length))) as server:
        outcome = ask(server, CrawlRequest(server.url, kind=kind), quick(max_bytes=8_000))
    assert (outcome.reason if isinstance(outcome, Failure) else None) == reason


@pytest.mark.parametrize(
    ("kind", "begin", "length", "reason"),
    [
        ("feed", SITEMAP, 9_000, None),
        ("page", SITEMAP, 9_000, None),
        ("page", PAGE, 9_000, "too-large"),
        ("feed", RSS, 9_000, "too-large"),
        ("page", SITEMAP, SITEMAP_BYTES + 1, "too-large"),
    ],
)
def test_a_sitemap_whose_name_does_not_say_so_may_be_as_large_where_it_is_the_source_itself(
    kind: Kind, begin: bytes, length: int, reason: str | None
) -> None:
    with serving(saying(answer(begin + b" " * (9_000 - len(begin)), length=length))) as server:
        outcome = ask(server, CrawlRequest(server.url, kind=kind, is_hub=True), quick(max_bytes=8_000))
    assert (outcome.reason if isinstance(outcome, Failure) else None) == reason


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_a_page_in_place_of_a_feed_or_sitemap_is_told_as_none(kind: Kind) -> None:
    assert failure(answer(PAGE), kind=kind).reason == "soft-404"
