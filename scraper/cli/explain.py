"""The removal trace for people: what of a page was kept and what was not, in page order, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import click

from scraper.cli.terminal import count_columns, to_line, to_printable, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cleaners import Article, Removal

_LABEL = 17  # Columns of the longest noise type and its mark.
_NARROWEST = 20
_REMOVAL_LINES = 2
_MORE = " …"


class _Entry(NamedTuple):
    mark: str
    label: str
    text: str
    reason: str = ""


def explain(article: Article, width: int) -> str:
    """Return the trace of an article, with terminal colours, in lines of at most `width` columns."""
    room = max(_NARROWEST, width - _LABEL)
    parts = [_heading(article, width)] if article.title else []
    parts.append("\n".join(_show(entry, room) for entry in _entries(article)))
    parts.append("\n".join(_summary(article, width)))
    return "\n\n".join(part for part in parts if part)


def _heading(article: Article, width: int) -> str:
    title = "\n".join(wrap(to_line(article.title), width))
    facts = ", ".join((*article.authors, *filter(None, (article.site_name, article.published))))
    byline = "\n".join(wrap(to_line(facts), width))
    return click.style(title, bold=True) + (f"\n{click.style(byline, dim=True)}" if byline else "")


def _entries(article: Article) -> Iterator[_Entry]:
    """Yield kept and removed blocks in page order, and what was cut out of a block right after it."""
    blocks = [(block.position, 0, _Entry("+", block.kind, block.text)) for block in article.blocks]
    gone = [(removal.position, 1, _removed(removal)) for removal in article.removed]
    for _, _, entry in sorted([*blocks, *gone], key=lambda found: found[:2]):
        yield entry


def _removed(removal: Removal) -> _Entry:
    mark = "~" if removal.is_inline else "-"
    reason = "moved to the title" if removal.reason == "title" else removal.reason
    return _Entry(mark, removal.noise, to_line(removal.text), reason)


def _show(entry: _Entry, room: int) -> str:
    lines = wrap(to_printable(entry.text), room)
    label = f"{entry.mark} {entry.label}".ljust(_LABEL)
    if not entry.reason:
        return "\n".join(_set(click.style(label, fg="green"), lines))
    reason = f"[{entry.reason}]"
    lines = _shorten(lines, room)
    styled = [click.style(line, fg="red") for line in lines]
    if count_columns(lines[-1]) + len(reason) + 2 <= room:
        styled[-1] += f"  {click.style(reason, dim=True)}"
    else:
        styled += [click.style(line, dim=True) for line in wrap(reason, room)]
    return "\n".join(_set(click.style(label, fg="red"), styled))


def _set(label: str, lines: list[str]) -> Iterator[str]:
    """Yield lines behind a label, all of them beginning in the same column."""
    for number, line in enumerate(lines):
        yield (" " * _LABEL if number else label) + line


def _shorten(lines: list[str], room: int) -> list[str]:
    if len(lines) <= _REMOVAL_LINES:
        return lines or [""]
    last = lines[_REMOVAL_LINES - 1]
    if count_columns(last) > room - len(_MORE):
        last = wrap(last, room - len(_MORE))[0]
    return [*lines[: _REMOVAL_LINES - 1], last + _MORE]


def _summary(article: Article, width: int) -> list[str]:
    counts = Counter(removal.noise for removal in article.removed)
    most_first = sorted(counts.items(), key=lambda found: (-found[1], found[0]))
    types = ", ".join(f"{noise} {count}" for noise, count in most_first)
    language = article.language or "unknown"
    told = [
        f"{len(article.blocks)} kept, {len(article.removed)} removed{': ' if types else ''}{types}",
        f"verdict {article.verdict}, confidence {article.confidence:.2f}, language {language}",
        *(f"note: {note}" for note in article.notes),
    ]
    return [line for one in told for line in wrap(to_line(one), width)]
