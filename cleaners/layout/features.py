"""What the layout model sees of each block: its text, its place in the tree, its neighbours, its page.

One pass over the elements and one over the blocks; what follows is arithmetic on whole columns.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaners.layout import evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cleaners.html import Draft, Page

    Column = NDArray[np.float32]

_SENTENCE_ENDS = tuple(".!?…。！？।؟۔")
_ENDS = re.compile(r"[.!?…。！？।؟۔](?=[\s\"'”’»)\]」』]|\Z)")
_MARKS = re.compile(r"[|©@#→»›•]")
_SQUEEZE = re.compile(r"[\W_]+")
_KINDS = ("paragraph", "heading", "item", "quote", "code", "table", "caption")
_PROSE_WORDS = 10
_LINKED = 0.5
_REACH = 3  # Neighbours seen on each side.
_LEVELS = 4  # Ancestors whose contents are summed up.

NOISES = (
    "", "navigation", "breadcrumb", "share", "related", "comments", "newsletter", "advertisement", "author-bio", "caption", "credit",
    "byline", "tags", "consent", "paywall", "pagination", "language-switch", "placeholder", "skip-link", "chrome",
)  # fmt: skip
_NOISE_NUMBERS = {name: number for number, name in enumerate(NOISES)}
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


def features_of(page: Page, title: str, said: Sequence[str]) -> NDArray[np.float32]:
    """Return one row a block, one column a name of `NAMES`.

    `said` is for each block the noise type that its words alone make it, or empty.
    """
    drafts = page.drafts
    elements = _Elements(page)
    texts = _text_columns(drafts)
    words = texts[0]
    density = texts[10]
    prose = np.where((words >= _PROSE_WORDS) & (density < _LINKED) & (texts[2] > 0), words, 0.0)
    prose[texts[17] > 0] = 0
    columns: list[Any] = [
        np.log1p(words), *texts[1:],
        *elements.columns(drafts),
        *elements.sums(drafts, words, words * density, prose),
        *_look_alikes(page, words, density),
        *_places(page, words, prose, title),
        *_said(said),
        *_neighbours(np.log1p(words), density, texts[2], texts[len(_block_names()) - len(_KINDS) + 1]),
        *_page_columns(page, words, density, prose),
    ]  # fmt: skip
    return np.column_stack([np.asarray(column, dtype=np.float32) for column in columns])


class _Elements:
    """Flags and contents of the page's elements, each inherited or summed along the tree once."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.flags: list[int] = []
        self.noise: list[int] = []
        self.noise_depth: list[int] = []
        self.body_depth: list[int] = []
        self.depth: list[int] = []
        for tag, names, parent in zip(page.tags, page.names, page.parents, strict=True):
            own_flags, own_noise = evidence.of_element(tag, names)
            if parent < 0:
                self._append(own_flags, 0, (0, 99, 99))
                continue
            depth = self.depth[parent] + 1
            self.flags.append(self.flags[parent] | own_flags)
            self.depth.append(depth)
            self.noise.append(_NOISE_NUMBERS[own_noise] if own_noise else self.noise[parent])
            self.noise_depth.append(depth if own_noise else self.noise_depth[parent])
            self.body_depth.append(depth if own_flags & evidence.BODY else self.body_depth[parent])

    def _append(self, flags: int, noise: int, depths: tuple[int, int, int]) -> None:
        self.flags.append(flags)
        self.noise.append(noise)
        self.depth.append(depths[0])
        self.noise_depth.append(depths[1])
        self.body_depth.append(depths[2])

    def columns(self, drafts: Sequence[Draft]) -> list[Any]:
        numbers = [draft.element for draft in drafts]
        flags = np.array([self.flags[number] for number in numbers], dtype=np.int64)
        noise = np.array([self.noise[number] for number in numbers])
        depth = np.array([self.depth[number] for number in numbers])
        found = [(flags >> bit) & 1 for bit in range(len(evidence.FLAGS))]
        found += [noise == number for number in range(1, len(NOISES))]
        far = [
            depth - np.array([table[number] for number in numbers])
            for table in (self.noise_depth, self.body_depth)
        ]
        return [*found, depth, *(np.clip(distance, -1, 20) for distance in far)]

    def sums(self, drafts: Sequence[Draft], words: Column, linked: Column, prose: Column) -> list[Any]:
        """Return for each block what its element and the ancestors above it hold."""
        size = len(self.page.parents)
        own = np.array([draft.element for draft in drafts])
        totals = [
            np.bincount(own, weights=weights, minlength=size).tolist()
            for weights in (words, linked, prose, np.ones(len(drafts)), prose > 0)
        ]
        parents = self.page.parents
        for table in totals:
            for element in range(size - 1, 0, -1):
                table[parents[element]] += table[element]
        sums = np.array(totals)
        page_prose = max(1.0, float(prose.sum()))
        parent = np.array(parents)
        columns: list[Any] = []
        at = own
        for _ in range(_LEVELS):
            held = sums[:, at]
            columns += [
                held[2] / page_prose,
                held[1] / np.maximum(1, held[0]),
                np.log1p(held[3]),
                np.log1p(held[0]),
                np.log1p(held[4]),
            ]
            at = np.maximum(parent[at], 0)
        return columns


def _text_columns(drafts: Sequence[Draft]) -> list[Any]:
    groups: dict[int, list[float]] = {}
    for draft in drafts:
        if draft.block.group:
            held = groups.setdefault(draft.block.group, [0.0, 0.0, 0.0])
            held[0] += 1
            held[1] += draft.words
            held[2] += draft.words * draft.block.link_density
    rows = [_text_row(draft, groups.get(draft.block.group, (0.0, 0.0, 0.0))) for draft in drafts]
    kinds = [draft.block.kind for draft in drafts]
    columns = list(np.array(rows, dtype=np.float32).T) if rows else [np.zeros(0, np.float32)] * 19
    return [*columns, *([kind == name for kind in kinds] for name in _KINDS)]


def _text_row(draft: Draft, group: Sequence[float]) -> tuple[float, ...]:
    block = draft.block
    text = block.text
    size, words = len(text), draft.words
    head = text if size < 400 else text[:400]
    letters = len(head)
    return (
        words, size / max(1, words), len(_ENDS.findall(text)), text.rstrip("\"'”’»)]」』 ").endswith(_SENTENCE_ENDS),
        (text.count(",") + text.count("、") + text.count("，") + text.count("،")) / max(1, words),
        sum(map(str.isdigit, head)) / letters, sum(map(str.isupper, head)) / letters, text[0].islower(),
        text.endswith((":", "：")), len(_MARKS.findall(head)), block.link_density, len(block.links),
        block.level if block.kind == "heading" else 0, block.level if block.kind == "item" else 0,
        group[0], group[1], group[2] / max(1.0, group[1]), draft.is_hidden, text.count("\n"),
    )  # fmt: skip


def _look_alikes(page: Page, words: Column, density: Column) -> list[Any]:
    """Return how many blocks are marked up alike, and what these hold on average; and how often the text comes."""
    keys: dict[tuple[str, ...], int] = {}
    of_block = [keys.setdefault(_signature(page, draft.element), len(keys)) for draft in page.drafts]
    numbers = np.array(of_block)
    count = np.bincount(numbers)
    mean_words = np.bincount(numbers, weights=words) / count
    mean_density = np.bincount(numbers, weights=density) / count
    repeats = Counter(draft.block.text for draft in page.drafts)
    return [
        np.log1p(count[numbers]), np.log1p(mean_words[numbers]), mean_density[numbers],
        [min(5, repeats[draft.block.text]) for draft in page.drafts],
    ]  # fmt: skip


def _signature(page: Page, element: int) -> tuple[str, ...]:
    parent = max(0, page.parents[element])
    return page.tags[element], page.names[element], page.tags[parent], page.names[parent]


def _places(page: Page, words: Column, prose: Column, title: str) -> list[Any]:
    count = len(page.drafts)
    index = np.arange(count)
    heading = [draft.block.kind == "heading" for draft in page.drafts]
    first = [flag and draft.block.level == 1 for flag, draft in zip(heading, page.drafts, strict=True)]
    before = np.cumsum(prose) - prose
    total = max(1.0, float(prose.sum()))
    declared = _squeezed(next((value for name, value in page.metas if name.endswith("description")), ""))
    body = _declared_body(page)
    squeezed = [_squeezed(draft.block.text) for draft in page.drafts]
    headline = _squeezed(title)
    return [
        index / max(1, count), (np.cumsum(words) - words) / max(1.0, float(words.sum())),
        np.minimum(_since(first), 60), np.minimum(_since(heading), 60), before / total, (total - before - prose) / total,
        np.minimum(_since((prose > 0).tolist()), 30), np.minimum(_since((prose > 0).tolist()[::-1])[::-1], 30),
        np.minimum(_since((prose > 30).tolist()), 60),
        [len(text) > 20 and (text[:60] in declared or (declared[:60] in text and len(declared) > 20)) for text in squeezed],
        [bool(text) and len(text) > 5 and (text in headline or headline in text) and len(headline) > 5 for text in squeezed],
        [(1 if text in body else -1) if body and len(text) > 15 else 0 for text in squeezed],
    ]  # fmt: skip


def _since(marks: Sequence[bool]) -> Column:
    """Return for each place how many steps ago the last mark was, 99 before the first."""
    positions = np.where(np.array(marks, dtype=bool), np.arange(len(marks)), -99)
    return (np.arange(len(marks)) - np.maximum.accumulate(positions)).astype(np.float32)


def _squeezed(text: str) -> str:
    return _SQUEEZE.sub("", text.lower())


def _declared_body(page: Page) -> str:
    bodies = [
        found
        for script in page.json_ld
        for found in re.findall(r'"articleBody"\s*:\s*"((?:[^"\\]|\\.)*)"', script)
    ]
    body = max(bodies, key=len, default="")
    if "\\" in body:
        body = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), body)
        body = re.sub(r"\\[nrt]", " ", body).replace("\\", "")
    return _squeezed(re.sub(r"<[^>]{1,300}>|&[a-z]+;|&#\d+;", " ", body)) if len(body) > 200 else ""


def _said(said: Sequence[str]) -> list[Any]:
    marks = [bool(noise) for noise in said]
    return [marks, np.minimum(_since(marks), 20), np.minimum(_since(marks[::-1])[::-1], 20)]


def _neighbours(words: Column, density: Column, sentences: Column, heading: Any) -> list[Any]:  # noqa: ANN401
    sources = [words, density, sentences, np.array(heading, dtype=np.float32)]
    return [
        shifted(source, offset)
        for offset in (*range(-_REACH, 0), *range(1, _REACH + 1))
        for source in sources
    ]


def shifted(column: Any, offset: int, fill: float = -1.0) -> Any:  # noqa: ANN401 - arrays of any number type
    """Return the column as seen from `offset` places away, `fill` beyond its ends."""
    moved = np.full(len(column), fill, dtype=np.float32)
    if offset > 0:
        moved[:-offset] = column[offset:]
    else:
        moved[-offset:] = column[:offset]
    return moved


def _page_columns(page: Page, words: Column, density: Column, prose: Column) -> list[Any]:
    count = len(page.drafts)
    kinds = Counter(draft.block.kind for draft in page.drafts)
    total = max(1.0, float(words.sum()))
    values = [
        np.log1p(count), np.log1p(total), np.log1p(float(prose.sum())), float((words * density).sum()) / total,
        min(20, page.tags.count("article")), kinds["heading"] / count, bool(_declared_body(page)),
        min(5, page.tags.count("h1")), kinds["item"] / count,
        sum(draft.words for draft in page.drafts if draft.block.kind == "item") / total,
        max(Counter(page.names).values(), default=0) / max(1, len(page.names)), kinds["code"] / count, kinds["table"] / count,
        min(10, page.tags.count("form")), np.log1p(float(prose.max())) if count else 0.0,
    ]  # fmt: skip
    return [np.full(count, value, dtype=np.float32) for value in values]
