"""Navigation and footers, which are read as one block each."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prose import PROSE, page_of, paragraphs

from cleaners import Removal, Rules, clean_html
from cleaners.html import read_page, slimmed

LINKS = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in ("Harbour", "Ferries", "Weather"))


def furniture_of(*parts: str) -> list[Removal]:
    removed = clean_html(page_of(*parts, *paragraphs())).removed
    return [gone for gone in removed if gone.reason == "furniture"]


@pytest.mark.parametrize(
    "element",
    [
        "<nav><ul>{}</ul></nav>",
        "<footer><ul>{}</ul></footer>",
        '<div class="main-menu"><ul>{}</ul></div>',
        '<div id="sidebar"><ul>{}</ul></div>',
    ],
)
def test_an_element_that_leads_around_the_site_is_one_removal_with_a_line_a_link(element: str) -> None:
    (gone,) = furniture_of(element.format(LINKS))
    assert gone.text == "Harbour\nFerries\nWeather"


@pytest.mark.parametrize(
    "element",
    [
        f"<footer><p>{PROSE['en'][0] + PROSE['en'][1]}</p><ul>{LINKS}</ul></footer>",
        f"<nav><h1>The harbour</h1><ul>{LINKS}</ul></nav>",
        f'<div class="menu-of-the-day"><ul>{LINKS}</ul></div>',
        '<div class="navy-blue"><p>The ferry.</p></div>',
        "<nav></nav>",
        f"<blockquote><p>{PROSE['en'][0]}</p><footer>Nora Tell</footer></blockquote>",
    ],
)
def test_a_long_text_a_headline_or_a_name_that_only_looks_alike_makes_it_an_element_like_any_other(
    element: str,
) -> None:
    assert not furniture_of(element)


def test_it_stays_where_its_noise_type_is_wanted() -> None:
    html = page_of(f"<nav><ul>{LINKS}</ul></nav>", *paragraphs())
    assert "Harbour\nFerries" in clean_html(html, rules=Rules.default().without("navigation")).text


def test_what_its_scripts_declare_is_read_and_no_line_of_it() -> None:
    declared = json.dumps({"@type": "NewsArticle", "author": {"@type": "Person", "name": "Nora Tell"}})
    script = f'<script type="application/ld+json">{declared}</script><style>a {{ color: red }}</style>'
    html = page_of(f"<footer>{script}<ul>{LINKS}</ul></footer>", *paragraphs())
    article = clean_html(html)
    assert article.authors == ("Nora Tell",)
    assert not any("red" in gone.text or "Tell" in gone.text for gone in article.removed)


@given(
    st.lists(
        st.sampled_from(["<nav>{}</nav>", "<footer>{}</footer>", "<p>{}</p>", "<div>{}</div>"]), max_size=6
    )
)
def test_every_word_of_it_is_accounted_for(elements: list[str]) -> None:
    words = [f"Word{number}" for number in range(len(elements))]
    html = page_of(*(each.format(word) for each, word in zip(elements, words, strict=True)), *paragraphs())
    article = clean_html(html)
    told = "\n".join([article.text, *(gone.text for gone in article.removed)]).split()
    assert set(words) <= set(told)


def test_the_second_opinion_is_not_asked_of_it() -> None:
    script = '<script type="application/ld+json">{"articleBody": "x"}</script><script>var y = 1;</script>'
    page = read_page(page_of(f"<nav><ul>{LINKS}</ul></nav>", script, *paragraphs()))
    slim = slimmed(page)
    assert "Ferries" not in slim
    assert "var y" not in slim
    assert "articleBody" in slim
    assert all(text in slim for text in PROSE["en"])


def test_of_several_beside_one_another_none_is_left_for_it() -> None:
    page = read_page(
        page_of("<nav>Ferries</nav><nav>Weather</nav>", *paragraphs(), "<footer>Imprint</footer>")
    )
    slim = slimmed(page)
    assert not [word for word in ("Ferries", "Weather", "Imprint") if word in slim]
    assert all(text in slim for text in PROSE["en"])


def test_what_stands_inside_of_what_goes_goes_with_it() -> None:
    drawing = "<svg><style>a { b: c }</style><svg><g><script>var y = 1;</script></g></svg></svg>"
    slim = slimmed(read_page(page_of(drawing * 50, *paragraphs())))
    assert "svg" not in slim
    assert all(text in slim for text in PROSE["en"])
