"""Every rule against its own cases, and every innocent sentence against every rule."""

from collections import Counter

import pytest

from cleaners.rulebook import COMPILED, compile_rules, parsed_files, shipped_files
from cleaners.rulefile import Rule
from cleaners.rules import Rules, noise_types

RULES = Rules(shipped_files(), frozenset())
TEXT_RULES = [rule for file in parsed_files() for rule in file.rules if rule.action != "drop-node"]
CASES = [
    pytest.param(rule, text, id=f"{rule.id}-{number}")
    for rule in TEXT_RULES
    for number, text in enumerate(rule.drops, 1)
]
INNOCENT = [
    pytest.param(text, id=f"{rule.id}-{number}")
    for rule in TEXT_RULES
    for number, text in enumerate(rule.keeps, 1)
]
EXPECTED_IN_EVERY_LANGUAGE = {
    "related", "comment-form", "credit", "share", "newsletter", "pagination", "advertisement", "author-bio",
}  # fmt: skip


@pytest.mark.parametrize(("rule", "text"), CASES)
def test_a_rule_drops_its_own_cases(rule: Rule, text: str) -> None:
    assert RULES.meets(rule, text)


@pytest.mark.parametrize("text", INNOCENT)
def test_no_rule_of_any_language_takes_an_innocent_sentence(text: str) -> None:
    assert [rule.id for rule in RULES.takers(text)] == []


def test_rule_ids_are_unique_and_begin_with_their_language() -> None:
    assert [name for name, count in Counter(rule.id for rule in TEXT_RULES).items() if count > 1] == []
    assert [rule.id for rule in TEXT_RULES if not rule.id.startswith(rule.language + ".")] == []


def test_every_noise_type_has_a_rule_or_another_source() -> None:
    by_other_means = {"breadcrumb", "duplicate", "title"}
    assert noise_types().keys() - {rule.noise for rule in RULES.all_rules} <= by_other_means


@pytest.mark.parametrize("language", sorted({rule.language for rule in TEXT_RULES} - {"und"}))
def test_a_language_covers_the_noise_that_its_press_has(language: str) -> None:
    covered = {rule.noise for rule in TEXT_RULES if rule.language == language}
    assert covered >= EXPECTED_IN_EVERY_LANGUAGE


def test_the_compiled_rules_are_in_date() -> None:
    assert COMPILED.read_text("utf-8") == compile_rules(), "run `make rules`"
