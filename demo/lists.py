"""What a paper's machines read: robots.txt, feeds and sitemaps."""

from __future__ import annotations

import gzip
import json
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demo.papers import Edition

_FEED_STORIES = 8
_NEWS_STORIES = 4
_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def robots(edition: Edition) -> str:
    """Return a robots.txt, empty where the paper has none."""
    paper = edition.paper
    lines = ["User-agent: *"]
    if "/private/" in paper.extras:
        lines.append("Disallow: /private/")
    if paper.crawl_delay:
        lines.append(f"Crawl-delay: {paper.crawl_delay}")
    if paper.name == "gazette":
        lines += ["", f"Sitemap: {edition.origin}/sitemap-index.xml"]
    return "\n".join(lines) + "\n" if len(lines) > 1 else ""


def rss(edition: Edition) -> str:
    """Return the newest stories as RSS 2.0."""
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{edition.origin}{edition.path(story)}?utm_source=rss</link>"
        f'<guid isPermaLink="true">{edition.origin}{edition.path(story)}</guid>'
        f"<pubDate>{format_datetime(story.published)}</pubDate></item>\n"
        for story in edition.stories[:_FEED_STORIES]
    )
    head = f"<title>{escape(edition.paper.title)}</title><link>{edition.origin}/</link><description/>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}\n{items}</channel></rss>\n'


def atom(edition: Edition) -> str:
    """Return the newest stories as Atom; the addresses of its entries are relative."""
    entries = "".join(
        f"<entry><id>tag:{edition.paper.name}.example,2026:{story.slug}</id><title>{escape(story.title)}</title>"
        f'<link rel="alternate" href="{edition.path(story)}"/><updated>{story.published.isoformat()}</updated></entry>\n'
        for story in edition.stories[:_FEED_STORIES]
    )
    newest = edition.stories[0].published.isoformat()
    head = f"<id>tag:{edition.paper.name}.example,2026:feed</id><title>{escape(edition.paper.title)}</title>"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"{head}<updated>{newest}</updated>\n{entries}</feed>\n"
    )


def json_feed(edition: Edition) -> str:
    """Return the newest stories as JSON Feed 1.1."""
    items = [
        {
            "id": story.slug,
            "url": edition.origin + edition.path(story),
            "title": story.title,
            "date_published": story.published.isoformat(),
        }
        for story in edition.stories[:_FEED_STORIES]
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": edition.paper.title, "items": items}
    return json.dumps(feed, ensure_ascii=False, indent=1)


def sitemap_index(edition: Edition) -> str:
    """Return an index of two sitemaps, one of them packed."""
    places = ("/sitemap-stories.xml.gz", "/sitemap-news.xml")
    entries = "".join(f"<sitemap><loc>{edition.origin}{place}</loc></sitemap>" for place in places)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{_XMLNS}">{entries}</sitemapindex>\n'
    )


def sitemap(edition: Edition) -> str:
    """Return a sitemap of all stories."""
    entries = "".join(
        f"<url><loc>{edition.origin}{edition.path(story)}</loc><lastmod>{story.modified.isoformat()}</lastmod></url>\n"
        for story in edition.stories
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_XMLNS}">\n{entries}</urlset>\n'


def packed_sitemap(edition: Edition) -> bytes:
    """Return the sitemap of all stories, packed; the same bytes each time."""
    return gzip.compress(sitemap(edition).encode(), mtime=0)


def news_sitemap(edition: Edition) -> str:
    """Return a news sitemap of the newest stories."""
    publication = (
        f"<news:publication><news:name>{escape(edition.paper.title)}</news:name>"
        f"<news:language>{edition.paper.language}</news:language></news:publication>"
    )
    entries = "".join(
        f"<url><loc>{edition.origin}{edition.path(story)}</loc><news:news>{publication}"
        f"<news:publication_date>{story.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(story.title)}</news:title></news:news></url>\n"
        for story in edition.stories[:_NEWS_STORIES]
    )
    names = f'xmlns="{_XMLNS}" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {names}>\n{entries}</urlset>\n'
