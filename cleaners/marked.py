"""The elements whose markup says that they hold an author or a date, with where they stand on the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

    from cleaners.page import Page

_HEADINGS = "h1"
AUTHORS = (
    "[itemprop*=author],[itemprop=creator],[rel~=author],[class*=author i],[class*=byline i],[class*=autor i],"
    "[class*=auteur],[class*=username i],[class*=creator],[id*=author i],[class*=writer i],[class*=reporter i],"
    "[class*=journalist i],[class*=yazar],[class*=penulis],[class*=skribent],[class*=forfatter],[class*=szerzo],"
    "p[class~=firma],span[class~=firma],div[class~=firma]"
)
TIMES = "time,[itemprop*=date],abbr[title^='19'],abbr[title^='20']"
DATES = "[class*=date i],[class*=publi],[class*=posted],[class*=time],[class*=meta i],[class*=datum],[class*=fecha]"
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Around these stand other articles, other people's words, or the people behind the site.
_OTHERS = frozenset(
    "comment comments reply replies related recommend recommended recommendation recommendations teaser teasers similar "
    "upnext readmore morefrom infobox reference references citation".split()
)
# Far from the headline, nothing in these is the article's.
_FAR = frozenset(
    "footer copyright reviews review testimonial testimonials carousel slider slick swiper newsletter popular trending "
    "latest recent nav navigation menu promo events".split()
)
_ELSEWHERE = _OTHERS | frozenset(
    "sidebar footer popular trending latest nav navigation menu newsletter testimonial testimonials reviews carousel "
    "slider slick recent promo advert copyright bookmark cookie modal popup".split()
)
_PIECES = frozenset(("article", "entry", "post"))  # They have footers of their own.
_ELSEWHERE_TAGS = frozenset(
    ("aside", "nav", "footer", "figure", "figcaption", "blockquote", "dialog", "select")
)
_LABELS = frozenset(("-text", "span", "b", "strong", "em", "i", "small", "abbr", "dt"))
_LONGEST_LABEL = 40
_MOST = 200  # Elements looked at; a real page has some five.
_REACH = 30  # Steps up from one.
_LONGEST_NAMES = 300
_LONGEST_TEXT = 300
_MOST_NODES = 60


class Marked(NamedTuple):
    """An element whose markup says what it holds.

    `names` are the words of its class and id, `property` its itemprop or rel, `value` what it says for machines,
    `lines` its texts, `label` what stands before it. `is_elsewhere` tells that it belongs to something beside the
    article, `is_behind` that it stands behind the headline, `steps` how far up the headline's element is.
    """

    tag: str
    names: tuple[str, ...]
    property: str
    value: str
    lines: tuple[str, ...]
    label: str
    is_elsewhere: bool
    is_behind: bool
    steps: int
    above: tuple[int, ...]


def find_marked(page: Page, selector: str, title: str) -> list[Marked]:
    """Return the elements that a selector meets, in the order of the page."""
    if page.tree is None:
        return []
    nodes = {node.mem_id: node for node in page.tree.css(f"{_HEADINGS},{selector}")}
    headline = _headline(nodes.values(), title)
    around = {node.mem_id for node in _climb(headline)} if headline is not None else set()
    found: list[Marked] = []
    is_behind = headline is None
    for node in nodes.values():
        if node.tag == "h1":
            is_behind = is_behind or (headline is not None and node.mem_id == headline.mem_id)
        elif len(found) < _MOST and node.tag not in ("html", "body", "meta", "link", "script", "style"):
            found.append(_read(node, around, is_behind=is_behind))
    return found


def is_of_others(names: str, *, far: bool = False) -> bool:
    """Tell whether the class and id of an element say that it holds other people's words or other articles.

    `far` from the headline, what else stands beside an article counts too.
    """
    words = words_of(names)
    if not _OTHERS.isdisjoint(words):
        return True
    return far and not _FAR.isdisjoint(words) and _PIECES.isdisjoint(words)


def words_of(names: str) -> tuple[str, ...]:
    """Return the words of a class or an id, parted at signs and where capitals begin.

    >>> words_of("authorBlock_authorName post-date")
    ('author', 'block', 'author', 'name', 'post', 'date')
    """
    return tuple(word.lower() for word in _WORD.findall(names[:_LONGEST_NAMES]))


def _headline(nodes: Iterable[LexborNode], title: str) -> LexborNode | None:
    headings = [node for node in nodes if node.tag == "h1"][:_MOST]
    wanted = shapes.fold(title)
    for node in headings:
        text = shapes.fold(" ".join(read_lines(node)))
        if text and (text in wanted or wanted in text):
            return node
    return headings[0] if headings else None


def _climb(node: LexborNode) -> Iterator[LexborNode]:
    above: LexborNode | None = node
    steps = 0
    while above is not None and steps < _REACH and above.tag not in ("body", "html"):
        yield above
        above = above.parent
        steps += 1


def _read(node: LexborNode, around: set[int], *, is_behind: bool) -> Marked:
    attributes = node.attributes
    names = words_of(f"{attributes.get('class') or ''} {attributes.get('id') or ''}")
    is_elsewhere = False
    above: list[int] = []
    for each in _climb(node):
        if each.mem_id in around:
            break
        above.append(each.mem_id)
        if not is_elsewhere:
            own = each.attributes
            is_elsewhere = (each.tag in _ELSEWHERE_TAGS and each is not node) or not _ELSEWHERE.isdisjoint(
                words_of(f"{own.get('class') or ''} {own.get('id') or ''} {own.get('itemprop') or ''}")
            )
    value = attributes.get("content") or attributes.get("datetime") or attributes.get("title") or ""
    kind = attributes.get("itemprop") or attributes.get("rel") or ""
    return Marked(
        node.tag or "", names, kind.lower(), value[:_LONGEST_NAMES], tuple(read_lines(node)), _label_of(node),
        is_elsewhere, is_behind, len(above), tuple(above),
    )  # fmt: skip


def _label_of(node: LexborNode) -> str:
    """Return the end of the text before an element in its line: "Updated" before its time."""
    before = node.prev
    while before is not None and before.tag == "-text" and (before.text_content or "").isspace():
        before = before.prev
    if before is None or before.tag not in _LABELS:
        return ""
    return (before.text_content or before.text())[-_LONGEST_LABEL:]


def read_lines(node: LexborNode) -> list[str]:
    """Return the first texts inside an element, each on its own; a hostile one has too many to read."""
    lines: list[str] = []
    length = seen = 0
    for each in node.traverse(include_text=True):
        seen += 1
        if seen > _MOST_NODES or length > _LONGEST_TEXT:
            break
        if each.tag == "-text" and (text := " ".join((each.text_content or "")[:_LONGEST_TEXT].split())):
            if each.parent is not None and each.parent.tag in ("script", "style", "noscript"):
                continue
            lines.append(text)
            length += len(text)
    return lines
