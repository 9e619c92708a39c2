"""Match a text against many rules at once: the index behind `Rules`."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cleaners.rulefile import Rule

_NUMBER = re.compile(r"\b\d+\b")
_SEPARATOR = re.compile(r"^[\s\"'*_)\]】」』>]*(?:[:：»›>|•→–—-]|\.\.\.|…|(?<=\S)\s\s|】|」)")
_SENTENCE_BREAK = re.compile(r"(?<=[.!?…:|–—])\s+|[。！？।؟]\s*")
_LINKED_REST = 0.6  # Share of a labelled block that must be link text for the link to speak for it.
_HEAD, _TAIL = 0.3, 0.7  # Of the page's prose.
_REPORTED_FROM = 6  # Words from which a reporting verb makes a prompt somebody's quoted speech.
_LONGEST_TILE = 12


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may know of a block beside its text.

    `languages` are those of the page, best first; `place` is the share of the page's prose that stands
    before the block (0..1); `beside` holds the noise types just removed next to it.
    """

    languages: tuple[str, ...] = ("en", "und")
    kind: str = "paragraph"
    link_density: float = 0.0
    place: float = 0.5
    beside: frozenset[str] = frozenset()

    @classmethod
    def for_case(cls, rule: Rule) -> Context:
        """Return a context in which the guards of kind, place and company of `rule` are met."""
        return cls(
            languages=tuple(dict.fromkeys((rule.language, "en", "und"))),
            kind=rule.only[0] if rule.only else "paragraph",
            link_density=rule.min_link_density,
            place={"head": 0.0, "tail": 1.0}.get(rule.position, 0.5),
            beside=frozenset({rule.noise}) if rule.beside else frozenset(),
        )


class Match(NamedTuple):
    """A rule that a block meets; `is_bare` where the block is the label alone, its object elsewhere."""

    rule: Rule
    is_bare: bool = False


class _Prompt(NamedTuple):
    opener: str
    rule: Rule
    mentions: tuple[str, ...]
    closes: tuple[str, ...]
    unless: tuple[str, ...]


class Index:
    """Rules by their phrases, labels and openers; patterns by language."""

    def __init__(self, rules: tuple[Rule, ...], reporting: Mapping[str, tuple[str, ...]]) -> None:
        """Fold every phrase once; `reporting` are the reporting verbs by language."""
        self._phrases: dict[str, list[Rule]] = defaultdict(list)
        self._labels: dict[str, list[tuple[list[str], Rule]]] = defaultdict(list)
        self._prompts: dict[str, list[_Prompt]] = defaultdict(list)
        self._patterns: dict[str, list[tuple[re.Pattern[str], Rule]]] = defaultdict(list)
        self._inline: dict[str, list[tuple[re.Pattern[str], Rule]]] = defaultdict(list)
        self._reporting = {language: _padded(words) for language, words in reporting.items()}
        self.selectors = tuple((selector, rule) for rule in rules for selector in rule.selectors)
        for rule in rules:
            self._add(rule)
        self._first_words = {phrase.partition(" ")[0] for phrase in self._phrases}

    def _add(self, rule: Rule) -> None:
        for phrase in (*rule.phrases, *rule.labels):
            self._phrases[_numbered(shapes.fold(phrase))].append(rule)
        for label in rule.labels:
            words = shapes.fold(label).split()
            self._labels[words[0]].append((words, rule))
        mentions, closes, unless = _padded(rule.mentions), tuple(map(shapes.fold, rule.closes)), _padded(rule.unless)
        for opener in map(shapes.fold, rule.opens):
            key = opener[0] if shapes.is_unspaced(opener) else opener.partition(" ")[0]
            self._prompts[key].append(_Prompt(opener, rule, mentions, closes, unless))
        if rule.pattern:
            compiled = re.compile(rule.pattern, re.IGNORECASE)
            target = self._inline if rule.action == "drop-inline" else self._patterns
            target[rule.language].append((compiled, rule))

    def match(self, text: str, context: Context) -> Match | None:
        """Return the first match of `text` as a whole block, or None."""
        return next(self.matches(text, context), None)

    def matches(self, text: str, context: Context) -> Iterator[Match]:
        """Yield every match of `text` as a whole block: phrases, labels, tiles, prompts, patterns."""
        size = shapes.word_count(text)
        folded = shapes.fold(text)
        candidates = (
            *self._by_phrase(folded, text),
            *self._by_label(folded, text, context),
            *self._by_prompt(folded, text, size),
            *self._by_pattern(text, context),
        )
        for match in candidates:
            if size <= match.rule.max_words and _is_met(match.rule, context):
                yield match
        if tile := self._by_tiles(folded, context):
            yield Match(tile)

    def inline(self, text: str, context: Context) -> list[tuple[Rule, str]]:
        """Return the parts of `text` that `drop-inline` rules name, in the order of the rules."""
        return [
            (rule, found.group())
            for language in context.languages
            for pattern, rule in self._inline.get(language, ())
            for found in pattern.finditer(text)
            if _is_met(rule, context)
        ]

    def _by_phrase(self, folded: str, text: str) -> Iterator[Match]:
        for rule in self._phrases.get(_numbered(folded), ()):
            is_label = any(shapes.fold(label) == folded for label in rule.labels)
            if not is_label:
                yield Match(rule)
            elif _is_bare_label(text) or rule.rest == "title":
                yield Match(rule, is_bare=True)

    def _by_label(self, folded: str, text: str, context: Context) -> Iterator[Match]:
        words = folded.split(" ", _LONGEST_TILE)
        for label, rule in self._labels.get(words[0], ()):
            if len(words) > len(label) and words[: len(label)] == label:
                rest = _after_words(text, len(label))
                if _is_rest(rest, rule, context):
                    yield Match(rule)

    def _by_prompt(self, folded: str, text: str, size: int) -> Iterator[Match]:
        if size > 2 * _LONGEST_TILE * 3:
            return
        padded = f" {folded} "
        for sentence in _SENTENCE_BREAK.split(text):
            start = shapes.fold(sentence)
            for key in {start.partition(" ")[0], start[:1]}:
                for prompt in self._prompts.get(key, ()):
                    if _begins(start, prompt.opener) and self._is_prompt(prompt, folded, padded, size):
                        yield Match(prompt.rule)

    def _is_prompt(self, prompt: _Prompt, folded: str, padded: str, size: int) -> bool:
        if prompt.mentions and not any(mention in padded for mention in prompt.mentions):
            return False
        if prompt.closes and not folded.endswith(prompt.closes):
            return False
        return not any(word in padded for word in prompt.unless) and not self._is_reported(prompt.rule, padded, size)

    def _is_reported(self, rule: Rule, padded: str, size: int) -> bool:
        if size < _REPORTED_FROM:
            return False
        verbs = (*self._reporting.get(rule.language, ()), *self._reporting.get("en", ()))
        return any(verb in padded for verb in verbs)

    def _by_pattern(self, text: str, context: Context) -> Iterator[Match]:
        tidied = ""
        for language in context.languages:
            for pattern, rule in self._patterns.get(language, ()):
                tidied = tidied or shapes.tidy(text)
                if pattern.fullmatch(tidied) and not any(w in f" {shapes.fold(text)} " for w in _padded(rule.unless)):
                    yield Match(rule)

    def _by_tiles(self, folded: str, context: Context) -> Rule | None:
        """Return the rule of the first phrase if known phrases cover the whole text end to end."""
        words = _numbered(folded).split(" ")
        if words[0] not in self._first_words:
            return None
        first, place = None, 0
        while place < len(words):
            for end in range(min(len(words), place + _LONGEST_TILE), place, -1):
                rules = self._phrases.get(" ".join(words[place:end]), ())
                rule = next((rule for rule in rules if _is_tile(rule, context)), None)
                if rule is not None:
                    break
            else:
                if first is None or words[place] != "0":
                    return None
                rule, end = first, place + 1
            first, place = first or rule, end
        return first


def _is_tile(rule: Rule, context: Context) -> bool:
    return not rule.only and (not rule.local or rule.language in context.languages)


def _is_met(rule: Rule, context: Context) -> bool:
    if rule.only and context.kind not in rule.only:
        return False
    if rule.min_link_density > context.link_density or (rule.beside and rule.noise not in context.beside):
        return False
    if rule.local and rule.language not in context.languages:
        return False
    return {"head": context.place <= _HEAD, "tail": context.place >= _TAIL}.get(rule.position, True)


def _is_rest(rest: str, rule: Rule, context: Context) -> bool:
    separated = _SEPARATOR.match(rest) is not None
    body = rest[_SEPARATOR.match(rest).end() :] if separated else rest  # type: ignore[union-attr]
    body = body.strip()
    if rule.rest == "title":
        return context.link_density >= _LINKED_REST or shapes.is_title_like(body, after_separator=separated)
    if not separated and rest[:1].isalnum():
        return False
    if rule.rest == "credit":
        return shapes.is_credit_like(body) and (separated or not body[:1].islower())
    return rule.rest == "any" or shapes.starts_with_name(body)


def _is_bare_label(text: str) -> bool:
    return text.rstrip(" *_\u00a0").endswith((":", "：", "»", "›", ">", "】", "]", "…"))


def _after_words(text: str, count: int) -> str:
    for found in shapes.WORD.finditer(text):
        count -= 1
        if not count:
            return text[found.end() :]
    return ""


def _begins(text: str, opener: str) -> bool:
    return text.startswith(opener) and (
        len(text) == len(opener) or text[len(opener)] == " " or shapes.is_unspaced(opener)
    )


def _numbered(folded: str) -> str:
    return _NUMBER.sub("0", folded) if any(map(str.isdigit, folded)) else folded


def _padded(phrases: tuple[str, ...]) -> tuple[str, ...]:
    folded = map(shapes.fold, phrases)
    return tuple(phrase if shapes.is_unspaced(phrase) else f" {phrase} " for phrase in folded)
