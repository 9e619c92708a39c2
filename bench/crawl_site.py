"""Twenty hosts of this machine that serve ready pages from a process of their own, and count who asks how."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import TYPE_CHECKING

import corpus

from demo import stories

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from multiprocessing.connection import Connection
    from pathlib import Path

# A request is in flight for so long at least, or nobody could see two at once.
LATENCY_SECONDS = 0.005
_LEAST_BYTES, _MOST_BYTES = 20_000, 200_000
_REQUEST = re.compile(rb"GET (\S+) HTTP/1\.[01]\r\n")
_MADE_UP_BYTES = (30_000, 120_000)
_ROBOTS = "User-agent: *\nDisallow: /private/\nSitemap: {origin}/sitemap.xml\n"


@dataclass(frozen=True, slots=True)
class Site:
    """What is served: the origins of all hosts, and pages and their bytes over all of them."""

    origins: tuple[str, ...]
    pages: int
    bytes: int
    distinct: int
    are_real: bool
    connection: Connection

    def report(self) -> Report:
        """Return what was asked since the last report."""
        self.connection.send("report")
        report: Report = self.connection.recv()
        return report


@dataclass(slots=True)
class Report:
    """What hosts were asked: pages, everything, and the most requests that one host had at the same time."""

    pages: int = 0
    requests: int = 0
    repeated: int = 0
    most_at_once: int = 0
    most_connections: int = 0


@contextmanager
def serve(hosts: int, pages: int, folders: list[Path]) -> Iterator[Site]:
    """Serve so many pages on so many hosts; real ones where corpora are found."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, hosts, pages, folders), daemon=True)
    process.start()
    theirs.close()
    try:
        origins, total, distinct, are_real = ours.recv()
        yield Site(tuple(origins), pages, total, distinct, are_real, ours)
    finally:
        process.kill()
        process.join()
        ours.close()


def _run(connection: Connection, hosts: int, pages: int, folders: list[Path]) -> None:
    asyncio.run(_serve(connection, hosts, pages, folders))


async def _serve(connection: Connection, hosts: int, pages: int, folders: list[Path]) -> None:
    loop = asyncio.get_running_loop()
    found = read_pages(pages, folders)
    bodies = list(islice(cycle(found or make_pages(pages)), pages))
    books: list[_Host] = []
    for number in range(hosts):
        host = _Host(bodies[number::hosts])
        server = await loop.create_server(host.connect, _address(number), 0)
        host.name(server.sockets[0].getsockname())
        books.append(host)
    distinct = len(found) or pages
    connection.send(([host.origin for host in books], sum(map(len, bodies)), distinct, bool(found)))
    loop.add_reader(connection.fileno(), lambda: _tell(connection, books))
    await loop.create_future()


def _tell(connection: Connection, books: list[_Host]) -> None:
    try:
        connection.recv()
    except EOFError:
        asyncio.get_running_loop().stop()
        return
    reports = [host.close_book() for host in books]
    connection.send(
        Report(
            pages=sum(report.pages for report in reports),
            requests=sum(report.requests for report in reports),
            repeated=sum(report.repeated for report in reports),
            most_at_once=max(report.most_at_once for report in reports),
            most_connections=max(report.most_connections for report in reports),
        )
    )


def _address(number: int) -> str:
    """Return an address of this machine: crawlers tell hosts apart by it, not by the port."""
    return f"127.0.0.{number + 1}"


def read_pages(limit: int, folders: list[Path]) -> list[bytes]:
    """Return articles of the corpora, of the size that news pages have; none where no corpus is found."""
    pages = [
        page
        for folder in corpus.find_folders(folders)
        for page in corpus.load(folder).pages
        if page.kind == "article"
    ]
    bodies = (page.html for page in corpus.spread(pages, 2 * limit))
    return list(islice((body for body in bodies if _LEAST_BYTES <= len(body) <= _MOST_BYTES), limit))


def make_pages(count: int) -> list[bytes]:
    """Return articles that were made up, with as much around them as newspapers have."""
    return [_make_page(number) for number in range(count)]


def _make_page(number: int) -> bytes:
    draw = random.Random(number)
    story = stories.told("bench", "en", "news", number)
    links = "".join(
        f'<li class="nav-item"><a href="/s/{n}" data-track="nav-{n}">Section {n}</a></li>' for n in range(90)
    )
    text = "".join(f'<p class="body-text">{paragraph}</p>' for paragraph in story.paragraphs * 3)
    head = f'<meta name="author" content="{story.author}"><meta property="og:title" content="{story.title}">'
    cards = "".join(
        f'<div class="card"><a href="/c/{n}"><img src="/i/{n}.jpg" alt=""><span>{stories.told("card", "en", "news", n).title}'
        "</span></a></div>"
        for n in draw.sample(range(500), 30)
    )
    body = (
        f"<header><nav><ul>{links}</ul></nav></header><main><article><h1>{story.title}</h1>{text}</article>"
        f'<aside class="related"><h2>More stories</h2>{cards}</aside></main><footer><ul>{links}</ul></footer>'
    )
    missing = max(0, draw.randint(*_MADE_UP_BYTES) - len(body))
    script = f"<script>window.state = '{'x' * missing}'</script>"
    page = f'<!doctype html><html lang="en"><head><title>{story.title}</title>{head}</head><body>{body}{script}</body></html>'
    return page.encode()


@dataclass(slots=True)
class _Host:
    """One host: its pages by path, and its book."""

    bodies: list[bytes]
    origin: str = ""
    answers: Mapping[str, bytes] = field(default_factory=dict)
    book: Report = field(default_factory=Report)
    seen: Counter[str] = field(default_factory=Counter)
    open_requests: int = 0
    open_connections: int = 0

    def name(self, place: tuple[str, int]) -> None:
        """Set the address, and with it all answers."""
        self.origin = f"http://{place[0]}:{place[1]}"
        paths = [f"/news/{number}.html" for number in range(len(self.bodies))]
        places = "".join(f"<url><loc>{self.origin}{path}</loc></url>" for path in paths)
        sitemap = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'
        front = (
            "<!doctype html><html><head><title>Front</title></head><body><h1>Front page</h1></body></html>"
        )
        self.answers = {
            "/": _answer(front.encode(), "text/html"),
            "/robots.txt": _answer(_ROBOTS.format(origin=self.origin).encode(), "text/plain"),
            "/sitemap.xml": _answer(sitemap.encode(), "application/xml"),
        } | {path: _answer(body, "text/html") for path, body in zip(paths, self.bodies, strict=True)}

    def connect(self) -> _Connection:
        """Return the protocol of one connection."""
        return _Connection(self)

    def close_book(self) -> Report:
        """Return the book, and begin a new one."""
        self.book.repeated = sum(count - 1 for count in self.seen.values())
        closed, self.book, self.seen = self.book, Report(), Counter()
        return closed

    def begin(self, path: str) -> None:
        """Take note of a request."""
        self.open_requests += 1
        self.book.requests += 1
        if path.startswith("/news/"):
            self.book.pages += 1
            self.seen[path] += 1
        self.book.most_at_once = max(self.book.most_at_once, self.open_requests)


class _Connection(asyncio.Protocol):
    """Answers each request after the latency; the little HTTP that crawlers need."""

    def __init__(self, host: _Host) -> None:
        self._host = host
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        host = self._host
        host.open_connections += 1
        host.book.most_connections = max(host.book.most_connections, host.open_connections)

    def connection_lost(self, error: Exception | None) -> None:
        del error
        self._host.open_connections -= 1

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            asked = _REQUEST.match(head + b"\r\n")
            path = asked[1].decode("latin-1") if asked else ""
            self._host.begin(path)
            is_last = b"connection: close" in head.lower()
            asyncio.get_running_loop().call_later(LATENCY_SECONDS, self._answer, path, is_last)

    def _answer(self, path: str, is_last: bool) -> None:  # noqa: FBT001 - call_later gives arguments by place only
        self._host.open_requests -= 1
        missing = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"
        self._transport.write(self._host.answers.get(path, missing))
        if is_last:
            self._transport.close()


def _answer(body: bytes, content_type: str) -> bytes:
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
