"""What a store holds, as files for other programs: JSON lines, Markdown, Parquet, WARC."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from scraper.errors import ExportError
from scraper.export.rows import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from typing import Protocol

    from scraper.store.base import RawPage, Record

    class Shelf(Protocol):
        """What is exported from."""

        @property
        def name(self) -> str:
            """Return what messages call it."""

        def records(
            self,
            *,
            since: datetime | None = None,
            site: str = "",
            after_id: int = 0,
            damaged: Callable[[str], object] | None = None,
        ) -> Iterator[Record]:
            """Yield records in the order in which they were stored; tell `damaged` of those that cannot be read."""

        def numbered_pages(
            self,
            *,
            since: datetime | None = None,
            site: str = "",
            after_id: int = 0,
            damaged: Callable[[str], object] | None = None,
        ) -> Iterator[tuple[int, RawPage]]:
            """Yield raw pages in the same way, each with its number."""


Format = Literal["jsonl", "markdown", "parquet", "warc"]
FORMATS: tuple[Format, ...] = get_args(Format)
STDOUT = "-"
_STREAMS = ("jsonl", "warc")

__all__ = ["FORMATS", "Format", "run"]


def run(
    store: Shelf,
    form: Format,
    path: str | Path,
    *,
    since: datetime | None = None,
    site: str = "",
    damaged: Callable[[str], object] | None = None,
) -> int:
    """Write what a store holds to `path`, and return how many records that are; raise ExportError.

    jsonl, markdown and parquet hold every version of every article, warc the raw pages that were kept.
    Markdown is a folder, the others are one file, which has its name only once it is whole. An export that
    was interrupted goes on where it stopped when it is run again with the same choices. jsonl and warc can
    also be written to a pipe, or to standard output, which is the text `-`.

    What cannot be read of the store raises StoreError; with `damaged` that is told of it in a line, and all
    else is written.
    """
    try:
        module = import_module(f"scraper.export.{form}")
    except ModuleNotFoundError as error:
        missing = f"{form} needs {error.name}, which is not installed; run: pip install 'chaffinch[{form}]'"
        raise ExportError(missing) from error
    if path == STDOUT and form not in _STREAMS:
        raise ExportError(f"{form} cannot be written to standard output; name a file or folder")
    chosen = Selection(store, since, site, damaged)
    try:
        return int(module.write(chosen, None if path == STDOUT else Path(path)))
    except BrokenPipeError:
        raise  # Who reads has had enough.
    except OSError as error:
        raise ExportError(f"{error.filename or path}: {error.strerror or error}") from error
