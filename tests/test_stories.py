"""Pages that go on with another story, and pages that hold their own story twice."""

import pytest
from prose import PROSE, paragraphs

from cleaners import Article, Rules, clean_html, clean_text

OWN, OTHER = paragraphs(), paragraphs("fr")
OWN_TEXT, OTHER_TEXT = "\n\n".join(PROSE["en"]), "\n\n".join(PROSE["fr"])


def story(headline: str, blocks: list[str], byline: str, tag: str = "article") -> str:
    by = f'<div class="byline">By {byline}</div>' if byline else ""
    return f"<{tag}><h1>{headline}</h1>{by}{''.join(blocks)}</{tag}>"


def page(*parts: str) -> Article:
    body = "".join(parts)
    return clean_html(
        f"<!DOCTYPE html><html><head><title>Harbour fees to rise</title></head><body><main>{body}</main></body></html>"
    )


def test_a_second_story_under_the_first_is_not_part_of_it() -> None:
    article = page(
        story("Harbour fees to rise", OWN, "Nora Tell"), story("Le port change", OTHER, "Luc Bonnel")
    )
    assert article.text == OWN_TEXT
    gone = {removal.text: (removal.noise, removal.reason) for removal in article.removed}
    assert {gone[text] for text in PROSE["fr"]} == {("related", "other-story")}


def test_a_short_second_story_is_none_of_the_first() -> None:
    short = [paragraphs("fr", 2), paragraphs("en", 2)]
    article = page(
        story("Harbour fees to rise", short[1], "Nora Tell"), story("Le port", short[0], "Luc Bonnel")
    )
    assert article.text == "\n\n".join(PROSE["en"][:2])


def test_a_headline_outside_of_its_story_is_the_pages_all_the_same() -> None:
    head = '<header><h1>Harbour fees to rise</h1></header><div class="byline">By Nora Tell</div>'
    article = page(
        head, f"<div>{''.join(OWN)}</div>", story("Le port change", OTHER, "Luc Bonnel", "section")
    )
    assert article.text == OWN_TEXT


def test_a_chapter_with_a_headline_of_the_first_level_stays() -> None:
    chapters = [
        story("Harbour fees to rise", OWN, "Nora Tell", "section"),
        story("What the captains say", OTHER, "", "section"),
    ]
    article = page(f"<article>{''.join(chapters)}</article>")
    assert OWN_TEXT in article.text
    assert OTHER_TEXT in article.text


def test_whoever_keeps_related_stories_keeps_the_second_one() -> None:
    parts = story("Harbour fees to rise", OWN, "Nora Tell"), story("Le port change", OTHER, "Luc Bonnel")
    article = clean_html(
        f"<html><body><main>{''.join(parts)}</main></body></html>", rules=Rules.default().without("related")
    )
    assert OTHER_TEXT in article.text


@pytest.mark.parametrize(
    "copy",
    [
        f"<div class='read-aloud'>{' '.join(PROSE['en'])}</div>",
        f"<textarea id='republish'>{' '.join(PROSE['en'])}</textarea>",
        f"<div>{' '.join(PROSE['en']).upper()}</div>",
    ],
)
def test_the_story_in_one_piece_beside_its_paragraphs_is_a_copy(copy: str) -> None:
    article = page(f"<article><h1>Harbour fees to rise</h1>{''.join(OWN)}{copy}</article>")
    assert article.text == OWN_TEXT


def test_a_copy_in_a_text_is_a_duplicate() -> None:
    article = clean_text("\n\n".join([*PROSE["en"], " ".join(PROSE["en"])]))
    assert article.text == OWN_TEXT
    assert [gone.reason for gone in article.removed] == ["duplicate"]


def test_a_long_paragraph_that_quotes_two_others_stays() -> None:
    long = " ".join([*PROSE["en"][:2], *PROSE["en"][3:]])
    article = clean_text("\n\n".join([*PROSE["en"][:2], long]))
    assert article.removed == ()
