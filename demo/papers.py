"""The demo's newspapers: what each prints, and the pages, feeds and sitemaps that it serves."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Literal

from demo import stories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.stories import Story

_LAYOUTS = Path(__file__).with_name("layouts")
_SECTION_PAGE = 6  # Stories on one page of a section; the rest stands on the next.
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Paper:
    """A newspaper: its name, its looks, and how it serves its pages.

    `address` is the form of an article's path. `validators` says by what a page can be asked again: `etag`,
    `date`, both or neither. `crawl_delay` is for robots.txt, in seconds. `told` counts the stories that are
    generated, beside those that were written for the paper.
    """

    name: str
    title: str
    layout: Literal["semantic", "soup", "wordpress", "portal"]
    sections: tuple[str, ...]
    address: str
    validators: frozenset[str] = frozenset()
    feed: Literal["rss", "atom", "json", ""] = ""
    language: str = "en"
    crawl_delay: float = 0.0
    told: int = 8
    extras: tuple[str, ...] = ()


GAZETTE = Paper(
    "gazette", "The Brenholt Gazette", "semantic", ("news", "sport", "world"), "/{section}/{slug}",
    validators=frozenset({"etag"}), feed="rss", told=10,
    extras=("/private/", "/news/old-bridge", "/sport/results.pdf"),
)  # fmt: skip
POST = Paper(
    "post", "Tidewater Post", "soup", ("harbour", "town"), "/{section}/{slug}.html",
    validators=frozenset({"date"}), feed="atom", crawl_delay=0.1, told=8,
    extras=("/calendar/2026/03/", "/members/"),
)  # fmt: skip
UPLAND = Paper(
    "upland", "Upland Record", "wordpress", ("villages",), "/{date}/{slug}/",
    feed="json", told=8, extras=("/2026/02/30/a-story-that-never-was/", "/2019/04/01/withdrawn/", "/live/", "/now/"),
)  # fmt: skip
ANZEIGER = Paper(
    "anzeiger", "Elmsbacher Anzeiger", "portal", ("stadt", "kreis"), "/artikel/{slug}",
    validators=frozenset({"etag", "date"}), language="de", told=6,
)  # fmt: skip
PAPERS = (GAZETTE, POST, UPLAND, ANZEIGER)


def more_papers(count: int, told: int = 5) -> tuple[Paper, ...]:
    """Return plain papers beyond the four, for crawls that need many hosts."""
    return tuple(
        Paper(
            f"wire{number}", f"Wire Number {number}", "semantic", ("news",), "/{section}/{slug}",
            validators=frozenset({"etag"}), feed="rss" if number % 2 else "", told=told,
        )
        for number in range(1, count + 1)
    )  # fmt: skip


@dataclass(slots=True)
class Edition:
    """What a paper holds at the moment, newest first, as it is served from `origin`."""

    paper: Paper
    origin: str
    stories: list[Story] = field(default_factory=list)
    restless: Story | None = None
    added: int = 0

    def __post_init__(self) -> None:
        """Fill an empty edition with the paper's stories."""
        paper = self.paper
        sections = paper.sections
        told = (
            stories.told(paper.name, paper.language, sections[number % len(sections)], number)
            for number in range(1, paper.told + 1)
        )
        self.stories += [*stories.written(paper.name), *told]
        if paper.name == "upland":
            self.stories.append(stories.syndicated("storks-stay-the-winter", "villages"))
            self.restless = stories.told("upland now", paper.language, paper.sections[0], 0)
        self.stories.sort(key=lambda story: story.published, reverse=True)

    def path(self, story: Story) -> str:
        """Return the path of a story."""
        day = f"{story.published:%Y/%m/%d}"
        return self.paper.address.format(section=story.section, slug=story.slug, date=day)

    def find(self, path: str) -> int | None:
        """Return the place of the story with this path."""
        return next((place for place, story in enumerate(self.stories) if self.path(story) == path), None)

    def add(self) -> Story:
        """Print one more story, and return it."""
        self.added += 1
        paper = self.paper
        story = stories.late(f"{paper.name} late", paper.language, paper.sections[0], self.added)
        self.stories.insert(0, story)
        return story

    def article_page(self, place: int) -> str:
        """Return the page of a story, with all the noise around it and in it."""
        return self._page(self.stories[place], self.path(self.stories[place]), place)

    def restless_page(self, visits: int) -> str:
        """Return a page whose number of thoughts is another each time; its article is not."""
        assert self.restless
        return self._page(self.restless, "/now/", 0).replace("One thought", f"{visits} thoughts")

    def _page(self, story: Story, path: str, place: int) -> str:
        paragraphs = [_paragraph(text) for text in story.paragraphs]
        others = [self.stories[(place + step) % len(self.stories)] for step in (1, 2, 3, -1)]
        facts = {
            "title": story.title, "slug": story.slug, "author": story.author, "section": story.section,
            "iso": story.published.isoformat(), "day": f"{story.published:%d.%m.%Y}", "language": story.language,
            "caption": story.caption, "credit": story.credit, "url": self.origin + path,
        }  # fmt: skip
        for letter, other in zip(("a", "b", "c", "previous"), others, strict=True):
            facts |= {f"{letter}_url": self.path(other), f"{letter}_title": other.title}
        facts |= {"next_url": facts["a_url"], "next_title": facts["a_title"]}
        parts = {
            "first": paragraphs[0], "second": paragraphs[1], "third": paragraphs[2], "rest": "\n".join(paragraphs[3:]),
            "json_title": json.dumps(story.title), "json_author": json.dumps(story.author),
        }  # fmt: skip
        layout = self.paper.layout if story.language == self.paper.language else f"semantic-{story.language}"
        return self._fill(layout, facts, parts)

    def list_page(self, section: str, page: int = 1) -> str:
        """Return the front page (no section), or one page of a section."""
        shown = [story for story in self.stories if section in ("", story.section)]
        start = _SECTION_PAGE * (page - 1)
        size = 2 * _SECTION_PAGE if not section else _SECTION_PAGE
        items = "\n".join(self._teaser(story) for story in shown[start : start + size])
        more = f'<a rel="next" href="/{section}/?page={page + 1}">More stories</a>'
        has_more = bool(section) and start + size < len(shown)
        extras = "".join(f'<li><a href="{path}">{path.strip("/")}</a></li>' for path in self.paper.extras)
        parts = {"stories": items, "pages": more if has_more else "", "extras": "" if section else extras}
        title = f"{section.title()} – {self.paper.title}" if section else self.paper.title
        return self._fill("list", {"title": title, "language": self.paper.language}, parts)

    def calendar_page(self, year: int, month: int) -> str:
        """Return a month of a calendar that has no end, and no article either."""
        months = [divmod(year * _MONTHS + month - 1 + step, _MONTHS) for step in (-1, 1)]
        links = [f"/calendar/{each}/{number + 1:02d}/" for each, number in months]
        days = [f"/calendar/{year}/{month:02d}/{day:02d}/" for day in range(1, 29, 7)]
        items = "\n".join(f'<li><a href="{path}">{path}</a></li>' for path in (*links, *days))
        parts = {"stories": items, "pages": "", "extras": ""}
        return self._fill("list", {"title": f"What’s on in {month}/{year}", "language": "en"}, parts)

    def paths(self) -> Iterator[str]:
        """Yield the path of every story, newest first."""
        return (self.path(story) for story in self.stories)

    def _teaser(self, story: Story) -> str:
        opening = escape(story.paragraphs[0][:90])
        title = escape(story.title)
        return f'<li><a class="card" href="{self.path(story)}"><h2>{title}</h2><p>{opening}…</p></a></li>'

    def _fill(self, layout: str, facts: dict[str, str], parts: dict[str, str]) -> str:
        """Return a layout with facts, which are escaped, and parts, which are not."""
        sections = "".join(f'<li><a href="/{name}/">{name.title()}</a></li>' for name in self.paper.sections)
        values = {"site": escape(self.paper.title), "sections": sections, "feed": self._feed_link()} | parts
        values |= {name: escape(value) for name, value in facts.items()}
        return Template((_LAYOUTS / f"{layout}.html").read_text("utf-8")).substitute(values)

    def _feed_link(self) -> str:
        kinds = {
            "rss": ("application/rss+xml", "/feed.xml"),
            "atom": ("application/atom+xml", "/feed.atom"),
            "json": ("application/feed+json", "/feed.json"),
        }
        if not self.paper.feed:
            return ""
        kind, path = kinds[self.paper.feed]
        return f'<link rel="alternate" type="{kind}" href="{path}">'


def _paragraph(text: str) -> str:
    heading = text.removeprefix("## ")
    return f"<p>{escape(text, quote=False)}</p>" if heading == text else f"<h2>{escape(heading)}</h2>"
