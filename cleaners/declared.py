"""The text of an article that a page gives as JSON-LD, for pages that show none before their scripts have run."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from itertools import accumulate
from typing import TYPE_CHECKING

from cleaners import shapes
from cleaners.guard import tame
from cleaners.html import read_page
from cleaners.linked import linked_data
from cleaners.sweep import removal
from cleaners.verdict import NO_SCRIPTS

if TYPE_CHECKING:
    from cleaners.page import Page
    from cleaners.types import Article

_ENOUGH = 50  # Words: of a text that is shown, and of one that is declared.
_MARKUP = re.compile(r"</?(?:p|br|div|h[1-6]|ul|li)\b[^<>]*>", re.IGNORECASE)
_PATH = "script[type*='ld+json']"
_NOTE = "the text is the one that JSON-LD gives: the page itself shows hardly any"


def declared_body(page: Page, article: Article) -> str:
    """Return the text that a page declares, its paragraphs apart; an empty one where the page shows its own, or declares none."""
    shown = accumulate(shapes.word_count(block.text) for block in article.blocks)
    if any(words >= _ENOUGH for words in shown):
        return ""
    body = linked_data(page.json_ld).get("articleBody")
    text = unescape(body) if isinstance(body, str) else ""
    if _MARKUP.search(text):
        text = "\n\n".join(draft.block.text for draft in read_page(tame(text).text).drafts)
    return text if shapes.word_count(text) >= _ENOUGH else ""


def with_text_of(declared: Article, article: Article, page: Page) -> Article:
    """Return an article with the text of another, which its page declares; that stands behind all blocks of the page."""
    behind = len(page.drafts)
    blocks = [replace(block, path=_PATH, position=behind + block.position) for block in declared.blocks]
    shown = [removal(block, "chrome", "layout") for block in article.blocks]
    removed = [replace(gone, path=_PATH, position=behind + gone.position) for gone in declared.removed]
    return replace(
        article,
        language=article.language or declared.language,
        blocks=tuple(blocks),
        removed=tuple(sorted((*article.removed, *shown, *removed), key=lambda gone: gone.position)),
        confidence=declared.confidence,
        verdict=declared.verdict,
        notes=(*(note for note in article.notes if note != NO_SCRIPTS), *declared.notes, _NOTE),
    )
