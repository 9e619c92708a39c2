"""Lengths of time as people write them: 30m, 1h, 30d."""

from __future__ import annotations

import re

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_UNITS = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_FORM = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")


def parse_duration(text: str) -> float:
    """Return the seconds that `text` names: a number and one of s, m, h, d, w; `1h30m` adds up.

    Raise ValueError for any other form.
    """
    parts = _FORM.findall(text.strip())
    if not parts or _FORM.sub("", text).strip():
        raise ValueError(f"{text!r} is no length of time; write it like 30m, 1h or 30d")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def format_duration(seconds: float) -> str:
    """Return seconds as people say them, in the largest unit that is not a fraction of one."""
    for unit, size in (("d", DAY), ("h", HOUR), ("m", MINUTE)):
        if seconds >= size:
            return f"{seconds / size:.1f}".removesuffix(".0") + unit
    return f"{seconds:.0f}s" if seconds >= 1 else f"{seconds:.2g}s"
