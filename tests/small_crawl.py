"""One pass over a small site of ours, within this process: what was asked, told and stored."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hostile_server import Server, answer, quick, running

from scraper.cli.running import crawl_once
from scraper.config import CrawlConfig, Source
from scraper.crawling.events import Tally, Told, Visited
from scraper.durations import DAY
from scraper.store import open_store

MISSING = answer(b"none", status="404 Not Found")
STORY = (
    "<!doctype html><html lang=en><title>{0}</title><article><h1>{0}</h1>"
    + "<p>The harbour board raised its fees on Monday, and the captains of the ferries said they would pay.</p>"
    * 9
    + "</article></html>"
)


@dataclass
class Heard:
    """A listener that remembers; `tally` is what the pass came to."""

    visits: list[Visited] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def visited(self, event: Visited) -> None:
        self.visits.append(event)

    def told(self, event: Told) -> None:
        self.lines.append(event.text)

    def reason_of(self, path: str) -> str | None:
        """Return why an address failed, None where it did not."""
        return next(event.reason for event in self.visits if event.url.endswith(path))


class Site:
    """Answers by path, which a test may change while it is served."""

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self.pages = dict(pages)
        self.server = Server(lambda peer: peer.send(self.pages.get(peer.path, MISSING)))

    def asked(self) -> list[str]:
        """Return the paths that were asked for since the last call, without robots.txt."""
        paths = [peer.path for peer in self.server.asked if peer.path != "/robots.txt"]
        self.server.asked.clear()
        return paths


@contextmanager
def serve(pages: Mapping[str, bytes]) -> Iterator[Site]:
    """Serve these answers by their paths; all else is missing."""
    site = Site(pages)
    with running(site.server):
        yield site


def feed(*links: str) -> bytes:
    """Return an answer with an RSS feed."""
    items = "".join(f"<item><link>{link}</link></item>" for link in links)
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
    return answer(body.encode(), "Content-Type: application/rss+xml")


def page(markup: str) -> bytes:
    """Return an answer with a page."""
    return answer(markup.encode())


def story(title: str) -> bytes:
    """Return an answer with an article."""
    return page(STORY.format(title))


def crawl(site: Site, folder: Path, path: str = "/", **options: Any) -> Heard:
    """Crawl a site once, into the store of a folder."""
    source = Source("quay", f"{site.server.url}{path}", revisit=(0.0, 30.0 * DAY), **options)
    config = CrawlConfig((source,), store=f"sqlite:///{folder}/news.db", workers=1, fetch=quick())
    heard = Heard()
    with open_store(config.store) as store:
        heard.tally = crawl_once(config, store, heard)
    return heard
