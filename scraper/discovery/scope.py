"""What belongs to a source: its host, its patterns, and no files or traps."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from scraper.urls import host_of
from scraper.weburl import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scraper.config import Source
    from scraper.store.base import Found
    from scraper.weburl import Address

# Endings of paths that are never pages.
_FILES = frozenset(
    """
    jpg jpeg png gif webp avif svg ico bmp tif tiff heic psd ai eps raw
    mp3 m4a ogg oga opus wav flac aac wma mid m3u m3u8 pls
    mp4 m4v webm mov avi wmv mkv mpg mpeg flv ogv 3gp ts vtt srt
    pdf doc docx xls xlsx ppt pptx odt ods odp rtf epub mobi csv tsv ics vcf ps tex
    zip gz tgz bz2 xz zst 7z rar tar iso dmg exe msi apk ipa deb rpm jar bin pkg
    css js mjs json jsonld xml rss atom rdf txt map wasm woff woff2 ttf otf eot swf
    """.split()
)  # fmt: skip
_LONGEST = 2_000
_MAX_SEGMENTS = 20
_MAX_REPEATS = 2
_MAX_PARAMETERS = 8
_MAX_YEARS_AHEAD = 1
_MAX_VARIANTS = 50
_MAX_NUMBERED = 5_000
_MAX_DATES = 100
_YEAR, _MONTH, _DAY = r"((?:19|20|21)\d\d)", r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
# A listing by date: a month or day and nothing behind it, or a year under a calendar's name. A number alone
# is none: pages are numbered too.
_DATED_PATH = re.compile(
    rf".*/{_YEAR}[/-]{_MONTH}(?:[/-]{_DAY})?/?|.*/{_YEAR}-w\d\d?/?"
    rf"|.*/(?:calendar|events?|agenda|archives?|kalender|termine|calendrier|calendario|archiv)/(?:.*/)?{_YEAR}/?",
    re.IGNORECASE,
)
_DATE_NAME = re.compile(
    r".*(?:date|month|year|day|week|cal|from|until|start|end|datum|monat|jahr|mois|mes|fecha|data).*"
)
_DATED_VALUE = re.compile(rf"{_YEAR}(?:-?\d\d?){{0,2}}")
EXCLUDED = "excluded"
_PAGE_IDS = frozenset(
    "id p a aid nid pid sid artid article articleid article_id artikel story storyid story_id news newsid post postid item itemid doc docid".split()
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be found for a source. `year` is the present one, which tells a calendar's endless future."""

    host: str
    include: tuple[re.Pattern[str], ...]
    include_whole: tuple[re.Pattern[str], ...]
    exclude: tuple[re.Pattern[str], ...]
    exclude_whole: tuple[re.Pattern[str], ...]
    year: int

    @classmethod
    def of(cls, source: Source, year: int) -> Scope:
        """Return the scope of a source. Raises ValueError where its address is none."""
        return cls(
            host_of(source.url),
            *_split(source.include),
            *_split(source.exclude),
            year,
        )

    def refuses(self, url: str) -> str:
        """Return why a page is not to be fetched for this source, empty where it is."""
        try:
            address = parse(url)
        except ValueError as error:
            return str(error)
        path, whole = unquote(address.path), unquote(url)
        is_named = any(pattern.fullmatch(whole) for pattern in self.include_whole)
        if not is_named and host_of(url) != self.host:
            return "another host"
        if _matches(self.exclude, path) or _matches(self.exclude_whole, whole):
            return EXCLUDED
        if (self.include or self.include_whole) and not is_named and not _matches(self.include, path):
            return "not included"
        if _is_file(address.path):
            return "a file"
        return _trap_of(address, self.year)


def _split(patterns: Sequence[str]) -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    """Return the patterns over paths, and those over whole addresses."""
    return (
        tuple(compile_pattern(pattern) for pattern in patterns if "://" not in pattern),
        tuple(compile_pattern(pattern) for pattern in patterns if "://" in pattern),
    )


def _matches(patterns: tuple[re.Pattern[str], ...], text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in patterns)


@lru_cache(maxsize=1_000)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return an expression for a pattern: `*` and `?` stay within a step of the path, `**` does not."""
    pieces = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", unquote(pattern))
    return re.compile("".join(pieces.get(part) or re.escape(part) for part in parts), re.DOTALL)


def _is_file(path: str) -> bool:
    name = path.rpartition("/")[2]
    return "." in name and name.rpartition(".")[2].lower() in _FILES


def _trap_of(address: Address, year: int) -> str:
    """Return what kind of endless space an address looks like a part of, empty for none."""
    if len(str(address)) > _LONGEST:
        return f"trap: an address of more than {_LONGEST:,} characters"
    segments = [segment for segment in address.path.split("/") if segment]
    if len(segments) > _MAX_SEGMENTS:
        return f"trap: a path of more than {_MAX_SEGMENTS} steps"
    repeats = Counter(segment for segment in segments if not segment.isdigit())
    if repeats and max(repeats.values()) > _MAX_REPEATS:
        return "trap: a path that repeats itself"
    if address.query and address.query.count("&") + 1 > _MAX_PARAMETERS:
        return f"trap: more than {_MAX_PARAMETERS} parameters"
    if _listed_year(address) > year + _MAX_YEARS_AHEAD:
        return "trap: a calendar of the far future"
    return ""


def _listed_year(address: Address) -> int:
    """Return the year of a listing by date, 0 where an address is none."""
    for pair in (address.query or "").lower().split("&"):
        name, _, value = pair.partition("=")
        dated = _DATED_VALUE.fullmatch(value) if _DATE_NAME.fullmatch(name) else None
        if dated:
            return int(dated[1])
    dated = _DATED_PATH.fullmatch(address.path)
    return int(next(filter(None, dated.groups()))) if dated else 0


class TrapBook:
    """Counts, over one run, what could go on for ever: variants of one path, and listings by date.

    Addresses without parameters that are no listings by date are never counted, nor refused.
    """

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._seen: dict[str, set[str]] = {}
        self._refused: Counter[str] = Counter()

    def sift(self, found: Sequence[Found]) -> tuple[Found, ...]:
        """Return what may be added of what a page led to."""
        return tuple(one for one in found if one.kind != "page" or one.is_hub or self._admits(one))

    @property
    def report(self) -> tuple[str, ...]:
        """Say, a line for each trap, how much was left out there."""
        return tuple(
            f"{group}: {count:,} addresses left out, for they may be endless"
            for group, count in sorted(self._refused.items())
        )

    def _admits(self, found: Found) -> bool:
        group, limit = _group_of(parse(found.key))
        if not group:
            return True
        seen = self._seen.setdefault(group, set())
        if found.key in seen:
            return True
        if len(seen) >= limit:
            self._refused[group] += 1
            return False
        seen.add(found.key)
        return True


def _group_of(address: Address) -> tuple[str, int]:
    """Return what an address is one of many of, and how many of these are believed."""
    if _listed_year(address):
        return f"{address.origin}{re.sub('[0-9]+', '0', address.path)} (by date)", _MAX_DATES
    if not address.query:
        return "", 0
    names = {pair.partition("=")[0].lower() for pair in address.query.split("&")}
    limit = _MAX_NUMBERED if names <= _PAGE_IDS else _MAX_VARIANTS
    return (
        f"{address.origin}{address.path}?{'&'.join(sorted(names)) if limit == _MAX_NUMBERED else '...'}",
        limit,
    )
