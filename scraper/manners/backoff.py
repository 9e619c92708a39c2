"""How long a host that refuses is left alone."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from scraper.durations import DAY, HOUR, MINUTE
from scraper.manners.robots import LONGEST_CRAWL_DELAY

if TYPE_CHECKING:
    from datetime import datetime

    from scraper.types import Reason

PATIENCE = LONGEST_CRAWL_DELAY + 10.0  # Seconds; nobody stands and waits for longer, it comes back later.
LONGEST_RETRY_AFTER = float(DAY)
REFUSALS_TO_PARK = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 10.0 * MINUTE
_FIRST_PARK, _LONGEST_PARK = 15.0 * MINUTE, float(DAY)
_BELIEVABLE = timedelta(seconds=DAY + HOUR)  # Nothing stored is further ahead, unless a clock was wrong.
_BLOCKED, _TOO_LARGE, _TOO_MANY, _SERVER_ERROR = 403, 413, 429, 500
_REDIRECTS = range(300, 400)


def is_refusal(status: int) -> bool:
    """Tell whether an answer (0: none) says that a host cannot, or will not, be asked."""
    return status in (0, _BLOCKED, _TOO_MANY) or status >= _SERVER_ERROR


def may_name_a_wait(status: int) -> bool:
    """Tell whether Retry-After speaks for the host: on a refusal or a redirect (RFC 9110, 10.2.3), not on a 404."""
    return is_refusal(status) or status == _TOO_LARGE or status in _REDIRECTS


def reason_of(status: int) -> Reason:
    """Return what a refusal is counted as."""
    if status == _TOO_MANY:
        return "rate-limited"
    if status == _BLOCKED:
        return "blocked"
    return "server-error" if status else "connect"


def pause_after(status: int, failures: int, retry_after: float | None, random: float) -> float:
    """Return the seconds to pause after an answer: what it asks for, and twice as long after each refusal.

    `random`, from 0 to 1, spreads the pause by a quarter either way, so that hosts do not come back at once.
    """
    has_asked = retry_after is not None and may_name_a_wait(status)
    asked = min(retry_after or 0.0, LONGEST_RETRY_AFTER) if has_asked else 0.0
    asked = asked if math.isfinite(asked) else 0.0
    if not failures or not is_refusal(status) or status == _BLOCKED:
        return asked
    doubled = min(_FIRST_PAUSE * 2.0 ** min(failures - 1, 30), _LONGEST_PAUSE)
    return max(asked, doubled * (0.75 + random / 2))


def park_after(failures: int) -> float:
    """Return the seconds for which a host is parked after so many refusals in a row, 0 for not at all."""
    if failures < REFUSALS_TO_PARK:
        return 0.0
    return min(_FIRST_PARK * 2.0 ** min(failures - REFUSALS_TO_PARK, 30), _LONGEST_PARK)


def seconds_ahead(moment: datetime | None, now: datetime) -> float:
    """Return how far a stored time lies ahead; 0 for one that no process in its senses has written."""
    if moment is None or moment <= now or moment - now > _BELIEVABLE:
        return 0.0
    return (moment - now).total_seconds()
