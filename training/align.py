"""Label the blocks of a page by its known text: long blocks by shingles, short ones by their place."""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
_SHINGLE = 4
_LONG = 6  # Tokens from which a block is found by its shingles.
_SHARE = 0.5
_MOST_PLACES = 4
_MOST_NODES = 1_500
_SLACK = 3
_EDGE = 60  # Tokens before the first and after the last long block in which short ones are looked for.
_FRESH = 0.3


class _Hit(NamedTuple):
    block: int
    weight: int
    start: int


def tokens(text: str) -> list[str]:
    """Return the words of a text in lower case, ideographs and kana each alone."""
    return TOKEN.findall(text.lower())


def label_blocks(texts: Sequence[str], truth: str) -> list[bool]:
    """Tell for each block whether it belongs to the true text."""
    wanted = tokens(truth)
    blocks = [tokens(text) for text in texts]
    hits = _hits(blocks, wanted)
    chain = _longest_chain(hits)
    labels = [False] * len(blocks)
    covered: set[int] = set()
    for hit in chain:
        labels[hit.block] = True
        covered.update(range(hit.start, hit.start + len(blocks[hit.block])))
    for hit in hits:  # Text that the truth has in another order than the page.
        place = range(hit.start, hit.start + len(blocks[hit.block]))
        if not labels[hit.block] and len(covered.intersection(place)) < _FRESH * len(place):
            labels[hit.block] = True
            covered.update(place)
    _label_short(blocks, wanted, chain, labels)
    return labels


def _hits(blocks: Sequence[list[str]], wanted: list[str]) -> list[_Hit]:
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for start in range(len(wanted) - _SHINGLE + 1):
        places[tuple(wanted[start : start + _SHINGLE])].append(start)
    hits: list[_Hit] = []
    for number, block in enumerate(blocks):
        if len(block) < _LONG:
            continue
        shingles = [tuple(block[at : at + _SHINGLE]) for at in range(len(block) - _SHINGLE + 1)]
        found = [shingle for shingle in shingles if shingle in places]
        if len(found) >= _SHARE * len(shingles):
            hits += [_Hit(number, len(found), start) for start in places[found[0]][:_MOST_PLACES]]
    return hits


def _longest_chain(hits: list[_Hit]) -> list[_Hit]:
    """Return the heaviest run of hits whose places rise with the page."""
    if len(hits) > _MOST_NODES:
        seen: set[int] = set()
        return [hit for hit in hits if not (hit.block in seen or seen.add(hit.block))]  # type: ignore[func-returns-value]
    best = [hit.weight for hit in hits]
    before = [-1] * len(hits)
    for at, hit in enumerate(hits):
        for other in range(at):
            earlier = hits[other]
            fits = earlier.block < hit.block and earlier.start <= hit.start
            if fits and best[other] + hit.weight > best[at]:
                best[at], before[at] = best[other] + hit.weight, other
    chain: list[_Hit] = []
    at = max(range(len(hits)), key=best.__getitem__, default=-1)
    while at >= 0:
        chain.append(hits[at])
        at = before[at]
    return chain[::-1]


def _label_short(
    blocks: Sequence[list[str]], wanted: list[str], chain: list[_Hit], labels: list[bool]
) -> None:
    numbers = [hit.block for hit in chain]
    for number, block in enumerate(blocks):
        if not 0 < len(block) < _LONG:
            continue
        at = bisect(numbers, number)
        low = chain[at - 1].start + len(blocks[chain[at - 1].block]) - _SLACK if at else 0
        high = chain[at].start + _SLACK if at < len(chain) else len(wanted)
        if chain and not at:
            low = high - _EDGE
        if chain and at == len(chain):
            high = low + _EDGE
        window = wanted[max(0, low) : high]
        labels[number] = any(
            window[start : start + len(block)] == block for start in range(len(window) - len(block) + 1)
        )
