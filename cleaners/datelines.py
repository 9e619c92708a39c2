"""When it was published, where no declaration says so: from the address, from marks, from the visible lines."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
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
from cleaners.language import language_of
from cleaners.marked import DATES, TIMES, Marked, find_marked, is_of_others
from cleaners.names import opening_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cleaners.page import Draft, Page
    from cleaners.types import Block

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
_WHOLE = 0.9  # Of a block that is a link and nothing else.
_ROOTS = ("body", "html")
_LISTS = ("item", "table", "code", "quote")
_BESIDE = timedelta(days=1)
_MONTHS = 12
_NUMBERS = re.compile(r"(?<![\d/-])(\d{1,2})[/-](\d{1,2})[/-](?:\d\d)?\d\d(?!\d)")
_CHINESE_FACTS = re.compile(r"(?:来源|來源|出处|作者|编辑|阅读|浏览)")
_SECOND = re.compile(r"""\bvar ct\s?=\s?["'](\d{10})["']""")
_PEKING = timezone(timedelta(hours=8))
_MARKS = "|\n\t·•∙"
_DASH = re.compile(r"\s[–—-]+\s")


def read_published(page: Page, title: str, url: str) -> str:
    """Return the day a page was published on, as its address, its marks or its visible lines tell."""
    if declared := _from_metas(page, _META):
        return declared
    address = url or page.own_address()
    is_american = _is_american(page, address)
    times = find_marked(page, TIMES, title)
    from_marks = partial(_from_marks, is_american=is_american)
    own_times = [each for each in times if not each.is_elsewhere]
    if first := from_marks(own_times[:1]):
        return first
    headline = headline_place(page, title)
    reading = partial(_lines, page, headline, is_american=is_american)
    behind = reading(headline + 1, headline + _BEHIND + 1)
    near = [*behind, *reading(max(0, headline - _BEFORE), headline + 1)[::-1]]
    if found := (
        from_marks(each for each in times if "datepublished" in each.property)
        or _dated(date_of_address(address), near)
        or _first(near)
        or from_marks(own_times)
    ):
        return found
    marked = [each for each in find_marked(page, DATES, title) if not each.is_elsewhere]
    lines = reading(0, len(page.drafts), is_far=True)
    changed = [each for each in own_times if says_change(each.label)]
    stamped = [each for each in marked if read_stamp(each.value)]
    return (
        from_marks(marked)
        or _first(lines)
        or from_marks(changed, is_change=True)
        or next((found.iso for found in (*near, *lines)), "")
        or _from_metas(page, _CHANGE_META)
        or from_marks(stamped, is_change=True)
        or _from_script(page)
    )


def _dated(day: str, near: Iterable[Date]) -> str:
    """Return the day that an address names, or the one beside it that is shown at the headline: it is of its place."""
    if not day:
        return ""
    days = (found.iso for found in near if not found.is_change)
    is_beside = (
        shown for shown in days if abs(date.fromisoformat(shown) - date.fromisoformat(day)) <= _BESIDE
    )
    return next(is_beside, day)


def _from_script(page: Page) -> str:
    """Return the day of the second at which WeChat says that it was published, in Peking."""
    found = _SECOND.search(page.markup)
    return datetime.fromtimestamp(int(found[1]), _PEKING).date().isoformat() if found else ""


def _is_american(page: Page, address: str) -> bool:
    """Tell whether 3/4/2021 is the fourth of March there, as its other dates or its language tell."""
    shown = "\n".join(draft.block.text for draft in page.drafts if draft.words <= _LINE_WORDS)
    days = [(int(one), int(two)) for one, two in _NUMBERS.findall(shown)]
    if not days or any(one > _MONTHS for one, _ in days):
        return False
    if any(two > _MONTHS for _, two in days):
        return True
    host = split(address).hostname or ""
    language = page.language.strip() or language_of("", shown) or "en"
    return bool(_AMERICAN.match(language)) and not host.endswith(_DAY_FIRST_SITES)


def _from_metas(page: Page, names: re.Pattern[str]) -> str:
    for name, value in page.metas:
        if names.search(name) and (found := find_dates(value)):
            return found[0].iso
    return ""


def _lines(
    page: Page, headline: int, start: int, end: int, *, is_american: bool, is_far: bool = False
) -> list[Date]:
    """Return the dates that so many blocks bear; those that they only tell of, and those of others, are left out."""
    dates: list[Date] = []
    label = ""
    seen = 0
    for draft in page.drafts[start:end]:
        line = _line_of(draft)
        for found in find_dates(line, month_first=is_american):
            seen += 1
            if _is_told(draft.block, line, found) or _is_elsewhere(page, draft.element, headline, far=is_far):
                continue
            if is_far and not _is_sure(draft, _Line.around(line, found)):
                continue
            labelled = _labelled(found, label)
            # That somebody looked it over says nothing of when it was written.
            if not labelled.is_review:
                dates.append(labelled)
        if seen > _MOST_DATES:
            break
        label = line if len(line) < _LABEL else ""
    return dates


def _is_sure(draft: Draft, line: _Line) -> bool:
    """Tell whether a date far from the headline may be the page's: alone in its line, or said to be, and not in a list."""
    if says_change(line.text):
        return True
    is_link = draft.block.link_density >= _WHOLE and draft.block.kind != "heading"
    if is_link or draft.block.kind in _LISTS:
        return False
    is_said = says_publication(line.text) or opening_of(line.text) is not None
    return is_said or shapes.word_count(line.rest) <= 1 or bool(_CHINESE_FACTS.search(line.rest))


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


def _is_elsewhere(page: Page, element: int, headline: int, *, far: bool) -> bool:
    """Tell whether an element belongs to what stands beside the article."""
    around = set(page.around(page.drafts[headline].element))
    own = takewhile(lambda each: each not in around, page.around(element))
    return any(
        is_of_others(page.names[each], far=far) for each in own if not far or page.tags[each] not in _ROOTS
    )


def _is_told(block: Block, text: str, found: Date) -> bool:
    """Tell whether a text tells of a day, as sentences, headlines and captions do, rather than bears it."""
    if block.kind == "caption":
        return True
    line = _Line.around(text, found)
    if says_publication(line.text) or says_change(line.text) or opening_of(line.text):
        return False
    if block.kind == "heading" or block.link_density >= _WHOLE:
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
        rest = TIME_OF_DAY.sub(" ", f"{text[start : found.start]} | {text[found.end : end]}").replace(
            "|", " "
        )
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
        day = read_stamp(each.value) or _first(find_dates(each.value or shown, month_first=is_american))
        if day and (is_change or not (each.value and says_change(shown[:_LABEL]))):
            (behind if each.is_behind else before).append(day)
    return next(iter(behind or before), "")


def _is_of_change(each: Marked) -> bool:
    return "modified" in each.property or says_change(" ".join(each.names)) or says_change(each.label)
