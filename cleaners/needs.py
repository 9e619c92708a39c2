"""What a text must hold for a pattern to match it, so that most patterns need not be tried on most texts.

`.{8,400}(?:© .{3,60}|/ ?(?:dpa|AFP))` matches nothing that holds neither `©` nor `/`, and looking for these
takes a hundredth of the time. The needs of a pattern are read off its parse: sets of literals, of each of
which a match holds one. They are necessary, never sufficient; where the parse says nothing, there are none.
"""

from __future__ import annotations

import re
from functools import cache, partial
from importlib import import_module
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_Literals = frozenset[str]
_Part = tuple[Any, Any]

_MOST_LITERALS = 12  # Of one need: more take as long to look for as the pattern itself.
_WORTH = 40  # Characters of a pattern that are worth looking for one literal, however many that makes.
_LONG = 500
_MOST_SHORTENED = 80  # Literals of a need before they are cut.
_MOST_NEEDS = 2
_LONGEST = 7  # Characters of a literal: the rest hardly makes it rarer, and many begin alike.
_TOO_DEAR = 0.82  # From which a need is not worth asking after.
_LOOKING = 0.02  # What a literal costs, measured by what it may save.
_COMMON = {" ": 1.0, ".": 0.7, ",": 0.5, "-": 0.2, ":": 0.1, "\n": 1.0}
_LETTER, _OTHER = 0.4, 0.03
_EMPTY: _Literals = frozenset({""})
_CLASSES = {"None": "^"} | {
    f"CATEGORY_{name}": sign
    for name, sign in {
        "DIGIT": r"\d", "NOT_DIGIT": r"\D", "SPACE": r"\s", "NOT_SPACE": r"\S", "WORD": r"\w", "NOT_WORD": r"\W",
    }.items()
}  # fmt: skip
# Letters that the engine takes for another one though their lower case differs; test_needs.py knows them all.
_VARIANTS = str.maketrans(
    "\u0130\u0131\u017f\u03a3\u03c2\u00b5\u0345\u1fbe\u1fd3\u1fe3\u03d0\u03f5\u03d1\u03f0\u03d6\u03f1\u03d5"
    "\u1c80\u1c81\u1c82\u1c83\u1c84\u1c85\u1c86\u1c87\u1c88\u1e9b\ufb05",
    "iisσσμιι\u0390\u03b0βεθκπρφвдосттъѣ\ua64b\u1e61\ufb06",
)
_VARIANT = re.compile(f"[{''.join(map(chr, _VARIANTS))}]")


def caseless(text: str) -> str:
    """Return `text` with its letters as IGNORECASE compares them: what it takes for one letter is one."""
    if not text.isascii() and _VARIANT.search(text):
        text = text.translate(_VARIANTS)
    return text.lower()


class Needs(NamedTuple):
    """What whatever a pattern matches must hold, and what its first character matches; None where it may be any."""

    literals: tuple[tuple[str, ...], ...] = ()
    beginning: re.Pattern[str] | None = None

    def may_begin(self, character: str) -> bool:
        """Tell whether a match may begin with a character."""
        return self.beginning is None or self.beginning.match(character) is not None


def are_met(literals: tuple[tuple[str, ...], ...], text: str) -> bool:
    """Tell whether a caseless text holds one literal of each need."""
    for need in literals:
        for literal in need:
            if literal in text:
                break
        else:
            return False
    return True


def needs_of(pattern: str) -> Needs:
    """Return the needs of a pattern that is compiled with IGNORECASE, those first that are quickest to look for."""
    try:
        tree = _parse(pattern)
    except (ImportError, AttributeError):
        return Needs()
    return Needs(_literals_of(tree, len(pattern)), _beginning_of(tree))


def _parse(pattern: str) -> Iterable[_Part]:
    """Parse a pattern as `re` does; its parser is no public module, and nothing but speed depends on it."""
    parts: Iterable[_Part] = import_module("re._parser").parse(pattern, re.IGNORECASE)
    return parts


def _literals_of(tree: Iterable[_Part], length: int) -> tuple[tuple[str, ...], ...]:
    """Choose what is looked for of all that a pattern of some length needs: few and rare literals."""
    most, looking = max(_MOST_LITERALS, length // _WORTH), min(_LOOKING, _LOOKING * _LONG / max(length, 1))
    found = {_shortest(literals) for literals in _read(tree).all() if len(literals) <= _MOST_SHORTENED}
    worth = sorted((_price(each, looking), sorted(each)) for each in found if len(each) <= most)
    few = [tuple(each) for price, each in worth if price < _TOO_DEAR][:_MOST_NEEDS]
    return tuple(sorted(few, key=len))


def _beginning_of(tree: Iterable[_Part]) -> re.Pattern[str] | None:
    try:
        characters, may_be_empty = _first(tree)
    except KeyError:
        return None
    return None if may_be_empty else re.compile("|".join(dict.fromkeys(characters)), re.IGNORECASE)


class _Reading(NamedTuple):
    """What is known of a part of a pattern: all that it can take, if they are few, and what it needs."""

    exact: _Literals | None
    needs: tuple[_Literals, ...] = ()

    def all(self) -> tuple[_Literals, ...]:
        return self.needs if self.exact is None or "" in self.exact else (*self.needs, self.exact)


_ANYTHING = _Reading(None)
_NOTHING = _Reading(_EMPTY)


def _read(parts: Iterable[_Part]) -> _Reading:
    """Read parts that follow one another: what each takes is joined while the ways to do so are few."""
    needs: list[_Literals] = []
    run, is_exact = _EMPTY, True
    for code, value in parts:
        part = _read_part(str(code), value)
        needs += part.needs
        if part.exact is not None and len(run) * len(part.exact) <= _MOST_LITERALS:
            run = frozenset([before + after for before in run for after in part.exact])
        else:
            needs += _Reading(run).all()
            run, is_exact = part.exact or _EMPTY, False
    return _Reading(run, tuple(needs)) if is_exact else _Reading(None, (*needs, *_Reading(run).all()))


def _read_part(code: str, value: Any) -> _Reading:  # noqa: ANN401 - the parser has no types
    read = _READERS.get(code)
    return read(value) if read else _ANYTHING


@cache
def _read_literal(code: int) -> _Reading:
    return _Reading(frozenset({caseless(chr(code))}))


def _read_characters(entries: Iterable[_Part]) -> _Reading:
    """Read a set of characters; classes, ranges and what is negated have too many."""
    entries = list(entries)
    if any(str(code) != "LITERAL" for code, _ in entries):
        return _ANYTHING
    return _Reading(frozenset(caseless(chr(value)) for _, value in entries))


def _read_branches(branches: list[_Reading]) -> _Reading:
    exact = frozenset[str]().union(*(branch.exact or () for branch in branches))
    if all(branch.exact is not None for branch in branches):
        return _Reading(exact)
    if not all(branch.all() for branch in branches):
        return _ANYTHING
    # What is quick to look for in each, and what is rare: prose holds a dash, but no agency.
    return _Reading(
        None,
        tuple(
            exact.union(*(min(branch.all(), key=partial(_price, looking=looking)) for branch in branches))
            for looking in (_LOOKING, 0.0)
        ),
    )


def _read_repeat(least: int, most: int, parts: Iterable[_Part]) -> _Reading:
    part = _read(parts)
    if most == 1 and part.exact is not None:
        return _Reading(part.exact if least else part.exact | _EMPTY, part.needs if least else ())
    return _Reading(None, part.all()) if least else _ANYTHING


_READERS: dict[str, Callable[[Any], _Reading]] = {
    "LITERAL": _read_literal,
    "IN": _read_characters,
    "SUBPATTERN": lambda value: _read(value[3]),
    "BRANCH": lambda value: _read_branches([_read(branch) for branch in value[1]]),
    "MAX_REPEAT": lambda value: _read_repeat(*value),
    "MIN_REPEAT": lambda value: _read_repeat(*value),
    "POSSESSIVE_REPEAT": lambda value: _read_repeat(*value),
    "ASSERT": lambda value: _Reading(_EMPTY, _read(value[1]).all()),
    "ASSERT_NOT": lambda _: _NOTHING,
    "AT": lambda _: _NOTHING,
}


def _shortest(literals: _Literals) -> _Literals:
    """Cut long literals, and leave out what holds another one of them, for that is looked for anyway."""
    cut = {each[:_LONGEST] for each in literals}
    return frozenset(each for each in cut if not any(other in each for other in cut if other != each))


def _price(literals: Iterable[str], looking: float) -> float:
    """Return roughly how likely a text is to hold one of some literals, and what it costs to look for them."""
    return sum(prod(map(_likelihood, each)) + looking for each in literals)


def _likelihood(character: str) -> float:
    return _COMMON.get(character, _LETTER if character.isalnum() else _OTHER)


def _first(parts: Iterable[_Part]) -> tuple[list[str], bool]:
    """Return patterns of the characters that parts may begin with, and whether they may take none."""
    characters: list[str] = []
    for code, value in parts:
        found, may_be_empty = _first_of_part(str(code), value)
        characters += found
        if not may_be_empty:
            return characters, False
    return characters, True


def _first_of_part(code: str, value: Any) -> tuple[list[str], bool]:  # noqa: ANN401 - as above
    match code:
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return [], True
        case "SUBPATTERN":
            characters, may_be_empty = _first(value[3])
            off = "-i" if value[2] & re.IGNORECASE else ""
            return [f"(?{off}:{each})" for each in characters], may_be_empty
        case "BRANCH":
            branches = [_first(branch) for branch in value[1]]
            return [each for found, _ in branches for each in found], any(empty for _, empty in branches)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            characters, may_be_empty = _first(value[2])
            return characters, may_be_empty or not value[0]
    return [_character(code, value)], False


def _character(code: str, value: Any) -> str:  # noqa: ANN401 - as above
    """Write one character of a pattern as it stood there; raises KeyError for what is none."""
    match code:
        case "ANY":
            return "."
        case "LITERAL":
            return re.escape(chr(value))
        case "NOT_LITERAL":
            return f"[^{re.escape(chr(value))}]"
        case "RANGE":
            return "-".join(re.escape(chr(end)) for end in value)
        case "CATEGORY" | "NEGATE":
            return _CLASSES[str(value)]
        case "IN":
            return f"[{''.join(_character(str(inner), each) for inner, each in value)}]"
    raise KeyError(code)
