"""What the elements of HTML mean to the cleaner: which are blocks, which are passed by, which never close."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from cleaners.types import Kind

# What the walk does with an element; plain numbers, because it asks for every one.
PLAIN, INLINE, BLOCK, ROW, BREAK, SKIP, HEAD, META, END = range(9)
END_TAG = "chaffinch-end"  # Put behind every page: if the walk does not meet it, something hides the end.
_BLOCKS = """
    address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol
    optgroup p pre search section select summary table tbody td textarea tfoot th thead ul video audio object
    xmp listing
"""
_SKIPPED = """
    script style template svg math canvas noscript param source track rp rt rtc area map datalist iframe noembed
    noframes
"""
# Nothing but their text matters of these.
_PLAIN = """
    abbr acronym b bdi bdo big cite code data del dfn em embed font i ins kbd mark nobr picture q s samp small
    span strike strong sub sup tt u var wbr
"""
_PHRASES = "p h1 h2 h3 h4 h5 h6 a span b strong i em u s small label q cite mark sub sup"
_FORMATTING = "b big code em font i nobr s small strike strong tt u"
_VOID = """
    area base br col embed hr img input link meta param source track wbr frame keygen basefont bgsound
"""
_SELF_CLOSING = "a p li dt dd tr td th option optgroup thead tbody tfoot colgroup rp rt"
_HTML_AGAIN = """
    b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu
    meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var foreignobject desc title mi
    mo mn ms mtext
"""

ACTIONS: dict[str, int] = (
    dict.fromkeys(_PLAIN.split(), PLAIN)
    | dict.fromkeys(_BLOCKS.split(), BLOCK)
    | dict.fromkeys(_SKIPPED.split(), SKIP)
    | dict.fromkeys(("meta", "title", "link", "base"), META)
    | {"br": BREAK, "head": HEAD, "tr": ROW, END_TAG: END}
)
KINDS: dict[str, Kind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dd", "dt"), "item"),
    **dict.fromkeys(("pre", "xmp", "listing"), "code"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    "blockquote": "quote",
}
GROUPS = frozenset(("ul", "ol", "dl", "menu", "dir", "table"))
# Skipped too, but where they hold paragraphs those are accounted for, as hidden ones.
FALLBACKS = frozenset(("noscript", "canvas", "map", "datalist", "rp"))
# Here an element with a made-up name stands inside a sentence; anywhere else it is a block.
PHRASES = frozenset(_PHRASES.split())
# A row that holds one of these lays out a page; it is no row of data.
_NO_DATA = "table,ul,ol,dl,h1,h2,h3,h4,h5,h6,blockquote,pre,figure,section,article,form,select,textarea"

_PARAGRAPHS = "p ~ p, br + br"  # In a row of some length: paragraphs stand in a cell.
_FEW_CHARACTERS = 200
_ROW_CHARACTERS = 1_000

# Elements that a parser opens anew behind every block while they are not closed.
FORMATTING = frozenset(_FORMATTING.split())
VOID = frozenset(_VOID.split())
# Elements whose end tag may be left out close themselves, and so does an open link.
SELF_CLOSING = frozenset(_SELF_CLOSING.split())
# In SVG and MathML a slash closes a tag; some tags lead back to HTML, where it does not.
FOREIGN = frozenset(("svg", "math"))
HTML_AGAIN = frozenset(_HTML_AGAIN.split())
# Elements whose content is text, tags and all, up to their own end tag.
RAW = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
# Elements whose text is not shown: left open, they take the rest of the page with them.
COVERS = frozenset(("template", "svg", "math", "canvas", "noscript", "map", "datalist", "select", "rp"))


def is_data_row(row: LexborNode) -> bool:
    """Tell whether a table's row holds data, rather than laying out a page."""
    if row.css_first(_NO_DATA) is not None:
        return False
    length = len(row.text_content or row.text())
    if length > _ROW_CHARACTERS or (length > _FEW_CHARACTERS and _has_paragraphs(row)):
        return False
    cells = 0
    cell = row.first_child
    while cell is not None:
        cells += cell.tag in ("td", "th") and bool(cell.text(strip=True))
        cell = cell.next
    return cells > 1


def _has_paragraphs(row: LexborNode) -> bool:
    """Tell whether a cell holds several paragraphs, in a table that names no columns or rows."""
    if row.css_first(_PARAGRAPHS) is None:
        return False
    table = row.parent
    while table is not None and table.tag != "table":
        table = table.parent
    return table is None or table.css_first("th,caption") is None
