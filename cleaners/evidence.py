"""What the names and tags of an element say: class and id words by concept, whole words only."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_NOISE_NAMES = {
    "navigation": "nav navbar navi navigation menu megamenu submenu topbar footer colophon masthead sidebar offcanvas hamburger",
    "breadcrumb": "breadcrumb breadcrumbs crumb crumbs",
    "share": "share shares sharing sharer sharebar social socials addthis addtoany sharedaddy sociable shariff socialmedia",
    "related": "related recommended recommendation recommendations recirc recirculation outbrain taboola mostread popular "
    "trending readmore morefrom alsoread readalso youmaylike crosslinks teaserlist linkbox infobox jp-relatedposts yarpp zergnet revcontent",
    "comments": "comment comments commentlist commentform disqus respond replies livefyre fbcomments",
    "newsletter": "newsletter signup subscribe optin mailchimp nl-signup",
    "advertisement": "ad ads adv advert adverts advertisement advertising adsense adslot adbox adunit dfp gpt sponsor sponsored "
    "sponsors promo promoted promotion banner anzeige werbung publicidad pubblicita reklama affiliate",
    "author-bio": "bio authorbox authorbio authorinfo",
    "caption": "caption captions figcaption imagecaption bildunterschrift legende legend cutline",
    "credit": "credit credits photocredit imagecredit bildnachweis",
    "byline": "byline bylines dateline timestamp postmeta pubdate datetime",
    "tags": "tag tags tagcloud taglist hashtags keywords",
    "consent": "cookie cookies consent gdpr cookiebar cmp onetrust",
    "paywall": "paywall regwall piano",
    "pagination": "pagination pager pagenavi paging nextprev prevnext",
    "language-switch": "language languages langswitch wpml",
    "placeholder": "loading spinner modal popup lightbox overlay tooltip",
    "skip-link": "skip skiplink",
}
_STRUCTURE = frozenset(
    "box boxes wrapper wrap container block blocks list lists item items link links widget widgets form bar section area inner "
    "outer module modules content contents posts articles article stories story button buttons btn icon icons title header "
    "head heading main left right top bottom col column row grid panel pane group set unit slot region holder label count "
    "counter toolbar tools tool page post entry site blog news body global desktop mobile fixed sticky hidden js wp td field "
    "fields input submit name names small large xs sm md lg xl primary secondary first last one two three new single full "
    "float below above bottom inline in by for the and of to my your us cloud image img photo slider carousel rail media text attachment "
    "aligncenter alignleft alignright alignnone".split()
)
_BODY_NAMES = frozenset(
    "articlebody entry-content post-content article-body article-content story-body storybody article-text articletext "
    "post-body single-content articlecontent article__body story-content body-content entrytext content-body".split()
)
_LEAD = frozenset(
    "lead lede teaser intro introduction standfirst summary excerpt abstract chapo subtitle dek deck sapo subheadline "
    "subheading subhead vorspann anriss anrisstext ingress manchet entradilla bajada copete sottotitolo occhiello "
    "zajawka perex description strapline tagline".split()
)
FLAGS = (
    "article", "main", "nav", "aside", "footer", "header", "form", "figure", "table", "li", "section", "p", "a", "blockquote", "button",
    "details", "dl", "body name", "lead name", "noise word",
)  # fmt: skip
BODY, LEAD, MENTION = (1 << FLAGS.index(name) for name in ("body name", "lead name", "noise word"))
TOPICS = (
    "forum", "thread", "topic", "post", "reply", "comment", "product", "cart", "price", "docs", "doc", "sidebar", "toc", "code", "search",
    "result", "card", "grid", "teaser", "author", "hero", "faq", "testimonial", "pricing", "shop", "category", "archive", "listing", "job",
    "filter", "pagination", "date", "byline", "entry", "single", "message", "user", "avatar", "quote", "rating", "sku", "service", "contact",
    "form",
)  # fmt: skip
_TOPIC_BITS = {
    form: sum(1 << bit for bit, topic in enumerate(TOPICS) if form in (topic, f"{topic}s"))
    for form in (*TOPICS, *(f"{topic}s" for topic in TOPICS))
}
_TAG_FLAGS = {name: 1 << bit for bit, name in enumerate(FLAGS)}
_LONGEST = 400  # Characters of what is remembered: all names of an element, and one of them.
_LONGEST_NAME = 60
_ROOTS = frozenset(("html", "body"))
_PRINCIPAL = _ROOTS | {"main", "article"}
_SHORTEST_MARK = 3
_MOST_MARKS = 12  # Of one element; utility classes come by the dozen.
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_NOISE = {word: noise for noise, words in _NOISE_NAMES.items() for word in words.split()}
_NOISE_TAGS = {
    "nav": "navigation",
    "footer": "chrome",
    "form": "chrome",
    "button": "chrome",
    "select": "chrome",
    "menu": "navigation",
    "dialog": "chrome",
    "figcaption": "caption",
    "textarea": "chrome",
    "legend": "chrome",
}


def words_of(noise: str) -> list[str]:
    """Return the words in class names that speak of a noise type, without those that hold another of them."""
    words = _NOISE_NAMES[noise].split()
    return [word for word in words if not any(other != word and other in word for other in words)]


class _Name(NamedTuple):
    """What one class or id says, as of `Nature`; its marks are its words, alone and together."""

    flags: int
    noise: str
    topics: int
    marks: tuple[str, ...]


def _read_name(name: str) -> _Name:
    """Read one class or id.

    It speaks of noise only if all its words are known, one of them as noise: `share-bar` does, `share-ownership`
    and `barcelona-text` do not.
    """
    words = [word.lower() for word in _WORDS.findall(name)]
    noises = [_NOISE[word] for word in words if word in _NOISE]
    is_known = noises and all(word in _NOISE or word in _STRUCTURE or word.isdigit() for word in words)
    flags = MENTION if noises else 0
    flags |= 0 if _LEAD.isdisjoint(words) else LEAD
    flags |= BODY if name.lower().replace("_", "-") in _BODY_NAMES else 0
    parts = [word for word in words if len(word) >= _SHORTEST_MARK and not word.isdigit()]
    together = ("-".join(parts),) if len(parts) > 1 else ()
    topics = 0
    for part in parts:
        topics |= _TOPIC_BITS.get(part, 0)
    return _Name(flags, noises[0] if is_known else "", topics, (*parts, *together))


# The same names come in ever new company, so each is remembered by itself too.
_known_name = lru_cache(maxsize=16_384)(_read_name)


class Nature(NamedTuple):
    """What the tag and names of an element say.

    `flags` is a bit mask over `FLAGS`, `noise` the noise type that it speaks of, `topics` a bit mask over the
    `TOPICS` among its words, and `marks` are the words of its tag and names.
    """

    flags: int
    noise: str
    topics: int
    marks: tuple[str, ...]


def nature_of(tag: str, names: str) -> Nature:
    """Return what the tag and the names of an element, its classes and its id, say.

    Its marks are the parts of each name alone and together.

    >>> nature_of("div", "post__bodyText x1").marks
    ('<div>', 'body', 'post', 'post-body-text', 'text')
    """
    return _known_nature(tag, names) if len(names) <= _LONGEST else _nature(tag, names)


def _nature(tag: str, names: str) -> Nature:
    flags, noise, topics = _TAG_FLAGS.get(tag, 0), _NOISE_TAGS.get(tag, ""), 0
    marks = {f"<{tag}>"}
    for name in names.split():
        read = _known_name(name) if len(name) <= _LONGEST_NAME else _read_name(name)
        flags |= read.flags
        noise = noise or read.noise
        topics |= read.topics
        marks.update(read.marks)
    if tag in _PRINCIPAL:
        noise = ""
        flags = _TAG_FLAGS.get(tag, 0) if tag in _ROOTS else flags
    return Nature(flags, noise, topics, tuple(sorted(marks)[:_MOST_MARKS]))


# Elements are named alike from page to page; long lists of names would only fill the memory.
_known_nature = lru_cache(maxsize=16_384)(_nature)
