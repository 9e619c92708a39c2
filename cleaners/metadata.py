"""Title, authors, date and the rest: what the page declares first, then what it shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from html import unescape
from typing import TYPE_CHECKING, Any

from cleaners import shapes
from cleaners.addresses import base_of, join
from cleaners.bylines import read_authors
from cleaners.datelines import read_published
from cleaners.dates import read_stamp
from cleaners.houses import is_blank, is_employer, is_house, is_nobody
from cleaners.lines import SOFT_HYPHEN
from cleaners.linked import linked_data, names_in
from cleaners.names import names_of
from cleaners.titles import SITE_SUFFIX, Titles, read_title

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cleaners.page import Page

_TITLES = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "title",
    "parsely-title",
    "sailthru.title",
)
_AUTHORS = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "search.byline",
    "citation_author",
    "twitter:creator:name",
)
_DATES = (
    "article:published_time", "datepublished", "og:published_time", "dc.date", "dcterms.date",
    "dc.date.issued", "dcterms.created", "date", "pubdate", "publishdate", "publish-date",
    "publication_date", "parsely-pub-date", "sailthru.date", "article.published",
    "citation_publication_date", "dc.date.created", "created", "cxenseparse:recs:publishtime",
    "originalpublicationdate",
)  # fmt: skip
_SITE_NAMES = ("og:site_name", "application-name", "twitter:app:name:iphone", "publisher", "dc.publisher")
_DESCRIPTIONS = ("og:description", "description", "twitter:description", "dc.description")
_IMAGES = ("og:image", "og:image:url", "twitter:image", "twitter:image:src")
_BY = re.compile(
    r"^(?:(?:(?:written )?by|von|par|por|di|de|av|af|door|от|oleh)[: ]|(?:authors?|autor(?:in|en|es|a|e|i)?|auteurs?|автор)\s?:)\s*",
    re.IGNORECASE,
)
_NAME_BREAK = re.compile(r"\s*(?:;|,| and | und | et | y | & )\s*(?:(?:and|und|et|y|&)\s+)?")
_RIGHTS = re.compile(r"(?P<owner>.{2,30}?)\s?版权所有")
_SURNAME_FIRST = re.compile(r"([^,]+),\s*([^,]+)")
_BAR = re.compile(r"\s*[|｜]\s*")  # Behind it the site's name, or the author's calling.
# "MERROW, Ada", as libraries write.
_LAST_FIRST = re.compile(
    r"\A\s*([^\W\d_a-z]{4,}(?:[-' ][^\W\d_a-z]{2,})*),\s+([^\W\d_][^\s,;]*[^\W\d_A-Z.](?: [^\W\d_]\.)?)\s*\Z"
)
_TAGS = re.compile(r"<[^>]{1,200}>")
_LONGEST = 400
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of its article; empty where it says nothing."""

    title: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    site_name: str = ""
    description: str = ""
    image: str = ""


FIELDS = tuple(field.name for field in fields(Metadata))


def read_metadata(page: Page, url: str | None, wanted: Iterable[str]) -> Metadata:
    """Return the wanted fields of a page's metadata.

    JSON-LD and meta tags are read first; bylines and dates are looked for where they say nothing.
    """
    asked = frozenset(wanted)
    if not asked:
        return Metadata()
    declared = declared_metadata(page)
    if "authors" in asked and not declared.authors:
        declared = replace(declared, authors=_shown_authors(page, declared.title))
    if "published" in asked and not declared.published:
        declared = replace(declared, published=read_published(page, declared.title, url or ""))
    image = join(base_of(url or "", page.base_url), declared.image) if declared.image else ""
    declared = replace(declared, image=image)
    return replace(
        declared, **{name: type(getattr(declared, name))() for name in FIELDS if name not in asked}
    )


def declared_metadata(page: Page) -> Metadata:
    """Return what JSON-LD, meta tags and the headline say, without asking anybody else."""
    metas = _first_values(page.metas)
    linked = linked_data(page.json_ld)
    site_name = _first(metas, _SITE_NAMES)
    social, twitter = _first(metas, _TITLES), metas.get("twitter:title", "")
    return Metadata(
        title=read_title(
            page, Titles(_text(linked.get("headline")), social, twitter, page.head_title, site_name)
        ),
        authors=_authors(page, linked),
        published=_published(metas, linked),
        site_name=site_name or _name(linked.get("publisher")),
        description=_first(metas, _DESCRIPTIONS) or _text(linked.get("description")),
        image=_first(metas, _IMAGES),
    )


def headline_of(page: Page) -> str:
    """Return the text of the page's main heading: its only h1, or the h1 that the title tag repeats."""
    headings = [
        draft.block.text for draft in page.drafts if draft.block.kind == "heading" and draft.block.level == 1
    ]
    distinct = list(dict.fromkeys(headings))
    titles = shapes.fold(
        " ".join([page.head_title, *(value for name, value in page.metas if name in _TITLES)])
    )
    matching = [text for text in distinct if shapes.fold(text) and shapes.fold(text) in titles]
    if matching:
        return max(matching, key=len)
    return distinct[0] if len(distinct) == 1 else ""


def _authors(page: Page, linked: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the people that a page declares as its authors; none where it names only itself or another house."""
    own = _own_names(page, linked)
    names = [name for name in _declared_names(page, linked) if shapes.fold(name) not in own]
    cleaned = tuple(name for name in _clean_names(names, own) if shapes.fold(name) not in own)
    is_weak = all(is_house(name) or is_nobody(name) for name in cleaned)
    return () if is_weak or _is_login(cleaned) else cleaned


def _own_names(page: Page, linked: Mapping[str, Any]) -> set[str]:
    """Return the names of the site itself, folded: as declared, and as the title tag ends with it."""
    suffix = SITE_SUFFIX.split(page.head_title)[1:]
    names = [*(value for name, value in page.metas if name in _SITE_NAMES), *_owners(page)]
    return {shapes.fold(name) for name in (*names, *suffix, _name(linked.get("publisher")))}


def _shown_authors(page: Page, title: str) -> tuple[str, ...]:
    """Return who the page shows as its authors; the site itself, declared or shown, where that is nobody else."""
    linked = linked_data(page.json_ld)
    own = _own_names(page, linked)
    owners = {shapes.fold(name) for name in _owners(page)}
    declared = _clean_names(_declared_names(page, linked), own)
    site = tuple(name for name in declared if shapes.fold(name) not in owners)
    shown = read_authors(page, title)
    others = tuple(name for name in shown if shapes.fold(name) not in own and not is_house(name))
    # Against a declared author one word is too little: it may be a label.
    if declared and any(_is_short(name, declared) for name in others):
        return site
    return others or site or shown


def _is_short(name: str, declared: Sequence[str]) -> bool:
    """Tell whether a shown name is too short to go before what is declared: one word, where that may be right."""
    return " " not in name and (_is_login(declared) or not shapes.is_unspaced(name))


def _is_login(declared: Sequence[str]) -> bool:
    """Tell whether the only declared name is one word, as people log in with; a byline has more to say."""
    return len(declared) == 1 and declared[0].isascii() and " " not in declared[0]


def _declared_names(page: Page, linked: Mapping[str, Any]) -> list[str]:
    names = list(names_in(linked.get("author"))) or [
        # Libraries write the surname first.
        _SURNAME_FIRST.sub(r"\2 \1", value, count=1) if name == "citation_author" else value
        for name, value in page.metas
        if name in _AUTHORS and not is_nobody(_unlabelled(value))
    ]
    return [unescape(name) for name in names]


def _owners(page: Page) -> list[str]:
    """Return who says to hold all rights in a page, as Chinese portals do."""
    return [
        found["owner"]
        for name, value in page.metas
        if name == "copyright" and (found := _RIGHTS.match(value))
    ]


def _clean_names(names: Iterable[str], own: Collection[str]) -> tuple[str, ...]:
    cleaned: list[str] = []
    for name in names:
        parts = [
            _clean_name(each) for each in _NAME_BREAK.split(_LAST_FIRST.sub(r"\2 \1", _person_of(name, own)))
        ]
        cleaned += [part for part in parts if part is parts[0] or not is_employer(part, parts[0])]
    return tuple(dict.fromkeys(name for name in cleaned if name))


def _person_of(name: str, own: Collection[str]) -> str:
    """Return the part of a name that stands before a bar; behind it, where that before is the paper's name."""
    first, *others = _BAR.split(name)
    is_paper = shapes.fold(first) in own or first.lower().startswith("the ")
    return others[0] if others and is_paper and names_of(others[0]) else first


def _unlabelled(name: str) -> str:
    """Return a name without tags, and without the words that say that one follows."""
    return _BY.sub("", " ".join(_TAGS.sub(" ", unescape(name)).split())).strip(" ,.|")


def _clean_name(name: str) -> str:
    name = _unlabelled(name)
    if "기자" in name:
        name = next(iter(names_of(name)), name)
    return "" if not name or len(name) > _LONGEST_NAME or is_blank(name) else name


def _published(metas: Mapping[str, str], linked: Mapping[str, Any]) -> str:
    candidates = [
        _text(linked.get("datePublished")),
        *(metas.get(name, "") for name in _DATES),
        _text(linked.get("dateCreated")),
    ]
    for candidate in candidates:
        if stamp := read_stamp(candidate, is_declared=True):
            return stamp
    return ""


def _first_values(metas: Iterable[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in metas:
        if value.strip():
            values.setdefault(name, _tidy(value))
    return values


def _first(metas: Mapping[str, str], names: Iterable[str]) -> str:
    return next((metas[name] for name in names if name in metas), "")


def _name(value: Any) -> str:  # noqa: ANN401 - JSON is any
    return next(names_in(value), "")


def _text(value: Any) -> str:  # noqa: ANN401 - JSON is any
    if not isinstance(value, str):
        return ""
    return _tidy(_TAGS.sub(" ", value))[: 4 * _LONGEST]


def _tidy(value: str) -> str:
    return " ".join(unescape(value).replace(SOFT_HYPHEN, "").split())
