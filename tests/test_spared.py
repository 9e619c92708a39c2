"""What reads like noise and is the article's own text stays: headings of its sections, its last sentence before a credit."""

import pytest
from prose import PROSE

from cleaners import clean_html, clean_text

A, B, C, D, E, F = PROSE["en"]
HEADINGS = [
    ("pt", "Política de privacidade"), ("pl", "Polityka prywatności"), ("ru", "О компании"), ("ru", "О проекте"),
    ("de", "Cookie-Richtlinie"), ("en", "Privacy policy"),
]  # fmt: skip


def page_of(language: str, *pieces: str) -> str:
    return f"<html lang='{language}'><article><h1>What the board said</h1>{''.join(pieces)}</article>"


def paragraphs(language: str) -> list[str]:
    return [f"<p>{text}</p>" for text in PROSE[language]]


@pytest.mark.parametrize(("language", "heading"), HEADINGS)
def test_a_heading_with_text_right_under_it_stays_though_menus_say_the_same(
    language: str, heading: str
) -> None:
    first, second, third, *rest = paragraphs(language)
    page = page_of(language, first, second, f"<h2>{heading}</h2>", third, *rest)
    assert heading in [block.text for block in clean_html(page).blocks]


@pytest.mark.parametrize(("language", "heading"), HEADINGS)
def test_a_heading_without_text_under_it_is_part_of_the_menu(language: str, heading: str) -> None:
    page = page_of(language, *paragraphs(language), f"<h4>{heading}</h4>")
    assert heading not in [block.text for block in clean_html(page).blocks]


def test_a_heading_over_what_goes_goes_with_it() -> None:
    article = clean_text(
        f"{A}\n\n{B}\n\n{C}\n\n## Privacy policy\n\nWe use cookies to give you the best experience on our site.\n\n{D}",
        language="en",
    )
    assert [block.text for block in article.blocks] == [A, B, C, D]


def test_a_heading_of_other_stories_goes_though_the_story_goes_on_under_it() -> None:
    article = clean_text(f"{A}\n\n{B}\n\n{C}\n\n## Related stories\n\n{D}", language="en")
    assert [block.text for block in article.blocks] == [A, B, C, D]


def test_a_label_whose_object_ends_with_a_colon_announces_the_text_under_it() -> None:
    first, second, third, *rest = PROSE["fr"]
    lead = "A propos de Velmora 5 :"
    article = clean_text("\n\n".join([first, second, lead, third, *rest]), language="fr")
    assert [block.text for block in article.blocks] == [first, second, lead, third, *rest]


def test_of_a_last_sentence_only_the_credit_goes() -> None:
    *story, last = PROSE["ja"]
    article = clean_text("\n\n".join([*story, f"{last}(c)AFP/Taro Yamada"]), language="ja")
    assert [block.text for block in article.blocks] == [*story, last]
    assert [(gone.text, gone.is_inline) for gone in article.removed] == [("(c)AFP/Taro Yamada", True)]


def test_items_of_a_list_stay_though_they_tell_where_their_pictures_are() -> None:
    items = [
        "- that the pilot Tom Ashe (pictured) steered the last ferry",
        "- that the quay was built in one winter",
    ]
    article = clean_text("\n\n".join([A, B, *items, C]), language="en")
    assert sum(block.kind == "item" for block in article.blocks) == len(items)


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("en", "“Follow us!”"), ("cs", "„Podpořte nás, prosím.“"), ("da", "»Følg os, eller bliv hjemme.«"),
        ("hi", "“हमसे जुड़ें”"), ("fr", "« Abonnez-vous ! »"), ("zh", "「分享」"),
    ],
)  # fmt: skip
def test_what_somebody_says_stays_though_buttons_say_the_same(language: str, spoken: str) -> None:
    story = PROSE.get(language, PROSE["en"])
    article = clean_text("\n\n".join([*story[:3], spoken, *story[3:]]), language=language)
    assert [block.text for block in article.blocks] == [*story[:3], spoken, *story[3:]]
    page = page_of(language, *(f"<p>{text}</p>" for text in [*story[:3], spoken, *story[3:]]))
    assert spoken in [block.text for block in clean_html(page).blocks]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Editor: Vim or VS Code"), ("de", "Fotos: JPG oder PNG, höchstens 5 MB"), ("fr", "Éditeur : Vim, Emacs ou Kate"),
        ("es", "Editor: Nano, Vim o Geany"), ("ru", "Редактор: Vim или VS Code"), ("pl", "Zdjęcia: JPG, najwyżej 5 MB"),
    ],
)  # fmt: skip
def test_a_choice_of_things_under_a_label_credits_nobody(language: str, line: str) -> None:
    story = PROSE.get(language, PROSE["en"])
    article = clean_text("\n\n".join([*story[:3], line, *story[3:]]), language=language)
    assert line in [block.text for block in article.blocks]
