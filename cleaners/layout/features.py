"""What the layout model sees of each block: its text, its place in the tree, its neighbours, its page.

All of it is arithmetic on whole columns, and where columns are alike, on several at once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaners import evidence
from cleaners.layout.ancestry import NOISES
from cleaners.layout.scene import BLOCK_KINDS
from cleaners.layout.signs import BREAK, CAPITAL, COLON, COMMA, DIGIT, ODD, SMALL, Signs, squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cleaners.layout.ancestry import Ancestry
    from cleaners.layout.scene import Scene
    from cleaners.page import Page
    from cleaners.types import Block

    Column = NDArray[np.number[Any]]

_BODY = re.compile(r'"articleBody"\s*:\s*"([^"\\]*+(?:\\.[^"\\]*+)*+)"')
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
    return [*own, *(f"is {kind}" for kind in BLOCK_KINDS)]


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


def features_of(page: Page, title: str, said: Sequence[str], scene: Scene) -> NDArray[np.float32]:
    """Return one row a block, one column a name of `NAMES`.

    `said` is for each block the noise type that its words alone make it, or empty.
    """
    blocks = [draft.block for draft in page.drafts]
    words = scene.words.astype(np.float32)
    density = np.array([block.link_density for block in blocks], dtype=np.float32)
    signs = Signs([block.text for block in blocks])
    sentences = signs.count_sentences()
    is_hidden = np.array([draft.is_hidden for draft in page.drafts], dtype=bool)
    prose = np.where(
        (words >= _PROSE_WORDS) & (density < _LINKED) & (sentences > 0) & ~is_hidden, words, np.float32(0)
    )
    log_words, is_heading, body = np.log1p(words), scene.of_kind("heading"), _declared_body(page)
    gaps = _gaps(blocks, is_heading, prose, said)
    return stacked([
        log_words, *_text_columns(signs, scene.words, sentences),
        *_link_columns(blocks, density, scene), *_group_columns(blocks, scene.words), is_hidden, signs.count(BREAK),
        scene.kinds == np.arange(len(BLOCK_KINDS))[:, None],
        *_element_columns(scene.ancestry),
        _sum_columns(scene.ancestry, words, words * density, prose),
        *_look_alikes(scene, density),
        *_places(words, prose, gaps),
        *_declared_columns(page, signs, title, body),
        *gaps[-_SAID_GAPS:],
        *_neighbours(log_words, density, sentences, is_heading),
        _page_columns(page, scene, (words, density, prose), has_body=bool(body)),
    ])  # fmt: skip


def stacked(columns: Sequence[Any]) -> NDArray[np.float32]:
    """Return columns, and matrices with a column in each row, as one row a block; columns stay whole in memory."""
    matrices = [column if column.ndim > 1 else column[None] for column in columns]
    return np.concatenate(matrices, dtype=np.float32, casting="same_kind").T


def _text_columns(signs: Signs, words: Column, sentences: Column) -> list[Any]:
    some = np.maximum(1, words)
    letters = np.minimum(signs.lengths, _HEAD)
    digits, capitals, odd = signs.count_in_head((DIGIT, CAPITAL, ODD), _HEAD)
    return [
        signs.lengths / some, sentences, signs.end_sentences(), signs.count(COMMA) / some, digits / letters,
        capitals / letters, signs.begin_with(SMALL), signs.end_with(COLON), odd,
    ]  # fmt: skip


def _link_columns(blocks: Sequence[Block], density: Column, scene: Scene) -> list[Any]:
    level = np.array([block.level for block in blocks])
    return [
        density, np.array([len(block.links) for block in blocks]), level * scene.of_kind("heading"), level * scene.of_kind("item"),
    ]  # fmt: skip


def _group_columns(blocks: Sequence[Block], words: Column) -> list[Any]:
    """Return how many blocks are of the same list or table, their words and the share of these that is linked."""
    groups = np.array([block.group for block in blocks], dtype=np.intp)
    linked = words * np.array([block.link_density for block in blocks])
    totals = np.array([np.bincount(groups), *(np.bincount(groups, weights=each) for each in (words, linked))])
    totals[:, 0] = 0
    size, held, links = totals.take(groups, axis=1)
    return [size, held, links / np.maximum(1.0, held)]


def _element_columns(ancestry: Ancestry) -> list[Any]:
    flags, noises, *distances = ancestry.surroundings
    return [
        (flags >> np.arange(len(evidence.FLAGS))[:, None]) & 1,
        noises == np.arange(1, len(NOISES))[:, None],
        ancestry.depth.take(ancestry.own), np.maximum(-1, np.minimum(distances, 20)),
    ]  # fmt: skip


def _sum_columns(ancestry: Ancestry, words: Column, linked: Column, prose: Column) -> NDArray[np.float64]:
    """Return for each block what its element and the ancestors above it hold."""
    held, links, in_prose, blocks, prose_blocks = ancestry.sums(
        words, linked, prose, np.ones(len(words)), prose > 0
    )
    page_prose = max(1.0, float(prose.sum()))
    of_element = np.array([in_prose / page_prose, links / np.maximum(1, held), blocks, held, prose_blocks])
    np.log1p(of_element[2:], out=of_element[2:])
    around = of_element.take(ancestry.paths[:_LEVELS], axis=1)
    return around.swapaxes(0, 1).reshape(-1, len(words))


def _look_alikes(scene: Scene, density: Column) -> list[Any]:
    """Return how many blocks are marked up alike, and what these hold on average; and how often the text comes."""
    count = np.bincount(scene.looks)
    means = [np.bincount(scene.looks, weights=column) / count for column in (scene.words, density)]
    of_look = np.array([np.log1p(count), np.log1p(means[0]), means[1]])
    repeats = np.minimum(5, np.bincount(scene.texts))
    return [of_look.take(scene.looks, axis=1), repeats.take(scene.texts)]


_SAID_GAPS = 3


def _gaps(blocks: Sequence[Block], is_heading: Any, prose: Column, said: Sequence[str]) -> Any:  # noqa: ANN401
    """Return how many steps it is from each block to some of the others.

    They are those since the last first heading, heading, prose and long prose, until the next prose, and after
    whether words alone make it noise those since and until the last such.
    """
    is_first = is_heading & np.array([block.level == 1 for block in blocks])
    is_prose, is_said = prose > 0, np.array([bool(noise) for noise in said])
    marks = np.array([is_first, is_heading, is_prose, prose > 30, is_said, is_prose[::-1], is_said[::-1]])
    places = np.arange(len(blocks))
    steps = places - np.maximum.accumulate(np.where(marks, places, -99), axis=1)
    since_first, since_heading, since_prose, since_long, since_said, until_prose, until_said = np.minimum(
        steps, [[60], [60], [30], [60], [20], [30], [20]]
    )
    return [
        since_first, since_heading, since_prose, until_prose[::-1], since_long, is_said, since_said, until_said[::-1],
    ]  # fmt: skip


def _places(words: Column, prose: Column, gaps: Sequence[Any]) -> list[Any]:
    count = len(words)
    before = np.cumsum(prose) - prose
    total = max(1.0, float(prose.sum()))
    return [
        np.arange(count) / max(1, count), (np.cumsum(words) - words) / max(1.0, float(words.sum())),
        *gaps[:2], before / total, (total - before - prose) / total, *gaps[2:-_SAID_GAPS],
    ]  # fmt: skip


def _declared_columns(page: Page, signs: Signs, title: str, body: str) -> list[Any]:
    """Return whether a text is what the page declares as its description, its title, a part of its body."""
    description = next((value for name, value in page.metas if name.endswith("description")), "")
    declared, headline = squeeze([description, title])
    texts = signs.squeezed() if declared or headline or body else [""] * len(signs.texts)
    opening = declared[:60] if len(declared) > 20 else "\0"
    is_declared = [len(text) > 20 and (text[:60] in declared or opening in text) for text in texts]
    is_title = [
        len(headline) > 5 and len(text) > 5 and (text in headline or headline in text) for text in texts
    ]
    in_body = [(1 if text in body else -1) if body and len(text) > 15 else 0 for text in texts]
    return [np.array(column, dtype=np.int8) for column in (is_declared, is_title, in_body)]


def _declared_body(page: Page) -> str:
    bodies = [
        found for script in page.json_ld if '"articleBody"' in script for found in _BODY.findall(script)
    ]
    body = max(bodies, key=len, default="")
    if "\\" in body:
        body = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), body)
        body = re.sub(r"\\[nrt]", " ", body).replace("\\", "")
    return squeeze([re.sub(r"<[^>]{1,300}>|&[a-z]+;|&#\d+;", " ", body)])[0] if len(body) > 200 else ""


def _neighbours(words: Column, density: Column, sentences: Any, heading: Any) -> list[Any]:  # noqa: ANN401
    """Return what stands before and behind each block, -1 beyond the ends of the page."""
    count = len(words)
    around = np.full((4, count + 2 * _REACH), -1, dtype=np.float32)
    around[:, _REACH : _REACH + count] = (words, density, sentences, heading)
    places = [_REACH + offset for offset in (*range(-_REACH, 0), *range(1, _REACH + 1))]
    return [around[:, place : place + count] for place in places]


def _page_columns(
    page: Page, scene: Scene, columns: tuple[Column, Column, Column], *, has_body: bool
) -> NDArray[np.float64]:
    words, density, prose = columns
    count = len(words)
    total = max(1.0, float(words.sum()))
    of_kind = dict(
        zip(BLOCK_KINDS, np.bincount(scene.kinds, minlength=len(BLOCK_KINDS)).tolist(), strict=True)
    )
    values = [
        np.log1p(count), np.log1p(total), np.log1p(float(prose.sum())), float((words * density).sum()) / total,
        min(20, page.count("article")), of_kind["heading"] / count, has_body,
        min(5, page.count("h1")), of_kind["item"] / count, float(words[scene.of_kind("item")].sum()) / total,
        page.namesake_share(), of_kind["code"] / count, of_kind["table"] / count,
        min(10, page.count("form")), np.log1p(float(prose.max())),
    ]  # fmt: skip
    return np.broadcast_to(np.array(values)[:, None], (len(values), count))
