"""Judge a page of a training corpus with the model that never saw its site.

`make train` leaves one model for each fold of sites; pages of other corpora get the shipped model.
"""

from __future__ import annotations

import importlib
import json
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from cleaners.addresses import site_of
from cleaners.charset import decode
from cleaners.errors import CleanerError
from cleaners.guard import tame
from cleaners.html import Page, read_page
from cleaners.layout.model import Model, default_model, read_model

if TYPE_CHECKING:
    from collections.abc import Iterator

# The package has a function of that name too.
judge_module = importlib.import_module("cleaners.layout.judge")
reference = importlib.import_module("cleaners.reference")
FOLDS = 4
FOLDER = Path(__file__).with_name("folds")


def fold_of(site: str) -> int:
    """Return the number of the fold that a site is held out in."""
    return crc32(site.encode()) % FOLDS


def site_of_page(page: Page, url: str) -> str:
    """Return the registrable part of the host that a page names as its own."""
    parts = site_of(url or page.own_address()).split(".")
    has_second_level = len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= 3
    return ".".join(parts[-3:] if has_second_level else parts[-2:])


@dataclass
class Watch:
    """What was seen of the cleaner at work: whether it asked trafilatura."""

    has_asked: bool = False


@contextmanager
def model_for(corpus: str, file: str, html: bytes, url: str) -> Iterator[Watch]:
    """Let the cleaner judge with the model that may be used on this page, and watch it."""
    before, opinion = judge_module.default_model, reference.opinion
    chosen = _choose(corpus, file, html, url)
    watch = Watch()

    def watched(markup: str, texts: list[str]) -> list[bool] | None:
        watch.has_asked = True
        return opinion(markup, texts)  # type: ignore[no-any-return]

    judge_module.default_model = lambda: chosen  # type: ignore[attr-defined]
    reference.opinion = watched  # type: ignore[attr-defined]
    try:
        yield watch
    finally:
        judge_module.default_model = before  # type: ignore[attr-defined]
        reference.opinion = opinion  # type: ignore[attr-defined]


def _choose(corpus: str, file: str, html: bytes, url: str) -> Model:
    if corpus not in _trained_on():
        return default_model()
    try:
        site = site_of_page(read_page(tame(decode(html).text).text), url)
    except CleanerError:
        site = ""
    return _fold_model(fold_of(site or file))


@cache
def _trained_on() -> frozenset[str]:
    try:
        return frozenset(json.loads((FOLDER / "corpora.json").read_text("utf-8")))
    except OSError:
        return frozenset()


@cache
def _fold_model(fold: int) -> Model:
    return read_model(FOLDER / f"{fold}.npz")
