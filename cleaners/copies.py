"""Copies of the article within its own page: the text to read aloud, to republish, to copy by a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaners import shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaners.types import Block

_COPY_WORDS = 100
_SHARE_OF_PAGE = 0.25
_SHARE_OF_COPY = 0.5
_PART_WORDS = 8
_LEAST_PARTS = 3


def find_copies(blocks: Sequence[Block]) -> set[int]:
    """Return the places of blocks that hold, in one piece, what other blocks of the page say one by one.

    Such a block is long beside the page, and at least three other blocks make up half of it or more.
    """
    words = [shapes.word_count(block.text) for block in blocks]
    least = max(_COPY_WORDS, _SHARE_OF_PAGE * sum(words))
    long = [number for number, count in enumerate(words) if count >= least]
    if not long or len(blocks) <= _LEAST_PARTS:
        return set()
    parts = {
        number: shapes.fold(block.text)
        for number, block in enumerate(blocks)
        if words[number] >= _PART_WORDS and number not in long
    }
    found: set[int] = set()
    for number in long:
        copy = shapes.fold(blocks[number].text)
        held = {text: words[part] for part, text in parts.items() if text in copy}
        if len(held) >= _LEAST_PARTS and sum(held.values()) >= _SHARE_OF_COPY * words[number]:
            found.add(number)
    return found
