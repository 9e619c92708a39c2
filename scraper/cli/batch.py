"""Many inputs in a row: each one's article on stdout, complaints and progress on stderr."""

from __future__ import annotations

import sys
import traceback
from time import monotonic
from typing import TYPE_CHECKING

import click

from cleaners import CleanerError
from scraper.cli.ending import Failed, silence
from scraper.cli.inputs import STDIN
from scraper.cli.terminal import to_line
from scraper.errors import ScraperError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cleaners import Article

    Read = Callable[[str], Article]
    Show = Callable[[Article, str], str]
    Clock = Callable[[], float]

_SECONDS_BETWEEN_LINES = 10.0
_ERASE_LINE = "\r\033[K"


def run(names: Sequence[str], read: Read, show: Show, *, has_headers: bool) -> int:
    """Read and show each input, and return how many failed.

    With `has_headers`, more than one input are told apart the way head(1) does it. An empty article counts
    as failed; one that is no article is shown, with a warning.
    """
    progress = Progress(len(names))
    failed = shown = 0
    for name in progress.follow(names):
        article = _read(name, read, progress)
        if article is None:
            failed += 1
            continue
        if has_headers and len(names) > 1:
            _write(("\n" if shown else "") + f"==> {_label(name)} <==")
        if output := show(article, name):
            _write(output)
        shown += 1
        if article.verdict != "article":
            progress.complain(name, ": ".join((article.verdict, "; ".join(article.notes))).rstrip(": "))
        failed += article.verdict == "empty"
    return failed


def _write(output: str) -> None:
    """Write to standard output; raises Failed where no more goes there, as on a full disk."""
    try:
        click.echo(output)
    except BrokenPipeError:
        raise
    except OSError as error:
        silence(sys.stdout)
        raise Failed(f"cannot write to standard output: {(error.strerror or str(error)).lower()}") from error


def _read(name: str, read: Read, progress: Progress) -> Article | None:
    """Return an input's article, None after complaining of it."""
    try:
        return read(name)
    except (ScraperError, CleanerError) as error:
        progress.complain(name, str(error))
    except Exception as error:  # noqa: BLE001 - one page's bug must not cost the others
        progress.complain(name, f"unexpected {type(error).__name__}, a bug in chaffinch: please report it")
        traceback.print_exc()
    return None


class Progress:
    """How far a run is, on stderr: a bar on a terminal, elsewhere a line now and then."""

    def __init__(self, total: int, clock: Clock = monotonic) -> None:
        """Count to `total`; where articles scroll by on the same terminal there is no bar."""
        self._total = total
        self._clock = clock
        self._has_bar = total > 1 and sys.stderr.isatty() and not sys.stdout.isatty()

    def follow(self, names: Sequence[str]) -> Iterator[str]:
        """Yield the names, and say how many are done."""
        if not self._has_bar:
            yield from self._count(names)
            return
        with click.progressbar(names, label="Cleaning", file=sys.stderr) as bar:
            yield from bar

    def complain(self, name: str, reason: str) -> None:
        """Say what is the matter with an input."""
        erase = _ERASE_LINE if self._has_bar else ""
        click.echo(f"{erase}chaffinch: {_label(name)}: {to_line(reason)}", err=True)

    def _count(self, names: Sequence[str]) -> Iterator[str]:
        told = self._clock()
        for done, name in enumerate(names):
            now = self._clock()
            if now - told >= _SECONDS_BETWEEN_LINES:
                told = now
                click.echo(f"chaffinch: {done} of {self._total} done", err=True)
            yield name


def _label(name: str) -> str:
    return "standard input" if name == STDIN else to_line(click.format_filename(name)) or "''"
