"""The stories of the demo's newspapers: some as they were written, the rest told from seeds."""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).with_name("stories.toml")
_NEWEST = datetime(2026, 3, 2, 4, tzinfo=UTC)
_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
}
_SMALL = {
    "en": "two three four five six seven eight nine ten eleven twelve".split(),
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split(),
}
_CAPTION = {"en": "A view of {place} in {month}.", "de": "Blick auf {place} im {month}."}
_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": ""})


@dataclass(frozen=True, slots=True)
class Story:
    """An article as its author wrote it; a paragraph that begins with `## ` is a heading."""

    section: str
    slug: str
    title: str
    author: str
    published: datetime
    caption: str
    credit: str
    paragraphs: tuple[str, ...]
    language: str = "en"
    agency: str = ""
    revisions: int = 0

    @property
    def modified(self) -> datetime:
        """Return when the story was last changed."""
        return self.published + timedelta(hours=self.revisions)

    @property
    def text(self) -> str:
        """Return the clean text that an extractor should find."""
        return "\n\n".join(paragraph.removeprefix("## ") for paragraph in self.paragraphs)

    def revised(self) -> Story:
        """Return the story with one more paragraph: a change that counts."""
        more = {
            "de": f"Nachtrag: Die Redaktion hat diesen Bericht ergänzt, nachdem sich {self.author} erneut umgehört hatte.",
            "ja": "追記：関係者への取材をもとに、この記事に一段落を加えた。取材は今後も続けるという。",
        }
        added = more.get(
            self.language,
            f"After this report was printed, {self.author} went back and found that {len(self.paragraphs)} people "
            "remembered it differently, and this paragraph says so.",
        )
        return replace(self, paragraphs=(*self.paragraphs, added), revisions=self.revisions + 1)


def written(paper: str) -> list[Story]:
    """Return the stories that were written for a paper, word for word."""
    return [
        Story(
            **{key: value for key, value in each.items() if key not in {"paper", "paragraphs"}},
            paragraphs=tuple(each["paragraphs"]),
        )
        for each in _data()["story"]
        if each["paper"] == paper
    ]


def told(seed: str, language: str, section: str, number: int) -> Story:
    """Return the story of a seed: the same for the same seed, and unlike those of others.

    The higher the number, the older the story.
    """
    draw = random.Random(f"{seed} {number}")  # noqa: S311 - it writes stories
    kinds = [kind for kind in _data()["kind"] if kind["language"] == language]
    kind = kinds[number % len(kinds)]
    names = _Names(language, draw)
    paragraphs = draw.sample(kind["paragraphs"][1:], len(kind["paragraphs"]) - 2)
    title = names.fill(kind["title"])
    return Story(
        section=section,
        slug=_slug(title),
        title=title,
        author=names.person(),
        published=_NEWEST - timedelta(hours=7 * number, minutes=draw.randrange(60)),
        caption=names.fill(_CAPTION[language]),
        credit=names.person(),
        paragraphs=tuple(names.fill(paragraph) for paragraph in (kind["paragraphs"][0], *paragraphs)),
        language=language,
    )


def late(seed: str, language: str, section: str, number: int) -> Story:
    """Return a story that is newer than all others: the first, the second and so on after them."""
    return replace(told(seed, language, section, number), published=_NEWEST + timedelta(hours=5 + number))


def syndicated(slug: str, section: str) -> Story:
    """Return a story of another paper as it is reprinted: the same words under another address."""
    found = next(story for paper in _papers() for story in written(paper) if story.slug == slug)
    return replace(found, section=section, slug=f"agency-{slug}", credit=found.agency)


class _Names:
    """Who, where and how many in one story: people and places stay, numbers change with each mention."""

    def __init__(self, language: str, draw: random.Random) -> None:
        self._language, self._draw = language, draw
        place, elsewhere = draw.sample(_data()["places"][language], 2)
        self._fixed = {
            "person": self.person(),
            "other": self.person(),
            "place": place,
            "elsewhere": elsewhere,
            "thing": draw.choice(_data()["things"][language]),
        }

    def person(self) -> str:
        first, last = (self._draw.choice(_data()[table][self._language]) for table in ("names", "surnames"))
        return f"{first} {last}"

    def fill(self, text: str) -> str:
        """Return a text with its gaps filled."""
        filled = re.sub(r"\{(\w+)\}", lambda gap: self._fixed.get(gap[1]) or self._any(gap[1]), text)
        return filled[0].upper() + filled[1:]

    def _any(self, gap: str) -> str:
        if gap == "number":
            return str(self._draw.randrange(21, 980))
        if gap == "year":
            return str(self._draw.randrange(1741, 1979))
        return self._draw.choice({"month": _MONTHS, "small": _SMALL}[gap][self._language])


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower().translate(_ASCII)).strip("-")


def _papers() -> set[str]:
    return {each["paper"] for each in _data()["story"]}


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text("utf-8"))
