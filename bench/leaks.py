"""What captions, credits and links to other stories stand inside an article's body on its page, and who leaves them in.

A block counts where its element (a figure's caption, a class name) or a rule of text calls it one of these,
it stands between the first and the last paragraph of the known text, and the known text does not hold it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import measures

from cleaners import evidence
from cleaners.charset import decode
from cleaners.errors import CleanerError
from cleaners.guard import tame
from cleaners.html import read_page
from cleaners.matching import Context
from cleaners.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cleaners.html import Draft, Page

NOISES = ("caption", "credit", "related")
_MIN_WORDS = 4  # A shorter text stands in an article by chance.
_PARAGRAPH = 8  # Words from which a block shows where the body begins and ends.


def find_noise(html: bytes, truth: str) -> dict[str, tuple[str, ...]]:
    """Return for each of `NOISES` the texts of such blocks inside the body, normalised."""
    try:
        rules = Rules.default()
        page = read_page(tame(decode(html).text).text, rules.selectors)
    except CleanerError:
        return {}
    known = measures.normalise(truth)
    texts = [measures.normalise(draft.block.text) for draft in page.drafts]
    body = [
        number for number, text in enumerate(texts) if text.count(" ") >= _PARAGRAPH - 1 and text in known
    ]
    if not body:
        return {}
    found: dict[str, list[str]] = {noise: [] for noise in NOISES}
    noises = list(_noises(page, rules))
    for number in range(body[0], body[-1]):
        text = texts[number]
        if noises[number] in found and text.count(" ") >= _MIN_WORDS - 1 and text not in known:
            found[noises[number]].append(text)
    return {noise: tuple(dict.fromkeys(each)) for noise, each in found.items()}


def count_leaks(noise: Mapping[str, tuple[str, ...]], text: str) -> dict[str, int]:
    """Count the texts of each noise type that stand in a system's text."""
    held = measures.normalise(text)
    return {name: sum(each in held for each in found) for name, found in noise.items()}


def _noises(page: Page, rules: Rules) -> Iterator[str]:
    """Yield for each block what its rule, its words, or its elements make of it, empty for nothing."""
    of_element: list[str] = []
    for tag, names, parent in zip(page.tags, page.names, page.parents, strict=True):
        own = evidence.nature_of(tag, names).noise
        of_element.append(own or (of_element[parent] if parent >= 0 else ""))
    languages = (page.language[:2].lower() or "en", "en", "und")
    for draft in page.drafts:
        if draft.block.kind == "caption":
            yield "caption"
        elif draft.rule is not None:
            yield draft.rule.noise
        else:
            yield _said(draft, rules, languages) or of_element[draft.element]


def _said(draft: Draft, rules: Rules, languages: tuple[str, ...]) -> str:
    block = draft.block
    match = rules.match(block.text, Context(languages, block.kind, block.link_density, 0.5, frozenset()))
    return match.rule.noise if match is not None else ""
