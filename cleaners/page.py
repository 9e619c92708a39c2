"""What one walk over a page saw: its blocks, the elements that hold them, and what it declares of itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

    from cleaners.rulefile import Rule
    from cleaners.types import Block


@dataclass(slots=True)
class Draft:
    """A block while the page is judged: the public `Block` and what only the judges need.

    `furniture` is the noise type of a whole element that was read as one block, for all others it is empty.
    """

    block: Block
    element: int
    words: int
    is_hidden: bool = False
    rule: Rule | None = None
    furniture: str = ""


@dataclass(slots=True)
class Page:
    """What one walk over a page saw.

    Elements that hold blocks have numbers, parents before their children: indexes into `parents`, `tags` and
    `names`. Of the others only the tags and names of the block-like ones are noted, in `seen_tags` and
    `seen_names`, and how many more there are. `markup` is what was parsed, `tree` what the parser made of it,
    `is_whole` tells whether the walk came to its end.
    """

    drafts: list[Draft] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    seen_tags: list[str] = field(default_factory=list)
    seen_names: list[str] = field(default_factory=list)
    inline_elements: int = 0
    language: str = ""
    head_title: str = ""
    metas: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    json_ld: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    base_url: str = ""
    scripts: int = 0
    is_whole: bool = False
    markup: str = ""
    tree: LexborHTMLParser | None = field(default=None, repr=False, compare=False)
    notes: tuple[str, ...] = ()

    def own_address(self) -> str:
        """Return where the page says that it stands, as it is written there; empty where it does not."""
        canonical = (href for rel, href in self.links if rel == "canonical")
        return next(canonical, "") or next((value for name, value in self.metas if name == "og:url"), "")

    def count(self, tag: str) -> int:
        """Return how many block-like elements have this tag."""
        return self.seen_tags.count(tag)

    def around(self, element: int) -> Iterator[int]:
        """Yield an element and those that hold it, the nearest first."""
        while element >= 0:
            yield element
            element = self.parents[element]

    def namesake_share(self) -> float:
        """Return the share of the elements that bear the names which most of them bear, or none."""
        bearers = Counter(self.seen_names)
        bearers[""] += self.inline_elements
        return max(bearers.values()) / max(1, len(self.seen_names) + self.inline_elements)
