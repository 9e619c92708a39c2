"""Pages with known truth, as they lie in a corpus folder."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_CORPORA = ROOT.parent / "shared" / "corpora"


@dataclass(frozen=True, slots=True)
class Page:
    """One page and what is known of it; an unknown text or fact is the empty string."""

    folder: Path
    file: str
    url: str
    kind: str
    country: str
    text: str
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]
    title: str
    author: str
    date: str

    @property
    def html(self) -> bytes:
        """Return the bytes of the page."""
        return gzip.decompress((self.folder / self.file).read_bytes())


@dataclass(frozen=True, slots=True)
class Corpus:
    """A named set of pages; `is_sample` is true where a limit left some out."""

    name: str
    pages: tuple[Page, ...]
    is_sample: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of page in this corpus, articles first."""
        return tuple(sorted({page.kind for page in self.pages}, key=lambda kind: (kind != "article", kind)))


def find_folders(given: Sequence[Path] = (), names: Sequence[str] = ()) -> tuple[Path, ...]:
    """Return the corpus folders among `given` (or their children), or where corpora lie by default.

    `names` keeps only the folders so named.
    """
    candidates: list[Path] = []
    for path in given or (DEFAULT_CORPORA,):
        candidates += [path] if (path / "truth.jsonl").is_file() else sorted(path.glob("*"))
    return tuple(
        path for path in candidates if (path / "truth.jsonl").is_file() and (not names or path.name in names)
    )


def load(folder: Path, *, limit: int = 0) -> Corpus:
    """Load a corpus; with a `limit`, so many pages evenly spread over it."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        pages = tuple(_read(folder, json.loads(line)) for line in lines if line.strip())
    chosen = spread(pages, limit)
    return Corpus(folder.name, chosen, is_sample=len(chosen) < len(pages))


def spread(pages: Sequence[Page], limit: int) -> tuple[Page, ...]:
    """Return `limit` pages evenly spread over `pages`, or all where the limit is 0 or beyond."""
    if limit <= 0 or limit >= len(pages):
        return tuple(pages)
    return tuple(pages[index * len(pages) // limit] for index in range(limit))


def _read(folder: Path, row: dict[str, Any]) -> Page:
    return Page(
        folder=folder,
        file=row["file"],
        url=row.get("url") or "",
        kind=row.get("kind") or "article",
        country=row.get("country") or "",
        text=row.get("text") or "",
        wanted=_snippets(row.get("with")),
        unwanted=_snippets(row.get("without")),
        title=row.get("title") or "",
        author=row.get("author") or "",
        date=row.get("date") or "",
    )


def _snippets(value: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(snippet for snippet in value or () if snippet.strip())
