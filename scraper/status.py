"""How the sites of a store fare: what was fetched, what came of it, and whether something broke."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from scraper.cli.terminal import count_columns, to_line, wrap
from scraper.durations import format_duration
from scraper.types import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Protocol

    from scraper.store.base import SourceState
    from scraper.store.figures import Failing, Look, ParkedHost, VisitCount

    class Figures(Protocol):
        """What a store is asked."""

        def visit_counts(self) -> list[VisitCount]:
            """Return the visits of each source and site, by what they came to."""

        def article_counts(self) -> dict[tuple[str, str], int]:
            """Return how many addresses of each source and site have an article."""

        def last_looks(self, source: str, site: str, most: int) -> list[Look]:
            """Return the last visits that looked for an article, the newest first."""

        def parked_hosts(self, now: datetime) -> list[ParkedHost]:
            """Return the hosts that are given up for a while."""

        def source_states(self) -> dict[str, SourceState]:
            """Return when each source was last crawled."""


RECENT = 20
PAST = 200
_LEAST_PAST = 20
_FALL = 0.5  # A template that changed loses most of a text, and a bar on the door most articles.
# By chance one site in a million has so few articles in 20 visits.
_CHANCE = 1e-6
_ARTICLES = ("article", "partial")
_REASONS = frozenset(REASONS)
_GAP = "  "


@dataclass(frozen=True, slots=True)
class SiteStatus:
    """How one site fares, as one source crawls it.

    `fetched` counts the bodies that came, `unchanged` the visits that found what was known, `articles` the
    addresses with an article. `failed` counts failures by their reason. `alarm` is one line, empty if all is
    well; `parked` says which hosts were given up for a while, until when and why.
    """

    source: str
    site: str
    fetched: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    articles: int = 0
    failed: Mapping[str, int] | None = None
    last_visit: datetime | None = None
    last_run: datetime | None = None
    next_run: datetime | None = None
    parked: tuple[str, ...] = ()
    alarm: str = ""


def summarise(store: Figures, now: datetime) -> list[SiteStatus]:
    """Return how each site fares, by source and site; a source without visits has one with no site."""
    visits: dict[tuple[str, str], list[VisitCount]] = defaultdict(list)
    for count in store.visit_counts():
        visits[count.source, count.site].append(count)
    states = store.source_states()
    for name in states.keys() - {source for source, _ in visits}:
        visits[name, ""] = []
    articles, parked = store.article_counts(), store.parked_hosts(now)
    return [
        SiteStatus(
            source,
            site,
            **_count(counts),
            articles=articles.get((source, site), 0),
            last_run=states[source].last_finished if source in states else None,
            next_run=states[source].next_run if source in states else None,
            parked=tuple(_tell_parked(host, now) for host in parked if host.source == source),
            alarm=find_fall(store.last_looks(source, site, RECENT + PAST)) if counts else "",
        )
        for (source, site), counts in sorted(visits.items())
    ]


def find_fall(looks: Sequence[Look]) -> str:
    """Say in a line how a site's articles fell away against its own past, the newest look first.

    The last 20 looks are compared with the up to 200 before them; empty if all is well, or too little known.
    """
    recent, past = looks[:RECENT], looks[RECENT:]
    if len(recent) < RECENT or len(past) < _LEAST_PAST:
        return ""
    return _find_fewer(recent, past) or _find_shorter(recent, past)


def to_json(facts: Iterable[SiteStatus | Failing]) -> Iterator[dict[str, Any]]:
    """Yield sites or failing addresses as plain JSON types, times as ISO 8601."""
    for each in facts:
        yield {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(each).items()
        }


def show_failing(failing: Failing, now: datetime) -> str:
    """Return in one line which address failed, and why."""
    times = f"{failing.failures} times in a row, " if failing.failures > 1 else ""
    if failing.next_visit is None:
        again = "never again"
    elif failing.next_visit <= now:
        again = "again in the next pass"
    else:
        again = f"again {_tell_future(failing.next_visit, now)}"
    told = f"{failing.reason}, {times}{_tell_past(failing.at, now)}, {again}"
    return to_line(f"{failing.source}: {failing.url}: {told}")


def show(sites: Sequence[SiteStatus], now: datetime, width: int = 80) -> str:
    """Return a table for a terminal of `width` columns, and under it what needs a look."""
    if not sites:
        return "Nothing was crawled into this store yet.\n"
    heads = (
        "site",
        "source",
        "fetched",
        "new",
        "changed",
        "same",
        "failed",
        "articles",
        "last run",
        "next run",
    )
    rows = [heads, *(_to_cells(site, now) for site in sites)]
    return "\n".join([*_align(rows, width), *_tell_troubles(sites, width)]) + "\n"


def _count(counts: Sequence[VisitCount]) -> dict[str, Any]:
    by_result: Counter[str] = Counter()
    by_change: Counter[str] = Counter()
    for count in counts:
        by_result[count.result] += count.count
        by_change[count.change] += count.count
    return {
        "fetched": by_result["page"],
        "new": by_change["new"],
        "changed": by_change["changed"],
        "unchanged": by_change["unchanged"],
        "failed": {result: by_result[result] for result in sorted(by_result.keys() & _REASONS)},
        "last_visit": max((count.last_at for count in counts), default=None),
    }


def _find_fewer(recent: Sequence[Look], past: Sequence[Look]) -> str:
    """Say so where articles are less than half as frequent, and that is no chance."""
    now, before = _share(recent), _share(past)
    if now >= _FALL * before or _chance_of_so_few(recent, before) > _CHANCE:
        return ""
    told = f"{now:.0%} of the last {len(recent)} pages were articles, {before:.0%} of those before"
    return f"{told}: did its template change, or does it block us?"


def _find_shorter(recent: Sequence[Look], past: Sequence[Look]) -> str:
    """Say so where the median is below half of the past one, and below nine in ten of the past lengths."""
    now, before = _lengths(recent), _lengths(past)
    if len(now) < RECENT // 2 or len(before) < _LEAST_PAST:
        return ""
    middle, usual = median(now), median(before)
    if middle >= _FALL * usual or middle >= quantiles(before, n=10)[0]:
        return ""
    told = f"the last {len(now)} articles have a median of {middle:.0f} words, those before {usual:.0f}"
    return f"{told}: did its template change?"


def _share(looks: Sequence[Look]) -> float:
    return sum(look.verdict in _ARTICLES for look in looks) / len(looks)


def _lengths(looks: Sequence[Look]) -> list[int]:
    return [look.words for look in looks if look.verdict in _ARTICLES]


def _chance_of_so_few(looks: Sequence[Look], share: float) -> float:
    """Return how probable at most so many articles are where each look finds one with probability `share`."""
    count, found = len(looks), sum(look.verdict in _ARTICLES for look in looks)
    return math.fsum(
        math.comb(count, hits) * share**hits * (1 - share) ** (count - hits) for hits in range(found + 1)
    )


def _tell_parked(host: ParkedHost, now: datetime) -> str:
    left = format_duration((host.until - now).total_seconds())
    return f"{host.host} is left alone for {left}: {host.reason or 'no reason given'}"


def _to_cells(site: SiteStatus, now: datetime) -> tuple[str, ...]:
    failed = sum((site.failed or {}).values())
    counts = (site.fetched, site.new, site.changed, site.unchanged, failed, site.articles)
    names = (to_line(site.site) or "-", to_line(site.source))
    return (
        *names,
        *map(str, counts),
        _tell_past(site.last_run or site.last_visit, now),
        _tell_future(site.next_run, now),
    )


def _tell_past(time: datetime | None, now: datetime) -> str:
    return f"{format_duration(max(0.0, (now - time).total_seconds()))} ago" if time else "never"


def _tell_future(time: datetime | None, now: datetime) -> str:
    if time is None:
        return "-"
    return f"in {format_duration((time - now).total_seconds())}" if time > now else "now"


def _align(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return rows with their columns aligned: names to the left, cut where the line would be too long."""
    columns = [max(map(count_columns, column)) for column in zip(*rows, strict=True)]
    over = sum(columns) + len(_GAP) * (len(columns) - 1) - width
    for place in (1, 0):
        cut = max(0, min(over, columns[place] - 8))
        columns[place] -= cut
        over -= cut
    return [_GAP.join(_fit(cell, columns, place) for place, cell in enumerate(row)).rstrip() for row in rows]


def _fit(cell: str, columns: Sequence[int], place: int) -> str:
    room = columns[place]
    if count_columns(cell) > room:
        cell = wrap(cell.replace(" ", "\u00a0"), room - 1)[0] + "…"
    space = " " * (room - count_columns(cell))
    return cell + space if place <= 1 else space + cell


def _tell_troubles(sites: Sequence[SiteStatus], width: int) -> list[str]:
    told: list[str] = []
    for site in sites:
        name = to_line(site.source if site.site in ("", site.source) else f"{site.source} ({site.site})")
        if site.failed:
            reasons = ", ".join(f"{count} {reason}" for reason, count in site.failed.items())
            told.append(f"{name}: failed: {reasons}")
        told += [f"{name}: {to_line(parked)}" for parked in site.parked]
        if site.alarm:
            told.append(f"ALARM {name}: {site.alarm}")
    return ["", *(line for text in told for line in wrap(text, width))] if told else []
