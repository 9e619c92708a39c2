"""Sitemaps to pages and sitemaps, within the protocol's limits, whatever the file holds."""

import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery import sitemaps
from scraper.discovery.feeds import Entry
from scraper.discovery.sitemaps import read_sitemap

URL = "https://example.org/maps/sitemap.xml"
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
A, B = "https://example.org/a", "https://example.org/b"


def urls(*entries: str, namespace: str = NAMESPACE) -> bytes:
    inner = "".join(f"<url>{entry}</url>" for entry in entries)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {namespace}>{inner}</urlset>'.encode()


def locs(*links: str) -> bytes:
    return urls(*(f"<loc>{link}</loc>" for link in links))


@pytest.mark.parametrize(
    ("body", "pages"),
    [
        (locs(A, B, A), [Entry(A), Entry(B)]),
        (urls(f"<loc> {A}\n</loc><lastmod> 2026-03-01T10:00:00+01:00 </lastmod>"), [Entry(A, "2026-03-01T10:00:00+01:00")]),
        (urls(f"<loc>{A}</loc>", namespace=""), [Entry(A)]),
        (urls(f"<loc>{A}</loc>", namespace='xmlns="http://www.google.com/schemas/sitemap/0.84"'), [Entry(A)]),
        (
            urls(
                f"<loc>{A}</loc><news:news><news:publication_date>2026-03-01</news:publication_date></news:news>"
                "<image:image><image:loc>https://example.org/i.jpg</image:loc></image:image>",
                namespace=f'{NAMESPACE} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"',
            ),
            [Entry(A)],
        ),
        (urls(f"<image:image xmlns:image='urn:i'><image:loc>{B}</image:loc></image:image><loc>{A}</loc>"), [Entry(A)]),
        (locs("/a", "b"), [Entry(A), Entry("https://example.org/maps/b")]),
        (locs("https://example.org/?a=1&amp;b=2"), [Entry("https://example.org/?a=1&b=2")]),
        (urls(f"<loc><![CDATA[{A}]]></loc>"), [Entry(A)]),
        (urls("<lastmod>2026</lastmod>", "<loc></loc>", f"<loc>{A}</loc>"), [Entry(A)]),
        (gzip.compress(locs(A, B)), [Entry(A), Entry(B)]),
        (gzip.compress(locs(A, B)[:90]) + gzip.compress(locs(A, B)[90:]), [Entry(A), Entry(B)]),
        (f"\ufeff{A}\r\n\r\n{B}\nno address\n".encode(), [Entry(A), Entry(B)]),
        (b"\xef\xbb\xbf" + locs(A), [Entry(A)]),
        (locs(A).decode().replace("UTF-8", "UTF-16").encode("utf-16"), [Entry(A)]),
        (b"\n\n  " + locs(A).split(b"?>", 1)[1], [Entry(A)]),
        (locs(A, B)[:-20], [Entry(A)]),
        (locs("<![CDATA[https://example.org/?a=1&b=2]]>"), [Entry("https://example.org/?a=1&b=2")]),
        (locs("https://example.org/?a=1&b=2", A), [Entry("https://example.org/?a=1&b=2"), Entry(A)]),
        (locs("javascript:1", "ftp://example.org/", "http://u@example.org/"), []),
    ],
)  # fmt: skip
def test_a_sitemap_names(body: bytes, pages: list[Entry]) -> None:
    read = read_sitemap(body, URL)
    assert list(read.pages) == pages
    assert read.sitemaps == ()


def test_an_index_names_sitemaps() -> None:
    inner = f"<sitemap><loc>{A}.xml.gz</loc><lastmod>2026-03-01</lastmod></sitemap><sitemap><loc>/b.xml</loc></sitemap>"
    read = read_sitemap(f"<sitemapindex {NAMESPACE}>{inner}</sitemapindex>".encode(), URL)
    assert read.sitemaps == (Entry(f"{A}.xml.gz", "2026-03-01"), Entry(f"{B}.xml"))
    assert read.pages == ()


@pytest.mark.parametrize("body", [b"", b"\0\1", b"<html><body>x</body></html>", b"{}", b"no address here"])
def test_what_is_no_sitemap_has_a_note(body: bytes) -> None:
    read = read_sitemap(body, URL)
    assert (read.pages, read.sitemaps) == ((), ())
    assert len(read.notes) == 1


@pytest.mark.parametrize("form", ["xml", "text"])
def test_a_sitemap_names_50_000_pages_at_most(form: str) -> None:
    links = [f"https://example.org/{number}" for number in range(50_010)]
    read = read_sitemap(locs(*links) if form == "xml" else "\n".join(links).encode(), URL)
    assert len(read.pages) == 50_000
    assert read.notes == ("only the first 50,000 entries are used",)


@pytest.mark.parametrize("entry", ["", f"<loc>{A}</loc>"], ids=["empty", "the same"])
def test_entries_that_name_nothing_new_are_counted_too(entry: str) -> None:
    read = read_sitemap(urls(*[entry] * 50_000, f"<loc>{B}</loc>"), URL)
    assert Entry(B) not in read.pages
    assert read.notes == ("only the first 50,000 entries are used",)


def test_a_gzipped_bomb_stops_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MAX_BYTES", 1_000_000)
    bomb = gzip.compress(locs(A)[:-9] + b" " * 30_000_000)
    tracemalloc.start()
    read = read_sitemap(bomb, URL)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read.pages == (Entry(A),)
    assert "only the first" in read.notes[0]
    assert peak < 8_000_000


@pytest.mark.parametrize(
    ("body", "note"),
    [(gzip.compress(locs(A, B))[:-12], "cut off"), (gzip.compress(locs(A))[:12] + b"\xff" * 40, "damaged")],
    ids=["cut off", "damaged"],
)
def test_a_broken_gzip_has_a_note(body: bytes, note: str) -> None:
    assert any(note in said for said in read_sitemap(body, URL).notes)


def test_no_entity_is_fetched_or_blown_up() -> None:
    bomb = (
        "<!DOCTYPE x ["
        + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x"}">' for n in range(9))
        + "]>"
    )
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    for doctype, name in ((bomb, "e8"), (outside, "e")):
        body = locs(f"https://example.org/&{name};", A).replace(b"?>", f"?>{doctype}".encode(), 1)
        pages = read_sitemap(body, URL).pages
        assert all(len(page.url) < 100 for page in pages)


@given(st.binary(max_size=300))
def test_no_sitemap_breaks_the_reading(noise: bytes) -> None:
    for body in (noise, locs(A)[:-15] + noise, b"\x1f\x8b" + noise, gzip.compress(noise), b"<" + noise):
        assert all(page.url.startswith("http") for page in read_sitemap(body, URL).pages)
