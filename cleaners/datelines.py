"""When it was published, where no declaration says so: from the address, from marks, from the visible lines."""

from __future__ import annotations

import re
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes
from cleaners.addresses import split
from cleaners.bylines import headline_place
from cleaners.dates import (
    TIME_OF_DAY,
    Date,
    date_of_address,
    find_dates,
    read_stamp,
    says_change,
    says_publication,
    says_review,
)
from cleaners.marked import DATES, TIMES, Marked, find_marked, is_of_others
from cleaners.names import opening_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cleaners.page import Draft, Page
    from cleaners.types import Kind

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
_DATELINE = 80
# So many words beside a date, and the block tells of it.
_HEADING_WORDS, _SENTENCE_WORDS, _WORDS_BESIDE = 1, 2, 5
_MARKS = "|\n\t·•∙"
_DASH = re.compile(r"\s[–—-]+\s")


def read_published(page: Page, title: str, url: str) -> str:
    """Return the day a page was published on, as its address, its marks or its visible lines tell."""
    address = url or next((href for rel, href in page.links if rel == "canonical"), "")
    is_american = _is_american(page, address)
    if declared := _from_metas(page, _META):
        return declared
    times = find_marked(page, TIMES, title)
    from_marks = partial(_from_marks, is_american=is_american)
    own_times = [each for each in times if not each.is_elsewhere]
    if first := from_marks(own_times[:1]) or date_of_address(address):
        return first
    headline = headline_place(page, title)
    reading = partial(_lines, page, headline, is_american=is_american)
    behind = reading(headline + 1, headline + _BEHIND + 1)
    before = reading(max(0, headline - _BEFORE), headline + 1)[::-1]
    if found := (
        from_marks(each for each in times if "datepublished" in each.property)
        or _first([*behind, *before])
        or from_marks(own_times)
    ):
        return found
    marked = find_marked(page, DATES, title)
    lines = reading(0, len(page.drafts))
    return (
        from_marks(each for each in marked if not each.is_elsewhere)
        or _first(lines)
        or from_marks((each for each in own_times if says_change(each.label)), is_change=True)
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


def _lines(page: Page, headline: int, start: int, end: int, *, is_american: bool) -> list[Date]:
    """Return the dates that so many blocks bear; those that they only tell of, and those of others, are left out."""
    dates: list[Date] = []
    label = ""
    seen = 0
    for draft in page.drafts[start:end]:
        line = _line_of(draft)
        for found in find_dates(line, month_first=is_american):
            seen += 1
            if _is_told(draft.block.kind, line, found) or _is_elsewhere(page, draft.element, headline):
                continue
            labelled = _labelled(found, label)
            # That somebody looked it over says nothing of when it was written.
            if not labelled.is_review:
                dates.append(labelled)
        if seen > _MOST_DATES:
            break
        label = line if len(line) < _LABEL else ""
    return dates


def _labelled(found: Date, label: str) -> Date:
    """Return a date with what the block before it says of it, where it begins its own."""
    if found.start or not label:
        return found
    return found._replace(
        is_change=found.is_change or says_change(label), is_review=found.is_review or says_review(label)
    )


def _line_of(draft: Draft) -> str:
    """Return the text of a short block, and of a long one its dateline: "Wexby, 3 March 2021 (Agency) – ..."."""
    text = draft.block.text
    if draft.words <= _LINE_WORDS and len(text) <= _LINE:
        return text
    dash = _DASH.search(text, 0, _DATELINE)
    return text[: dash.start()] if dash else ""


def _is_elsewhere(page: Page, element: int, headline: int) -> bool:
    """Tell whether an element belongs to what stands beside the article."""
    around = set(page.around(page.drafts[headline].element))
    own = takewhile(lambda each: each not in around, page.around(element))
    return any(is_of_others(page.names[each]) for each in own)


def _is_told(kind: Kind, text: str, found: Date) -> bool:
    """Tell whether a text tells of a day, as sentences, headlines and captions do, rather than bears it."""
    if kind == "caption":
        return True
    line = _Line.around(text, found)
    if says_publication(line.text) or says_change(line.text) or opening_of(line.text):
        return False
    if kind == "heading":
        return shapes.word_count(line.rest) > _HEADING_WORDS
    return _running_words(line.rest) >= (_SENTENCE_WORDS if line.is_sentence else _WORDS_BESIDE)


class _Line(NamedTuple):
    """The part of a text around a date: without the date and the time of day, and whether it is a sentence."""

    text: str
    rest: str
    is_sentence: bool

    @classmethod
    def around(cls, text: str, found: Date) -> _Line:
        start = max(text.rfind(mark, 0, found.start) for mark in _MARKS) + 1
        end = min((at for mark in _MARKS if (at := text.find(mark, found.end)) >= 0), default=len(text))
        # Behind "Wexby, 3 March 2021 (Agency) –" the article itself may begin.
        dash = _DASH.search(text, found.end, end)
        end = dash.start() if dash else end
        rest = f"{text[start : found.start]} {TIME_OF_DAY.sub(' ', text[found.end : end])}"
        return cls(text[start:end], rest.strip(), shapes.is_sentence_end(text[start:end]))


def _running_words(text: str) -> float:
    """Return how many words are written small; of scripts without capitals half of all."""
    count = 0.0
    for word in shapes.WORD.findall(text):
        if word[0].islower():
            count += len(word) > 1
        elif not word[0].isupper():
            count += shapes.word_count(word) / 2
    return count


def _first(dates: Sequence[Date]) -> str:
    return next((found.iso for found in dates if not found.is_change), "")


def _from_marks(marked: Iterable[Marked], *, is_american: bool, is_change: bool = False) -> str:
    """Return the day of the first mark, behind the headline if there is one; with `is_change` those of changes count."""
    behind: list[str] = []
    before: list[str] = []
    for each in marked:
        if not is_change and _is_of_change(each):
            continue
        if says_review(each.label):
            continue
        shown = " ".join(each.lines)
        date = read_stamp(each.value) or _first(find_dates(each.value or shown, month_first=is_american))
        if date and not (each.value and says_change(shown[:_LABEL])):
            (behind if each.is_behind else before).append(date)
    return next(iter(behind or before), "")


def _is_of_change(each: Marked) -> bool:
    return "modified" in each.property or says_change(" ".join(each.names)) or says_change(each.label)
