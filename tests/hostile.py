"""Documents that were made to hang a cleaner, to exhaust it, or to hide their end from it.

Run as a script it cleans the documents it is named, one after the other, and prints a line of JSON for each. A
document that takes more than ten seconds of processor time ends the process, in whatever library it hangs.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 10.0
SENTINEL = "This last sentence of the page stands here so that nobody can lose it without a trace."
LEAD = "The harbour board met on Monday evening and decided to raise the fees for the ferries once more."
NEXT = "Captains had warned for months that the old quay would not last another winter, and divers agreed."
MILLION = 1_000_000


def page(middle: str) -> str:
    """Return a page with prose before and behind something."""
    body = f"<p>{LEAD}</p><p>{NEXT}</p>{middle}<p>{SENTINEL}</p>"
    return f"<html><head><title>Harbour fees</title></head><body><article>{body}</article></body></html>"


def text(middle: str) -> str:
    """Return a plain text with prose before and behind something."""
    return f"{LEAD}\n\n{NEXT}\n\n{middle}\n\n{SENTINEL}\n"


def linked_data(data: str) -> str:
    """Return a page with structured data."""
    return page(f'<script type="application/ld+json">{data}</script>')


def each(form: str, count: int) -> str:
    """Return a form filled with the numbers up to a count."""
    return "".join(form.replace("{}", str(number)) for number in range(count))


PAGES: dict[str, Callable[[], str]] = {
    "100,000 divisions in each other": lambda: page("<div>" * 100_000 + "x" + "</div>" * 100_000),
    "100,000 bold elements in each other": lambda: page("<b>" * 100_000 + "x" + "</b>" * 100_000),
    "100,000 mixed elements in each other": lambda: page("<div><b><i><span>" * 25_000 + "x"),
    "menus in each other around a long text": lambda: page(
        "<div class=menu>" * 200 + "<b>x</b>" * 120_000 + f"<p>{LEAD} {NEXT}</p>"
    ),
    "100,000 open divisions": lambda: page("<div>" * 100_000),
    "100,000 paragraphs with open bold elements": lambda: page("<p><b>" * 100_000),
    "90,000 open elements of many kinds": lambda: page("<p><font><b><i>" * 30_000),
    "20,000 open bold elements that all differ": lambda: page(each("<p><b id=x{}>x</p>", 20_000)),
    "200 open bold elements before 49,000 paragraphs": lambda: page(
        each("<p><b id=x{}>", 200) + "<p>x" * 49_000
    ),
    "100,000 elements with names of their own": lambda: page(each("<x-{}>", 100_000)),
    "100,000 elements of a drawing in each other": lambda: page("<svg>" + "<g>" * 100_000),
    "100,000 void elements in a drawing": lambda: page("<svg>" + "<input>" * 100_000),
    "100,000 open formulas": lambda: page("<math><mi>" * 50_000),
    "50,000 open templates": lambda: page("<template>" * 50_000),
    "one million siblings": lambda: page("<i>x</i>" * MILLION),
    "190,000 paragraphs": lambda: page("<p>x</p>" * 190_000),
    "190,000 spans": lambda: page("<span>x</span>" * 190_000),
    "49,000 paragraphs of prose": lambda: page(f"<p>{NEXT}</p>" * 49_000),
    "100,000 links in a paragraph": lambda: page("<p>" + "<a href=x>word</a> " * 100_000),
    "40,000 lines of links": lambda: page("<p>" + each("<a href=x>word {}</a><br><br>", 40_000)),
    "100,000 open links": lambda: page("<a href=x>" * 100_000),
    "200,000 line breaks": lambda: page("a<br>" * 200_000),
    "200,000 empty lines": lambda: page("<br><br>" * 100_000),
    "a list of 49,000 items": lambda: page("<ul>" + "<li>a b c</li>" * 49_000 + "</ul>"),
    "lists 20,000 deep": lambda: page("<ul><li>x" * 20_000),
    "tables 20,000 deep": lambda: page("<table><tr><td>x" * 20_000),
    "a table of 40,000 rows": lambda: page("<table>" + "<tr><td>a<td>b</tr>" * 40_000 + "</table>"),
    "a row of 100,000 cells": lambda: page("<table><tr>" + "<td>x" * 100_000 + "</table>"),
    "50 MB in one text": lambda: page("<p>" + "word " * (10 * MILLION)),
    "20 MB in one text": lambda: page("<p>" + "word " * (4 * MILLION)),
    "20 MB in one word": lambda: page("<p>" + "w" * (20 * MILLION)),
    "20 MB of white space": lambda: page("<p>" + "\r\n" * (10 * MILLION)),
    "10 MB of code": lambda: page("<pre>" + "x\n" * (5 * MILLION) + "</pre>"),
    "10 MB of entities": lambda: page("<p>" + "&amp;" * (2 * MILLION)),
    "100,000 combining marks": lambda: page("<p>a" + "\u0301" * 100_000),
    "100,000 combining marks of many scripts": lambda: page("<p>a" + "\u05b0\u0316\u0f71\u0f72" * 25_000),
    "NULs": lambda: page("<p>a\0b</p>" * 10_000),
    "lone surrogates": lambda: page("<p>a\ud800b\udfffc</p>" * 10_000),
    "60,000 attributes": lambda: page("<p " + each("a{}=1 ", 60_000) + ">x"),
    "60,000 attributes behind a quoted bracket": lambda: page("<p a='>' " + each("a{}=1 ", 60_000) + ">x"),
    "60,000 attributes behind a quote in a name": lambda: page(
        "<p \"a='\"> ' " + each("a{} ", 60_000) + ">x"
    ),
    "60,000 attributes of a script": lambda: page("<script " + each("a{} ", 60_000) + "></script>"),
    "2,000 elements of 300 attributes": lambda: page(("<p " + each("a{}=1 ", 300) + ">x") * 2_000),
    "50,000 options": lambda: page("<select>" + "<option>x" * 50_000),
    "50,000 options in capitals": lambda: page("<SELECT>" + "<OPTION>x" * 50_000),
    "a comment of 20 MB": lambda: page("<!--" + "x" * (20 * MILLION) + "-->"),
    "300,000 comments": lambda: page("<!--x-->" * 300_000),
    "100,000 open comments": lambda: page("<!--" * 100_000),
    "100,000 scripts": lambda: page("<script>x</script>" * 100_000),
    "30,000 open scripts": lambda: page("<script>x<p>" * 30_000),
    "30,000 open titles": lambda: page("<title>x<p>" * 30_000),
    "50,000 open quotes": lambda: page('<a href="x' * 50_000),
    "300,000 brackets": lambda: page("<" * 300_000),
    "150,000 open tags": lambda: page("<a '" * 150_000),
    "100,000 open instructions": lambda: page("<?x " * 100_000),
    "structured data of 20 MB": lambda: linked_data(
        json.dumps([{"@type": "NewsArticle", "headline": "x" * 100}] * 150_000)
    ),
    "structured data 200,000 deep": lambda: linked_data('{"@graph":[' * 200_000 + "]}" * 200_000),
    "structured data with a number of a million digits": lambda: linked_data(
        '{"headline":' + "9" * MILLION + "}"
    ),
    "100,000 declarations": lambda: "<head>" + "<meta name=a content=b>" * 100_000 + page(""),
    "a title of 10 MB in Chinese": lambda: f"<title>{'标题_新闻 ' * 800_000}</title>" + page(""),
    "a title of 10 MB": lambda: f"<title>{'Harbour fees ' * 800_000}</title>" + page(""),
    "100,000 times": lambda: page("<time>x</time>" * 100_000),
    "see also, 200,000 times in a paragraph": lambda: page("<p>" + "See also: " * 200_000),
    "see also, 49,000 times": lambda: page("<p>See also: x</p>" * 49_000),
    "headings of other stories, 49,000 times": lambda: page("<h2>Related stories</h2>" * 49_000),
    "inline noise, 100,000 times": lambda: page("<p>" + "the port (opens in new tab) " * 100_000),
    "the end behind a text of 12 MB": lambda: page(f"<p>{'word ' * (12 * MILLION // 5)}."),
}
TEXTS: dict[str, Callable[[], str]] = {
    "text: see also in a line of 2 million characters": lambda: text("See also: " * 200_000),
    "text: labels in a line of 2 million characters": lambda: text("Read more Photo Share " * 90_000),
    "text: headlines in a line of 2 million characters": lambda: text("John Smith " * 180_000),
    "text: credits in a line of 2 million characters": lambda: text("(Getty Images " * 140_000),
    "text: copyright in a line of 2 million characters": lambda: text("© 2021 " * 280_000),
    "text: tags in a line of 2 million characters": lambda: text("#harbour " * 220_000),
    "text: page numbers in a line of 2 million characters": lambda: text("1 | " * 500_000),
    "text: Chinese credits in a line of 2 million characters": lambda: text("图片来源：" * 400_000),
    "text: an address of 2 million characters": lambda: text("https://" + "x" * (2 * MILLION)),
    "text: 200,000 labels": lambda: text("See also:\n" * 200_000),
    "text: 49,000 labels": lambda: text("See also:\n" * 49_000),
    "text: 49,000 items": lambda: text("- x\n" * 49_000),
    "text: 500,000 paragraphs": lambda: text("x\n\n" * 500_000),
    "text: 300,000 links": lambda: text("[a](b)" * 300_000),
    "text: 300,000 open links": lambda: text("[a](" * 300_000),
    "text: 300,000 open titles of links": lambda: text('[a](b "' * 300_000),
    "text: a million brackets": lambda: text("[" * MILLION),
    "text: half a million sharps": lambda: text("# " + "#" * 500_000 + "x"),
    "text: half a million sharps apart": lambda: text("# a" + " #" * 500_000 + "x"),
    "text: 2 million spaces": lambda: text("a" + " " * (2 * MILLION) + "b"),
    "text: a million full stops": lambda: text("." * MILLION),
    "text: 100,000 combining marks": lambda: text("a" + "\u0301\u0316" * 50_000),
    "text: NULs and surrogates": lambda: text("a\0\ud800" * 100_000),
}
CASES = {**PAGES, **TEXTS}


def clean(name: str) -> dict[str, object]:
    """Clean one document, and say what came of it."""
    from cleaners import CleanerError, clean_html, clean_text  # noqa: PLC0415 - imported once, before the clock

    document = CASES[name]()
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    started = time.process_time()
    try:
        article = (clean_text if name in TEXTS else clean_html)(document)
        held = any(SENTINEL in part for part in (article.text, *(gone.text for gone in article.removed)))
        outcome = "kept" if held and article.markdown else "lost"
    except CleanerError as error:
        outcome = f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"name": name, "outcome": outcome, "seconds": time.process_time() - started, "megabytes": peak}


def main(names: list[str]) -> None:
    """Clean documents one after the other within 1.5 GiB of address space."""
    resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))
    from cleaners import clean_html, clean_text  # noqa: PLC0415

    clean_html(page(""))
    clean_text(text(""))
    for name in names:
        print(json.dumps(clean(name)), flush=True)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    main(sys.argv[1:])
