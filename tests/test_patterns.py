"""Of many patterns those are tried that a text may meet: never one too few, whatever the text."""

import re
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cleaners import RuleError
from cleaners.patterns import Patterns, compiled, plain, read
from cleaners.prefilter import Gate, gate_of, prefiltered
from cleaners.rulebook import parsed_files
from cleaners.rulefile import Rule
from cleaners.shapes import tidy

# What a pattern is made of, in all ways in which its beginnings and needs are found.
PIECES = st.sampled_from([
    "a", "b", "İ", "ı", "I", "ς", "Σ", "7", "-", "_", "»", "Ж", " ", "文", "abc", "says", "covers ", r"\d", r"\w+", r"\s?", ".",
    ".{0,4}", "[ab]", "[^ab]", "[^\\w\\s(]{0,2}", "[a-f]", "[»›]", r"\b", "(?=.*b)", "(?!b)", "(?<!a)", r"\W", "(?-i:A)",
])  # fmt: skip
PATTERNS = st.recursive(
    PIECES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: f"(?:{'|'.join(parts)})"),
        inner.map("({})".format),
        st.tuples(inner, st.sampled_from(["?", "*", "{2}", "{0,3}", "+?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=12,
)


def rule(pattern: str, *holds: str, max_words: int = 60) -> Rule:
    return Rule(
        f"en.{pattern}", "chrome", "drop-block", "en", pattern=pattern, holds=holds, max_words=max_words
    )


def met(text: str, *rules: Rule) -> list[str]:
    return [found.pattern for found in Patterns(rules).met(read(text, len(text.split())))]


def test_those_that_meet_come_in_the_order_of_the_rules() -> None:
    assert met("red sea", *map(prefiltered, [rule("red.*"), rule("blue.*"), rule(".*sea"), rule("r.*")])) == [
        "red.*",
        ".*sea",
        "r.*",
    ]


def test_a_text_without_what_a_rule_says_it_must_hold_does_not_meet_it() -> None:
    assert met("red sea", rule(".*sea", "tide", "red"), rule(".*", "blue")) == [".*sea"]
    assert met("red sea", prefiltered(rule("red.*", "tide"))) == []


def test_a_text_of_more_words_than_a_rule_speaks_of_does_not_meet_it() -> None:
    assert met("one two three", rule(".*", max_words=2), rule(".*e", max_words=3)) == [".*e"]


def test_a_pattern_that_does_not_compile_is_named() -> None:
    with pytest.raises(RuleError, match=r"rule 'en\.\(': pattern does not compile"):
        met("red", rule("red"), rule("("))


@pytest.mark.parametrize(
    ("pattern", "starts", "needs"),
    [
        ("share this", {"share "}, set()),
        ("Share|Save", {"share", "save"}, set()),
        ("(?:please )?sha?re", {"please", "share", "shre"}, set()),
        (r"\d{1,3} comments", {"0 comm", "00 com", "000 co"}, set()),
        ("[(] ?photo", {"("}, set()),
        ("İstanbul", {"istanb"}, set()),
        (".* says", set(), {"^says"}),
        (".*boat", set(), {"boat"}),
        (r".*\bboat", set(), {"^boat"}),
        ("(?:a|.*) (?:covers|writes)", set(), {"^covers", "^writes"}),
        ("share|.* newsletter", {"share"}, {"^newsletter"}),
        ("(?=.*©).*", set(), {"©"}),
    ],
)
def test_what_the_texts_of_a_pattern_begin_with_or_hold_is_known(
    pattern: str, starts: set[str], needs: set[str]
) -> None:
    assert gate_of(pattern) == Gate(frozenset(starts), frozenset(needs))


@pytest.mark.parametrize("pattern", [".*", r"\w+ of", "(?:.{3}|share)", ".* (?:is|says)", "(?!b).*"])
def test_of_a_pattern_that_any_text_may_meet_nothing_is_known(pattern: str) -> None:
    assert gate_of(pattern) is None


@given(PATTERNS, st.data())
def test_no_text_that_a_pattern_meets_is_kept_from_it(pattern: str, data: st.DataObject) -> None:
    text = tidy(data.draw(st.from_regex(re.compile(pattern, re.IGNORECASE), fullmatch=True)))
    assume(re.compile(pattern, re.IGNORECASE).fullmatch(text))
    assert met(text, prefiltered(rule(pattern, max_words=1_000))) == [pattern]


def test_the_shipped_patterns_meet_the_same_texts_as_if_all_were_tried() -> None:
    for file in parsed_files():
        rules = [rule for rule in file.rules if rule.pattern and rule.action == "drop-block"]
        patterns = Patterns([prefiltered(rule) for rule in rules])
        plainly = [(rule.id, rule.max_words, compiled(rule), rule.holds) for rule in rules]
        cases = {tidy(text) for rule in rules for text in (*rule.drops, *rule.keeps)}
        for case in cases | {tidy(case.upper()) for case in cases}:
            size, lowered = len(case.split()), plain(case)
            alone = [
                name
                for name, most, pattern, holds in plainly
                if size <= most
                and (not holds or any(plain(each) in lowered for each in holds))
                and pattern.fullmatch(case)
            ]
            assert [rule.id for rule in patterns.met(read(case, size))] == alone, case


def test_rules_that_were_never_filtered_meet_the_same() -> None:
    bare = rule(".*sea|red.*")
    assert met("red sea", replace(bare, starts="", needs=())) == met("red sea", prefiltered(bare))
