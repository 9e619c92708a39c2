"""What a page is called: its headline, without the name of the site."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes
from cleaners.addresses import split
from cleaners.marked import read_lines, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cleaners.page import Draft, Page
    from cleaners.types import Block

SITE_SUFFIX = re.compile(r"\s+[|–—·»•-]\s+(?=[^|–—·»•]{2,60}\Z)")
_DOMAIN_SUFFIX = re.compile(r"\s+[/|–—-]\s+(?:www\.)?[\w-]{2,40}(?:\.[\w-]{2,20}){1,3}\Z")
_ARCHIVE = re.compile(r"\A.{1,80}? [»|] Blog Archive [»|] (?=.)")
# Between the parts of a title tag; in Chinese they stand close, and a blank parts them too.
_EAST = "[\u3040-\u30ff\u3400-\u9fff】》）！？。]"
_BETWEEN = re.compile(
    rf"\s*(?:[|｜»·•_]+|--+|——+)\s*|\s+[-–—/:]\s+|(?<={_EAST})-|-(?={_EAST})|(?<={_EAST})[ \u3000](?={_EAST})"
)
_HEADLINES = ":is(div,p,span):is(.headline,.entry-title)"
_MARKS = " :|-–—»·"
_LESSER = (2, 3)  # Levels of headings.
_PIECES = frozenset(("entry", "post", "article", "story"))
_WHOLE = 0.9  # Of a block that is a link and nothing else.
_SAME_TITLE = 0.5  # Of the words: measured on 919 pages, right for 86 %, og:title alone for 71 %.
_MOST_OF_TAG = 0.6  # The headline's share of a title tag, at least.
_MOST_WORDS = 40
_FEW = 2  # Words of a section's name.
_MOST_PARTS = 8
_LONGEST = 1_000  # Characters of a title that is looked into: a bound for hostile ones.


class Titles(NamedTuple):
    """What a page declares as its title: in JSON-LD, in meta tags (the first of them, and that for Twitter), in its title tag."""

    linked: str
    social: str
    twitter: str
    tag: str
    site_name: str


def read_title(page: Page, declared: Titles) -> str:
    """Return the headline: a main heading that shares its words with a declared title, else that title."""
    tag = _ARCHIVE.sub("", declared.tag)
    social = without_site(declared.social, declared.site_name)
    headings = [draft for draft in page.drafts if draft.block.kind == "heading"]
    mains = [draft for draft in headings if draft.block.level == 1]
    # Of a page that is called like its site, the heading stays.
    site_name = declared.site_name if shapes.fold(declared.site_name) not in shapes.fold(social) else ""
    names = {_line(draft) for draft in mains if _names_site(page, draft)}
    known = [
        _without_name(title, names)
        for title in (declared.linked, social, without_site(tag, declared.site_name))
    ]
    own = [
        line
        for line in dict.fromkeys(map(_line, mains))
        if line not in names and not _is_same(line, site_name)
    ]
    agreed = _agreed(declared, social)
    for heading in own:
        if agreed and _is_other(heading, agreed, headings):
            continue
        if any(_common_share(heading, title) >= _SAME_TITLE for title in known):
            return _without_glued(heading, tag)
    best = next((title for title in known if title and title not in names), "")
    if found := _shown_part(page, best, declared.site_name):
        return found
    marked = "" if own or declared.linked else _marked_headline(page, headings, is_bare=not declared.social)
    return marked or best or next((title for title in (*known, *own) if title), "")


def without_site(title: str, site_name: str) -> str:
    """Return a title without the site's name behind a bar or dash.

    >>> without_site("Fees rise - Quayside", ""), without_site("Fees rise - Quayside", "Wexby"), without_site("Fees / quay.example", "Wexby")
    ('Fees rise', 'Fees rise - Quayside', 'Fees')
    """
    title = _DOMAIN_SUFFIX.sub("", title)
    found = list(SITE_SUFFIX.finditer(title))
    if found and len(title[: found[-1].start()]) > len(title) // 3:
        suffix = shapes.fold(title[found[-1].end() :])
        if (
            not site_name
            or suffix == shapes.fold(site_name)
            or suffix in shapes.fold(site_name)
            or "|" in found[-1][0]
        ):
            return title[: found[-1].start()].strip()
    return title.strip()


def _agreed(declared: Titles, social: str) -> str:
    """Return what a page declares for those who share it, if it declares it twice."""
    folded = shapes.fold(social)
    is_site = folded in shapes.fold(declared.site_name)
    is_twice = folded in shapes.fold(declared.twitter) or folded in shapes.fold(declared.tag)
    return social if is_twice and not is_site else ""


def _is_other(heading: str, agreed: str, headings: Sequence[Draft]) -> bool:
    """Tell whether a main heading is that of a section: of few words, or another bears the title that is declared twice."""
    share = _common_share(heading, agreed)
    if len(heading.split()) <= _FEW < len(agreed.split()):
        return not share
    wanted = shapes.fold(agreed)
    return share < _SAME_TITLE and any(shapes.fold(draft.block.text) == wanted for draft in headings)


def _shown_part(page: Page, title: str, site_name: str) -> str:
    """Return the part of a title that the page shows by itself, where the site's name or its section is the rest."""
    parts = {shapes.fold(part): part for part in _parts(title) if shapes.fold(part) != shapes.fold(site_name)}
    if not parts:
        return ""
    longest = max(map(len, parts.values()))
    shown = {
        folded
        for draft in page.drafts
        if draft.words <= _MOST_WORDS
        and len(draft.block.text) <= 2 * longest
        and (folded := shapes.fold(draft.block.text)) in parts
    }
    return max((parts[folded] for folded in shown), key=len, default="")


def _parts(title: str) -> Iterator[str]:
    """Yield what stands before and behind each break in a title, if it is most of it."""
    for found in islice(_BETWEEN.finditer(title), _MOST_PARTS if len(title) <= _LONGEST else 0):
        before, behind = title[: found.start()].strip(), title[found.end() :].strip()
        if len(before) >= _MOST_OF_TAG * len(title):
            yield before
        # "About - Quayside" is called so.
        if len(behind) >= len(title) / 2 and shapes.word_count(before) > 1:
            yield behind


def _marked_headline(page: Page, headings: Sequence[Draft], *, is_bare: bool) -> str:
    """Return the only lesser heading that the markup calls the headline, or the only line of a page that declares nothing."""
    lesser = (draft for draft in headings if draft.block.level in _LESSER)
    marked = dict.fromkeys(_line(draft) for draft in lesser if _is_marked(page.names[draft.element]))
    if not marked and is_bare and page.tree is not None:
        lines = (" ".join(read_lines(node)) for node in page.tree.css(_HEADLINES)[:_MOST_PARTS])
        marked = dict.fromkeys(line for line in lines if 1 < shapes.word_count(line) <= _MOST_WORDS)
    return next(iter(marked)) if len(marked) == 1 else ""


def _is_marked(names: str) -> bool:
    words = set(words_of(names))
    return not (words.isdisjoint(_PIECES) or words.isdisjoint(("title", "headline")))


def _line(draft: Draft) -> str:
    return " ".join(draft.block.text.split()).removesuffix("¶").rstrip()


def _is_same(one: str, other: str) -> bool:
    return bool(other) and shapes.fold(one) == shapes.fold(other)


def _names_site(page: Page, draft: Draft) -> bool:
    """Tell whether a heading is the site's name: marked so, or nothing but a link to the front page."""
    words = set(words_of(page.names[draft.element]))
    is_marked = "logo" in page.names[draft.element].split() or (
        "site" in words and not words.isdisjoint(("title", "name"))
    )
    return is_marked or _leads_home(draft.block)


def _leads_home(block: Block) -> bool:
    """Tell whether a heading is nothing but a link to the front page: then it is the site's name."""
    return (
        len(block.links) == 1 and block.link_density > _WHOLE and split(block.links[0].url).path in ("", "/")
    )


def _without_name(title: str, names: Iterable[str]) -> str:
    """Return a title without the site's name and a mark before it."""
    for name in names:
        behind = title.removeprefix(name)
        rest = behind.lstrip(_MARKS)
        if rest and behind != title and not behind[:1].isalnum() and not behind.startswith(","):
            return rest
    return title


def _without_glued(heading: str, tag: str) -> str:
    """Return a heading without the site's name that is glued to its end, as the first and last part of the title tag tell."""
    parts = [part.strip() for part in _BETWEEN.split(tag)] if len(tag) <= _LONGEST else []
    return parts[0] if len(parts) > 1 and heading == f"{parts[0]}{parts[-1]}" else heading


def _common_share(one: str, other: str) -> float:
    """Return the share of the shorter text's words that the other has too."""
    words, others = set(shapes.fold(one).split()), set(shapes.fold(other).split())
    return len(words & others) / max(1, min(len(words), len(others)))
