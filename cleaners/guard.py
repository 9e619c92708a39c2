"""Make hostile or broken markup harmless before it is parsed, in linear time.

Lexbor is quadratic in the depth of nesting, cubic in open formatting elements and quadratic in attributes and
options (measured: a 40 kB page can cost 1.3 GB). Real pages stay far below these limits: of 181, the deepest had
55 open blocks and 124 open formatting tags.
"""

from __future__ import annotations

import re
from itertools import accumulate
from operator import sub
from typing import NamedTuple

from cleaners.errors import ParseError

MAX_DEPTH = 400
MAX_FORMATTING = 250
MAX_TAGS = 400_000
_MAX_OPTIONS = 3_000
_LONG_TAG_CHARACTERS = 16_384
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{16384}")
_MAX_ATTRIBUTES = 1_000
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr frame keygen basefont bgsound".split()
)
# Elements whose end tag may be left out close themselves: depth is counted without them.
_SELF_CLOSING = frozenset("p li dt dd tr td th option optgroup thead tbody tfoot colgroup rp rt".split())
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)(?:[^>\"']|\"[^\"]*\"|'[^']*')*?(/?)>")
_NESTING_TAG = re.compile(
    rf"<(/?)(?!/|(?:{'|'.join(sorted(_VOID | _SELF_CLOSING))})[\s/>])[a-zA-Z]", re.IGNORECASE
)
_STEP = {"": 1, "/": -1}
_RAW_NAMES = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext")
_RAW = re.compile(
    rf"<({'|'.join(_RAW_NAMES)})\b[^>]*>", re.IGNORECASE
)
_NEXT_BLOCK = re.compile(
    r"</?(?:p|div|h[1-6]|body|head|article|section|main|table|ul|ol|footer|header|meta|link)\b[^>]*>", re.IGNORECASE
)


class Tamed(NamedTuple):
    """Markup that is safe to parse, and what had to be done to it."""

    text: str
    notes: tuple[str, ...]


def tame(markup: str) -> Tamed:
    """Return markup that Lexbor parses in linear time, all its text kept.

    Raises ParseError for a page of more than 400,000 tags.
    """
    notes: list[str] = []
    count = markup.count("<")
    if count > MAX_TAGS:
        raise ParseError(f"more than {MAX_TAGS:,} tags")
    repaired = _close_raw_text(markup)
    if repaired is not markup:
        notes.append("an element that hides the rest of the page was closed")
    slimmed = _drop_floods(repaired, count)
    if slimmed is not repaired:
        notes.append("floods of attributes or options were dropped")
    flat = _flatten(slimmed) if _is_deep(slimmed) else slimmed
    if flat is not slimmed:
        notes.append(f"markup nested deeper than {MAX_DEPTH} was flattened")
    return Tamed(flat, tuple(notes))


def _is_deep(markup: str) -> bool:
    """Tell whether tags may nest beyond the limits: the greatest rise of the count of open tags."""
    depths = list(accumulate(map(_STEP.__getitem__, _NESTING_TAG.findall(markup)), initial=0))
    return max(map(sub, depths, accumulate(depths, min))) > MAX_FORMATTING


def _flatten(markup: str) -> str:
    """Leave out the tags that nest too deep, and the end tags that belong to them."""
    depth = {"block": 0, "formatting": 0}
    limit = {"block": MAX_DEPTH, "formatting": MAX_FORMATTING}

    def keep(found: re.Match[str]) -> str:
        tag = found[2].lower()
        if tag in _VOID or tag in _SELF_CLOSING or found[3]:
            return found[0]
        sort = "formatting" if tag in _FORMATTING else "block"
        is_beyond = depth[sort] >= limit[sort] if not found[1] else depth[sort] > limit[sort]
        depth[sort] = max(0, depth[sort] + (-1 if found[1] else 1))
        return " " if is_beyond else found[0]

    return _TAG.sub(keep, markup)


def _drop_floods(markup: str, count: int) -> str:
    if count > _MAX_OPTIONS and len(re.findall(r"<option\b", markup, re.IGNORECASE)) > _MAX_OPTIONS:
        markup = re.sub(r"</?(?:option|optgroup|select)\b[^>]*>", " ", markup, flags=re.IGNORECASE)
    return _slim_tags(markup) if _LONG_TAG.search(markup) else markup


def _slim_tags(markup: str) -> str:
    def slim(found: re.Match[str]) -> str:
        if len(found[0]) < _LONG_TAG_CHARACTERS or found[0].count("=") + found[0].count(" ") < _MAX_ATTRIBUTES:
            return found[0]
        return f"<{found[1]}>"

    return re.sub(r"<([a-zA-Z][a-zA-Z0-9:-]*)[^<>]*>", slim, markup)


def _close_raw_text(markup: str) -> str:
    """Close a script, style, title or the like that has no end tag, where the next block begins."""
    lowered: str | None = markup.lower()
    if all(lowered.count(f"<{name}") <= lowered.count(f"</{name}") for name in _RAW_NAMES):
        return markup
    place = 0
    while found := _RAW.search(markup, place):
        lowered = lowered if lowered is not None else markup.lower()
        name = found[1].lower()
        end = lowered.find(f"</{name}", found.end())
        if end >= 0:
            place = end + len(name) + 2
            continue
        block = _NEXT_BLOCK.search(markup, found.end())
        cut = block.start() if block else found.end()
        opening = "" if name == "plaintext" else found[0]
        markup = f"{markup[: found.start()]}{opening}{markup[found.end() : cut]}{'' if not opening else f'</{name}>'}{markup[cut:]}"
        lowered = None
        place = found.start() + len(opening)
        if not opening:
            continue
    return markup
