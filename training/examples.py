"""Pages of the corpora as training examples: features, labels, and what it takes to score a choice of blocks."""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from cleaners.charset import decode
from cleaners.clean import PHRASE_WORDS
from cleaners.errors import CleanerError
from cleaners.guard import tame
from cleaners.html import Page, read_page, slimmed
from cleaners.layout.ancestry import Ancestry
from cleaners.layout.features import features_of
from cleaners.layout.scene import Scene, scene_of
from cleaners.metadata import declared_metadata, headline_of
from cleaners.reference import opinion
from cleaners.rules import Rules
from training.align import label_blocks, tokens
from training.presence import EMPTIED, OF_TEXT, SHORT, is_emptied, may_start, short_run, without
from training.variants import bare_page, labels_of, nameless

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))
import corpus as corpora
from heldout import FOLDS, fold_of, site_of_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["FOLDS", "Example", "corpora", "load_examples", "squeeze", "word_f1"]


@dataclass(frozen=True, slots=True)
class Example:
    """One page: `labels` are 1, 0, or -1 where the truth says nothing of a block.

    A `variant` was made of another page (bare or nameless: `variants.py`; emptied or short: `presence.py`): to learn
    from, not to be measured by.
    """

    corpus: str
    kind: str
    site: str
    page: Page
    scene: Scene
    features: NDArray[np.float32]
    labels: NDArray[np.int8]
    opinion: tuple[bool, ...] | None
    texts: tuple[str, ...]
    truth: str
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]
    variant: str = ""

    @property
    def fold(self) -> int:
        """Return the fold of the page's site: a site's pages are held out together."""
        return fold_of(self.site)

    @property
    def words(self) -> NDArray[np.float64]:
        """Return the words of each block."""
        return self.scene.words


def load_examples(folders: Sequence[Path]) -> list[Example]:
    """Return the pages of corpus folders that can be parsed, in their order, articles with variants behind them."""
    pages = [(folder.name, page) for folder in folders for page in corpora.load(folder).pages]
    with ProcessPoolExecutor() as pool:
        return [example for found in pool.map(_examples, pages, chunksize=8) for example in found]


def _examples(job: tuple[str, corpora.Page]) -> list[Example]:
    name, known = job
    markup = decode(known.html).text
    page = _parsed(markup)
    if page is None:
        return []
    whole = _example(name, known, page, _labels(_texts(page), known))
    made = [*_emptied(whole, known, markup), *_short(whole, known, markup)] if known.text else []
    if not known.text or known.kind != "article":
        return [whole, *made]
    return [whole, *_nameless(whole, known, markup), *_bare(whole, known), *made]


def _nameless(whole: Example, known: corpora.Page, markup: str) -> Iterator[Example]:
    """Yield the same page without the names of its elements."""
    page = _parsed(nameless(markup))
    if page is not None:
        example = _example(whole.corpus, known, page, _labels(_texts(page), known))
        yield replace(example, site=whole.site, variant="nameless")


def _bare(whole: Example, known: corpora.Page) -> Iterator[Example]:
    """Yield a bare page made of an article, if any of it comes back."""
    markup, numbers = bare_page(whole.page, whole.labels, Random(known.file))  # noqa: S311 - no secret
    page = _parsed(markup)
    if page is None:
        return
    texts = _texts(page)
    labels = labels_of(texts, [(whole.texts[number], int(whole.labels[number])) for number in numbers])
    wanted = [text for text, label in zip(texts, labels, strict=True) if label == 1]
    if wanted:
        example = _example(whole.corpus, known, page, labels)
        yield replace(example, site=whole.site, truth="\n".join(wanted), variant="bare")


def _emptied(whole: Example, known: corpora.Page, markup: str) -> Iterator[Example]:
    """Yield the same page without its article, if that can be taken out of it."""
    gone = set(np.flatnonzero(whole.labels == 1).tolist())
    page = _parsed(without(tame(markup).text, gone, declared=False))
    if page is not None:
        example = _example(whole.corpus, known, page, _labels(_texts(page), known), is_asked=False)
        if is_emptied(whole, float(example.words[example.labels == 1].sum())):
            yield replace(example, site=whole.site, variant=EMPTIED)


def _short(whole: Example, known: corpora.Page, markup: str) -> Iterator[Example]:
    """Yield a page of running text with but a few blocks of it."""
    chance = Random(known.file)  # noqa: S311 - no secret
    stays = short_run(whole.labels, may_start(whole), chance) if known.kind in OF_TEXT else []
    if not stays:
        return
    gone = set(np.flatnonzero(whole.labels == 1).tolist()) - set(stays)
    page = _parsed(without(tame(markup).text, gone, declared=bool(chance.getrandbits(1))))
    if page is not None and whole.texts[stays[0]] in _texts(page):
        example = _example(whole.corpus, known, page, _labels(_texts(page), known), is_asked=False)
        yield replace(example, site=whole.site, variant=SHORT)


def _parsed(markup: str) -> Page | None:
    try:
        page = read_page(tame(markup).text)
    except CleanerError:
        return None
    return page if page.drafts else None


def _texts(page: Page) -> tuple[str, ...]:
    return tuple(draft.block.text for draft in page.drafts)


def _example(
    corpus: str, known: corpora.Page, page: Page, labels: NDArray[np.int8], *, is_asked: bool = True
) -> Example:
    texts = _texts(page)
    advice = opinion(slimmed(page), list(texts)) if is_asked else None
    page.markup, page.tree = "", None  # What no other process can be handed.
    scene = scene_of(page, Ancestry(page))
    return Example(
        corpus=corpus,
        kind=known.kind,
        site=site_of_page(page, known.url) or known.file,
        page=page,
        scene=scene,
        features=features_of(page, _title(page), _said(page), scene),
        labels=labels,
        opinion=None if advice is None else tuple(advice),
        texts=texts,
        truth=known.text,
        wanted=known.wanted,
        unwanted=known.unwanted,
    )


def _title(page: Page) -> str:
    return declared_metadata(page).title or headline_of(page)


def _said(page: Page) -> list[str]:
    rules = Rules.default()
    return [
        rules.phrase_noise(draft.block.text) if draft.words <= PHRASE_WORDS else "" for draft in page.drafts
    ]


def _labels(texts: Sequence[str], known: corpora.Page) -> NDArray[np.int8]:
    if known.text:
        return np.array(label_blocks(texts, known.text), dtype=np.int8)
    labels = np.full(len(texts), -1, dtype=np.int8)
    for number, text in enumerate(map(squeeze, texts)):
        if any(squeeze(snippet) in text for snippet in known.wanted):
            labels[number] = 1
        elif any(squeeze(snippet) in text for snippet in known.unwanted):
            labels[number] = 0
    return labels


def squeeze(text: str) -> str:
    """Return a text in lower case with one space between words, as snippets are compared."""
    return " ".join(text.split()).lower()


def word_f1(example: Example, chosen: NDArray[np.bool_]) -> float:
    """Return the word F1 of the chosen blocks against the page's true text."""
    found: Counter[str] = Counter()
    for number in np.flatnonzero(chosen):
        found.update(tokens(example.texts[number]))
    truth = Counter(tokens(example.truth))
    common = sum((found & truth).values())
    if not common:
        return 0.0
    return 2 * common / (sum(found.values()) + sum(truth.values()))
