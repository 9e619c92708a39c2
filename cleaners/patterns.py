"""The patterns of rules, tried many at once: one match says whether a text meets any of a bunch."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cleaners.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cleaners.rulefile import Rule

# Words up to which the rules of a bunch speak: a long text is tried against the few that speak of such.
_STEPS = (12, 20, 30, 40, 45, 50, 60)
_OWN_FLAGS = re.compile(r"\(\?([imsx]+)\)")
# Numbers and names of groups mean something else, or clash, in the company of other patterns.
_REFERS = re.compile(r"\\[1-9]|\(\?P|(?<!\\)\(\?\(|^\(\?[aLu]")


class _Bunch(NamedTuple):
    """Rules whose patterns are one alternation, with the most words that any of them speaks of."""

    numbers: tuple[int, ...]
    pattern: re.Pattern[str]
    max_words: int


class Patterns:
    """The patterns of some rules, in the order of these."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Compile them in bunches; raises RuleError for one that does not compile."""
        self._rules = rules
        self._needy = [
            (number, rule.max_words, rule.holds) for number, rule in enumerate(rules) if rule.holds
        ]
        self._bunches = list(_bunches(rules))

    def met(self, text: str, lowered: str, size: int) -> Iterator[Rule]:
        """Yield the rules whose pattern a whole text of `size` words, which is `lowered` in lower case, meets."""
        # To look for words takes less time than to try a pattern that begins with anything.
        likely = [
            number
            for number, most, words in self._needy
            if size <= most and any(map(lowered.__contains__, words))
        ]
        for numbers, pattern, most in self._bunches:
            if size <= most and pattern.fullmatch(text):
                likely += numbers
        for number in sorted(likely):
            rule = self._rules[number]
            if size <= rule.max_words and compiled(rule).fullmatch(text):
                yield rule


def holds(lowered: str, rule: Rule) -> bool:
    """Tell whether a text in lower case has what the pattern of a rule needs to be met."""
    return not rule.holds or any(map(lowered.__contains__, rule.holds))


@lru_cache(maxsize=2048)
def compiled(rule: Rule) -> re.Pattern[str]:
    """Return the pattern of a rule; raises RuleError for one that does not compile."""
    try:
        return re.compile(rule.pattern, re.IGNORECASE)
    except re.error as error:
        raise RuleError(f"rule {rule.id!r}: pattern does not compile: {error}") from error


def _bunches(rules: Sequence[Rule]) -> Iterator[_Bunch]:
    by_step: dict[int, list[int]] = {}
    for number, rule in enumerate(rules):
        if rule.holds:
            continue
        if _REFERS.search(rule.pattern):
            yield _Bunch((number,), compiled(rule), rule.max_words)
            continue
        step = sum(rule.max_words > most for most in _STEPS)
        by_step.setdefault(step, []).append(number)
    for numbers in by_step.values():
        yield _bunch(numbers, [rules[number] for number in numbers])


def _bunch(numbers: Sequence[int], rules: Sequence[Rule]) -> _Bunch:
    try:
        pattern = re.compile("|".join(_alternative(rule.pattern) for rule in rules), re.IGNORECASE)
    except re.error:
        for rule in rules:
            compiled(rule)  # One of them is to blame, and says so.
        raise
    return _Bunch(tuple(numbers), pattern, max(rule.max_words for rule in rules))


def _alternative(pattern: str) -> str:
    """Return a pattern as one of several, its flags for itself alone."""
    flags = _OWN_FLAGS.match(pattern)
    if flags is None:
        return f"(?:{pattern})"
    # In a verbose pattern a comment may stand last, and takes the rest of its line.
    end = "\n" if "x" in flags[1] else ""
    return f"(?{flags[1]}:{pattern[flags.end() :]}{end})"
