"""The language of a text is what its page declares, unless its words say otherwise."""

import pytest
from prose import PROSE

from cleaners import clean_text
from cleaners.language import language_of, normalise_code


@pytest.mark.parametrize("language", sorted(set(PROSE) - {"lt"}))
def test_running_text_tells_its_language(language: str) -> None:
    assert language_of("", " ".join(PROSE[language])) == language


@pytest.mark.parametrize("language", sorted(code for code in PROSE if code != "en" and len(PROSE[code]) > 1))
def test_text_overrules_a_wrong_declaration(language: str) -> None:
    assert language_of("en", " ".join(PROSE[language])) == language


@pytest.mark.parametrize("language", ["sr", "mk", "bg"])
def test_a_declaration_decides_between_near_relatives(language: str) -> None:
    assert language_of(language, " ".join(PROSE["ru"])) == language


@pytest.mark.parametrize("language", ["lt", "eu", "sw"])
def test_a_language_that_cannot_be_voted_for_is_believed(language: str) -> None:
    assert language_of(language, " ".join(PROSE["lt"])) == language


@pytest.mark.parametrize("text", ["", "12 345", "…", "OK"])
def test_where_nothing_tells_the_declaration_stands(text: str) -> None:
    assert language_of("", text) == ""
    assert language_of("de-AT", text) == "de"


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("en", "en"), ("EN-us", "en"), ("pt_BR", "pt"), ("nb-NO", "no"), (" de ", "de"), ("zh-Hant-TW", "zh"),
        ("iw", "he"), ("", ""), ("english", ""), ("x", ""), ("<b>", ""), ("en\nde", ""),
    ],
)  # fmt: skip
def test_a_declaration_is_read_as_a_code(declared: str, code: str) -> None:
    assert normalise_code(declared) == code


def test_a_text_with_some_foreign_words_keeps_its_language() -> None:
    assert (
        clean_text("\n\n".join([*PROSE["de"], "“Read more books”, sagte sie auf Englisch."])).language == "de"
    )
