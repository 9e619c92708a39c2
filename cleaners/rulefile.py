"""Read rule files: TOML in, checked `Rule` values out.

A rule names a noise type, an action, at least one way to match, and its own test cases: `drops` must be
matched by it, `keeps` by no rule of any language. CONTRIBUTING.md explains every field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from cleaners import shapes
from cleaners.addresses import site_of
from cleaners.errors import RuleError
from cleaners.patterns import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ACTIONS = ("drop-block", "drop-section", "drop-node", "drop-inline")
RESTS = ("title", "credit", "bio", "any")
POSITIONS = ("", "top", "head", "tail")
KINDS = ("heading", "paragraph", "item", "quote", "code", "table", "caption")
_FOLDED = ("phrases", "labels", "opens", "mentions", "closes", "unless")
_MATCHERS = ("phrases", "labels", "opens", "pattern", "selectors")
_FILE_KEYS = frozenset({"language", "site", "reporting", "lists", "rule"})
# Only Latin letters make one word with their neighbours: "EPA" is none in "repairs", but is one between ideographs.
_WORD_BEGINS, _WORD_ENDS = r"(?<![^\W\d_\u0370-\U0010ffff])", r"(?![^\W\d_\u0370-\U0010ffff])"
_NAME = r"(?-i:[^\W\d_a-zа-я][\w'’.-]*(?: (?:de|von|van|der|den|la|le|al|bin|da|di|du|del|dos))*(?: [^\W\d_a-zа-я][\w'’.-]*){1,3})"
_CAPITALISED = r"(?-i:[^\W\d_a-zß-öø-ÿа-яёіїєґα-ωά-ώčďěňřšťůžąćęłńśźżőűğışășț][\w.’-]+)"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of noise, as a rule file states it: the fields are those of the file, phrases folded, `holds` plain.

    `starts` and `needs` are no fields of a file: each text that `pattern` meets begins with one of the lines of
    `starts` or holds one of `needs`, where `prefilter` knows any.
    """

    id: str
    noise: str
    action: str
    language: str
    phrases: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    rest: str = "title"
    opens: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    pattern: str = ""
    holds: tuple[str, ...] = ()
    starts: str = ""
    needs: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    max_words: int = 60
    min_link_density: float = 0.0
    position: str = ""
    beside: bool = False
    local: bool = False
    prose: int = 0
    drops: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The rules of one language, or of one site, with the words its guards share; `is_own` if a user added it."""

    name: str
    language: str
    site: str
    reporting: tuple[str, ...]
    rules: tuple[Rule, ...]
    is_own: bool = False


def parse_rule_file(text: str, name: str, shared_lists: Mapping[str, Iterable[str]]) -> RuleFile:
    """Read one rule file.

    `shared_lists` are lists of whole words that patterns may name in braces, beside the file's own `[lists]`, whose
    words may be parts of longer ones.
    Raises RuleError naming the file, the rule and what is wrong.
    """
    # tomllib costs 5 ms to import, and plain `import cleaners` needs no rules.
    import tomllib  # noqa: PLC0415

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{name}: not valid TOML: {error}") from error
    if unknown := sorted(set(data) - _FILE_KEYS):
        raise RuleError(f"{name}: unknown key {unknown[0]!r}; allowed: {', '.join(sorted(_FILE_KEYS))}")
    language = data.get("language", "und")
    shared = {key: f"{_WORD_BEGINS}{_any_of(words)}{_WORD_ENDS}" for key, words in shared_lists.items()}
    lists = shared | {key: _any_of(words) for key, words in data.get("lists", {}).items()}
    rules = tuple(_read_rule(entry, language, lists, name) for entry in data.get("rule", []))
    if not rules:
        raise RuleError(f"{name}: holds no [[rule]]")
    site = data.get("site", "")
    if site and site != site_of(f"//{site}"):
        raise RuleError(
            f"{name}: 'site' is a host in small letters without www., such as example.org, and not {site!r}"
        )
    reporting = tuple(map(shapes.fold, data.get("reporting", ())))
    return RuleFile(name, language, site, reporting, rules)


def _read_rule(entry: Mapping[str, Any], language: str, lists: Mapping[str, str], name: str) -> Rule:
    where = f"{name}: rule {entry.get('id', '(without id)')!r}"
    allowed = {field.name for field in fields(Rule)} - {"language", "starts", "needs"}
    if unknown := sorted(set(entry) - allowed):
        raise RuleError(f"{where}: unknown key {unknown[0]!r}; allowed: {', '.join(sorted(allowed))}")
    for key in ("id", "noise", "action", "drops", "keeps"):
        if not entry.get(key):
            raise RuleError(f"{where}: {key!r} is missing or empty; every rule needs it")
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    values |= {key: tuple(map(shapes.fold, values[key])) for key in _FOLDED if key in values}
    _check_values(values, where)
    values["holds"] = tuple(map(plain, values.get("holds", ())))
    if "pattern" in values:
        values["pattern"] = _expand(values["pattern"], lists)
    return Rule(language=language, **values)


def _check_values(values: Mapping[str, Any], where: str) -> None:
    _check_choice(values["action"], ACTIONS, f"{where}: action")
    _check_choice(values.get("rest", "title"), RESTS, f"{where}: rest")
    _check_choice(values.get("position", ""), POSITIONS, f"{where}: position")
    for kind in values.get("only", ()):
        _check_choice(kind, KINDS, f"{where}: only")
    if not any(values.get(matcher) for matcher in _MATCHERS):
        raise RuleError(f"{where}: matches nothing; give one of {', '.join(_MATCHERS)}")
    if values.get("opens") and not (values.get("mentions") or values.get("closes")):
        raise RuleError(f"{where}: 'opens' needs 'mentions' or 'closes' beside it")
    if (values["action"] == "drop-node") != bool(values.get("selectors")):
        raise RuleError(f"{where}: 'drop-node' and 'selectors' go together")
    needy = "'drop-inline'" if values["action"] == "drop-inline" else "'holds'" if values.get("holds") else ""
    if needy and not values.get("pattern"):
        raise RuleError(f"{where}: {needy} needs a 'pattern'")
    if big := next((text for text in values.get("holds", ()) if text != text.lower()), ""):
        raise RuleError(f"{where}: 'holds' is compared in lower case, and {big!r} is not")


def _check_choice(value: object, choices: tuple[str, ...], where: str) -> None:
    if value not in choices:
        raise RuleError(
            f"{where}: {value!r} is none of {', '.join(choice or '(empty)' for choice in choices)}"
        )


def _expand(pattern: str, lists: Mapping[str, str]) -> str:
    """Put the word lists that a pattern names in braces, `{name}` and `{capitalised}` in their places."""
    pattern = pattern.replace("{name}", _NAME).replace("{capitalised}", _CAPITALISED)
    for key, any_of_them in lists.items():
        pattern = pattern.replace("{" + key + "}", any_of_them)
    return pattern


def _any_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})"
