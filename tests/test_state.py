"""A page that shows its article only once scripts have run may hold it in the state that these begin with."""

import json

import pytest
from prose import PROSE, paragraphs

from cleaners import Article, clean_html
from cleaners.state import stated_body
from scraper.net.classify import find_shell, glance

STORY = PROSE["en"]
TITLE = "Harbour fees to rise"
HTML = "".join(paragraphs())
BLOCKS = [
    {"type": "paragraph", "children": [{"text": text[:9]}, {"text": text[9:], "bold": True}]}
    for text in STORY
]
OTHER = {
    "headline": "How the pier was built",
    "body": "<p>Nine people carried the stones in the winter of 1911.</p>" * 40,
}
STATES = {
    "markup": {"props": {"page": {"title": TITLE, "body": HTML, "image": {"url": "/pier.jpg", "alt": "The pier"}}}},
    "blocks": {"story": {"headlines": {"basic": TITLE}, "content_elements": BLOCKS}},
    "blocks in a document": {"title": {"rendered": TITLE}, "document": {"nodeType": "document", "content": BLOCKS}},
    "lines": {"article": {"name": TITLE, "paragraphs": STORY}},
    "beside other stories": {"story": {"headline": TITLE, "text": HTML, "readNext": [OTHER]}, "top": [OTHER]},
    "between pictures": {"story": {"headline": TITLE, "blocks": [{"type": "image", "text": "The pier in May."}, *BLOCKS]}},
}  # fmt: skip
WAYS = {
    "as JSON": '<script id="__NEXT_DATA__" type="application/json">%STATE%</script>',
    "given to a name": "<script>window.__INITIAL_STATE__ = %STATE%;(function(){ return 1 })()</script>",
    "given to a function": "<script>(window.data = window.data || []).push(%STATE%)</script>",
}


def page_with(script: str, shown: str = "", title: str = TITLE) -> str:
    return f"<!DOCTYPE html><html lang='en'><head><title>{title}</title></head><body>{shown}<div id='root'></div>{script}</body></html>"


def cleaned(state: object, way: str = "as JSON", shown: str = "", title: str = TITLE) -> Article:
    return clean_html(page_with(WAYS[way].replace("%STATE%", json.dumps(state)), shown, title))


@pytest.mark.parametrize("kind", STATES)
def test_the_text_is_that_of_the_story_with_the_headline_of_the_page(kind: str) -> None:
    article = cleaned(STATES[kind])
    assert [block.text for block in article.blocks] == STORY
    assert article.verdict == "article"
    assert article.notes == (
        "the text is the one that the page gives its scripts: it shows hardly any itself",
    )


@pytest.mark.parametrize("way", WAYS)
def test_a_state_may_be_a_script_or_be_given_to_something_in_one(way: str) -> None:
    assert [block.text for block in cleaned(STATES["markup"], way).blocks] == STORY


def test_a_state_may_be_quoted() -> None:
    script = f"<script>window.__DATA__ = JSON.parse({json.dumps(json.dumps(STATES['markup']))})</script>"
    assert [block.text for block in clean_html(page_with(script)).blocks] == STORY


def test_what_the_page_shows_instead_is_accounted_for() -> None:
    article = cleaned(STATES["markup"], shown="<p>Please turn on JavaScript to read this page.</p>")
    assert [block.text for block in article.blocks] == STORY
    assert "Please turn on JavaScript to read this page." in {gone.text for gone in article.removed}


def test_noise_in_the_state_goes() -> None:
    lines = [*STORY[:3], "Read more: How the pier was built", *STORY[3:]]
    assert [block.text for block in cleaned({"title": TITLE, "body": lines}).blocks] == STORY


@pytest.mark.parametrize(
    "state",
    [
        {"story": OTHER}, {"title": TITLE, "stories": [OTHER]}, {"title": TITLE, "body": "Fees rise in May."}, [], {"title": TITLE},
    ],
    ids=["another story", "a list of others", "a few words", "nothing", "a headline alone"],
)  # fmt: skip
def test_a_state_without_the_text_of_the_story_gives_none(state: object) -> None:
    assert not cleaned({"padding": "x" * 400, "state": state}).blocks


def test_a_page_that_shows_its_article_is_read_as_it_stands() -> None:
    article = cleaned(
        {"title": TITLE, "body": "<p>Nobody has seen this sentence.</p>" * 40},
        shown=f"<h1>{TITLE}</h1>{HTML}",
    )
    assert [block.text for block in article.blocks] == STORY


@pytest.mark.parametrize(
    "script",
    ["=" * 9_000, "{" * 9_000, "[" * 200_000, '={"a":' * 40_000, "= {]" * 9_000, 'JSON.parse("' + "\\" * 900],
)
def test_scripts_that_are_no_state_give_nothing(script: str) -> None:
    assert stated_body([script], TITLE) == ""


def test_a_page_without_a_title_has_no_story() -> None:
    assert stated_body([json.dumps(STATES["markup"])], "") == ""


def test_a_crawl_takes_a_page_with_its_story_in_the_state_for_no_shell() -> None:
    def shell(state: object) -> str:
        return find_shell(glance(page_with(f"<script>window.state = {json.dumps(state)}</script>").encode()))

    assert shell({})
    assert shell({"site": TITLE, "fee": "Fees rise."})
    assert shell({"title": "Another story", "body": HTML})
    assert not shell(STATES["markup"])
