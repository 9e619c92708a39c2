"""Only documents become articles: everything else is named, or judged to be none."""

import bz2
import gzip
import json
import lzma
import time
import zlib
from collections.abc import Callable

import pytest
from prose import PROSE

from cleaners import Article, ParseError, clean_html, clean_text
from cleaners.documents import check_html

STORY = " ".join(PROSE["en"])
BODY = f"<p>{STORY}</p>"
NOISE = bytes(range(256)) * 40
ITEM = f"<item><title>Fees rise</title><link>https://quay.example/a</link><description>{STORY}</description></item>"
URLS = "<url><loc>https://quay.example/a</loc><lastmod>2021-03-03</lastmod></url>" * 30
XML = '<?xml version="1.0" encoding="UTF-8"?>'
# What it is, and its bytes; then a word of the complaint.
BINARY = [
    ("PDF", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj <</Type /Catalog>>" + NOISE, "PDF"),
    ("PNG", b"\x89PNG\r\n\x1a\n" + NOISE, "PNG"),
    ("JPEG", b"\xff\xd8\xff\xe0\x00\x10JFIF" + NOISE, "JPEG"),
    ("GIF", b"GIF89a" + NOISE, "GIF"),
    ("WebP", b"RIFF\x24\x10\x00\x00WEBPVP8 " + NOISE, "RIFF"),
    ("AVIF", b"\x00\x00\x00 ftypavif" + NOISE, "HEIF"),
    ("MP4", b"\x00\x00\x00 ftypisom" + NOISE, "MP4"),
    ("MP3", b"ID3\x04" + NOISE, "MP3"),
    ("Ogg", b"OggS\x00" + NOISE, "Ogg"),
    ("Matroska", b"\x1aE\xdf\xa3" + NOISE, "Matroska"),
    ("icon", b"\x00\x00\x01\x00" + NOISE, "icon"),
    ("font", b"wOF2" + NOISE, "font"),
    ("program", b"\x7fELF" + NOISE, "program"),
    ("gzip", gzip.compress(BODY.encode()), "gzip"),
    ("bzip2", bz2.compress(BODY.encode()), "bzip2"),
    ("xz", lzma.compress(BODY.encode()), "xz"),
    ("zlib", zlib.compress(BODY.encode() * 9), "not HTML|decoded"),
    ("zip", b"PK\x03\x04\x14\x00" + NOISE, "zip"),
    ("7z", b"7z\xbc\xaf\x27\x1c" + NOISE, "7z"),
    ("RAR", b"Rar!\x1a\x07" + NOISE, "RAR"),
    ("old Word", b"\xd0\xcf\x11\xe0\xa1\xb1" + NOISE, "office"),
    ("RTF", b"{\\rtf1\\ansi " + STORY.encode(), "RTF"),
    ("PostScript", b"%!PS-Adobe-3.0\n" + STORY.encode(), "PostScript"),
    ("SQLite", b"SQLite format 3\x00" + NOISE, "SQLite"),
    ("random bytes", NOISE[128:], "not HTML|decoded"),
    ("NULs", b"\x00" * 5_000, "binary"),
    ("nothing", b"", "empty"),
    ("white space", b" \n\t\r\n" * 500, "empty"),
    ("a byte order mark", b"\xef\xbb\xbf", "empty"),
]
DATA = [
    ("JSON object", json.dumps({"title": "Fees", "body": BODY}), "JSON"),
    ("JSON array", json.dumps([{"body": BODY}] * 9), "JSON"),
    ("JSON of strings", json.dumps([BODY] * 9), "JSON"),
    ("JSON behind a mark", "\ufeff" + json.dumps({"body": STORY}), "JSON"),
    ("JSON behind a guard", ")]}',\n" + json.dumps({"body": BODY}), "JSON"),
    ("JSON lines", "\n".join(json.dumps({"body": BODY}) for _ in range(9)), "JSON"),
    ("JSONP", f"callback({json.dumps({'body': BODY})});", "script"),
    ("JSONP behind a comment", f"/**/jQuery_1({json.dumps([BODY])})", "script"),
    ("a number", "42", "plain text"),
    ("CSS", "/* theme */\nbody > p { color: red }\n.a:hover, #b { margin: 0 }", "style sheet"),
    ("CSS of two lines", ".title,\n.lead{font-size:2em}\na:hover{color:red}" * 9, "style sheet"),
    ("CSS at rules", '@charset "utf-8";\n@media print { p { color: red } }', "style sheet"),
    ("JavaScript", f'var page = "{BODY}"; show(page);', "script"),
    ("JavaScript module", "import a from './a.js';\nexport default () => `<div>${a}</div>`;", "script"),
    ("JavaScript closure", "(function(){document.write('<p>hello</p>')})();", "script"),
    ("JavaScript arrow", "(()=>{document.write('<p>hello</p>')})();", "script"),
    ("JavaScript bang", "!function(e){e.innerHTML='<div>x</div>'}(window);", "script"),
    ("JavaScript semicolon", ";(function(){document.write('<p>hello</p>')})();", "script"),
    ("JavaScript strict", "'use strict';\nconst a = '<p>hello</p>';", "script"),
    ("JavaScript global", "window.page = {body: '<p>hello</p>'};", "script"),
    ("RSS", f"{XML}<rss version='2.0'><channel>{ITEM * 9}</channel></rss>", "RSS"),
    ("RSS without a declaration", f"<rss version='2.0'><channel>{ITEM}</channel></rss>", "RSS"),
    ("Atom", f"{XML}<feed xmlns='http://www.w3.org/2005/Atom'><entry>{ITEM}</entry></feed>", "Atom"),
    ("RDF", f"{XML}<!-- by hand --><rdf:RDF xmlns='x'>{ITEM}</rdf:RDF>", "RDF"),
    ("RSS with a style sheet", f"{XML}<?xml-stylesheet href='a.xsl'?><rss>{ITEM}</rss>", "RSS"),
    ("sitemap", f"{XML}<urlset xmlns='x'>{URLS}</urlset>", "sitemap"),
    ("sitemap index", f"{XML}<sitemapindex>{URLS}</sitemapindex>", "sitemap index"),
    ("OPML", f"{XML}<opml version='2.0'><body><outline text='a'/></body></opml>", "OPML"),
    ("SVG", f"{XML}<svg xmlns='x'><title>Fees</title><text>{STORY}</text></svg>", "SVG"),
    ("SVG alone", f"<svg viewBox='0 0 1 1'><text>{STORY}</text></svg>", "SVG"),
    ("SOAP", f"{XML}<soap:Envelope><soap:Body>{STORY}</soap:Body></soap:Envelope>", "SOAP"),
    ("other XML", f"{XML}<invoice><note>{STORY}</note></invoice>", "invoice"),
    (
        "robots.txt",
        "User-agent: *\nDisallow: /admin\nSitemap: https://quay.example/sitemap.xml",
        "robots.txt",
    ),
    ("CSV", "date,fee,ship\n" + "2021-03-03,12,Marta\n" * 200, "plain text"),
    ("a log", "2021-03-03 09:14 GET /a 200\n" * 200, "plain text"),
    ("plain text", STORY, "clean_text"),
    ("source code", "#include <stdio.h>\nint main(void) { return 0; }\n" * 20, "plain text"),
]
NO_ARTICLES = {
    "no text": "<html><body><script>var a = 1</script><div id='root'></div></body></html>",
    "links": "<body><ul>" + "<li><a href='/a'>Fees rise again</a></li>" * 40 + "</ul>",
    "a form": "<form><label>Name <input></label><button>Log in</button></form>",
    "an error": "<title>404</title><h1>Not Found</h1><p>The page was not found.</p>",
}
FRAGMENTS = {
    "a paragraph": f"<p>{STORY}</p>",
    "an open paragraph": f"<p>{STORY}",
    "capitals": f"<P CLASS=lead>{STORY}</P>",
    "text before a tag": f"{STORY}<br>{STORY}",
    "a doctype": f"<!DOCTYPE html><p>{STORY}</p>",
    "XHTML": f'<?xml version="1.0"?><!DOCTYPE html><html xmlns="x"><body><p>{STORY}</p></body></html>',
    "a comment first": f"<!-- saved -->\n<div>{STORY}</div>",
    "a table of layout": f"<table><tr><td>{STORY}</td></tr></table>",
    "a custom element": f"<article-body><p>{STORY}</p></article-body>",
    "white space first": f"\n\n   <article>{STORY}</article>",
    "a word before a brace": f"Fees {{2021}}: see <b>below</b><p>{STORY}</p>",
    "a call in prose": f"print(x) is a call; so is show(y).<p>{STORY}</p>",
}  # fmt: skip


@pytest.mark.parametrize(("data", "word"), [case[1:] for case in BINARY], ids=[case[0] for case in BINARY])
def test_bytes_that_are_no_text_are_refused_by_their_name(data: bytes, word: str) -> None:
    with pytest.raises(ParseError, match=word):
        clean_html(data)


@pytest.mark.parametrize(("text", "word"), [case[1:] for case in DATA], ids=[case[0] for case in DATA])
def test_data_and_code_are_refused_by_their_name(text: str, word: str) -> None:
    with pytest.raises(ParseError, match=word):
        clean_html(text.encode())


@pytest.mark.parametrize("page", NO_ARTICLES.values(), ids=NO_ARTICLES)
def test_a_page_without_running_text_is_judged_to_be_no_article(page: str) -> None:
    assert clean_html(page).verdict in ("not-article", "empty")


@pytest.mark.parametrize("fragment", FRAGMENTS.values(), ids=FRAGMENTS)
def test_an_ordinary_fragment_of_markup_is_cleaned(fragment: str) -> None:
    assert STORY in clean_html(fragment).text


@pytest.mark.parametrize("text", ["", " \n\t", "\ufeff", "\u200b\u200b", "\x00\x01"])
def test_an_empty_text_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match="empty"):
        clean_text(text)


@pytest.mark.parametrize("clean", [clean_html, clean_text])
def test_a_document_beyond_32_million_characters_is_refused(clean: Callable[[str], Article]) -> None:
    with pytest.raises(ParseError, match="32 million"):
        clean("<p>" + "a" * 32_000_000)


@pytest.mark.parametrize("line", ["Fees rise.\n", "<p>Fees rise.</p>"])
def test_a_document_of_more_than_50_000_paragraphs_is_refused(line: str) -> None:
    with pytest.raises(ParseError, match="50,000 paragraphs"):
        (clean_html if line.startswith("<") else clean_text)(line * 50_001)


def test_a_head_of_many_comments_costs_no_time() -> None:
    started = time.process_time()
    check_html("<!--a-->" * 400 + "text <p>" + STORY)
    assert time.process_time() - started < 5
