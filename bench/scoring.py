"""What every system makes of one page, measured against the page's truth."""

from __future__ import annotations

import importlib
import traceback
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import heldout
import leaks
import measures
import peers
from measures import Overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corpus import Page

# A shorter removal, "Share", may stand in the truth by chance: it must be a whole paragraph there.
_MIN_WORDS_WITHIN = 4


@dataclass(frozen=True, slots=True)
class TextScore:
    """How good one system's text of one page is; no overlaps where the truth has no text."""

    words: Overlap | None
    shingles: Overlap | None
    kept: int
    leaked: int


@dataclass(frozen=True, slots=True)
class RemovalScore:
    """One removal by Chaffinch; it is wrong where the truth has the text and the article lost it."""

    noise: str
    reason: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class PageScore:
    """All that was measured on one page."""

    file: str
    kind: str
    wanted: int
    unwanted: int
    texts: Mapping[str, TextScore] = field(default_factory=dict)
    metadata: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    plain: Mapping[str, Overlap] = field(default_factory=dict)
    verdict: str = ""
    confidence: float = 0.0
    has_asked: bool = False
    noise: Mapping[str, int] = field(default_factory=dict)
    leaks: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    removals: tuple[RemovalScore, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a system says of a page beside its text."""

    title: str
    authors: tuple[str, ...]
    date: str


class PageScorer:
    """Run the systems over pages; one is made in every worker process."""

    def __init__(self, names: Sequence[str]) -> None:
        """Import the systems of these names."""
        self._systems = peers.load_systems(names).ready
        self._failures: dict[str, str] = {}

    def score(self, page: Page) -> PageScore:
        """Measure every system on one page."""
        with heldout.model_for(page.folder.name, page.file, page.html, page.url) as watch:
            return replace(self._score(page), has_asked=watch.has_asked)

    def _score(self, page: Page) -> PageScore:
        self._failures = {}
        html = page.html
        article = self._clean(html, page) if peers.CHAFFINCH in self._systems else None
        texts = {name: self._extract(name, html, page) for name in self._systems if name != peers.CHAFFINCH}
        if peers.CHAFFINCH in self._systems:
            texts = {peers.CHAFFINCH: article.text if article else "", **texts}
        noise = leaks.find_noise(html, page.text) if page.kind == "article" and page.text.strip() else {}
        return PageScore(
            file=page.file,
            kind=page.kind,
            wanted=len(page.wanted),
            unwanted=len(page.unwanted),
            texts={name: score_text(page, text) for name, text in texts.items()},
            metadata=self._score_metadata(html, page, article) if peers.CHAFFINCH in self._systems else {},
            plain=self._score_plain(page, texts) if peers.CHAFFINCH in self._systems else {},
            verdict=article.verdict if article else "",
            confidence=article.confidence if article else 0.0,
            noise={name: len(found) for name, found in noise.items()},
            leaks={name: leaks.count_leaks(noise, text) for name, text in texts.items()},
            removals=score_removals(page, article) if article else (),
            failures=self._failures,
        )

    def _extract(self, name: str, html: bytes, page: Page) -> str:
        try:
            return self._systems[name](html, page.url)
        except Exception as error:
            self._failures[name] = _describe(error)
            return ""

    def _clean(self, html: bytes, page: Page) -> Any:  # noqa: ANN401
        try:
            return importlib.import_module("cleaners").clean_html(html, url=page.url or None)
        except Exception as error:
            self._failures[peers.CHAFFINCH] = _describe(error)
            return None

    def _score_metadata(self, html: bytes, page: Page, article: Any) -> dict[str, dict[str, bool]]:  # noqa: ANN401
        found = {peers.CHAFFINCH: Facts("", (), "")}
        if article:
            found = {peers.CHAFFINCH: Facts(article.title, tuple(article.authors), article.published)}
        if peers.TRAFILATURA in self._systems:
            found[peers.TRAFILATURA] = self._read_reference(html, page)
        return {name: score_facts(page, facts) for name, facts in found.items()}

    def _read_reference(self, html: bytes, page: Page) -> Facts:
        trafilatura = importlib.import_module("trafilatura")
        try:
            known = trafilatura.extract_metadata(trafilatura.load_html(html), default_url=page.url or None)
        except Exception as error:
            self._failures["trafilatura metadata"] = _describe(error)
            return Facts("", (), "")
        authors = tuple(name.strip() for name in (known.author or "").split(";"))
        return Facts(known.title or "", authors, known.date or "")

    def _score_plain(self, page: Page, texts: Mapping[str, str]) -> dict[str, Overlap]:
        if page.kind != "article" or not page.text.strip() or peers.RESILIPARSE not in texts:
            return {}
        before = texts[peers.RESILIPARSE]
        try:
            after = importlib.import_module("cleaners").clean_text(before).text
        except Exception as error:
            self._failures["chaffinch plain text"] = _describe(error)
            after = ""
        return {
            "before": measures.measure_words(page.text, before),
            "after": measures.measure_words(page.text, after),
        }


def score_text(page: Page, text: str) -> TextScore:
    """Measure one text of a page."""
    has_truth = bool(page.text.strip())
    return TextScore(
        words=measures.measure_words(page.text, text) if has_truth else None,
        shingles=measures.measure_shingles(page.text, text) if has_truth else None,
        kept=measures.count_snippets(page.wanted, text),
        leaked=measures.count_snippets(page.unwanted, text),
    )


def score_facts(page: Page, facts: Facts) -> dict[str, bool]:
    """Tell which of the known facts of a page are right."""
    right = {}
    if page.title:
        right["title"] = measures.is_title_right(page.title, facts.title)
    if page.author.strip():
        right["authors"] = measures.are_authors_right(page.author, facts.authors)
    if page.date:
        right["date"] = measures.is_date_right(page.date, facts.date)
    return right


def score_removals(page: Page, article: Any) -> tuple[RemovalScore, ...]:  # noqa: ANN401
    """Judge every removal of a page whose text is known."""
    if not page.text.strip():
        return ()
    truth, kept = _Haystack(page.text), _Haystack(article.text)
    return tuple(
        RemovalScore(each.noise, each.reason, is_right=each.text not in truth or each.text in kept)
        for each in article.removed
        if each.text.strip()
    )


class _Haystack:
    """A text in which removals are looked up."""

    def __init__(self, text: str) -> None:
        self._all = measures.normalise(text)
        self._lines = frozenset(map(measures.normalise, text.splitlines()))

    def __contains__(self, text: str) -> bool:
        needle = measures.normalise(text)
        if needle.count(" ") + 1 < _MIN_WORDS_WITHIN:
            return needle in self._lines
        return needle in self._all


def _describe(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    message = " ".join(str(error).split())[:60]
    return f"{type(error).__name__}: {message} ({Path(place.filename).name}:{place.lineno})"


_scorers: list[PageScorer] = []


def score_pages(pages: Sequence[Page], names: Sequence[str], *, jobs: int) -> Iterator[PageScore]:
    """Measure the systems on every page, in `jobs` processes; the pages keep their order."""
    if jobs <= 1:
        yield from map(PageScorer(names).score, pages)
        return
    with ProcessPoolExecutor(jobs, initializer=_prepare, initargs=(tuple(names),)) as pool:
        yield from pool.map(_score, pages, chunksize=4)


def _prepare(names: tuple[str, ...]) -> None:
    _scorers.append(PageScorer(names))


def _score(page: Page) -> PageScore:
    return _scorers[0].score(page)
