"""Prompts by their openers: `sign up` finds the rules for what begins with it."""

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
        """Return the prompts whose openers a folded text begins with."""
        found: list[tuple[int, Prompt]] = []
        if lengths := self._words.get(text.partition(" ")[0]):
            words = text.split(" ", max(lengths))
            for length in lengths:
                if length <= len(words):
                    found += self._by_words.get(" ".join(words[:length]), ())
        for length in self._characters.get(text[:1], ()):
            if length <= len(text):
                found += self._by_characters.get(text[:length], ())
        return [prompt for _, prompt in sorted(found, key=itemgetter(0))]
