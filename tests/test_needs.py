"""What a pattern is said to need, all that it matches holds: no text is passed over that it would take."""

import re
import unicodedata
from functools import cache
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prose import PROSE

from cleaners import needs, shapes
from cleaners.needs import Needs, are_met, caseless, needs_of
from cleaners.rulebook import parsed_files
from cleaners.rulefile import Rule
from cleaners.rules import Rules

RULES = [rule for rule in Rules(parsed_files(), frozenset()).all_rules if rule.pattern]
TEXTS = sorted({shapes.tidy(text) for rule in RULES for text in (*rule.drops, *rule.keeps)})
EVERY_CHARACTER = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x20000))))
VARIANTS = set(map(chr, needs._VARIANTS))
PATTERNS = {
    "literals": "copyright|all rights reserved",
    "a literal behind anything": ".{8,40}© .+",
    "an optional letter": "photos?: .+",
    "what may be left out": "(?:a|b)?(?:c|d)*",
    "a set and a range": "[(\\[][0-9]+[)\\]]",
    "a lookahead": "(?=.*kept).{3,}",
    "a negative lookahead": "(?!not)[^n]o?t?.*",
    "a case that counts": "(?-i:[A-Z])x|(?-i:Ab)c",
    "letters with variants": "stimme ist|kilo|ΟΔΟΣ|σας|µ",
    "a back reference": "(ab|ba)\\1 ?x",
    "a possessive repeat": "a++b|(?>xy|x)z",
    "classes": "\\d+\\s\\w\\W\\D\\S",
    "nothing at all": "",
}
WORDS = st.sampled_from(
    ["copyright", "All Rights Reserved", "© ", "photo", "PHOTOS: ", "ſtİmme ıſt", "Kilo", "οδος", "ΣΑΣ", "μ", "kept",
     "(", "[", "7", ")", "]", "not", "A", "b", "ab", "ba", "xyz", "x", "c", " ", ".", "é", "abbax", "Ab", "1 a.b_"]
)  # fmt: skip


@cache
def compiled(pattern: str) -> tuple[re.Pattern[str], Needs]:
    return re.compile(pattern, re.IGNORECASE), needs_of(pattern)


def meets_needs(text: str, found: Needs) -> bool:
    return are_met(found.literals, caseless(text)) and (not text or found.may_begin(text[0]))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_case_that_a_shipped_pattern_matches_meets_its_needs(rule: Rule) -> None:
    pattern, found = compiled(rule.pattern)
    matched = [text for text in TEXTS if pattern.fullmatch(text)]
    assert [text for text in matched if not meets_needs(text, found)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_a_shipped_pattern_matches_in_capitals_meets_its_needs(rule: Rule) -> None:
    pattern, found = compiled(rule.pattern)
    for change in (str.upper, str.lower, str.swapcase):
        matched = [text for text in map(change, rule.drops) if pattern.fullmatch(text)]
        assert [text for text in matched if not meets_needs(text, found)] == []


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
@settings(max_examples=150, deadline=None)
@given(parts=st.lists(WORDS | st.text(max_size=3), max_size=5))
def test_any_text_that_a_pattern_matches_meets_its_needs(pattern: str, parts: list[str]) -> None:
    text = "".join(parts)
    matcher, found = compiled(pattern)
    assert matcher.fullmatch(text) is None or meets_needs(text, found)
    assert all(are_met(found.literals, caseless(part.group())) for part in matcher.finditer(text))


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(max_size=40) | st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3).map(" ".join),
    rule=st.sampled_from(RULES),
)
def test_a_shipped_pattern_matches_no_text_that_does_not_meet_its_needs(text: str, rule: Rule) -> None:
    pattern, found = compiled(rule.pattern)
    assert pattern.fullmatch(text) is None or meets_needs(text, found)


def test_letters_that_are_one_to_the_engine_are_one_when_needs_are_looked_for() -> None:
    literals = [need for rule in RULES for need in compiled(rule.pattern)[1].literals]
    for letter in {letter for need in literals for letter in "".join(need)} | VARIANTS:
        same = re.findall(re.escape(letter), EVERY_CHARACTER, re.IGNORECASE)
        assert {caseless(other) for other in same} == {caseless(letter)}


def test_a_text_without_any_of_them_is_not_looked_at_further() -> None:
    found = needs_of(".{8,400}?(?:©.{2,60}|/ ?(?:dpa|AFP))")
    assert not meets_needs(PROSE["en"][0], found)
    assert meets_needs("The harbour in winter © Marta Lund", found)


def test_most_shipped_patterns_need_something() -> None:
    needed = [compiled(rule.pattern)[1] for rule in RULES]
    assert sum(1 for found in needed if found.literals or found.beginning) > 0.9 * len(RULES)


def test_where_the_parser_of_patterns_cannot_be_had_nothing_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(needs, "import_module", missing)
    assert needs_of("copyright") == Needs()
    assert import_module("re") is re


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.characters(max_codepoint=0x5FF) | st.sampled_from("’‘“”„–—…•·«»\u00a0\u00ad\u0301 aé"), max_size=60
    )
)
def test_a_text_of_plain_letters_is_tidied_as_any_other(text: str) -> None:
    visible = shapes._MARK_FLOOD.sub(r"\1", shapes._INVISIBLE.sub("", text))
    assert shapes.tidy(text) == " ".join(unicodedata.normalize("NFKC", visible).split())
