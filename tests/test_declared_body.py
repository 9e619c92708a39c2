"""A page that shows its article only once scripts have run may still give it as JSON-LD."""

import json
from html import escape

import pytest
from prose import PROSE, page_of, paragraphs

from cleaners import Article, clean_html
from scraper.net.classify import find_shell, glance

TEXT = "\n\n".join(PROSE["en"])


def shell(body: object, shown: str = "", kind: str = "NewsArticle") -> str:
    data = json.dumps(
        {"@type": kind, "headline": "Harbour fees to rise", "author": "Nora Tell", "articleBody": body}
    )
    return (
        "<!DOCTYPE html><html lang='en'><head><title>Harbour fees to rise</title>"
        f'<script type="application/ld+json">{data}</script></head>'
        f'<body>{shown}<div id="root"></div><script src="/app.js"></script></body></html>'
    )


@pytest.mark.parametrize(
    "body",
    [
        TEXT,
        TEXT.replace("\n\n", "\n"),
        "".join(paragraphs()),
        escape("".join(paragraphs())),
        f"{TEXT}\n\nRead more: How the pier was built",
    ],
    ids=["paragraphs", "lines", "markup", "escaped markup", "with noise"],
)
def test_the_text_is_that_of_json_ld_where_the_page_shows_none(body: str) -> None:
    article = clean_html(shell(body), url="https://quay.example/fees")
    assert article.text == TEXT
    assert (article.verdict, article.title, article.authors) == (
        "article", "Harbour fees to rise", ("Nora Tell",),
    )  # fmt: skip
    assert article.notes == ("the text is the one that JSON-LD gives: the page itself shows hardly any",)


def test_what_the_page_shows_instead_is_accounted_for() -> None:
    article = clean_html(shell(TEXT, "<p>We use cookies to make the site better for you.</p><p>Loading</p>"))
    assert article.text == TEXT
    assert {removal.text for removal in article.removed} == {
        "We use cookies to make the site better for you.",
        "Loading",
    }
    positions = [block.position for block in article.blocks]
    assert positions == sorted(positions)
    assert min(positions) >= 2


@pytest.mark.parametrize("body", ["", "Fees rise in May.", ["a"] * 99, {"text": TEXT}, None])
def test_a_page_without_such_a_text_stays_empty(body: object) -> None:
    article = clean_html(shell(body))
    assert (article.verdict, article.notes) == ("empty", ("no text without JavaScript",))


def test_a_page_that_shows_its_article_is_read_as_it_is() -> None:
    shown: Article = clean_html(page_of(*paragraphs()))
    data = shell("Another text. " * 40).replace('<div id="root"></div>', "".join(paragraphs()))
    assert clean_html(data).text == shown.text


def test_a_crawl_takes_such_a_page_for_no_shell() -> None:
    assert find_shell(glance(shell("").encode()))
    assert not find_shell(glance(shell(TEXT).encode()))
