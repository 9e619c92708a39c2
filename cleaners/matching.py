"""Match a text against many rules at once: the index behind `Rules`."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes
from cleaners.patterns import Patterns, compiled, plain, read
from cleaners.prompts import Prompt, Prompts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cleaners.rulefile import Rule

_NUMBER = re.compile(
    r"\d(?<!\w\d)\d*\b"
)  # A whole number: the digit comes first, for the engine leaps to it.
_DIGIT = re.compile(r"\d")
# A dash parts a label only after a space: "Bild-Zeitung" is one word.
_SEPARATOR = re.compile(r"^[\s\"'*_)\]】」』>]*(?:[:：»›>|•→]|\.\.\.|…|(?<=\s)[–—-]|(?<=\S)\s\s|】|」)")
# A set of characters comes first, for the engine leaps to the next of these.
_SENTENCE_BREAK = re.compile(r"[\s。！？।؟](?:(?<=[.!?…:|–—]\s)|(?<=[。！？।؟]))\s*")
# A text between one pair of quotation marks, which somebody says: "Follow me!" is no call to the reader.
_SPOKEN = re.compile(
    r"""["“”„»«‟'‘‚「『][^"“”„»«‟「」『』《》\n]{1,200}["“”‟»«'’」』](?:[.!?…。！？]?|\s(?![A-Z])\w[^"“”„»«\n]{0,60}[.!?…।])"""
)
_LINKED_REST = 0.6  # Share of a labelled block that must be link text for the link to speak for it.
_HEAD, _TAIL = 0.3, 0.7  # Of the page's prose.
_REPORTED_FROM = 6  # Words from which a reporting verb makes a prompt somebody's quoted speech.
_LONGEST_NOISE = 2_000  # Characters: patterns take time for them.
_MOST_WORDS = 160  # Of what is longer than that: no rule takes more.
_LONGEST_TILE = 12
_SHORT = 120  # Characters of a text whose noise is remembered, for short ones come again.
_FEWEST_TILES = 2
_LONGEST_PROMPT = 72
_SHORT_PROMPT = 22
# One word may well be the subheading of a section about it; as a line of its own it is a button.
_SUBHEADINGS = frozenset({"share", "placeholder", "navigation", "consent", "tags", "byline", "credit"})
_COMMON = ("en", "und")  # The patterns of both are looked up at once, which takes less time.
_ENGLISH = re.compile(r"\b(?:the|and|that|with|are|this|from|they|which|their|were)\b", re.IGNORECASE)


class Context(NamedTuple):
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


_NO_CONTEXT = Context()


class Match(NamedTuple):
    """A rule that a block meets; `is_bare` where the block is the label alone, its object elsewhere."""

    rule: Rule
    is_bare: bool = False


class Index:
    """Rules by their phrases, labels and openers; patterns by language."""

    def __init__(self, rules: tuple[Rule, ...], reporting: Mapping[str, tuple[str, ...]]) -> None:
        """Fold every phrase once; `reporting` are the reporting verbs by language."""
        self._phrases: dict[str, list[Rule]] = defaultdict(list)
        self._bare_labels: dict[str, list[Rule]] = defaultdict(list)
        self._labels: dict[str, list[tuple[list[str], Rule]]] = defaultdict(list)
        self._prompts = Prompts()
        self._patterns: dict[str, list[Rule]] = defaultdict(list)
        self._inline: dict[str, list[Rule]] = defaultdict(list)
        # Made when a language first comes up: most never do.
        self._patterns_of = lru_cache(maxsize=256)(
            lambda *languages: Patterns([rule for each in languages for rule in self._patterns.get(each, ())])
        )
        self._reporting = {language: _padded(words) for language, words in reporting.items()}
        self.selectors = tuple((selector, rule) for rule in rules for selector in rule.selectors)
        for rule in rules:
            self._add(rule)
        self._tile_lengths = _lengths_by_first_word(self._phrases)
        self._short_patterns = lru_cache(maxsize=4096)(self._patterns_met)
        self._short_noise = lru_cache(maxsize=4096)(self._noise_of_phrase)

    def _add(self, rule: Rule) -> None:
        for phrase in rule.phrases:
            self._phrases[_numbered(phrase)].append(rule)
        for label in rule.labels:
            words = label.split()
            self._labels[words[0]].append((words, rule))
            self._bare_labels[label].append(rule)
        mentions, closes, unless = _padded(rule.mentions), rule.closes, _padded(rule.unless)
        for opener in rule.opens:
            self._prompts.add(opener, Prompt(rule, mentions, closes, unless))
        if rule.pattern:
            (self._inline if rule.action == "drop-inline" else self._patterns)[rule.language].append(rule)

    def match(self, text: str, context: Context) -> Match | None:
        """Return the first match of `text` as a whole block, one of the page's own languages before others, or None."""
        first: Match | None = None
        for match in self.matches(text, context):
            if match.rule.language in context.languages:
                return match
            first = first or match
        return first

    def matches(self, text: str, context: Context) -> Iterator[Match]:
        """Yield every match of `text` as a whole block: phrases, labels, prompts, patterns, tiles."""
        if context.kind in ("code", "table") or (not context.link_density and _SPOKEN.fullmatch(text)):
            return
        size = shapes.word_count(text)
        if len(text) > _LONGEST_NOISE:
            if size > _MOST_WORDS:
                return
            # Hardly any words in so much text: data or a script, which shows in its beginning.
            text = text[:_LONGEST_NOISE]
        folded = shapes.fold(text)
        numbered = _numbered(folded)
        for match in self._candidates(folded, numbered, text, context, size):
            if size <= match.rule.max_words and _is_met(match.rule, context):
                yield match
        if tile := self._by_tiles(numbered, context):
            yield Match(tile)

    def phrase_noise(self, text: str) -> str:
        """Return the noise type that `text` is by its words alone, as a phrase or as many; empty for none."""
        if len(text) > _LONGEST_NOISE or _SPOKEN.fullmatch(text):
            return ""
        return (self._short_noise if len(text) <= _SHORT else self._noise_of_phrase)(text)

    def _noise_of_phrase(self, text: str) -> str:
        folded = shapes.fold(text)
        numbered = _numbered(folded)
        found = self._phrases.get(numbered) or self._bare_labels.get(folded)
        if found:
            return found[0].noise
        tile = self._by_tiles(numbered, _NO_CONTEXT)
        return tile.noise if tile else ""

    def _candidates(
        self, folded: str, numbered: str, text: str, context: Context, size: int
    ) -> Iterator[Match]:
        yield from self._by_phrase(folded, numbered, text, context)
        yield from self._by_label(folded, text, context)
        yield from self._by_prompt(folded, text, context, size)
        yield from self._by_pattern(folded, text, context, size)

    def inline(self, text: str, context: Context) -> list[tuple[Rule, str]]:
        """Return the parts of `text` that `drop-inline` rules name, in the order of the rules."""
        lowered = plain(text)
        return [
            (rule, found.group())
            for language in context.languages
            for rule in self._inline.get(language, ())
            if not rule.holds or any(map(lowered.__contains__, rule.holds))
            for found in compiled(rule).finditer(text)
            if _is_met(rule, context)
        ]

    def _by_phrase(self, folded: str, numbered: str, text: str, context: Context) -> Iterator[Match]:
        is_subheading = context.kind == "heading" and " " not in folded
        for rule in self._phrases.get(numbered, ()):
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
        if size > _SHORT_PROMPT:
            # In a paragraph only the first sentence speaks, and it must say all.
            end = _SENTENCE_BREAK.search(text)
            starts = [shapes.fold(text[: end.start()]) if end else folded]
            folded = starts[0]
        else:
            sentences = _SENTENCE_BREAK.split(text)
            starts = [folded] if len(sentences) == 1 else [*map(shapes.fold, sentences)]
        padded = f" {folded} "
        for start in starts:
            for prompt in self._prompts.of(start):
                if self._is_prompt(prompt, folded, padded, size) and not _is_foreign(
                    prompt.rule, text, context
                ):
                    yield Match(prompt.rule)

    def _is_prompt(self, prompt: Prompt, folded: str, padded: str, size: int) -> bool:
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

    def _by_pattern(self, folded: str, text: str, context: Context, size: int) -> Iterator[Match]:
        met = self._short_patterns if len(text) <= _SHORT else self._patterns_met
        padded = ""
        for rule, unless in met(text, context.languages, size):
            padded = padded or f" {folded} "
            if not any(word in padded for word in unless):
                yield Match(rule)

    def _patterns_met(
        self, text: str, languages: tuple[str, ...], size: int
    ) -> tuple[tuple[Rule, tuple[str, ...]], ...]:
        """Return the rules of some languages whose patterns meet a text, each with what speaks against it."""
        reading = read(shapes.tidy(text), size)
        return tuple(
            (rule, _padded(rule.unless))
            for together in _grouped(languages)
            for rule in self._patterns_of(*together).met(reading)
        )

    def _by_tiles(self, numbered: str, context: Context) -> Rule | None:
        """Return the rule of the first phrase if known phrases cover the whole text end to end."""
        if numbered.partition(" ")[0] not in self._tile_lengths:
            return None
        words = numbered.split(" ")
        first: Rule | None = None
        place = count = 0
        while place < len(words):
            rule, end = self._tile_at(words, place, context)
            if rule is None:
                if first is None or words[place] != "0":
                    return None
                rule, end = first, place + 1
            count += 1
            first, place = first or rule, end
        if first is not None and first.beside and count < _FEWEST_TILES:
            return None
        return first

    def _tile_at(self, words: list[str], place: int, context: Context) -> tuple[Rule | None, int]:
        """Return the rule of the longest phrase that stands at a place, and the place behind it."""
        for length in self._tile_lengths.get(words[place], ()):
            end = place + length
            if end <= len(words):
                for rule in self._phrases.get(" ".join(words[place:end]), ()):
                    if _is_tile(rule, context):
                        return rule, end
        return None, place


@lru_cache(maxsize=256)
def _grouped(languages: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the languages one by one in their order, but those as one that about every page has."""
    place = languages.index(_COMMON[0]) if _COMMON[0] in languages else -1
    if place < 0 or languages[place : place + len(_COMMON)] != _COMMON:
        return tuple((language,) for language in languages)
    return (
        *((each,) for each in languages[:place]),
        _COMMON,
        *((each,) for each in languages[place + len(_COMMON) :]),
    )


def _lengths_by_first_word(phrases: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return for each word how many words the phrases have that begin with it, the most first."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for phrase in phrases:
        words = phrase.split(" ")
        if len(words) <= _LONGEST_TILE:
            lengths[words[0]].add(len(words))
    return {word: tuple(sorted(found, reverse=True)) for word, found in lengths.items()}


def _is_tile(rule: Rule, context: Context) -> bool:
    return not rule.only and (not rule.local or rule.language in context.languages)


def _is_met(rule: Rule, context: Context) -> bool:
    if rule.only and context.kind not in rule.only:
        return False
    if rule.min_link_density > context.link_density or (rule.beside and rule.noise not in context.beside):
        return False
    if rule.local and rule.language not in context.languages:
        return False
    return not rule.position or _is_placed(rule.position, context.place)


def _is_placed(position: str, place: float) -> bool:
    return {"top": place <= 0, "head": place <= _HEAD, "tail": place >= _TAIL}.get(position, True)


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


def _numbered(folded: str) -> str:
    return _NUMBER.sub("0", folded) if _DIGIT.search(folded) else folded


def _padded(phrases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(phrase if shapes.is_unspaced(phrase) else f" {phrase} " for phrase in phrases)
