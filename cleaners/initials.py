"""Drop caps: a paragraph's first letter, set large in an element of its own before it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cleaners import shapes

if TYPE_CHECKING:
    from cleaners.page import Draft, Page
    from cleaners.types import Block

_LONGEST = 2  # Characters: a letter, and a quotation mark before it.
_INITIAL = re.compile(r"[\"'“„«»‘¿¡]?([^\W\d_])")
_FEWEST_WORDS = 4  # Fewer are rather an entry under the letter of an index.
_WORDS_THEMSELVES = frozenset("AEIOUYÀÈÉÓАИОЯВКСУ")


def join_initials(page: Page) -> None:
    """Put the drop caps of a page back before their paragraphs, and count its blocks anew."""
    drafts = page.drafts
    places = [
        number
        for number in range(len(drafts) - 1)
        if len(drafts[number].block.text) <= _LONGEST and _is_initial(drafts[number], drafts[number + 1])
    ]
    for number in reversed(places):
        initial = drafts.pop(number).block.text
        draft = drafts[number]
        others = " ".join(other.block.text for other in drafts if other is not draft).lower()
        draft.block = _begin_with(initial, draft.block, frozenset(shapes.WORD.findall(others)))
        draft.words = shapes.word_count(draft.block.text)
    for position, draft in enumerate(drafts if places else ()):
        draft.block = replace(draft.block, position=position)


def _is_initial(draft: Draft, follower: Draft) -> bool:
    """Tell whether a block is the first letter of the text that follows, which goes on with a small one."""
    found, rest = _INITIAL.fullmatch(draft.block.text), follower.block.text
    return (
        found is not None
        and found[1].isupper()
        and draft.block.kind == follower.block.kind == "paragraph"
        and rest[0].islower()
        and rest[0] != found[1].lower()
        and follower.words >= _FEWEST_WORDS
        and not (draft.furniture or follower.furniture)
        and draft.is_hidden == follower.is_hidden
    )


def _begin_with(initial: str, block: Block, known: frozenset[str]) -> Block:
    """Return a block with its drop cap, parted by a space where the letter is a word by itself.

    It is where the `known` words of the page have the next one, and not the two as one.
    """
    letter, rest = initial[-1], shapes.WORD.findall(block.text)[0].lower()
    is_word = letter in _WORDS_THEMSELVES and rest in known and letter.lower() + rest not in known
    opening = f"{initial} " if is_word else initial
    moved = len(opening)
    links = tuple(replace(link, start=link.start + moved, end=link.end + moved) for link in block.links)
    return replace(block, text=opening + block.text, links=links)
