"""What a cleaned input looks like on standard output: text, Markdown, or one line of JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from cleaners import Block
from scraper.cli.terminal import to_printable

if TYPE_CHECKING:
    from cleaners import Article

# json escapes the C0 controls only. C1 controls steer terminals, and readers that split lines the Unicode
# way would break a record at the separators.
_ESCAPES = {code: f"\\u{code:04x}" for code in (*range(127, 160), 0x2028, 0x2029, 0x202D, 0x202E)}


def to_text(article: Article) -> str:
    """Return the title, a blank line, and the text."""
    return to_printable(_with_title(article).text)


def to_markdown(article: Article, *, links: bool) -> str:
    """Return the title as the first heading, and the article as Markdown, with link targets if `links`."""
    return to_printable(_with_title(article).to_markdown(links=links))


def to_json(article: Article, name: str) -> str:
    """Return everything known of an article as one line of JSON, `name` as its `input`."""
    record = {"input": name, **article.to_dict()}
    return json.dumps(record, ensure_ascii=False).translate(_ESCAPES)


def _with_title(article: Article) -> Article:
    if not article.title:
        return article
    return replace(article, blocks=(Block(article.title, kind="heading", level=1), *article.blocks))
