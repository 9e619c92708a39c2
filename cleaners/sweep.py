"""Sweep noise out of blocks by what they say: rules, their sections, duplicates, the site's repetitions."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes
from cleaners.copies import find_copies
from cleaners.language import languages_of_script
from cleaners.matching import Context
from cleaners.types import Block, Removal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cleaners.matching import Match
    from cleaners.rulefile import Rule
    from cleaners.rules import Rules

# Of a page's prose: rules that would take more of it, for one type of noise or for all, are held back.
_CAP = 0.25
_CAP_OF_ALL = 0.5
_LINKED = 0.6
_PROSE_WORDS = 12
_UNSTOPPED = re.compile(r"[\u0e00-\u0eff]")  # Thai and Lao end no sentence with a mark.
_UNSTOPPED_WORDS = 40
_HEADLINE_WORDS = 25
_PART = re.compile(r"\n|\s[|•·]\s")  # What parts the lines of a block, and what is set side by side in one.
_BIO_WORDS = 110
_END_SHARE = 0.15  # Of the prose that may follow an author's box.
_REFRAIN_CHARACTERS = 60
_FRAGMENT_WORDS = 6
_TWICE = 2
_BESIDE_ARTICLE = 4  # Blocks before its first and after its last that are still among it.
_LABEL_CHARACTERS = 200
_MOST_NAMED = 300  # Blocks of a page: a bound for hostile ones, as the next.
_MOST_MATCHED = 20_000
_NOTHING_BESIDE: frozenset[str] = frozenset()
_OPEN_ENDS = (":", "：", "»", "›", ">")
# What a menu or a footer says, and an article's section is about; other labels stand over prose for want of their links.
_SUBJECTS = frozenset({"consent", "navigation"})
_BOX_LINES = 3  # An author's box: name, office, a link; more lines under such a heading are something else.


@dataclass(slots=True)
class Swept:
    """Blocks that stay, those that go, what the reader should know, and how many words of each noise were spared."""

    blocks: list[Block] = field(default_factory=list)
    removed: list[Removal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    held_back: Mapping[str, int] = field(default_factory=dict)


class Fate(NamedTuple):
    """What a block that goes is, why it goes, and how likely it was article text."""

    noise: str
    reason: str
    score: float = 0.0


def sweep(
    blocks: Sequence[Block],
    rules: Rules,
    languages: tuple[str, ...],
    *,
    gone: Mapping[int, Fate] | None = None,
) -> Swept:
    """Take out of `blocks` what `rules` call noise, and keep account of it.

    `gone` are those that the layout judgement has taken already, by their number.
    """
    swept = _Sweeper(blocks, rules, languages, dict(gone or {})).run()
    if len(blocks) > _MOST_MATCHED:
        swept.notes.append(f"no rule was tried beyond the first {_MOST_MATCHED:,} blocks")
    return swept


def may_be_prose(block: Block) -> bool:
    """Tell whether running text stands in such blocks: they are no headings, code or rows, and mostly no links."""
    return block.kind not in ("heading", "code", "table") and block.link_density < _LINKED


def is_prose(block: Block, words: int | None = None) -> bool:
    """Tell whether a block is running text: a finished sentence of some length, few links.

    `words` is how many it has, where that is known.
    """
    if not may_be_prose(block):
        return False
    if words is None:
        words = shapes.word_count(block.text)
    if words >= _UNSTOPPED_WORDS and _UNSTOPPED.search(block.text):
        return True
    return words >= _PROSE_WORDS and shapes.is_sentence_end(block.text)


def _prose_words(block: Block) -> int:
    words = shapes.word_count(block.text)
    return words if is_prose(block, words) else 0


class _Sweeper:
    def __init__(
        self, blocks: Sequence[Block], rules: Rules, languages: tuple[str, ...], gone: dict[int, Fate]
    ) -> None:
        self.blocks = blocks
        self.rules = rules
        self.languages = tuple(dict.fromkeys(languages))
        self.gone = gone
        self.laid_out = frozenset(gone)
        prose = [0 if number in gone else _prose_words(block) for number, block in enumerate(blocks)]
        self.prose = prose
        self.total = sum(prose)
        self.before: list[int] = []
        seen = 0
        for words in prose:
            self.before.append(seen)
            seen += words

    def run(self) -> Swept:
        self._name_rules()
        for number, block in enumerate(self.blocks):
            if number in self.laid_out:
                if self.gone[number].noise == "related":
                    self._follow_heading(number, block)
            elif number not in self.gone and number < _MOST_MATCHED:
                match = self._match(number, block)
                if match is not None:
                    self._take(number, match)
        self._take_neighbours()
        swept = Swept()
        self._hold_back(swept)
        for number, block in enumerate(self.blocks):
            if number in self.gone:
                fate = self.gone[number]
                score = fate.score if number in self.laid_out else block.score
                swept.removed.append(removal(block, fate.noise, fate.reason, score))
            else:
                self._cut(number, block, swept)
        return swept

    def _name_rules(self) -> None:
        """Give what the layout took from among the article the rule that it meets as its reason, which says more."""
        kept = [number for number in range(len(self.blocks)) if number not in self.laid_out]
        among = range(kept[0] - _BESIDE_ARTICLE, kept[-1] + _BESIDE_ARTICLE) if kept else ()
        for number in sorted(self.laid_out.intersection(among))[:_MOST_NAMED]:
            fate, block = self.gone[number], self.blocks[number]
            if fate.reason == "layout" and len(block.text) <= _LABEL_CHARACTERS:
                match = self._match(number, block)
                if match is not None:
                    self.gone[number] = Fate(match.rule.noise, f"rule:{match.rule.id}", fate.score)

    def _match(self, number: int, block: Block) -> Match | None:
        """Return the rule that a block meets as a whole, or part by part."""
        context = self._context(number)
        match = self.rules.match(block.text, context)
        if match is not None and _may_be_subheading(match.rule, block) and self._heads_prose(number):
            return None
        if match is not None or not _PART.search(block.text) or len(block.text.split()) > _HEADLINE_WORDS:
            return match
        parts = [self.rules.match(part, context) for part in _PART.split(block.text)]
        return parts[0] if all(parts) else None

    def _heads_prose(self, number: int) -> bool:
        """Tell whether running text that stays stands right under a block."""
        below = number + 1
        if number in self.gone or below >= len(self.blocks) or below in self.gone or not self.prose[below]:
            return False
        return self.rules.match(self.blocks[below].text, self._context(below)) is None

    def _context(self, number: int) -> Context:
        block = self.blocks[number]
        head = block.text[:200]
        others = () if head.isascii() else languages_of_script(head)
        return Context(
            tuple(dict.fromkeys((*self.languages, *others))) if others else self.languages,
            block.kind,
            block.link_density,
            self.before[number] / self.total if self.total else 0.5,
            self._beside(number),
        )

    def _beside(self, number: int) -> frozenset[str]:
        near = [
            self.gone[other].noise for other in (number - 2, number - 1, number + 1) if other in self.gone
        ]
        return frozenset(near) if near else _NOTHING_BESIDE

    def _take(self, number: int, match: Match) -> None:
        rule = match.rule
        fate = Fate(rule.noise, f"rule:{rule.id}")
        self.gone[number] = fate
        if rule.action == "drop-section" or match.is_bare:
            only_links = match.is_bare and not self.blocks[number].text.rstrip().endswith((":", "："))
            for follower in self._followers(number, rule.prose):
                after = self.blocks[follower]
                if only_links and after.link_density < _LINKED:
                    break
                # What says itself what it is has its own reason, and perhaps its own section.
                if follower >= _MOST_MATCHED or self._match(follower, after) is None:
                    self.gone.setdefault(follower, fate)

    def _follow_heading(self, number: int, block: Block) -> None:
        """Take the links under a heading that the layout took for one of other stories."""
        fate = self.gone[number]
        if block.link_density >= _LINKED or shapes.word_count(block.text) > _FRAGMENT_WORDS:
            return
        for follower in range(number + 1, len(self.blocks)):
            after = self.blocks[follower]
            if after.kind == "heading" or after.link_density < _LINKED:
                return
            self.gone.setdefault(follower, fate)

    def _followers(self, number: int, prose_allowed: int) -> Iterator[int]:
        """Yield the blocks that a heading of links announces: up to the next prose or heading.

        One headline alone without a link, with the story going on behind it, is more likely its next
        subheading, unless the label ends with a colon.
        """
        is_open = self.blocks[number].text.rstrip().endswith(_OPEN_ENDS)
        found: list[int] = []
        for follower in range(number + 1, len(self.blocks)):
            if follower in self.laid_out:
                continue
            if self._is_announced(self.blocks[follower]) and not (prose_allowed and len(found) >= _BOX_LINES):
                found.append(follower)
            elif prose_allowed and self._is_bio(follower):
                prose_allowed -= 1
                found.append(follower)
            else:
                is_alone = len(found) == 1 and not self.blocks[found[0]].link_density and self.prose[follower]
                if is_alone and not is_open:
                    return
                break
        yield from found

    def _is_announced(self, block: Block) -> bool:
        if block.kind in ("code", "table", "quote"):
            return False
        if block.link_density >= _LINKED:
            return True
        words = shapes.word_count(block.text)
        if block.kind == "heading" or words > _HEADLINE_WORDS or "\n" in block.text:
            return False
        ending = block.text.rstrip()
        return shapes.is_title_like(ending, after_separator=False) and not ending.endswith(
            (":", "：", "!", "！")
        )

    def _is_bio(self, number: int) -> bool:
        after = self.total - self.before[number] - self.prose[number]
        return (
            self.blocks[number].kind in ("paragraph", "item")
            and shapes.word_count(self.blocks[number].text) <= _BIO_WORDS
            and after <= self.total * _END_SHARE
        )

    def _take_neighbours(self) -> None:
        """Try again, in both directions, the rules that need noise beside them."""
        if not self.gone:
            return
        short = [
            number
            for number, block in enumerate(self.blocks[:_MOST_MATCHED])
            if number not in self.gone and not self.prose[number] and len(block.text) <= 8 * _FRAGMENT_WORDS
        ]
        for number in (*reversed(short), *short):
            if number in self.gone or not self._beside(number):
                continue
            match = self.rules.match(self.blocks[number].text, self._context(number))
            if match is not None and match.rule.beside:
                self._take(number, match)

    def _hold_back(self, swept: Swept) -> None:
        """Give back what the shipped rules took, where it is too much of the prose to be noise."""
        if len(self.blocks) == len(self.gone):
            return
        taken: dict[str, int] = {}
        for number in self._taken_by_shipped_rules():
            noise = self.gone[number].noise
            taken[noise] = taken.get(noise, 0) + self.prose[number]
        swept.held_back = _too_much(taken, self.total)
        if not swept.held_back:
            return
        for number in self._taken_by_shipped_rules():
            if self.gone[number].noise in swept.held_back:
                del self.gone[number]
        what = ", ".join(f"{noise} {words}" for noise, words in swept.held_back.items())
        count = sum(swept.held_back.values())
        swept.notes.append(
            f"rules held back: they would have taken {count} of {self.total} words of prose ({what})"
        )

    def _taken_by_shipped_rules(self) -> list[int]:
        return [
            number
            for number, fate in self.gone.items()
            if self.prose[number]
            and number not in self.laid_out
            and fate.reason not in self.rules.own_reasons
        ]

    def _cut(self, number: int, block: Block, swept: Swept) -> None:
        """Keep a block, without the parts that inline rules name."""
        parts = self.rules.inline(block.text, self._context(number)) if number < _MOST_MATCHED else []
        if not parts:
            swept.blocks.append(block)
            return
        for rule, found in groupby(parts, key=itemgetter(0)):
            cut, left = _cut_out(block.text, [part for _, part in found])
            if left.strip():
                whole = removal(block, rule.noise, f"rule:{rule.id}")
                swept.removed += [replace(whole, text=part.strip(), is_inline=True) for part in cut]
                block = replace(block, text=left.strip(), links=()) if cut else block
        swept.blocks.append(block)


def _may_be_subheading(rule: Rule, block: Block) -> bool:
    """Tell whether a block that meets `rule` may name what the text under it is about."""
    if rule.pattern:
        return False
    if block.kind == "heading" and rule.noise in _SUBJECTS:
        return True
    return rule.rest == "credit" and bool(rule.labels) and block.text.rstrip().endswith((":", "："))


def _too_much(words: Mapping[str, int], total: int) -> dict[str, int]:
    """Return those types of noise of which rules take too many of the `total` words of prose, the most first.

    `words` is how many they take of each.
    """
    left = sum(words.values())
    spared: dict[str, int] = {}
    for noise, count in sorted(words.items(), key=itemgetter(1), reverse=True):
        if count > _CAP * total or left > _CAP_OF_ALL * total:
            spared[noise] = count
            left -= count
    return spared


def _cut_out(text: str, parts: Sequence[str]) -> tuple[list[str], str]:
    """Return those of `parts`, which stand in `text` in this order, that were cut out, and what is left."""
    cut: list[str] = []
    left: list[str] = []
    place = 0
    for part in parts:
        start = text.find(part, place)
        if start >= 0 and part.strip():
            cut.append(part)
            left.append(text[place:start])
            place = start + len(part)
    return cut, "".join([*left, text[place:]])


def removal(block: Block, noise: str, reason: str, score: float | None = None) -> Removal:
    """Return the account of a block that goes; `score` stands for the block's own where it has none yet."""
    return Removal(
        block.text, noise, reason, block.path, block.score if score is None else score, block.position
    )


def drop_duplicates(blocks: Sequence[Block], title: str, authors: Sequence[str] = ()) -> Swept:
    """Take out the title and the authors' names where they stand again, and text that comes twice.

    What comes three times or more between different texts is a refrain, or the form of the page, and stays.
    """
    swept = Swept()
    headline = shapes.fold(title)
    names = {shapes.fold(author) for author in authors}
    seen: dict[str, str] = {}
    times = Counter(block.text for block in blocks)
    before = ""
    copies = find_copies(blocks)
    for number, block in enumerate(blocks):
        text = block.text
        if headline and len(text) < 2 * len(title) + 20 and shapes.fold(text) == headline:
            swept.removed.append(removal(block, "title", "title"))
            continue
        if names and len(text) < _REFRAIN_CHARACTERS and shapes.fold(text) in names:
            swept.removed.append(removal(block, "byline", "duplicate"))
            continue
        is_again = text in seen and (times[text] == _TWICE or before in (seen[text], text))
        is_repeat = is_again and len(text) > _REFRAIN_CHARACTERS and is_prose(block)
        if is_repeat or number in copies:
            swept.removed.append(removal(block, "duplicate", "duplicate"))
        else:
            seen.setdefault(text, before)
            swept.blocks.append(block)
        before = text
    return swept
