"""The values that the cleaner gives back: blocks, removals, the article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from cleaners import render

Kind = Literal["heading", "paragraph", "item", "quote", "code", "table", "caption"]
Verdict = Literal["article", "partial", "not-article", "empty"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside a block: `text[start:end]` leads to `url`, which is whole where the address of the page is known."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """One run of text in reading order.

    `level` is 1 to 6 for a heading and the depth of nesting, from 1, for a list item. `group` is the
    number of the list or table that an item or row belongs to, 0 for none; `number` counts the items of an
    ordered list from 1 and is 0 elsewhere. `path` is a CSS selector
    from the nearest id or the body, or `line N` for plain text. `position` counts all visible blocks
    of the page from 0. `score` (0..1) says how sure the layout step is that this is article text.
    """

    text: str
    kind: Kind = "paragraph"
    level: int = 0
    path: str = ""
    link_density: float = 0.0
    score: float = 1.0
    position: int = 0
    group: int = 0
    number: int = 0
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """A block, or a part of one, that is not in the article, and why.

    `noise` is one of the types of `noise/types.toml`; `reason` is `rule:ID`, `layout`, `furniture`,
    `duplicate`, `other-story`, `title` or `site-memory`. `is_inline` is true where only this text was cut out of a kept block.
    """

    text: str
    noise: str
    reason: str
    path: str = ""
    score: float = 0.0
    position: int = 0
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """A clean article, and everything that was taken away to get it.

    `published` is an ISO 8601 date or date-time as the page states it, `language` an ISO 639-1 code
    where known. `confidence` (0..1) and `verdict` say how far to trust the result; `notes` names what
    was unusual (rules held back, input repaired) in plain words.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    language: str = ""
    site_name: str = ""
    description: str = ""
    image: str = ""
    url: str = ""
    blocks: tuple[Block, ...] = ()
    captions: tuple[str, ...] = ()
    removed: tuple[Removal, ...] = ()
    confidence: float = 0.0
    verdict: Verdict = "empty"
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the article as plain text, without the title."""
        return render.to_text(self.blocks)

    @property
    def markdown(self) -> str:
        """Return the article as Markdown without link targets; `to_markdown` can keep them."""
        return self.to_markdown()

    def to_markdown(self, *, links: bool = False) -> str:
        """Return the article as Markdown, with link targets if `links`."""
        return render.to_markdown(self.blocks, links=links)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain lists, dicts, strings and numbers, ready for JSON."""
        return render.to_dict(self)
