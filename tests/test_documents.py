"""What kind of file is this: documents are told from data, and markup from plain text."""

import re

import pytest

from cleaners import ParseError
from cleaners.documents import MAX_CHARACTERS, check_bytes, check_html, check_no_data, check_text, is_html


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><title>Fees</title>",
        "\ufeff\n<p>The port raised its fees.",
        "<!-- saved --><html><body>Fees",
        "Warning: no such index in feed.php\n\n\n\n<html><body>Fees</body></html>",
        "The port raised its fees.<br>Ships pay more.",
        "Fees rise\n<p>The port raised them.</p>\n<p>Ships pay more.</p>",
    ],
)
def test_marked_up_text_is_html(text: str) -> None:
    assert is_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "The port raised its fees.",
        "If a < b and b > c, fees rise.",
        "Fees rise\n\nThe port raised them.\n\nShips pay <b>more</b>.\n\nSo <br> do boats.",
        "<marta@quay.example> wrote: fees rise",
    ],
)
def test_plain_text_with_a_stray_tag_is_not_html(text: str) -> None:
    assert not is_html(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"fees": 1}', "JSON"),
        ('[{"fees": 1', "JSON"),
        ("[1, 2]", "JSON"),
        ("\ufeff<rss version='2.0'>", "an RSS feed"),
        ("<?xml version='1.0'?><!-- x --><feed>", "an Atom feed"),
        ("<urlset>", "a sitemap"),
        ("<?xml version='1.0'?><invoice/>", "XML with the root element 'invoice'"),
    ],
)
def test_data_is_refused_by_its_name(text: str, name: str) -> None:
    with pytest.raises(ParseError, match=f"^not HTML: {name}$"):
        check_no_data(text)


@pytest.mark.parametrize(
    "text", ["[1] A note on fees.", "[sic] fees", "{{Infobox}} Fees", "Fees: {1}", "[[Port|fees]]"]
)
def test_prose_that_begins_with_a_bracket_is_no_data(text: str) -> None:
    check_no_data(text)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty input"),
        (b"%PDF-1.7", "not HTML: a PDF"),
        (b"PK\x03\x04", "not HTML: a zip archive or office document"),
        (b"\x00\x00\x00\x18ftypmp42", "not HTML: an MP4 video or HEIF image"),
        (b"a\x00b\x00c\x00", "not HTML: binary data"),
        (b"a" * (MAX_CHARACTERS + 1), "larger than 32 MB"),
    ],
    ids=["nothing", "PDF", "zip", "MP4", "binary", "too large"],
)
def test_bytes_that_are_no_text_are_refused_by_their_name(data: bytes, name: str) -> None:
    with pytest.raises(ParseError, match=f"^{name}$"):
        check_bytes(data)


@pytest.mark.parametrize("data", [b"<p>fees", "<p>Gebühr".encode("utf-16"), "плата".encode("koi8-r")])
def test_bytes_of_a_text_pass_in_any_encoding(data: bytes) -> None:
    check_bytes(data)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" \n", "empty input"),
        ("The port raised its fees.", "not HTML: plain text without a tag (clean_text takes it)"),
        ("User-agent: *\nDisallow: /", "not HTML: a robots.txt"),
        ("var fees = 1;", "not HTML: a script or style sheet"),
        ("var fees = '<p>1</p>';", "not HTML: a script or style sheet"),
        (".fees { color: red }", "not HTML: a script or style sheet"),
        ("<p>" + "a" * MAX_CHARACTERS, "longer than 32 million characters"),
    ],
    ids=["nothing", "plain text", "robots.txt", "script", "script with tags", "style sheet", "too long"],
)
def test_text_that_is_no_page_is_refused_by_its_name(text: str, name: str) -> None:
    with pytest.raises(ParseError, match=f"^{re.escape(name)}$"):
        check_html(text)


@pytest.mark.parametrize(
    ("text", "name"), [(" ", "empty input"), ("a" * (MAX_CHARACTERS + 1), "longer than 32")]
)
def test_plain_text_has_the_same_limits(text: str, name: str) -> None:
    with pytest.raises(ParseError, match=f"^{name}"):
        check_text(text)
