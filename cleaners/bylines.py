"""Who wrote it: the names in the bylines that a page shows, as its markup marks them or as they read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cleaners import shapes
from cleaners.dates import TIME_OF_DAY, find_dates, says_publication
from cleaners.marked import AUTHORS, Marked, find_marked
from cleaners.names import is_signature, names_in, names_of_dateline, opening_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cleaners.page import Draft, Page
    from cleaners.types import Block

_PERSON_PAGE = re.compile(
    r"/(?:(?P<author>authors?|autor|autoren|autori|autores|auteurs?|autore|writers?|columnists?|contributors?|journalists?"
    r"|redakteure?|byline|by)|people|persons?|staff|team|users?|profiles?|members?|u|user-profile)/[^/?#]+"
    r"|[?&]author=|(?:profile|member)\.php\?|memberlist\.php\?[^#]*\bu=",
    re.IGNORECASE,
)
# What members do there, the channels of others, and the stories below the page of a column.
_NO_PERSON_PAGE = re.compile(
    r"/users?/(?:my|log|sign|register|password|account|new\b|forgot|search|settings)|[?&](?:action|mode|do)=(?!view|profile)"
    r"|\b(?:youtube|facebook|linkedin|vimeo|flickr)\.com/|/(?:19|20)\d\d/\d\d?/",
    re.IGNORECASE,
)
_BEFORE, _BEHIND = 5, 10  # Blocks around the headline.
_LINE_WORDS = 20
_LONGER = 2  # Than its folded form no line is.
_MOST_NAMES = 12
_MOST_WORDS = 20  # In the class of an element; one with more tells its whole article's story there.
# How sure a find is: from `_ENOUGH` on it is believed, from `_SURE` on nobody else is asked.
_ENOUGH, _LIKELY, _SURE, _DECLARED = 2, 3, 4, 5
_MARKS = frozenset(
    """
    author authors byline bylines autor autoren auteur auteurs autore autori writer writers contributor contributors
    reporter reporters journalist journalists yazar penulis skribent forfatter szerzo firma
    """.split()
)
_USERS = frozenset(("username", "creator", "posted"))
_MEMBERS = _USERS | {"vcard"}
_NAMES = frozenset(("name", "names", "byline", "link"))
_WHOLE_TAGS = frozenset(("article", "main"))  # Their classes tell of whom a page is, as logins have it.
_BESIDE = frozenset(
    "bio about box desc description image img avatar photo social title role job position date info meta pic picture".split()
)
_PARTS = re.compile(r"\s*[|·•\n]\s*|\s[–—-]\s")
_CLOCK = re.compile(
    rf"\A[ ,.:–—-]*(?:(?:(?:at|um|à|a las|às|alle(?: ore)?|ore|om|kl\.?) )?(?:{TIME_OF_DAY.pattern})(?: Uhr)?)?[ ,.:–—-]*",
    re.IGNORECASE,
)
_CONTROLS = frozenset(("input", "button", "textarea", "img"))


def read_authors(page: Page, title: str) -> tuple[str, ...]:
    """Return the authors that a page shows, in the order of its bylines."""
    best, names = _from_lines(page, headline_place(page, title))
    if best >= _SURE:
        return tuple(dict.fromkeys(names))[:_MOST_NAMES]
    marked = [each for each in find_marked(page, AUTHORS, title) if each.tag not in _CONTROLS]
    for each in marked:
        points = _points(each)
        if points > best and (found := names_in(each.lines, is_user=_is_user(each))):
            best, names = points, _with_fellows(found, each, marked)
    if best < _ENOUGH:
        names = _named_by_address(page, marked)
    return tuple(dict.fromkeys(names))[:_MOST_NAMES]


def _named_by_address(page: Page, marked: Iterable[Marked]) -> list[str]:
    """Return the marked name, wherever it stands, that the address of the declared author ends with."""
    slugs = {
        shapes.fold(value.rstrip("/").rpartition("/")[2])
        for name, value in page.metas
        if name in ("article:author", "author") and "/" in value
    }
    texts = (each.lines[0] for each in marked if each.lines)
    return [text for text in texts if " " in text and shapes.fold(text) in slugs][:1]


def _is_user(each: Marked) -> bool:
    """Tell whether a mark is trusted so far that any word is a name, as those of a forum's members are."""
    return each.property in ("author", "creator", "name author") or not _MEMBERS.isdisjoint(each.names)


def _points(each: Marked) -> int:
    is_whole = each.tag in _WHOLE_TAGS or "hentry" in each.names
    words = set() if is_whole or len(each.names) > _MOST_WORDS else set(each.names)
    points = 0
    if "author" in each.property:
        points = _DECLARED
    elif words & _MARKS:
        points = _SURE + bool(words & _NAMES) + 2 * ("vcard" in words)
        points -= 2 * bool(words & _BESIDE and not words & _NAMES)
    elif words & _USERS:
        points = _ENOUGH
    if points and (each.is_elsewhere or "description" in words):
        points -= _SURE
    if points and not each.is_behind:
        points -= 1
    return points


def _with_fellows(names: Sequence[str], first: Marked, marked: Iterable[Marked]) -> list[str]:
    """Return the names with those of the elements beside the first one that are marked as it is."""
    if not _USERS.isdisjoint(first.names):
        return list(names)
    near = set(first.above[1:3])
    together = list(names)
    for each in marked:
        is_fellow = (each.tag, each.names, each.property) == (first.tag, first.names, first.property)
        if is_fellow and each is not first and near.intersection(each.above[1:3]):
            together += names_in(each.lines, is_user=_is_user(each))
    return together


def _from_lines(page: Page, headline: int) -> tuple[int, list[str]]:
    """Return what the visible bylines say, and how sure that is."""
    best: tuple[int, list[str]] = (0, [])
    for place in _outwards(len(page.drafts), headline):
        is_near = -_BEFORE <= place - headline <= _BEHIND
        points, names = _read_draft(page.drafts[place], is_near=is_near, is_behind=place >= headline)
        if points > best[0] and names:
            best = points, names
        if (best[0] > _ENOUGH and not is_near) or best[0] >= _SURE:
            break
    return best


def _read_draft(draft: Draft, *, is_near: bool, is_behind: bool) -> tuple[int, list[str]]:
    text = draft.block.text
    if draft.words > _LINE_WORDS:
        return _LIKELY, names_of_dateline(text) if is_near and is_behind else []
    # A box of facts says who wrote the play, not who wrote of it.
    if draft.block.kind == "table" and (not is_near or text.startswith("Written by")):
        return 0, []
    points, names = _read_line(draft.block, is_near=is_near)
    if not names and is_near and is_behind and is_signature(text):
        points, names = _LIKELY, names_in([text])
    if not names and is_near and draft.block.links:
        points, names = _read_links(draft.block, is_behind=is_behind)
    return points, names


def _person_page(url: str) -> re.Match[str] | None:
    """Return what in an address says that it leads to somebody's own page."""
    return None if _NO_PERSON_PAGE.search(url) else _PERSON_PAGE.search(url)


def _outwards(count: int, headline: int) -> Iterator[int]:
    """Yield the places of all blocks: what follows the headline closely, what stands before it, the rest."""
    last = min(count, headline + _BEHIND + 1)
    yield from range(headline, last)
    yield from range(headline - 1, max(-1, headline - _BEFORE - 1), -1)
    yield from range(last, count)


def _read_line(block: Block, *, is_near: bool) -> tuple[int, list[str]]:
    # Before a byline a date may stand, or a section.
    parts = [block.text, *((*_PARTS.split(block.text), _behind_date(block.text)) if is_near else ())]
    line, opening = next(((part, found) for part in parts if (found := opening_of(part))), ("", None))
    if opening is None or not (is_near or opening.is_plain):
        return 0, []
    names = names_in(line.split("\n")[:3])
    if not opening.is_plain and names and names[0].isascii() and " " not in names[0]:
        return 0, []
    # Where nothing parts a name from what follows, its link does.
    words = (
        each
        for link in block.links[:_MOST_NAMES]
        if " " in (each := block.text[link.start : link.end]) or (each and _person_page(link.url))
    )
    names[:1] = [next((each for each in words if name.startswith(each)), name) for name in names[:1]]
    return (_SURE if is_near else _LIKELY), names


def _behind_date(text: str) -> str:
    """Return what follows the date of a line that begins with it, or says that it was published then."""
    found = next(iter(find_dates(text)), None)
    if found is None or found.is_change or (found.start and not says_publication(text[: found.start])):
        return ""
    return _CLOCK.sub("", text[found.end :], count=1)


def _read_links(block: Block, *, is_behind: bool) -> tuple[int, list[str]]:
    """Return the names in the links that lead to people's own pages."""
    names: list[str] = []
    points = 0
    for link in block.links:
        kind = _person_page(link.url)
        # Before the headline, a page of people is the site's own.
        if kind is None or not (kind["author"] or is_behind):
            continue
        found = names_in([block.text[link.start : link.end]], is_user=not kind["author"])
        if found and (kind["author"] or not names):
            names += found
            points = max(points, _SURE if kind["author"] else _LIKELY)
    return points, names


def headline_place(page: Page, title: str) -> int:
    """Return the position of the block that is the headline, 0 where none is."""
    wanted = shapes.fold(title)
    headings = [(n, draft.block) for n, draft in enumerate(page.drafts) if draft.block.kind == "heading"]
    mains = [(n, shapes.fold(block.text)) for n, block in headings if block.level == 1]
    for place, text in mains:
        if text and (text in wanted or wanted in text):
            return place
    # The only main heading may be the site's name, and the headline no heading at all.
    lesser = (n for n, block in headings if wanted and shapes.fold(block.text) == wanted)
    others = (n for n, draft in enumerate(page.drafts) if wanted and _is_line(draft.block.text, wanted))
    return next(lesser, mains[0][0] if mains else next(others, 0))


def _is_line(text: str, wanted: str) -> bool:
    """Tell whether a text is what is wanted, folded; most are told by their length."""
    return len(text) <= _LONGER * len(wanted) and shapes.fold(text) == wanted
