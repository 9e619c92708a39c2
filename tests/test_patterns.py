"""Patterns tried in bunches meet what they meet alone."""

import pytest

from cleaners import RuleError
from cleaners.patterns import Patterns, compiled
from cleaners.rulebook import parsed_files
from cleaners.rulefile import Rule
from cleaners.shapes import tidy


def rule(pattern: str, *holds: str, max_words: int = 60) -> Rule:
    return Rule(
        f"en.{pattern}", "chrome", "drop-block", "en", pattern=pattern, holds=holds, max_words=max_words
    )


def met(text: str, *rules: Rule) -> list[str]:
    return [found.pattern for found in Patterns(rules).met(text, text.lower(), len(text.split()))]


def test_those_that_meet_come_in_the_order_of_the_rules() -> None:
    assert met("red sea", rule("red.*"), rule("blue.*"), rule(".*sea", "sea"), rule("r.*")) == [
        "red.*",
        ".*sea",
        "r.*",
    ]


def test_flags_of_one_are_not_those_of_the_next() -> None:
    verbose = "(?x) red \\ sea  # with a remark"
    assert met("red sea", rule(verbose), rule("red sea")) == [verbose, "red sea"]
    assert met("redsea", rule("(?x)red sea"), rule("red sea")) == ["(?x)red sea"]


def test_groups_that_are_referred_to_are_counted_alone() -> None:
    assert met("ha ha", rule("(x)y"), rule(r"(\w+) \1")) == [r"(\w+) \1"]
    assert met("ha", rule("(?P<one>h)a"), rule("(?P<one>h)b")) == ["(?P<one>h)a"]


def test_a_text_of_more_words_than_a_rule_speaks_of_does_not_meet_it() -> None:
    assert met("one two three", rule(".*", max_words=2), rule(".*e", max_words=3)) == [".*e"]


def test_a_pattern_that_does_not_compile_is_named() -> None:
    with pytest.raises(RuleError, match=r"rule 'en\.\(': pattern does not compile"):
        met("red", rule("red"), rule("("))


def test_the_shipped_patterns_meet_their_cases_in_bunches_as_alone() -> None:
    for file in parsed_files():
        rules = [rule for rule in file.rules if rule.pattern and rule.action == "drop-block"]
        patterns = Patterns(rules)
        for case in [tidy(text) for rule in rules for text in (*rule.drops, *rule.keeps)]:
            size = len(case.split())
            alone = [
                rule
                for rule in rules
                if size <= rule.max_words
                and (not rule.holds or any(each in case.lower() for each in rule.holds))
                and compiled(rule).fullmatch(case)
            ]
            assert list(patterns.met(case, case.lower(), size)) == alone, case
