"""What a sitemap or feed says of when a page was changed, and how far to believe it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scraper.durations import DAY, MINUTE

_DATE_ONLY = len("2026-11-23")
_DOUBTFUL_SECONDS = 10.0 * MINUTE


def read_lastmod(text: str) -> float | None:
    """Return in seconds since 1970 when a page was changed at the latest, None where that cannot be read.

    A day without a time has ended.

    >>> read_lastmod("1970-01-02"), read_lastmod("1970-01-01T00:01:00Z"), read_lastmod("soon")
    (172800.0, 60.0, None)
    """
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
    try:
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except OverflowError:
        return None
    return seconds + (DAY if len(text) <= _DATE_ONLY else 0)


def is_settled(moment: float, now: float) -> bool:
    """Tell whether a time lies far enough back to be news.

    Many a sitemap says of all its pages that they were changed just now, each time; where it is true, it still
    stands in the next pass.
    """
    return moment <= now - _DOUBTFUL_SECONDS
