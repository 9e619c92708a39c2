"""Read a configuration file, and say in one line what is wrong with it."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaners import RuleError, Rules
from scraper.config import DEFAULT_EVERY, WAYS, CrawlConfig, FetchConfig, Source
from scraper.crawling.schedule import read_cron
from scraper.durations import DAY, parse_duration
from scraper.errors import ConfigError
from scraper.weburl import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Check = Callable[[Any], Any]

_SECRET = re.compile(r"//[^/@\s]*@")  # A user's name and password in an address.
_LONGEST_REVISIT = 30.0 * DAY


@dataclass(frozen=True, slots=True)
class _Key:
    """One key: what it may be, in words, and what turns the value of the file into ours."""

    allowed: str
    check: Check


def read_config(path: str | Path) -> CrawlConfig:
    """Return the configuration in a TOML file.

    Raise ConfigError for a file that cannot be read, an unknown key, a wrong type or an impossible value.
    """
    name = str(path)
    data = _load(Path(path))
    _refuse_unknown(f"{name}:", data, ("crawl", "fetch", "source"))
    crawl = _table(f"{name}: [crawl]", data.get("crawl", {}), _CRAWL)
    fetch = _table(f"{name}: [fetch]", data.get("fetch", {}), _FETCH)
    sources = _sources(name, data.get("source"))
    return CrawlConfig(sources=sources, fetch=FetchConfig(**fetch), **crawl)


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a TOML file: {error}") from error


def _sources(name: str, found: Any) -> tuple[Source, ...]:  # noqa: ANN401 - whatever the file holds
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise ConfigError(f"{name}: source: needs at least one [[source]] with a name and a url")
    sources = tuple(_source(name, number, one) for number, one in enumerate(found, 1))
    names = [source.name for source in sources]
    if twice := sorted({one for one in names if names.count(one) > 1}):
        raise ConfigError(f"{name}: source {twice[0]!r}: name: two sources have it; give each its own")
    return sources


def _source(name: str, number: int, found: Mapping[str, Any]) -> Source:
    called = found.get("name")
    where = f"{name}: source {called!r}" if isinstance(called, str) else f"{name}: source {number}"
    if missing := [key for key in ("name", "url") if key not in found]:
        raise ConfigError(f"{where}: {missing[0]}: is missing; allowed is {_SOURCE[missing[0]].allowed}")
    values = _table(f"{where}:", found, _SOURCE)
    if "every" in values and "cron" in values:
        raise ConfigError(f"{where}: cron: stands beside every; give one of them")
    if "revisit" not in values:
        every = values.get("every", DEFAULT_EVERY)
        values["revisit"] = (every, max(every, _LONGEST_REVISIT))
    return Source(**values)


def _table(where: str, found: Any, keys: Mapping[str, _Key]) -> dict[str, Any]:  # noqa: ANN401
    """Return the checked values of one table."""
    if not isinstance(found, dict):
        raise ConfigError(f"{where} must be a table")
    _refuse_unknown(where, found, tuple(keys))
    values = {}
    for key, value in found.items():
        try:
            values[key] = keys[key].check(value)
        except (ValueError, TypeError, RuleError) as error:
            told = str(error)
            reason = f" ({told})" if told else ""
            raise ConfigError(
                f"{where} {key}: {_shown(value)} is not possible; allowed is {keys[key].allowed}{reason}"
            ) from error
    return values


def _refuse_unknown(where: str, found: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in found:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"allowed are {', '.join(known)}"
            raise ConfigError(f"{where} {key}: unknown key; {hint}")


def _shown(value: object) -> str:
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    text = _SECRET.sub("//...@", text)
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError
    return value


def _agent(value: object) -> str:
    text = _text(value)
    if not text.isascii() or len(text) > 256:  # noqa: PLR2004
        raise ValueError
    return text


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_text(one) for one in value)


def _patterns(value: object) -> tuple[str, ...]:
    patterns = _texts(value)
    for pattern in patterns:
        if not pattern.startswith(("/", "**")) and "://" not in pattern:
            raise ValueError(f"a path begins with /, so nothing can match {pattern!r}")
    return patterns


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _whole(least: int, most: int) -> Check:
    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError
        return value

    return check


def _number(least: float, most: float) -> Check:
    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValueError
        return float(value)

    return check


def _span(least: float) -> Check:
    def check(value: object) -> float:
        seconds = parse_duration(_text(value))
        if not least <= seconds <= 10 * 366 * DAY:
            raise ValueError
        return seconds

    return check


def _bounds(value: object) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - a pair
        raise TypeError
    low, high = (_span(0)(one) for one in value)
    if low > high:
        raise ValueError("the first is longer than the second")
    return low, high


def _address(value: object) -> str:
    text = _text(value)
    parse(text)
    return text


def _store(value: object) -> str:
    text = _text(value)
    if "://" in text and not text.startswith(("sqlite://", "postgresql://", "postgres://", "postgresql+")):
        raise ValueError
    if text.startswith("sqlite:") and not text.removeprefix("sqlite:").strip("/"):
        raise ValueError("it names no file, and nothing would be remembered")
    return text


def _ways(value: object) -> tuple[str, ...]:
    ways = _texts(value)
    if not ways or set(ways) - set(WAYS):
        raise ValueError
    return ways


def _cron(value: object) -> str:
    return read_cron(_text(value))


def _noises(value: object) -> tuple[str, ...]:
    names = _texts(value)
    Rules.default().without(*names)
    return names


_SECONDS = "a number of seconds"
_CRAWL = {
    "store": _Key('"sqlite:///file.db" or "postgresql://user@host/name"', _store),
    "user_agent": _Key(
        'a text like "name/1.0 (+https://example.org/about-our-crawler)", of at most 256 ASCII characters',
        _agent,
    ),
    "concurrency": _Key("a whole number from 1 to 1000", _whole(1, 1000)),
    "workers": _Key("a whole number from 0 (one a core) to 256", _whole(0, 256)),
    "keep_pages": _Key("true or false", _flag),
}
_FETCH = {
    "timeout_seconds": _Key(f"{_SECONDS} from 0.1 to 3600", _number(0.1, 3600)),
    "max_bytes": _Key("a whole number from 1000 to 1000000000", _whole(1000, 1_000_000_000)),
    "delay_seconds": _Key(f"{_SECONDS} from 0 to 3600", _number(0, 3600)),
    "respect_robots": _Key("true or false", _flag),
    "allow_private_addresses": _Key("true or false", _flag),
    "max_redirects": _Key("a whole number from 0 to 20", _whole(0, 20)),
}
_SOURCE = {
    "name": _Key("a text that no other source has", _text),
    "url": _Key("an http or https address", _address),
    "discover": _Key(f"a list of at least one of {', '.join(WAYS)}", _ways),
    "include": _Key('a list of patterns like "/news/**"', _patterns),
    "exclude": _Key('a list of patterns like "/tag/**"', _patterns),
    "max_depth": _Key("a whole number from 0 to 100", _whole(0, 100)),
    "max_pages": _Key("a whole number from 1 to 10000000", _whole(1, 10_000_000)),
    "every": _Key('a length of time like "30m", "6h" or "1d", at least "1s"', _span(1)),
    "cron": _Key('a cron expression of five fields like "0 6 * * *", or a word like "@daily"', _cron),
    "revisit": _Key('two lengths of time like ["1h", "30d"], the shorter first', _bounds),
    "keep": _Key("a list of noise types, as --keep takes them", _noises),
    "drop": _Key("a list of noise types, as --drop takes them", _noises),
}
