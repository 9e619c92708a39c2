"""The patterns of rules: of many, only those are tried that a text may meet by how it begins and what it holds."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cleaners.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cleaners.rulefile import Rule

REACH = 6  # Characters of a beginning.
SYMBOLS = frozenset("\"“”„«»‘’'¿¡([{—–-•·*【「『《#@>→▶►|/&+©$€£%~_=.,:;!?※■●◆▲▼◎□")
OTHER_SYMBOL = "\0"  # As a beginning it stands for every symbol that is not among these.
BEGINS_WORD = "^"  # Stands before what is needed where a word begins.
_STEM_LENGTH = 3
_STEM = re.compile(rf"\b\w{{1,{_STEM_LENGTH}}}")
_DIGIT = re.compile(r"\d")


class Reading(NamedTuple):
    """A text as patterns are chosen for it: tidied, in `plain` letters, its words, and the stems of these."""

    text: str
    plain: str
    size: int
    stems: frozenset[str]


def read(text: str, size: int) -> Reading:
    """Read a tidied text of `size` words."""
    lowered = plain(text)
    return Reading(text, lowered, size, frozenset(_STEM.findall(lowered)))


class _Entry(NamedTuple):
    """A rule by its number, with the most words that it speaks of, and what a text must hold one of, if anything."""

    number: int
    max_words: int
    holds: tuple[str, ...]


class Patterns:
    """The patterns of some rules, in the order of these; each is compiled when it is first tried."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Sort them by what the texts begin with, or hold, that they may meet."""
        self._rules = rules
        self._compiled: dict[int, re.Pattern[str]] = {}
        self._by_start: dict[str, list[_Entry]] = {}
        self._by_stem: dict[str, list[_Entry]] = {}
        for number, rule in enumerate(rules):
            self._add(number, rule)
        self._lengths = sorted(set(map(len, self._by_start)))

    def _add(self, number: int, rule: Rule) -> None:
        for start in rule.starts.split("\n") if rule.starts else ():
            self._by_start.setdefault(start, []).append(_Entry(number, rule.max_words, rule.holds))
        loose: list[str] = []
        for need in rule.needs:
            word = need.removeprefix(BEGINS_WORD)
            stem = _stem_of(word) if word != need else ""
            if stem:
                entry = _Entry(number, rule.max_words, rule.holds or (word,))
                self._by_stem.setdefault(stem, []).append(entry)
            else:
                loose.append(word)
        if loose or not (rule.starts or rule.needs):
            entry = _Entry(number, rule.max_words, rule.holds or tuple(loose))
            self._by_start.setdefault("", []).append(entry)

    def met(self, reading: Reading) -> Iterator[Rule]:
        """Yield the rules whose pattern a whole text meets; raises RuleError as `compiled`."""
        lowered, size = reading.plain, reading.size
        found = [self._by_start.get(start, ()) for start in self._starts(lowered)]
        found += [self._by_stem[stem] for stem in self._by_stem.keys() & reading.stems]
        likely = {
            number
            for entries in found
            for number, most, words in entries
            if size <= most and (not words or any(map(lowered.__contains__, words)))
        }
        for number in sorted(likely):
            pattern = self._compiled.get(number) or self._compile(number)
            if pattern.fullmatch(reading.text):
                yield self._rules[number]

    def _compile(self, number: int) -> re.Pattern[str]:
        # By its number: to hash a rule takes longer than to try most patterns.
        pattern = self._compiled[number] = compiled(self._rules[number])
        return pattern

    def _starts(self, lowered: str) -> list[str]:
        """Return the beginnings of a plain text by which patterns may be sorted."""
        head = lowered[:REACH]
        if head[:1].isalnum():
            head = head if head.isalpha() else _DIGIT.sub("0", head)
            return [head[:length] for length in self._lengths if length <= len(head)]
        return ["", head[:1]] if head[:1] in SYMBOLS else ["", head[:1], OTHER_SYMBOL]


def plain(text: str) -> str:
    """Return a tidied text with one letter for all that a pattern takes for the same."""
    if text.isascii():
        return text.lower()
    return text.replace("İ", "i").lower().replace("ı", "i").replace("ς", "σ")


def _stem_of(start: str) -> str:
    """Return the stem of the word that a text holds where a word of it begins so; empty where that is not known."""
    stem = _STEM.match(start)
    is_known = stem is not None and (stem.end() == _STEM_LENGTH or stem.end() < len(start))
    return stem.group() if stem is not None and is_known else ""


@lru_cache(maxsize=4096)
def compiled(rule: Rule) -> re.Pattern[str]:
    """Return the pattern of a rule; raises RuleError for one that does not compile."""
    try:
        return re.compile(rule.pattern, re.IGNORECASE)
    except re.error as error:
        raise RuleError(f"rule {rule.id!r}: pattern does not compile: {error}") from error
