"""What the layout model sees of each block: its text, its place in the tree, its neighbours, its page.

One pass over the elements and one over the blocks; what follows is arithmetic on whole columns.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaners.layout import evidence
from cleaners.layout.ancestry import NOISES, Ancestry
from cleaners.layout.signs import CAPITAL, COMMA, DIGIT, ODD, STOPS, Signs, squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cleaners.page import Page
    from cleaners.types import Block

    Column = NDArray[np.float32]

_SENTENCE_ENDS = tuple(STOPS)
_AFTER_STOP = "\"'”’»)]」』 "
_BODY = re.compile(r'"articleBody"\s*:\s*"([^"\\]*+(?:\\.[^"\\]*+)*+)"')
_KINDS = ("paragraph", "heading", "item", "quote", "code", "table", "caption")
_KIND_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
_HEAD = 400  # Characters of a block in which digits, capitals and odd marks are counted.
_PROSE_WORDS = 10
_LINKED = 0.5
_REACH = 3  # Neighbours seen on each side.
_LEVELS = 4  # Ancestors whose contents are summed up.

_FLAG_NAMES = (*evidence.FLAGS, *(f"in {name}" for name in NOISES[1:]))


def _block_names() -> list[str]:
    own = ["words", "characters a word", "sentences", "ends a sentence", "commas", "digits", "capitals", "begins small",
           "ends with a colon", "odd marks", "link share", "links", "heading level", "list level", "group size", "group words",
           "group link share", "hidden", "lines"]  # fmt: skip
    return [*own, *(f"is {kind}" for kind in _KINDS)]


def _names() -> tuple[str, ...]:
    names = _block_names()
    names += _FLAG_NAMES
    names += ["depth", "noise distance", "body name distance"]
    for level in range(_LEVELS):
        names += [
            f"{what} of ancestor {level}"
            for what in ("prose share", "link share", "blocks", "words", "prose blocks")
        ]
    names += ["look-alikes", "look-alikes' words", "look-alikes' link share", "repeats"]
    names += ["place", "place in words", "blocks after h1", "blocks after heading", "prose before", "prose after", "since prose", "until prose",
              "since last long", "like the description", "like the title", "in the declared body", "says noise", "since noise",
              "until noise"]  # fmt: skip
    for offset in (*range(-_REACH, 0), *range(1, _REACH + 1)):
        names += [f"{what} at {offset:+d}" for what in ("words", "link share", "sentences", "heading")]
    names += ["page blocks", "page words", "page prose", "page link share", "page articles", "page headings", "page has body",
              "page h1s", "page items", "page list words", "page max look-alikes",
              "page code", "page tables", "page forms", "page longest"]  # fmt: skip
    return tuple(names)


NAMES = _names()


def features_of(
    page: Page, title: str, said: Sequence[str], ancestry: Ancestry | None = None
) -> NDArray[np.float32]:
    """Return one row a block, one column a name of `NAMES`.

    `said` is for each block the noise type that its words alone make it, or empty; `ancestry` is the page's,
    where the caller has it.
    """
    ancestry = ancestry or Ancestry(page)
    blocks = [draft.block for draft in page.drafts]
    texts = [block.text for block in blocks]
    words = np.array([draft.words for draft in page.drafts], dtype=np.float32)
    density = np.array([block.link_density for block in blocks], dtype=np.float32)
    signs = Signs(texts)
    sentences = signs.count_sentences()
    kinds = _kinds(blocks)
    is_hidden = np.array([draft.is_hidden for draft in page.drafts], dtype=bool)
    prose = np.where(
        (words >= _PROSE_WORDS) & (density < _LINKED) & (sentences > 0) & ~is_hidden, words, np.float32(0)
    )
    body = _declared_body(page)
    columns: list[Any] = [
        np.log1p(words), *_text_columns(texts, signs, words, sentences),
        *_link_columns(blocks, density), *_group_columns(blocks, words), is_hidden, signs.count_lines(),
        *kinds,
        *_element_columns(ancestry),
        *_sum_columns(ancestry, words, words * density, prose),
        *_look_alikes(page, texts, words, density),
        *_places(blocks, words, prose),
        *_declared_columns(page, texts, title, body),
        *_said(said),
        *_neighbours(np.log1p(words), density, sentences, kinds[_KINDS.index("heading")]),
        *_page_columns(page, words, density, prose, (kinds, body)),
    ]  # fmt: skip
    rows = np.empty((len(columns), len(blocks)), dtype=np.float32)
    for number, column in enumerate(columns):
        rows[number] = column
    return rows.T


def _kinds(blocks: Sequence[Block]) -> Any:  # noqa: ANN401 - a matrix of bools
    numbers = np.array([_KIND_NUMBERS[block.kind] for block in blocks], dtype=np.int64)
    return numbers == np.arange(len(_KINDS))[:, None]


def _text_columns(texts: Sequence[str], signs: Signs, words: Column, sentences: Any) -> list[Any]:  # noqa: ANN401
    some = np.maximum(1, words.astype(np.float64))
    letters = np.minimum(signs.lengths, _HEAD)
    digits, capitals, odd = signs.count_in_head((DIGIT, CAPITAL, ODD), _HEAD)
    return [
        signs.lengths / some, sentences, [text.rstrip(_AFTER_STOP).endswith(_SENTENCE_ENDS) for text in texts],
        signs.count(COMMA) / some, digits / letters, capitals / letters, [text[0].islower() for text in texts],
        [text.endswith((":", "：")) for text in texts], odd,
    ]  # fmt: skip


def _link_columns(blocks: Sequence[Block], density: Column) -> list[Any]:
    return [
        density, [len(block.links) for block in blocks],
        [block.level if block.kind == "heading" else 0 for block in blocks],
        [block.level if block.kind == "item" else 0 for block in blocks],
    ]  # fmt: skip


def _group_columns(blocks: Sequence[Block], words: Column) -> list[Any]:
    """Return how many blocks are of the same list or table, their words and the share of these that is linked."""
    groups = np.array([block.group for block in blocks], dtype=np.int64)
    linked = words.astype(np.float64) * np.array([block.link_density for block in blocks])
    totals = [np.bincount(groups, weights=weights) for weights in (np.ones(len(blocks)), words, linked)]
    for total in totals:
        total[0] = 0
    size, held, links = (total[groups] for total in totals)
    return [size, held, links / np.maximum(1.0, held)]


def _element_columns(ancestry: Ancestry) -> list[Any]:
    flags, noise, depth, noise_depth, body_depth = ancestry.of_blocks(
        ancestry.flags, ancestry.noise, ancestry.depth, ancestry.noise_depth, ancestry.body_depth
    )
    return [
        *((flags >> np.arange(len(evidence.FLAGS))[:, None]) & 1),
        *(noise == np.arange(1, len(NOISES))[:, None]),
        depth, *(np.clip(depth - nearest, -1, 20) for nearest in (noise_depth, body_depth)),
    ]  # fmt: skip


def _sum_columns(ancestry: Ancestry, words: Column, linked: Column, prose: Column) -> list[Any]:
    """Return for each block what its element and the ancestors above it hold."""
    held = ancestry.sums(((words, linked), (prose, np.ones(len(words))), (prose > 0, words)))
    page_prose = max(1.0, float(prose.sum()))
    of_element = np.array([
        held[2] / page_prose, held[1] / np.maximum(1, held[0]), np.log1p(held[3]), np.log1p(held[0]), np.log1p(held[4]),
    ])  # fmt: skip
    return [column for at in ancestry.above(_LEVELS) for column in of_element[:, at]]


def _look_alikes(page: Page, texts: Sequence[str], words: Column, density: Column) -> list[Any]:
    """Return how many blocks are marked up alike, and what these hold on average; and how often the text comes."""
    keys: dict[tuple[str, ...], int] = {}
    own = [draft.element for draft in page.drafts]
    of_element = {
        element: keys.setdefault(_signature(page, element), len(keys)) for element in dict.fromkeys(own)
    }
    numbers = np.array([of_element[element] for element in own])
    count = np.bincount(numbers)
    mean_words = np.bincount(numbers, weights=words) / count
    mean_density = np.bincount(numbers, weights=density) / count
    repeats = Counter(texts)
    return [
        np.log1p(count)[numbers], np.log1p(mean_words)[numbers], mean_density[numbers],
        [min(5, repeats[text]) for text in texts],
    ]  # fmt: skip


def _signature(page: Page, element: int) -> tuple[str, ...]:
    parent = max(0, page.parents[element])
    return page.tags[element], page.names[element], page.tags[parent], page.names[parent]


def _places(blocks: Sequence[Block], words: Column, prose: Column) -> list[Any]:
    count = len(blocks)
    heading = [block.kind == "heading" for block in blocks]
    first = [flag and block.level == 1 for flag, block in zip(heading, blocks, strict=True)]
    before = np.cumsum(prose) - prose
    total = max(1.0, float(prose.sum()))
    return [
        np.arange(count) / max(1, count), (np.cumsum(words) - words) / max(1.0, float(words.sum())),
        np.minimum(_since(first), 60), np.minimum(_since(heading), 60), before / total, (total - before - prose) / total,
        np.minimum(_since(prose > 0), 30), np.minimum(_since((prose > 0)[::-1])[::-1], 30), np.minimum(_since(prose > 30), 60),
    ]  # fmt: skip


def _declared_columns(page: Page, texts: Sequence[str], title: str, body: str) -> list[Any]:
    """Return whether a text is what the page declares as its description, its title, a part of its body."""
    description = next((value for name, value in page.metas if name.endswith("description")), "")
    declared, headline, *squeezed = squeeze([description, title, *texts])
    opening = declared[:60]
    has_opening = len(declared) > 20
    return [
        [len(text) > 20 and (text[:60] in declared or (has_opening and opening in text)) for text in squeezed],
        [len(text) > 5 and (text in headline or headline in text) for text in squeezed] if len(headline) > 5 else 0,
        [(1 if text in body else -1) if len(text) > 15 else 0 for text in squeezed] if body else 0,
    ]  # fmt: skip


def _since(marks: Any) -> Any:  # noqa: ANN401 - a list or an array of bools
    """Return for each place how many steps ago the last mark was, 99 before the first."""
    places = np.arange(len(marks))
    return places - np.maximum.accumulate(np.where(marks, places, -99))


def _declared_body(page: Page) -> str:
    bodies = [
        found for script in page.json_ld if '"articleBody"' in script for found in _BODY.findall(script)
    ]
    body = max(bodies, key=len, default="")
    if "\\" in body:
        body = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), body)
        body = re.sub(r"\\[nrt]", " ", body).replace("\\", "")
    return squeeze([re.sub(r"<[^>]{1,300}>|&[a-z]+;|&#\d+;", " ", body)])[0] if len(body) > 200 else ""


def _said(said: Sequence[str]) -> list[Any]:
    marks = [bool(noise) for noise in said]
    return [marks, np.minimum(_since(marks), 20), np.minimum(_since(marks[::-1])[::-1], 20)]


def _neighbours(words: Column, density: Column, sentences: Any, heading: Any) -> list[Any]:  # noqa: ANN401
    """Return what stands before and behind each block, -1 beyond the ends of the page."""
    count = len(words)
    around = np.full((4, count + 2 * _REACH), -1, dtype=np.float32)
    around[:, _REACH : _REACH + count] = (words, density, sentences, heading)
    places = [_REACH + offset for offset in (*range(-_REACH, 0), *range(1, _REACH + 1))]
    return [source[place : place + count] for place in places for source in around]


def _page_columns(
    page: Page, words: Column, density: Column, prose: Column, seen: tuple[Any, str]
) -> list[Any]:
    kinds, body = seen
    count = len(words)
    total = max(1.0, float(words.sum()))
    of_kind = dict(zip(_KINDS, kinds.sum(axis=1).tolist(), strict=True))
    return [
        np.log1p(count), np.log1p(total), np.log1p(float(prose.sum())), float((words * density).sum()) / total,
        min(20, page.count("article")), of_kind["heading"] / count, bool(body),
        min(5, page.count("h1")), of_kind["item"] / count, float(words[kinds[_KINDS.index("item")]].sum()) / total,
        page.namesake_share(), of_kind["code"] / count, of_kind["table"] / count,
        min(10, page.count("form")), np.log1p(float(prose.max())),
    ]  # fmt: skip
