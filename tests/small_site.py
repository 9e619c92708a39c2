"""A site of a few pages on loopback, and crawls of it whose clock is as far ahead as a test likes."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from scraper.config import CrawlConfig, FetchConfig, Source
from scraper.crawling.crawl import Budget, Engine
from scraper.crawling.events import Tally, Told, Visited
from scraper.store import open_store
from scraper.surroundings import now_utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scraper.store.sql import SqlStore

_WORDS = (
    "the harbour board raised its fees on monday and ships that call in winter will pay most because ice breakers cost"
    " money which the town has not got said a clerk who counted every barge that passed under the bridge since spring"
).split()
FETCH = FetchConfig(delay_seconds=0, allow_private_addresses=True)


@dataclass(frozen=True)
class Answer:
    """What a path is answered with, after `seconds`."""

    body: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass
class SmallSite:
    """`answers` by path, and all that was asked: when it came, when it was answered, and the path."""

    answers: dict[str, Answer] = field(default_factory=dict)
    log: list[tuple[float, float, str]] = field(default_factory=list)
    origin: str = ""

    @property
    def paths(self) -> list[str]:
        """Return what was asked, without robots.txt."""
        return [path for _, _, path in self.log if path != "/robots.txt"]

    def asked(self) -> list[str]:
        """Return what was asked since this was last called, without robots.txt."""
        paths = self.paths
        self.log.clear()
        return paths

    def lists(self, path: str, *links: str, etag: str = "") -> None:
        """Answer `path` with a page of links, a 304 where the caller has it."""
        items = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
        headers = {"ETag": etag} if etag else {}
        self.answers[path] = Answer(
            f"<html><title>Quay</title><body><ul>{items}</ul></body></html>", headers=headers
        )

    def tells(self, path: str, seed: str = "", *links: str, head: str = "", etag: str = "") -> None:
        """Answer `path` with an article, the same for the same seed."""
        self.answers[path] = Answer(
            story(seed or path, *links, head=head), headers={"ETag": etag} if etag else {}
        )

    def maps(self, path: str, entries: dict[str, str], *, is_index: bool = False) -> None:
        """Answer `path` with a sitemap: paths, and when they changed."""
        outer, inner = ("sitemapindex", "sitemap") if is_index else ("urlset", "url")
        items = "".join(
            f"<{inner}><loc>{self.origin}{link}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</{inner}>"
            for link, at in entries.items()
        )
        text = f'<{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</{outer}>'
        self.answers[path] = Answer(text, headers={"Content-Type": "application/xml"})


def story(seed: str, *links: str, head: str = "") -> str:
    """Return an article of five paragraphs."""
    draw = random.Random(seed)
    paragraphs = ""
    for _ in range(5):
        sentences = (" ".join(draw.choices(_WORDS, k=14)).capitalize() for _ in range(4))
        paragraphs += "<p>" + " ".join(f"{one} {draw.randint(2, 999)} times." for one in sentences) + "</p>"
    listed = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    return (
        f"<html lang=en><head><title>Story {seed}</title>{head}</head><body><nav><ul>{listed}</ul></nav>"
        f"<main><article><h1>Story {seed}</h1>{paragraphs}</article></main></body></html>"
    )


@contextmanager
def small_site() -> Iterator[SmallSite]:
    """Serve on a free port of loopback."""
    site = SmallSite()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            began = time.monotonic()
            answer = site.answers.get(self.path, Answer("nothing here", 404))
            time.sleep(answer.seconds)
            etag = answer.headers.get("ETag")
            is_known = etag is not None and self.headers.get("If-None-Match") == etag
            body = b"" if is_known else answer.body.encode()
            self.send_response(304 if is_known else answer.status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            site.log.append((began, time.monotonic(), self.path))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.origin = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


class Heard:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.visits: list[Visited] = []
        self.texts: list[str] = []

    def visited(self, event: Visited) -> None:
        """Take note of a visit."""
        self.visits.append(event)

    def told(self, event: Told) -> None:
        """Take note of something about a source."""
        self.texts.append(f"{event.source}: {event.text}")


@dataclass
class Crawl:
    """Passes over sources, in a store."""

    store_url: str
    fetch: FetchConfig = FETCH
    heard: Heard = field(default_factory=Heard)

    def once(self, *sources: Source, ahead: timedelta = timedelta(), limit: int | None = None) -> Tally:
        """Make one pass over all sources, by a clock that is `ahead`, and return what came of it."""
        self.heard = Heard()
        config = CrawlConfig(sources, workers=1, fetch=self.fetch)
        total = Tally()

        async def work(store: SqlStore) -> None:
            clock = lambda: now_utc() + ahead  # noqa: E731
            async with Engine(config, store, self.heard, clock=clock) as engine:
                budget = Budget(limit)
                for tally in await asyncio.gather(*(engine.run(source, budget) for source in sources)):
                    if tally:
                        total.add(tally)

        with open_store(self.store_url) as store:
            asyncio.run(work(store))
        return total

    def records(self) -> list[tuple[str, int, str]]:
        """Return path, version and text of every record."""
        with open_store(self.store_url) as store:
            return [
                (f"/{record.url.split('/', 3)[3]}", record.version, str(record.article["text"]))
                for record in store.records()
            ]
