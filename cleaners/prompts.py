"""Prompts by their openers: `sign up` finds the rules for what begins with it. No opener is its own proof."""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes

if TYPE_CHECKING:
    from cleaners.rulefile import Rule


class Prompt(NamedTuple):
    """What a rule asks of a text beside its opener, folded and with spaces around whole words."""

    rule: Rule
    mentions: tuple[str, ...]
    closes: tuple[str, ...]
    unless: tuple[str, ...]


class Prompts:
    """Prompts by the words that a text begins with, or by its characters where no spaces part the words."""

    def __init__(self) -> None:
        """Begin without any."""
        self._by_words: dict[str, list[tuple[int, Prompt]]] = defaultdict(list)
        self._by_characters: dict[str, list[tuple[int, Prompt]]] = defaultdict(list)
        self._words: dict[str, set[int]] = defaultdict(set)
        self._characters: dict[str, set[int]] = defaultdict(set)
        self._proven: dict[int, Prompt | None] = {}
        self._count = 0

    def add(self, opener: str, prompt: Prompt) -> None:
        """Add a prompt; those that begin alike are found in the order in which they were added."""
        self._count += 1
        if shapes.is_unspaced(opener):
            self._by_characters[opener].append((self._count, prompt))
            self._characters[opener[0]].add(len(opener))
        else:
            self._by_words[opener].append((self._count, prompt))
            self._words[opener.partition(" ")[0]].add(opener.count(" ") + 1)

    def of(self, text: str) -> list[Prompt]:
        """Return the prompts whose openers a folded text begins with.

        What they ask for is left of their mentions: an opener that holds one proves nothing, unless it is the whole text.
        """
        found: list[tuple[int, Prompt | None]] = []
        if lengths := self._words.get(text.partition(" ")[0]):
            words = text.split(" ", max(lengths))
            for length in lengths:
                if length <= len(words):
                    found += self._begun_by(" ".join(words[:length]), self._by_words, text)
        for length in self._characters.get(text[:1], ()):
            if length <= len(text):
                found += self._begun_by(text[:length], self._by_characters, text)
        return [prompt for _, prompt in sorted(found, key=itemgetter(0)) if prompt is not None]

    def _begun_by(
        self, opener: str, known: dict[str, list[tuple[int, Prompt]]], text: str
    ) -> list[tuple[int, Prompt | None]]:
        found = known.get(opener, [])
        if opener == text:
            return [*found]
        for number, prompt in found:
            if number not in self._proven:
                self._proven[number] = _without_own_proof(opener, prompt)
        return [(number, self._proven[number]) for number, _ in found]


def _without_own_proof(opener: str, prompt: Prompt) -> Prompt | None:
    """Return a prompt without the mentions that its opener holds, None where nothing is left to ask for."""
    if not prompt.mentions or prompt.closes:
        return prompt
    padded = f" {opener} "
    mentions = tuple(mention for mention in prompt.mentions if mention not in padded)
    return prompt._replace(mentions=mentions) if mentions else None
