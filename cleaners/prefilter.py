"""Prefilters: what a text must begin with, or hold, to be worth trying a pattern.

They are read off the parsed pattern when the rules are compiled (`rulebook`), never while cleaning. A prefilter
may let a text pass that the pattern does not meet, but never the other way round.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from cleaners.patterns import BEGINS_WORD, OTHER_SYMBOL, REACH, SYMBOLS, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from cleaners.rulefile import Rule

    Item = tuple[Any, Any]

_ANYTHING = "\1"
_MOST_STARTS = 1_400
_REACHES = (REACH, 3, 1)  # Characters: fewer where there are too many beginnings of more.
_MOST_LETTERS = 8  # Beginnings of one letter each, from which about any text has one.
_MOST_NEEDS = 80
_DEEPEST = 3  # Alternatives within alternatives.
_FEWEST_LETTERS = 3
_FEWEST_IDEOGRAPHS = 2
_TELLING = 6  # Letters from which no word tells more than another.
_WIDEST_RANGE = 128
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
_OF_ONE = (ops.LITERAL, ops.NOT_LITERAL, ops.ANY, ops.IN)
_RARE = frozenset("©@»›>→►▶•°#_")
_NOTHING = (None, None)
_CATEGORIES = {ops.CATEGORY_DIGIT: "0", ops.CATEGORY_SPACE: " "}
_OF_NONE = (ops.AT, ops.ASSERT, ops.ASSERT_NOT)
_IDEOGRAPH = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class _TooManyError(Exception):
    """A pattern has too many beginnings to tell texts apart by them."""


class Gate(NamedTuple):
    """What a text that a pattern meets has: one of `starts` as its beginning, or one of `needs` somewhere.

    A need that `BEGINS_WORD` stands before does so only where it begins a word.
    A start is of `plain` characters with 0 for all digits, at most `REACH` of them, and one where it is a symbol.
    """

    starts: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


def prefiltered(rule: Rule) -> Rule:
    """Return a rule with what is known of the texts that its pattern meets."""
    gate = gate_of(rule.pattern) if rule.pattern and rule.action != "drop-inline" else None
    if gate is None:
        return rule
    return replace(rule, starts="\n".join(sorted(gate.starts)), needs=tuple(sorted(gate.needs)))


def gate_of(pattern: str) -> Gate | None:
    """Return what is known of the texts that `pattern` meets as a whole, if anything."""
    gate = _gate(parser.parse(pattern, re.IGNORECASE), _DEEPEST)
    if gate is None:
        return None
    starts, needs = gate
    return Gate(
        frozenset(
            start for start in starts if not any(start[:end] in starts for end in range(1, len(start)))
        ),
        frozenset(need for need in needs if not any(other in need for other in needs - {need})),
    )


def _gate(items: Sequence[Item], depth: int) -> Gate | None:
    """Return the gate of some items; that of their alternatives, one by one, where together they begin with anything."""
    starts = _starts(items)
    if starts is not None and not _is_weak(starts):
        return Gate(starts)
    needs = _needs(items)
    together = Gate(needs=frozenset(needs)) if needs else Gate(starts) if starts else None
    alternatives = _alternatives(list(items)) if depth else []
    gates = [_gate(alternative, depth - 1) for alternative in alternatives]
    if not gates or None in gates:
        return together
    apart = Gate(*(frozenset().union(*each) for each in zip(*filter(None, gates), strict=True)))
    is_better = together is None or _cost(apart) < _cost(together)
    return apart if is_better and len(apart.needs) <= _MOST_NEEDS else together


def _cost(gate: Gate) -> int:
    """Return a measure of how many texts pass a gate, and of how long it takes to tell."""
    return len(gate.needs) + _MOST_NEEDS * _is_weak(gate.starts)


def _is_weak(starts: AbstractSet[str]) -> bool:
    """Tell whether about any text begins with one of these."""
    return sum(len(start) == 1 and start.isalpha() for start in starts) > _MOST_LETTERS


def _alternatives(items: list[Item]) -> list[list[Item]]:
    """Return the first alternatives among some items, each with all that stands before and behind them."""
    for place, (op, value) in enumerate(items):
        before, behind = items[:place], items[place + 1 :]
        if op is ops.BRANCH:
            return [[*before, *branch, *behind] for branch in value[1]]
        if op is ops.SUBPATTERN:
            return _alternatives([*before, *value[3], *behind])
        if op is ops.ATOMIC_GROUP:
            return _alternatives([*before, *value, *behind])
    return []


def _starts(items: Iterable[Item]) -> frozenset[str] | None:
    """Return the beginnings of the texts that some items meet, None where these may begin with anything."""
    for reach in _REACHES:
        growth = _Growth(reach)
        try:
            found = growth.ended | growth.after(items, {""})
        except _TooManyError:
            continue
        starts = frozenset(start.partition(_ANYTHING)[0] for start in found)
        return None if "" in starts else starts
    return None


class _Growth:
    """Beginnings of up to so many characters, grown item by item; `ended` are those that need no more."""

    def __init__(self, reach: int) -> None:
        self.reach = reach
        self.ended: set[str] = set()

    def after(self, items: Iterable[Item], starts: AbstractSet[str]) -> AbstractSet[str]:
        """Return the beginnings that may still grow after one of `starts` and all `items` of a pattern."""
        for item in items:
            if not starts:
                break
            starts = self._after_one(*item, starts)
            if len(starts) + len(self.ended) > _MOST_STARTS:
                raise _TooManyError
        return starts

    def _growing(self, starts: AbstractSet[str]) -> AbstractSet[str]:
        growing = {start for start in starts if self._grows(start)}
        self.ended |= starts - growing
        return growing

    def _grows(self, start: str) -> bool:
        return len(start) < self.reach and start[0].isalnum() and start[-1] != _ANYTHING

    def _after_one(self, op: Any, value: Any, starts: AbstractSet[str]) -> AbstractSet[str]:  # noqa: ANN401
        if op in _OF_ONE:
            return self._after_character(op, value, starts)
        if op is ops.BRANCH:
            return {grown for branch in value[1] for grown in self.after(branch, starts)}
        if op in _REPEATS:
            return self._after_repeat(value, starts)
        if op in _OF_NONE:
            return starts
        inside = _inside(op, value)
        return (
            self.after(inside, starts) if inside else self._growing({start + _ANYTHING for start in starts})
        )

    def _after_character(self, op: Any, value: Any, starts: AbstractSet[str]) -> AbstractSet[str]:  # noqa: ANN401
        first, later = (_characters(op, value, is_first=is_first) for is_first in (True, False))
        if len(starts) * len(later) > _MOST_STARTS:
            raise _TooManyError
        return self._growing({start + each for start in starts for each in (later if start else first)})

    def _after_repeat(self, value: Any, starts: AbstractSet[str]) -> AbstractSet[str]:  # noqa: ANN401
        fewest, most, items = value
        ends: set[str] = set() if fewest else set(starts)
        for times in range(1, min(most, self.reach) + 1):
            starts = self.after(items, starts)
            if times >= min(fewest, self.reach):
                ends |= starts
        return ends


def _characters(op: Any, value: Any, *, is_first: bool) -> AbstractSet[str]:  # noqa: ANN401
    """Return the plain characters that an item of one character may be, or that it may be anything."""
    if op is ops.LITERAL:
        return {_plain_character(value)}
    if op is ops.ANY or op is ops.NOT_LITERAL:
        return {_ANYTHING}
    if value[0][0] is ops.NEGATE:
        return _others(value[1:]) if is_first else {_ANYTHING}
    return {character for kind, member in value for character in _members(kind, member)}


def _members(kind: Any, member: Any) -> AbstractSet[str]:  # noqa: ANN401
    if kind is ops.LITERAL:
        return {_plain_character(member)}
    if kind is ops.RANGE and member[1] - member[0] <= _WIDEST_RANGE:
        return set(map(_plain_character, range(member[0], member[1] + 1)))
    return {_CATEGORIES.get(member, _ANYTHING) if kind is ops.CATEGORY else _ANYTHING}


def _others(members: Iterable[Item]) -> AbstractSet[str]:
    """Return the characters that are none of these; if those are not all letters, it may be anything."""
    if not any(member is ops.CATEGORY_WORD for _, member in members):
        return {_ANYTHING}
    literals = {chr(member) for kind, member in members if kind is ops.LITERAL}
    return {*SYMBOLS, OTHER_SYMBOL} - literals - {"_"}


@cache
def _plain_character(code: int) -> str:
    character = chr(code)
    return "0" if character.isdecimal() else plain(character)


def _needs(items: Iterable[Item], *, is_edge: bool = True) -> AbstractSet[str] | None:
    """Return the best words of which a text that these items meet holds one; `is_edge` where they follow no letter."""
    best: AbstractSet[str] | None = None
    run, begins_word = "", False
    for op, value in [*items, _NOTHING]:
        if op is ops.LITERAL:
            begins_word = begins_word if run else is_edge
            run += plain(chr(value))
        else:
            best = _better(best, _needed(run, begins_word=begins_word))
            best = _better(best, _needs_of_one(op, value, is_edge=is_edge))
            run = ""
        is_edge = _is_edge_after(op, value, is_edge=is_edge)
    return best


def _needs_of_one(op: Any, value: Any, *, is_edge: bool) -> AbstractSet[str] | None:  # noqa: ANN401
    if op is ops.BRANCH:
        branches = [_needs(branch, is_edge=is_edge) for branch in value[1]]
        words = {word for found in branches for word in found or ()}
        return words if all(branches) and len(words) <= _MOST_NEEDS else None
    if op is ops.IN:
        return _telling_symbols(value)
    is_optional = (op is ops.ASSERT and value[0] < 0) or (op in _REPEATS and not value[0])
    inside = () if is_optional else _inside(op, value)
    return _needs(inside, is_edge=is_edge) if inside else None


def _inside(op: Any, value: Any) -> Sequence[Item]:  # noqa: ANN401
    """Return the items of one that is made of others, unless these are alternatives."""
    if op is ops.ATOMIC_GROUP:
        return cast("Sequence[Item]", value)
    place = {ops.SUBPATTERN: 3, ops.ASSERT: 1}.get(op, 2 if op in _REPEATS else None)
    return () if place is None else cast("Sequence[Item]", value[place])


def _is_edge_after(op: Any, value: Any, *, is_edge: bool) -> bool:  # noqa: ANN401
    """Tell whether no letter is sure to stand before what follows an item, so that a letter there begins a word."""
    if op is ops.LITERAL:
        return _parts_words(value)
    if op is ops.IN:
        return _has_no_letters(value)
    if op in _OF_NONE:
        return is_edge or value is ops.AT_BOUNDARY
    if op is ops.BRANCH:
        return all(_are_edge_after(branch, is_edge=is_edge) for branch in value[1])
    inside = _inside(op, value)
    is_skipped = op in _REPEATS and not value[0]
    return bool(inside) and _are_edge_after(inside, is_edge=is_edge) and (is_edge or not is_skipped)


def _are_edge_after(items: Iterable[Item], *, is_edge: bool) -> bool:
    for op, value in items:
        is_edge = _is_edge_after(op, value, is_edge=is_edge)
    return is_edge


def _has_no_letters(members: Sequence[Item]) -> bool:
    if members[0][0] is ops.NEGATE:
        return (ops.CATEGORY, ops.CATEGORY_WORD) in members
    return all(
        member is ops.CATEGORY_SPACE or (kind is ops.LITERAL and _parts_words(member))
        for kind, member in members
    )


def _parts_words(code: int) -> bool:
    return code != ord("_") and not chr(code).isalnum()


def _needed(run: str, *, begins_word: bool) -> AbstractSet[str] | None:
    """Return some literal characters as a need, if they tell texts apart."""
    word = run.lstrip()
    begins_word = word[:1].isalnum() and (begins_word or word != run)
    fewest = _FEWEST_IDEOGRAPHS if _IDEOGRAPH.search(word) else _FEWEST_LETTERS
    if _RARE.isdisjoint(word) and sum(map(str.isalnum, word)) < fewest:
        return None
    return {BEGINS_WORD + word if begins_word else word}


def _telling_symbols(members: Sequence[Item]) -> AbstractSet[str] | None:
    characters = {chr(member) if kind is ops.LITERAL else "" for kind, member in members}
    return characters if characters <= _RARE else None


def _better(one: AbstractSet[str] | None, other: AbstractSet[str] | None) -> AbstractSet[str] | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda words: (min(_TELLING, *map(len, words)), -len(words)))
