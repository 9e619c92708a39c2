"""The text of an article that a page gives in its scripts, for pages that show none before these have run."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from cleaners import shapes
from cleaners.guard import tame
from cleaners.html import read_page
from cleaners.linked import linked_data
from cleaners.state import stated_body
from cleaners.sweep import removal
from cleaners.verdict import SHOWS_NOTHING

if TYPE_CHECKING:
    from cleaners.page import Page
    from cleaners.types import Article

_ENOUGH = 50  # Words: of a text that is shown, and of one that is declared.
_MARKUP = re.compile(r"</?(?:p|br|div|h[1-6]|ul|li)\b[^<>]*>", re.IGNORECASE)


class Body(NamedTuple):
    """A text, and the scripts that it stands in: their path, and what the reader is told of it."""

    text: str
    path: str
    note: str


_LINKED = Body(
    "", "script[type*='ld+json']", "the text is the one that JSON-LD gives: the page itself shows hardly any"
)
_STATE = Body(
    "",
    "script:not([type*='ld+json'])",
    "the text is the one that the page gives its scripts: it shows hardly any itself",
)


def declared_body(page: Page, article: Article) -> Body | None:
    """Return the text that a page declares, its paragraphs apart; None where the page shows its own, or declares none."""
    shown = accumulate(shapes.word_count(block.text) for block in article.blocks)
    if any(words >= _ENOUGH for words in shown):
        return None
    body = linked_data(page.json_ld).get("articleBody")
    if isinstance(body, str) and (text := _plain(unescape(body))):
        return _LINKED._replace(text=text)
    scripts = (script.text() or "" for script in page.tree.css(_STATE.path)) if page.tree else ()
    text = _plain(stated_body(scripts, article.title))
    return _STATE._replace(text=text) if text else None


def _plain(text: str) -> str:
    """Return a text without its markup, its paragraphs apart; nothing of one that is too short."""
    if _MARKUP.search(text):
        text = "\n\n".join(draft.block.text for draft in read_page(tame(text).text).drafts)
    return text if shapes.word_count(text) >= _ENOUGH else ""


def with_text_of(declared: Article, body: Body, article: Article, page: Page) -> Article:
    """Return an article with the text of another, the cleaned body of its page; that stands behind all blocks of the page."""
    behind = len(page.drafts)
    blocks = [replace(block, path=body.path, position=behind + block.position) for block in declared.blocks]
    shown = [removal(block, "chrome", "layout") for block in article.blocks]
    removed = [replace(gone, path=body.path, position=behind + gone.position) for gone in declared.removed]
    return replace(
        article,
        language=article.language or declared.language,
        blocks=tuple(blocks),
        removed=tuple(sorted((*article.removed, *shown, *removed), key=lambda gone: gone.position)),
        confidence=declared.confidence,
        verdict=declared.verdict,
        notes=(*(note for note in article.notes if note not in SHOWS_NOTHING), *declared.notes, body.note),
    )
