"""Match a text against many rules at once: the index behind `Rules`."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes
from cleaners.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cleaners.rulefile import Rule

_NUMBER = re.compile(r"\b\d+\b")
# A dash parts a label only after a space: "Bild-Zeitung" is one word.
_SEPARATOR = re.compile(r"^[\s\"'*_)\]】」』>]*(?:[:：»›>|•→]|\.\.\.|…|(?<=\s)[–—-]|(?<=\S)\s\s|】|」)")
_SENTENCE_BREAK = re.compile(r"(?<=[.!?…:|–—])\s+|[。！？।؟]\s*")
_LINKED_REST = 0.6  # Share of a labelled block that must be link text for the link to speak for it.
_HEAD, _TAIL = 0.3, 0.7  # Of the page's prose.
_REPORTED_FROM = 6  # Words from which a reporting verb makes a prompt somebody's quoted speech.
_LONGEST_NOISE = 2_000  # Characters: no rule takes more than 160 words, and patterns take time for them.
_LONGEST_TILE = 12
_FEWEST_TILES = 2
_LONGEST_PROMPT = 72
_SHORT_PROMPT = 22
# One word may well be the subheading of a section about it; as a line of its own it is a button.
_SUBHEADINGS = frozenset({"share", "placeholder", "navigation", "consent", "tags", "byline", "credit"})
_ENGLISH = re.compile(r"\b(?:the|and|that|with|are|this|from|they|which|their|were)\b", re.IGNORECASE)


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
            place={"top": 0.0, "head": 0.0, "tail": 1.0}.get(rule.position, 0.5),
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


class _Compiled(NamedTuple):
    pattern: re.Pattern[str]
    unless: tuple[str, ...]


class Index:
    """Rules by their phrases, labels and openers; patterns by language."""

    def __init__(self, rules: tuple[Rule, ...], reporting: Mapping[str, tuple[str, ...]]) -> None:
        """Fold every phrase once; `reporting` are the reporting verbs by language."""
        self._phrases: dict[str, list[Rule]] = defaultdict(list)
        self._bare_labels: dict[str, list[Rule]] = defaultdict(list)
        self._labels: dict[str, list[tuple[list[str], Rule]]] = defaultdict(list)
        self._prompts: dict[str, list[_Prompt]] = defaultdict(list)
        self._patterns: dict[str, list[Rule]] = defaultdict(list)
        self._inline: dict[str, list[Rule]] = defaultdict(list)
        self._compiled: dict[str, _Compiled] = {}
        self._reporting = {language: _padded(words) for language, words in reporting.items()}
        self.selectors = tuple((selector, rule) for rule in rules for selector in rule.selectors)
        for rule in rules:
            self._add(rule)
        self._first_words = {phrase.partition(" ")[0] for phrase in self._phrases}

    def _add(self, rule: Rule) -> None:
        for phrase in rule.phrases:
            self._phrases[_numbered(phrase)].append(rule)
        for label in rule.labels:
            words = label.split()
            self._labels[words[0]].append((words, rule))
            self._bare_labels[label].append(rule)
        mentions, closes, unless = _padded(rule.mentions), rule.closes, _padded(rule.unless)
        for opener in rule.opens:
            key = opener[0] if shapes.is_unspaced(opener) else opener.partition(" ")[0]
            self._prompts[key].append(_Prompt(opener, rule, mentions, closes, unless))
        if rule.pattern:
            (self._inline if rule.action == "drop-inline" else self._patterns)[rule.language].append(rule)

    def match(self, text: str, context: Context) -> Match | None:
        """Return the first match of `text` as a whole block, or None."""
        return next(self.matches(text, context), None)

    def matches(self, text: str, context: Context) -> Iterator[Match]:
        """Yield every match of `text` as a whole block: phrases, labels, prompts, patterns, tiles."""
        if context.kind in ("code", "table") or len(text) > _LONGEST_NOISE:
            return
        size = shapes.word_count(text)
        folded = shapes.fold(text)
        for match in self._candidates(folded, text, context, size):
            if size <= match.rule.max_words and _is_met(match.rule, context):
                yield match
        if tile := self._by_tiles(folded, context):
            yield Match(tile)

    def phrase_noise(self, text: str) -> str:
        """Return the noise type that `text` is by its words alone, as a phrase or as many; empty for none."""
        if len(text) > _LONGEST_NOISE:
            return ""
        folded = shapes.fold(text)
        found = self._phrases.get(_numbered(folded)) or self._bare_labels.get(folded)
        if found:
            return found[0].noise
        tile = self._by_tiles(folded, Context())
        return tile.noise if tile else ""

    def _candidates(self, folded: str, text: str, context: Context, size: int) -> Iterator[Match]:
        yield from self._by_phrase(folded, text, context)
        yield from self._by_label(folded, text, context)
        yield from self._by_prompt(folded, text, context, size)
        yield from self._by_pattern(text, context)

    def inline(self, text: str, context: Context) -> list[tuple[Rule, str]]:
        """Return the parts of `text` that `drop-inline` rules name, in the order of the rules."""
        return [
            (rule, found.group())
            for language in context.languages
            for rule in self._inline.get(language, ())
            for found in self._pattern(rule).pattern.finditer(text)
            if _is_met(rule, context)
        ]

    def _by_phrase(self, folded: str, text: str, context: Context) -> Iterator[Match]:
        is_subheading = context.kind == "heading" and " " not in folded
        for rule in self._phrases.get(_numbered(folded), ()):
            if not (is_subheading and rule.noise in _SUBHEADINGS):
                yield Match(rule)
        for rule in self._bare_labels.get(folded, ()):
            if _is_bare_label(text) or (rule.rest == "title" and " " in folded):
                yield Match(rule, is_bare=True)

    def _by_label(self, folded: str, text: str, context: Context) -> Iterator[Match]:
        words = folded.split(" ", _LONGEST_TILE)
        for label, rule in self._labels.get(words[0], ()):
            if (
                len(words) > len(label)
                and words[: len(label)] == label
                and not _is_foreign(rule, text, context)
            ):
                rest = _after_words(text, len(label))
                needs_separator = len(label) == 1 and not _is_signature(rest, rule, context)
                if _is_rest(rest, rule, context, needs_separator=needs_separator):
                    yield Match(rule)

    def _by_prompt(self, folded: str, text: str, context: Context, size: int) -> Iterator[Match]:
        if size > _LONGEST_PROMPT:
            return
        sentences = _SENTENCE_BREAK.split(text)
        if size > _SHORT_PROMPT:
            # In a paragraph only the first sentence speaks, and it must say all.
            sentences = sentences[:1]
            folded = shapes.fold(sentences[0])
        padded = f" {folded} "
        for sentence in sentences:
            start = shapes.fold(sentence)
            for key in {start.partition(" ")[0], start[:1]}:
                for prompt in self._prompts.get(key, ()):
                    if (
                        _begins(start, prompt.opener)
                        and self._is_prompt(prompt, folded, padded, size)
                        and not _is_foreign(prompt.rule, text, context)
                    ):
                        yield Match(prompt.rule)

    def _is_prompt(self, prompt: _Prompt, folded: str, padded: str, size: int) -> bool:
        if prompt.mentions and not any(mention in padded for mention in prompt.mentions):
            return False
        if prompt.closes and not folded.endswith(prompt.closes):
            return False
        return not any(word in padded for word in prompt.unless) and not self._is_reported(
            prompt.rule, padded, size
        )

    def _is_reported(self, rule: Rule, padded: str, size: int) -> bool:
        if size < _REPORTED_FROM:
            return False
        verbs = self._reporting.get(rule.language, ())
        if rule.language != "en" and _ENGLISH.search(padded):
            verbs = (*verbs, *self._reporting.get("en", ()))
        return any(verb in padded for verb in verbs)

    def _by_pattern(self, text: str, context: Context) -> Iterator[Match]:
        tidied = ""
        for language in context.languages:
            for rule in self._patterns.get(language, ()):
                tidied = tidied or shapes.tidy(text)
                compiled = self._pattern(rule)
                if compiled.pattern.fullmatch(tidied):
                    padded = f" {shapes.fold(text)} "
                    if not any(word in padded for word in compiled.unless):
                        yield Match(rule)

    def _pattern(self, rule: Rule) -> _Compiled:
        """Compile a rule's pattern when its language first comes up: most languages never do."""
        compiled = self._compiled.get(rule.id)
        if compiled is None:
            try:
                pattern = re.compile(rule.pattern, re.IGNORECASE)
            except re.error as error:
                raise RuleError(f"rule {rule.id!r}: pattern does not compile: {error}") from error
            compiled = self._compiled[rule.id] = _Compiled(pattern, _padded(rule.unless))
        return compiled

    def _by_tiles(self, folded: str, context: Context) -> Rule | None:
        """Return the rule of the first phrase if known phrases cover the whole text end to end."""
        words = _numbered(folded).split(" ")
        if words[0] not in self._first_words:
            return None
        first: Rule | None = None
        place = count = 0
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
            count += 1
            first, place = first or rule, end
        if first is not None and first.beside and count < _FEWEST_TILES:
            return None
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
    places = {"top": context.place <= 0, "head": context.place <= _HEAD, "tail": context.place >= _TAIL}
    return places.get(rule.position, True)


def _is_foreign(rule: Rule, text: str, context: Context) -> bool:
    """Tell whether a rule of a language that is not the page's meets a text that is plainly English."""
    return rule.language not in context.languages and _ENGLISH.search(text) is not None


def _is_signature(rest: str, rule: Rule, context: Context) -> bool:
    """Tell whether a name alone follows a label of the page's own language: `Text Jan Novák`."""
    is_own = rule.language != "en" and rule.language in context.languages
    has_names_only = all(not word[0].islower() for word in rest.split())
    return rule.rest == "credit" and is_own and has_names_only and shapes.starts_with_name(rest)


def _is_rest(rest: str, rule: Rule, context: Context, *, needs_separator: bool) -> bool:
    separator = _SEPARATOR.match(rest)
    separated = separator is not None
    if needs_separator and not separated:
        return False
    body = (rest[separator.end() :] if separator else rest).strip()
    if rule.rest == "title":
        is_linked = context.link_density >= _LINKED_REST and (separated or not shapes.has_full_stop(body))
        return is_linked or shapes.is_title_like(body, after_separator=separated)
    if not separated and rest[:1].isalnum():
        return False
    if rule.rest == "credit":
        return shapes.is_credit_like(body) and (separated or not body[:1].islower())
    return rule.rest == "any" or shapes.starts_with_name(body)


def _is_bare_label(text: str) -> bool:
    return text.rstrip(" *_\u00a0").endswith((":", "：", "»", "›", ">", "】", "]", "…"))


def _after_words(text: str, count: int) -> str:
    text = shapes.visible(text)
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
    return tuple(phrase if shapes.is_unspaced(phrase) else f" {phrase} " for phrase in phrases)
