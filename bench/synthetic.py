"""Pages made up here: very large ones around an article, and hostile ones."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 10_000

ARTICLE = (
    (
        "The harbour board of Lindholm voted on Tuesday to rebuild the eastern pier, three years after a "
        "winter storm tore away a third of its length and left the ferry without a landing."
    ),
    (
        "Work is to begin in April and will take two summers, said the chair of the board, Marta Quist, "
        "who had promised the town a decision before the end of the year."
    ),
    (
        "The cost, put at eleven million, will be shared between the town, the ferry company and a fund "
        "for small harbours that was set up after the storm."
    ),
    (
        "Fishermen who land their catch at the pier had asked for a longer breakwater. The board's "
        "engineers advised against it, because the sand it would hold back now feeds the beach to the "
        "south."
    ),
    (
        "Until the pier is open again the ferry will go on using the timber yard on the other side of the "
        "bay, where passengers wait under a roof of tarpaulin and the nearest bus is a mile away."
    ),
    (
        "At the meeting two members voted against the plan. They would have preferred to sell the ferry "
        "and build a bridge, an idea that the town has turned down four times since it was first "
        "proposed."
    ),
)


def build_large() -> dict[str, bytes]:
    """Return the large pages by name."""
    row = "<tr><td>Berth {0}</td><td>{0} m</td><td>{0}</td></tr>"
    return {
        "10,000-row table": _around("<table>", row, "</table>"),
        "10,000 list items": _around("<ul>", "<li>Berth {0} is free</li>", "</ul>"),
        "10,000 tiny paragraphs": _around("<div>", "<p>Berth {0}</p>", "</div>"),
    }


def build_hostile() -> dict[str, Callable[[], bytes]]:
    """Return a maker for each hostile page by name."""
    return {
        "20,000 nested div": lambda: _page("<div>" * 20_000 + "x"),
        "20,000 nested span": lambda: _page("<span>" * 20_000 + "x"),
        "20,000 nested lists": lambda: _page("<ul><li>" * 20_000 + "x"),
        "10,000 open formatting tags": lambda: _page("".join(f"<b {n}><i {n}>" for n in range(5_000)) + "x"),
        "20,000 nested tables": lambda: _page("<table><tr><td>" * 20_000 + "x"),
        "20,000 attributes": lambda: _page("<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">x</p>"),
        "100,000 options": lambda: _page("<select>" + "<option>one" * 100_000),
        "100,000 line breaks": lambda: _page("<p>" + "word<br>" * 100_000),
        "300,000 combining marks": lambda: _page("<p>e" + "\u0301\u0323" * 150_000),
        "a text of 12 MB": lambda: _page("<p>" + "word " * 2_400_000),
        "a word of 5 MB": lambda: _page("<p>" + "x" * 5_000_000),
        "2,000,000 spaces": lambda: _page("<p>See also" + " " * 2_000_000 + ":</p>"),
        "1,000,000 digits": lambda: _page("<p>By " + "1" * 1_000_000 + "</p>"),
        "100,000 labels": lambda: _page("<p>Read more: " + "see also: " * 100_000 + "</p>"),
        "one paragraph 20,000 times": lambda: _page(f"<p>{ARTICLE[0]}</p>" * 20_000),
        "unclosed comment": lambda: _page("<!-- " + "x" * 1_000_000),
        "unclosed title": lambda: b"<html><head><title>" + b"<p>x</p>" * 100_000,
        "unclosed script": lambda: _page("<script>" + "var x = '<p>';" * 100_000),
        "NUL bytes": lambda: _page("<p>" + "a\0" * 500_000),
        "stray bytes": lambda: _page("<p>word ") + b"\xff\xfe\x80" * 100_000,
        "random bytes": lambda: random.Random(7).randbytes(1_000_000),
        "JSON": lambda: b'{"rows": [' + b'{"text": "A sentence, as it were."},' * 50_000 + b"{}]}",
        "JSON-LD 20,000 deep": lambda: _page(
            '<script type="application/ld+json">' + '{"a":' * 20_000 + "</script><p>x</p>"
        ),
        "entity declarations": lambda: (
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "'
            + b"a" * 100_000
            + b'"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><html><body><p>&b;&b;&b;&b;</p></body></html>'
        ),
        "nothing": lambda: b"",
    }


def _around(start: str, part: str, end: str) -> bytes:
    """Return a page with half of the parts before its article and half after."""
    half = COUNT // 2
    before = "".join(part.format(number) for number in range(half))
    after = "".join(part.format(number) for number in range(half, COUNT))
    story = "".join(f"<p>{paragraph}</p>" for paragraph in ARTICLE)
    article = f"<article><h1>Lindholm to rebuild its pier</h1>{story}</article>"
    return _page(f"<main>{start}{before}{end}{article}{start}{after}{end}</main>")


def _page(body: str) -> bytes:
    head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lindholm</title></head><body>'
    return f"{head}{body}</body></html>".encode()
