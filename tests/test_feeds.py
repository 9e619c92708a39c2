"""Feeds to pages: RSS, Atom and JSON Feed, whole or broken, never an address that they do not name."""

import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery.feeds import MAX_ENTRIES, Entry, read_feed

URL = "https://example.org/feeds/main"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><link>https://example.org/</link>{}</channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"{}><title>x</title>{}</feed>"""


def rss(*items: str) -> bytes:
    return RSS.format("".join(f"<item>{item}</item>" for item in items)).encode()


@pytest.mark.parametrize(
    ("body", "entries"),
    [
        (rss("<link>/a</link>"), [Entry("https://example.org/a")]),
        (rss("<link> https://example.org/a?x=1&amp;y=2 </link>"), [Entry("https://example.org/a?x=1&y=2")]),
        (rss("<link><![CDATA[https://example.org/a]]></link>"), [Entry("https://example.org/a")]),
        (rss('<guid isPermaLink="true">https://example.org/g</guid>'), [Entry("https://example.org/g")]),
        (rss('<guid isPermaLink="false">tag:1</guid>'), []),
        (
            rss("<link>/a</link>", "<link>/a</link>", "<link>/b</link>"),
            [Entry("https://example.org/a"), Entry("https://example.org/b")],
        ),
        (rss("<link>javascript:1</link>", "<link>http://u:p@example.org/</link>"), []),
        (
            rss("<link>/a</link><pubDate>Mon, 02 Mar 2026 10:00:00 +0100</pubDate>"),
            [Entry("https://example.org/a", "2026-03-02T09:00:00+00:00")],
        ),
        (
            ATOM.format(
                "",
                '<entry><link href="a"/><updated>2026-03-02T10:00:00Z</updated><published>2026-03-01T10:00:00Z</published></entry>',
            ).encode(),
            [Entry("https://example.org/feeds/a", "2026-03-02T10:00:00+00:00")],
        ),
        (
            ATOM.format(' xml:base="/base/"', '<entry><link href="a"/></entry>').encode(),
            [Entry("https://example.org/base/a")],
        ),
        (
            ATOM.format(
                "", '<entry><link rel="enclosure" href="/m.mp3"/><link rel="alternate" href="/a"/></entry>'
            ).encode(),
            [Entry("https://example.org/a")],
        ),
        (rss("<link>/story?cat=5&id=7&amp;x=1</link>"), [Entry("https://example.org/story?cat=5&id=7&x=1")]),
        (rss("<link><![CDATA[/story?a=5&b=7]]></link>"), [Entry("https://example.org/story?a=5&b=7")]),
        (
            rss(
                '<link>/a</link><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="replies" href="/r"/>'
            ),
            [Entry("https://example.org/a")],
        ),
        *(
            (ATOM.format(base, f"<entry{own}><id>{name}</id>{links}</entry>").encode(), pages)
            for base, own, name, links, pages in (
                (
                    "",
                    "",
                    "tag:1",
                    '<link rel="edit" href="/e"/><link href="/p"/>',
                    [Entry("https://example.org/p")],
                ),
                (
                    "",
                    "",
                    "tag:1",
                    '<link rel="replies" href="/r"/><link rel="enclosure" href="/a.mp3"/><link href="/p?a=1&b=2"/>',
                    [Entry("https://example.org/p?a=1&b=2")],
                ),
                (
                    "",
                    "",
                    "tag:1",
                    '<link type="application/json" href="/j"/><link type="text/html" href="/p"/>',
                    [Entry("https://example.org/p")],
                ),
                (
                    "",
                    "",
                    "https://example.org/i",
                    '<link rel="edit" href="/e"/>',
                    [Entry("https://example.org/i")],
                ),
                ("", "", "tag:1", '<link rel="enclosure" href="/a.mp3"/>', []),
                ("", ' xml:base="/e/"', "tag:1", '<link href="p"/>', [Entry("https://example.org/e/p")]),
                (
                    ' xml:base="/f/"',
                    " xml:base='g/'",
                    "tag:1",
                    '<link href="p?a=1&amp;b=2"/></entry><entry><link href="q"/>',
                    [Entry("https://example.org/f/g/p?a=1&b=2"), Entry("https://example.org/f/q")],
                ),
                ("", "", "tag:1", '<link xml:base="/l/" href="p"/>', [Entry("https://example.org/l/p")]),
            )
        ),
        (
            json.dumps(
                {
                    "items": [
                        {"url": "/j", "date_modified": "2026-03-02"},
                        {"id": "https://example.org/k"},
                        {"id": "7"},
                        5,
                        {"url": 3},
                    ]
                }
            ).encode(),
            [Entry("https://example.org/j", "2026-03-02"), Entry("https://example.org/k")],
        ),
        (b"\xef\xbb\xbf" + rss("<link>/a</link>"), [Entry("https://example.org/a")]),
        (
            rss("<link>/a</link>", "<link>/b</link>")[:-30],
            [Entry("https://example.org/a"), Entry("https://example.org/b")],
        ),
        (rss("<title>A & B</title><link>/a</link>"), [Entry("https://example.org/a")]),
        (
            RSS.format("<item><link>/ü</link></item>")
            .replace("?>", ' encoding="iso-8859-1"?>', 1)
            .encode("latin-1"),
            [Entry("https://example.org/%C3%BC")],
        ),
    ],
)
def test_a_feed_names(body: bytes, entries: list[Entry]) -> None:
    assert list(read_feed(body, URL).entries) == entries


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"{", b"[]", b'{"items": 5}', b"<html><body>x", b"plain text", b"\0\1\2", b"<rss>", b'{"items":' + b"[" * 200_000]
)  # fmt: skip
def test_what_is_no_feed_has_a_note_and_no_entries(body: bytes) -> None:
    assert read_feed(body, URL).entries == ()
    assert read_feed(body, URL).notes == ("not a feed that can be read",)


def test_of_a_very_long_feed_the_first_entries_are_used() -> None:
    feed = read_feed(rss(*(f"<link>/{number}</link>" for number in range(MAX_ENTRIES + 5))), URL)
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.notes == ("only the first 2,000 entries are used",)


def test_a_body_that_is_an_address_is_never_asked_for(
    attempts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert read_feed(b"http://127.0.0.1:9/feed", URL).entries == ()
    assert attempts == []


def test_no_entity_is_fetched_or_blown_up() -> None:
    bomb = (
        "<!DOCTYPE x ["
        + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x"}">' for n in range(9))
        + "]>"
    )
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    for doctype, name in ((bomb, "e8"), (outside, "e")):
        body = RSS.format(f"<item><link>https://example.org/&{name};</link></item>").replace(
            "?>", f"?>{doctype}", 1
        )
        assert all(len(entry.url) < 8_000 for entry in read_feed(body.encode(), URL).entries)


@given(st.binary(max_size=300))
def test_no_feed_breaks_the_reading(noise: bytes) -> None:
    for body in (
        noise,
        rss("<link>/a</link>") + noise,
        b'{"items": [' + noise,
        ATOM.format("", "<entry>").encode() + noise,
    ):
        assert all(entry.url.startswith("http") for entry in read_feed(body, URL).entries)
