"""Days of the calendars in use beside the common one: Buddhist, Persian, Japanese eras, the Republic's of Taiwan."""

from __future__ import annotations

from datetime import date, timedelta

# The year before the first of each era.
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_BUDDHIST = 543
_FIRST_BUDDHIST = 2500
# 1 Farvardin 1370 was 21 March 1991; of 33 years these are leap years, for all those that a page can bear.
_PERSIAN_FROM, _PERSIAN_TO, _NEW_YEAR = 1370, 1470, date(1991, 3, 21)
_CYCLE, _LEAP_YEARS = 33, frozenset((1, 5, 9, 13, 17, 22, 26, 30))
_LONG_MONTHS = 6  # Of 31 days; the others have 30, the last of a common year 29.
_LAST_MONTH = 12


def common_year(year: int) -> int:
    """Return the common year of one that may be Buddhist."""
    return year - _BUDDHIST if year >= _FIRST_BUDDHIST else year


def is_persian_year(year: int) -> bool:
    """Tell whether a year may be one of the Persian calendar."""
    return _PERSIAN_FROM <= year <= _PERSIAN_TO


def from_persian(year: int, month: int, day: int) -> date | None:
    """Return the day of a Persian date, None where there is no such day.

    >>> from_persian(1399, 12, 30)
    datetime.date(2021, 3, 20)
    """
    if not (is_persian_year(year) and 1 <= month <= _LAST_MONTH):
        return None
    is_short = month == _LAST_MONTH and not _is_leap(year)
    if not 1 <= day <= 30 + (month <= _LONG_MONTHS) - is_short:
        return None
    years = sum(365 + _is_leap(each) for each in range(_PERSIAN_FROM, year))
    months = 30 * (month - 1) + min(month - 1, _LONG_MONTHS)
    return _NEW_YEAR + timedelta(days=years + months + day - 1)


def _is_leap(year: int) -> bool:
    return year % _CYCLE in _LEAP_YEARS
