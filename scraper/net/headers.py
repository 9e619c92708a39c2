"""What headers say: types, times to wait, validators and cookies; none of it is taken at its word."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scraper.durations import DAY

MAX_RETRY_AFTER = float(DAY)
_MAX_COOKIES, _MAX_COOKIE_BYTES = 20, 1_024
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s;\"',]{1,40})", re.IGNORECASE)
_TYPE = re.compile(r"\s*([\w.+-]{1,80}/[\w.+-]{1,80})\s*(?:[;,]|\Z)")
_SECONDS = re.compile(r"\d+(?:\.\d+)?")
# RFC 9110 8.8.3; some servers leave the quotes away and still know their own word when it comes back.
_ETAG = re.compile(r"(?:W/)?\"[!#-~\x80-\xff ]{0,300}\"|(?!W/|\*\Z)[!#-+\--~]{1,300}")
_COOKIE = re.compile(r"([!#$%&'*+.^_`|~\w-]{1,100})=([!#-+\--:<-\[\]-~\"]{0,500})(?=\s|;|\Z)", re.ASCII)


def read_content_type(value: str) -> tuple[str, str]:
    """Return media type and charset of a Content-Type header, in lower case, empty where it has none."""
    kind, charset = _TYPE.match(value), _CHARSET.search(value)
    return (kind[1].lower() if kind else "", charset[1].lower() if charset else "")


def read_retry_after(value: str, now: datetime, date_header: str = "") -> float | None:
    """Return the seconds that a Retry-After header names, as seconds or as a date; at most a day, None for nonsense.

    A date is reckoned from the answer's own Date, `date_header`, where it has one: its server's clock may be wrong.
    """
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return min(float(value[:20]), MAX_RETRY_AFTER)
    date = read_date(value)
    if date is None:
        return None
    sent = read_date(date_header) or now
    return min(max((date - sent).total_seconds(), 0.0), MAX_RETRY_AFTER)


def read_date(value: str) -> datetime | None:
    """Return the time that a header names, in UTC, None for nonsense."""
    if not 16 <= len(value) <= 64 or not value.isprintable():  # noqa: PLR2004 - no date is shorter or longer
        return None
    try:
        date = parsedate_to_datetime(value)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def own_etag(value: str) -> str:
    """Return an ETag that may be sent back, byte for byte; empty for one that is none, or has over 300 characters."""
    return value if _ETAG.fullmatch(value) else ""


def own_last_modified(value: str, now: datetime) -> str:
    """Return a Last-Modified that may be sent back, byte for byte; empty for no date, or one still to come."""
    date = read_date(value)
    return value if date is not None and date <= now + timedelta(days=1) else ""


class Cookies:
    """The cookies of one fetch: sent back to the host that set them, over nothing less secure, then forgotten.

    Some sites set one and redirect to where the reader already is. At most 20 a host, at most 1 KB are sent.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._jars: dict[str, dict[str, str]] = {}

    def keep(self, origin: str, headers: tuple[tuple[str, str], ...]) -> None:
        """Keep what an answer from `origin` sets."""
        for name, value in headers:
            cookie = _COOKIE.match(value.strip()) if name == "set-cookie" else None
            jar = self._jars.setdefault(origin, {}) if cookie else {}
            if cookie and (len(jar) < _MAX_COOKIES or cookie[1] in jar):
                jar[cookie[1]] = cookie[2]

    def header_for(self, origin: str) -> str:
        """Return the Cookie header for `origin`, empty for none."""
        jar = (
            dict(self._jars.get(f"http://{origin.removeprefix('https://')}", {}))
            if "https:" in origin
            else {}
        )
        jar |= self._jars.get(origin, {})
        line = "; ".join(f"{name}={value}" for name, value in jar.items())
        return line if len(line) <= _MAX_COOKIE_BYTES else ""
