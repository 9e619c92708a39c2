"""What a crawl says while it runs, on standard error: a live line on a terminal, else a line now and then."""

from __future__ import annotations

import json
import logging
import shutil
import sys
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Protocol

import click

from scraper.cli.terminal import count_columns, to_line
from scraper.crawling.events import Tally, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scraper.crawling.events import Visited

    Clock = Callable[[], float]

_SECONDS_BETWEEN_LINES = 10.0
_SECONDS_BETWEEN_FRAMES = 0.1
_ERASE_LINE = "\r\033[K"
_NARROWEST = 20


class Report(Protocol):
    """A listener that has a last word."""

    tally: Tally

    def visited(self, event: Visited) -> None:
        """Take note of a visit."""

    def told(self, event: Told) -> None:
        """Take note of something about a source."""

    def failed(self, text: str) -> None:
        """Say why the whole crawl came to an end before its time."""

    def close(self) -> None:
        """Leave the terminal as it was found, and sum up."""


class _Warnings(logging.Handler):
    """Tells a report what is worth a warning in the log."""

    def __init__(self, report: Report) -> None:
        super().__init__(logging.WARNING)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        self._report.told(Told(datetime.fromtimestamp(record.created, UTC), "", self.format(record)))


@contextmanager
def warned_of(report: Report) -> Iterator[None]:
    """Let a report tell of what is logged as a warning meanwhile, in its own form."""
    handler = _Warnings(report)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def choose_report(*, is_json: bool) -> Report:
    """Return the report that suits where standard error goes."""
    if is_json:
        return JsonLog()
    return LiveLine() if sys.stderr.isatty() else Lines()


class JsonLog:
    """Every event as one line of JSON, for machines."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self.tally = Tally()

    def visited(self, event: Visited) -> None:
        """Write a visit."""
        self.tally.count(event)
        _write_json("visited", event)

    def told(self, event: Told) -> None:
        """Write something about a source."""
        _write_json("told", event)

    def failed(self, text: str) -> None:
        """Write why the whole crawl came to an end."""
        _write_json("failed", Told(datetime.now(UTC), "", text))

    def close(self) -> None:
        """Write the sums."""
        tally = self.tally
        sums = {
            "visited": tally.visited,
            "pages": tally.pages,
            "changes": tally.changes,
            "failures": tally.failures,
        }
        click.echo(json.dumps({"event": "done", **sums}), err=True)


class Lines:
    """A line every ten seconds, and what is to be told of a source."""

    def __init__(self, clock: Clock = monotonic) -> None:
        """Count from now."""
        self.tally = Tally()
        self._clock = clock
        self._started = self._spoken = clock()

    def visited(self, event: Visited) -> None:
        """Count a visit."""
        self.tally.count(event)
        self._tick()

    def told(self, event: Told) -> None:
        """Say something about a source."""
        self._say(f"{event.source}: {event.text}" if event.source else event.text)

    def failed(self, text: str) -> None:
        """Say why the whole crawl came to an end."""
        self._say(text)

    def close(self) -> None:
        """Say what the run came to."""
        self._say(self._summary())

    def _tick(self) -> None:
        now = self._clock()
        if now - self._spoken >= _SECONDS_BETWEEN_LINES:
            self._spoken = now
            self._say(self._summary())

    def _say(self, text: str) -> None:
        click.echo(f"chaffinch: {to_line(text)}", err=True)

    def _summary(self) -> str:
        return summarise(self.tally, self._clock() - self._started)


class LiveLine(Lines):
    """One line that stands still and counts."""

    def __init__(self, clock: Clock = monotonic) -> None:
        """Count from now."""
        super().__init__(clock)
        self._drawn = 0.0

    def visited(self, event: Visited) -> None:
        """Count a visit, and draw the line anew."""
        super().visited(event)
        now = self._clock()
        if now - self._drawn < _SECONDS_BETWEEN_FRAMES:
            return
        self._drawn = now
        width = shutil.get_terminal_size((80, 24)).columns - 1
        line = self._summary()
        room = width - count_columns(line) - 2
        if room >= _NARROWEST:
            line += click.style(f"  {_fit(event.url, room)}", dim=True)
        click.echo(_ERASE_LINE + line, nl=False, err=True, color=True)

    def _tick(self) -> None:
        """Say nothing now and then: the line says it all the time."""

    def _say(self, text: str) -> None:
        click.echo(_ERASE_LINE, nl=False, err=True, color=True)
        super()._say(text)


def summarise(tally: Tally, seconds: float) -> str:
    """Return in one line what a run has come to: pages, articles, failures, rate."""
    changes = tally.changes
    articles = ", ".join(
        f"{changes[name]:,} {name}"
        for name in ("new", "changed", "unchanged")
        if changes[name] or name == "new"
    )
    line = f"{tally.pages:,} pages: {articles}"
    if tally.failures:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in tally.failures.most_common(3))
        more = ", …" if len(tally.failures) > 3 else ""  # noqa: PLR2004
        line += f"; {tally.failures.total():,} failed ({reasons}{more})"
    return line + f"; {tally.pages / max(seconds, 0.001):.1f}/s"


def _fit(url: str, room: int) -> str:
    shown = to_line(url)
    return shown if count_columns(shown) <= room else shown[: room - 1] + "…"


def _write_json(name: str, event: Visited | Told) -> None:
    fields = {key: value for key, value in asdict(event).items() if value}
    click.echo(
        json.dumps({"event": name, **fields}, default=datetime.isoformat, ensure_ascii=False), err=True
    )
