"""No document can hang the cleaner, exhaust it, or lose its end in silence."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from hostile import CASES, LEAD, NEXT, SENTINEL, page

from cleaners import Article, ParseError, clean_html, clean_text
from cleaners.rulebook import parsed_files
from cleaners.rulefile import RuleFile

SCRIPT = Path(__file__).with_name("hostile.py")
GROUP = 12  # Documents cleaned in one process: starting it costs as much as three of them.
# Markup that is never closed, as it stands before the end of a page.
OPEN = [
    "<title>", "<script>", "<script><!--<script>", "<style>", "<style><!--", "<textarea>", "<xmp>", "<iframe>", "<noembed>",
    "<noframes>", "<plaintext>", "<!--", "<!-- a -- b", "<!", "<?php echo", "<![CDATA[", "</", "</p", "<p", "<", "<p class='x",
    '<a href="x', "<a href=x", "<svg><![CDATA[", "<svg><style>", "<svg><title>", "<svg><g>", "<math><mi>", "<template>",
    "<template><p>", "<select>", "<select><option>", "<datalist>", "<noscript>", "<canvas>", "<map>", "<object>", "<audio>",
    "<frameset><frame>", "<frameset><noframes>", "<table>", "<table><tr><td>", "<table><caption>", "<table><template>",
    "<ruby><rp>", "<button>", "<dialog>", "<details>", "<div hidden>", "<head>", "</body></html>", "<html/>", "<b><i><a href=x>",
]  # fmt: skip


@cache
def run(group: int) -> dict[str, dict[str, object]]:
    """Clean the documents of a group in a process of their own; start it again behind one that ended it."""
    names = list(CASES)[group * GROUP : (group + 1) * GROUP]
    results: dict[str, dict[str, object]] = {}
    while left := [name for name in names if name not in results]:
        done = subprocess.run(
            [sys.executable, str(SCRIPT), *left], capture_output=True, check=False, timeout=300
        )
        lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
        results |= {line["name"]: line for line in lines}
        if len(lines) < len(left):
            results[left[len(lines)]] = {"outcome": f"ended {done.returncode}: {done.stderr[-500:].decode()}"}
    return results


def is_accounted_for(article: Article) -> bool:
    """Tell whether the last sentence of a page is in its article, or among what was removed."""
    return any(SENTINEL in text for text in (article.text, *(gone.text for gone in article.removed)))


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Break off with TimeoutError what takes longer; regular expressions listen to signals."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_document_is_cleaned_or_refused_in_time_and_memory(name: str) -> None:
    result = run(list(CASES).index(name) // GROUP)[name]
    assert re.match(r"kept|ParseError", str(result["outcome"])), result
    assert int(str(result["megabytes"])) < 1_024


@pytest.mark.parametrize("opening", OPEN)
@pytest.mark.parametrize("shape", ["<html><body><div>{}</div></body></html>", "{}"], ids=["page", "fragment"])
def test_nothing_that_is_left_open_hides_the_end_of_the_page(opening: str, shape: str) -> None:
    middle = f"<p>{LEAD}</p><p>{NEXT}</p>{opening}<p>{LEAD[:-1]} again.</p><p>{SENTINEL}</p>"
    assert is_accounted_for(clean_html(shape.format(middle)))


@pytest.mark.parametrize("tag", ["div", "b", "span", "ul", "table", "x-y", "svg"])
@pytest.mark.parametrize("depth", [1, 100, 253, 256, 1_000, 5_000])
def test_no_depth_of_nesting_hides_the_end_of_the_page(tag: str, depth: int) -> None:
    for closing in ("", f"</{tag}>" * depth):
        assert is_accounted_for(clean_html(page(f"<{tag}>" * depth + "within" + closing)))


@pytest.mark.parametrize(
    "charset", ["utf-16", "shift_jis", "koi8-r", "iso-2022-jp", "x-user-defined", "nonsense"]
)
def test_a_wrong_charset_loses_no_ascii(charset: str) -> None:
    assert is_accounted_for(clean_html(page("<p>Gebühren für Fähren</p>").encode(), charset=charset))


@pytest.mark.parametrize(
    "document", ["", " ", "<", "<p>", "</p>", "<!---->", "<html>", "&", "\ufeff", "<p>\0", "\ud800"]
)
@pytest.mark.parametrize("clean", [clean_html, clean_text])
def test_hardly_anything_is_refused_or_no_article(clean: Callable[[str], Article], document: str) -> None:
    try:
        verdict = clean(document).verdict
    except ParseError:
        verdict = "empty"
    assert verdict in ("empty", "not-article")


@pytest.mark.parametrize(
    "markup", ["<title>a&#1;b</title>", "<div id=y>" * 3 + "</x-y>" + "<head><body hidden>" * 2]
)
def test_what_trips_the_second_opinion_up_costs_no_more_than_it(markup: str) -> None:
    assert is_accounted_for(clean_html(page(markup)))


@pytest.mark.parametrize("file", parsed_files(), ids=lambda file: file.name)
def test_no_pattern_of_a_rule_takes_long_for_its_own_cases_in_a_row(file: RuleFile) -> None:
    for rule in (rule for rule in file.rules if rule.pattern):
        pattern = re.compile(rule.pattern, re.IGNORECASE)
        find = pattern.findall if rule.action == "drop-inline" else pattern.fullmatch
        for case in (*rule.drops, "A b ", "1 ", "© ", "图 "):
            for ending in ("", "\0", "。a"):
                with limit(1.0):
                    find((case * 500)[:1_000] + ending)
