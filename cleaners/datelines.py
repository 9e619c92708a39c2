"""When it was published, where no declaration says so: from the address, from marks, from the visible lines."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from cleaners.addresses import split
from cleaners.bylines import headline_place
from cleaners.dates import Date, date_of_address, find_dates, read_stamp, says_change
from cleaners.marked import DATES, TIMES, Marked, find_marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cleaners.page import Page

_META = re.compile(
    r"(?:publi|pub|creat|issue|post).*(?:date|time)|date.*(?:publi|pub|creat|issue|post)|^(?:dc\.?|dcterms\.)date"
)
_CHANGE_META = re.compile(r"modif|updat|revis")
_AMERICAN = re.compile(r"en(?:[-_]us)?\Z", re.IGNORECASE)
_DAY_FIRST_SITES = (".uk", ".au", ".nz", ".ie", ".in", ".za", ".sg", ".my", ".eu", ".pk", ".ng", ".ke")
_BEFORE, _BEHIND = 6, 12  # Blocks around the headline.
_LINE_WORDS, _LINE = 25, 200
_MOST_DATES = 400
_LABEL = 30


def read_published(page: Page, title: str, url: str) -> str:
    """Return the day a page was published on, as its address, its marks or its visible lines tell."""
    address = url or next((href for rel, href in page.links if rel == "canonical"), "")
    is_american = _is_american(page, address)
    declared = _from_metas(page, _META)
    if first := declared or date_of_address(address):
        return first
    headline = headline_place(page, title)
    reading = partial(_lines, page, is_american=is_american)
    behind = reading(headline + 1, headline + _BEHIND + 1)
    before = reading(max(0, headline - _BEFORE), headline + 1)[::-1]
    times = find_marked(page, TIMES, title)
    if found := (
        _from_marks((each for each in times if "datepublished" in each.property), is_american=is_american)
        or _first([*behind, *before])
        or _from_marks((each for each in times if not each.is_elsewhere), is_american=is_american)
    ):
        return found
    marked = find_marked(page, DATES, title)
    lines = reading(0, len(page.drafts))
    return (
        _from_marks((each for each in marked if not each.is_elsewhere), is_american=is_american)
        or _first(lines)
        or next((found.iso for found in (*behind, *before, *lines)), "")
        or _from_metas(page, _CHANGE_META)
    )


def _is_american(page: Page, address: str) -> bool:
    host = split(address).hostname or ""
    return bool(_AMERICAN.match(page.language.strip() or "en")) and not host.endswith(_DAY_FIRST_SITES)


def _from_metas(page: Page, names: re.Pattern[str]) -> str:
    for name, value in page.metas:
        if names.search(name) and (found := find_dates(value)):
            return found[0].iso
    return ""


def _lines(page: Page, start: int, end: int, *, is_american: bool) -> list[Date]:
    """Return the dates in the short ones of so many blocks."""
    dates: list[Date] = []
    label = ""
    for draft in page.drafts[start:end]:
        text = draft.block.text
        if draft.words > _LINE_WORDS or len(text) > _LINE:
            label = ""
            continue
        for found in find_dates(text, month_first=is_american):
            # "Updated" may stand in a block of its own before the date.
            is_change = found.is_change or (found.start == 0 and says_change(label))
            dates.append(found._replace(is_change=is_change))
        if len(dates) > _MOST_DATES:
            break
        label = text if len(text) < _LABEL else ""
    return dates


def _first(dates: Sequence[Date]) -> str:
    return next((found.iso for found in dates if not found.is_change), "")


def _from_marks(marked: Iterable[Marked], *, is_american: bool) -> str:
    behind: list[str] = []
    before: list[str] = []
    for each in marked:
        if says_change(" ".join(each.names)) or "modified" in each.property:
            continue
        shown = " ".join(each.lines)
        date = read_stamp(each.value) or _first(find_dates(each.value or shown, month_first=is_american))
        if date and not (each.value and says_change(shown[:_LABEL])):
            (behind if each.is_behind else before).append(date)
    return next(iter(behind or before), "")
