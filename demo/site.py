"""Newspapers that were made up for the demo and the tests, each on a port of this machine.

`python -m demo.site` serves them until it is stopped, to click through by hand.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from demo.papers import PAPERS, Edition
from demo.press import Reply, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from demo.papers import Paper

_LOOPBACK = "127.0.0.1"
_USER_AGENT = "chaffinch-demo/1.0 (+https://crawler.example/about)"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one answer: it comes `delay` seconds late, with another status, or not at all."""

    delay: float = 0.0
    status: int = 0
    retry_after: str = ""
    is_reset: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One request as the server saw it.

    `start` and `end` are of the monotonic clock, in seconds: `end` is when the answer was ready to be sent,
    so that it is never later than the asker has it. `status` 0 is a reset, `sent` the bytes of the body.
    """

    paper: str
    host: str
    path: str
    start: float
    end: float
    status: int
    sent: int
    validators: Mapping[str, str]
    user_agent: str


@dataclass(slots=True)
class DemoSite:
    """The newspapers, served from a thread of their own between `start` and `stop`, or as a context.

    `faults` is asked for each request with the name of the paper and the path; `log` holds all of them.
    """

    papers: Sequence[Paper] = PAPERS
    faults: Callable[[str, str], Fault | None] = lambda _paper, _path: None
    log: list[Hit] = field(default_factory=list)
    editions: dict[str, Edition] = field(default_factory=dict)
    _open: dict[asyncio.Task[None], asyncio.StreamWriter] = field(default_factory=dict)
    _servers: list[asyncio.Server] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None

    def start(self) -> Self:
        """Serve, each paper on a free port."""
        loop = self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=loop.run_forever, name="demo site", daemon=True)
        self._thread.start()
        for paper in self.papers:
            port = asyncio.run_coroutine_threadsafe(self._listen(paper), loop).result()
            self.editions[paper.name] = Edition(paper, f"http://{_LOOPBACK}:{port}")
        return self

    def stop(self) -> None:
        """Stop serving, in the middle of an answer too."""
        if self._loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = None

    def __enter__(self) -> Self:
        """Serve."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        self.stop()

    @property
    def urls(self) -> dict[str, str]:
        """Return the address of each paper's front page."""
        return {name: f"{edition.origin}/" for name, edition in self.editions.items()}

    def articles(self, paper: str) -> list[str]:
        """Return the addresses of a paper's articles, newest first."""
        edition = self.editions[paper]
        return [edition.origin + path for path in edition.paths()]

    def add_article(self, paper: str = "gazette") -> str:
        """Let a paper print one more article, and return its address."""
        edition = self.editions[paper]
        return edition.origin + edition.path(edition.add())

    def change_article(self, url: str) -> None:
        """Let a paper add a paragraph to an article."""
        parts = urlsplit(url)
        edition = next(each for each in self.editions.values() if each.origin.endswith(parts.netloc))
        place = edition.find(parts.path)
        if place is None:
            raise KeyError(url)
        edition.stories[place] = edition.stories[place].revised()

    def config(self, store: str, *, crawl: str = "", fetch: str = "", source: str = "") -> str:
        """Return a crawl configuration for all papers; the other arguments are lines for its tables."""
        lines = ["[crawl]", f"store = {json.dumps(store)}", f'user_agent = "{_USER_AGENT}"', crawl]
        lines += ["", "[fetch]", "allow_private_addresses = true", fetch]
        for name, url in self.urls.items():
            lines += ["", "[[source]]", f'name = "{name}"', f'url = "{url}"', source]
        return "\n".join(lines) + "\n"

    async def _listen(self, paper: Paper) -> int:
        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.get_running_loop().create_task(self._converse(paper.name, reader, writer))
            self._open[task] = writer
            task.add_done_callback(lambda done: self._open.pop(done).close())

        server = await asyncio.start_server(accept, _LOOPBACK, 0)
        self._servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _converse(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer what comes over one connection; who sends no HTTP, or leaves, ends only this one."""
        endings = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError)
        with contextlib.suppress(*endings):
            while await self._serve(name, reader, writer):
                pass

    async def _serve(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request, and tell whether another may follow."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        start = time.monotonic()
        line, *fields = head.strip().split("\r\n")
        method, target, _ = line.split(" ", 2)
        asked = {key.lower(): value.strip() for key, _, value in (each.partition(":") for each in fields)}
        fault = self.faults(name, target)
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        reply = _faulty(fault) or answer(self.editions[name], target, asked, len(self.log))
        body = b"" if method == "HEAD" else reply.body
        self._note(name, target, start, reply.status, len(body), asked)
        if not reply.status:
            writer.transport.abort()
            return False
        writer.write(_head(reply) + body)
        await writer.drain()
        return asked.get("connection", "").lower() != "close"

    def _note(
        self, name: str, target: str, start: float, status: int, sent: int, asked: Mapping[str, str]
    ) -> None:
        host = urlsplit(self.editions[name].origin).netloc
        validators = {key: asked[key] for key in ("if-none-match", "if-modified-since") if key in asked}
        agent = asked.get("user-agent", "")
        self.log.append(Hit(name, host, target, start, time.monotonic(), status, sent, validators, agent))

    async def _close(self) -> None:
        # A connection that is still being taken up when its server closes would be left open for good.
        while arriving := asyncio.all_tasks() - self._open.keys() - {asyncio.current_task()}:
            await asyncio.gather(*arriving, return_exceptions=True)
        for server in self._servers:
            server.close()
        conversations = dict(self._open)
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)
        for writer in conversations.values():
            writer.transport.abort()
        await asyncio.sleep(
            0
        )  # A transport is closed in the turn of the loop after the one that asked for it.


def _faulty(fault: Fault | None) -> Reply | None:
    """Return the reply that a fault puts in place of the paper's own; status 0 is none."""
    if fault is None or not (fault.is_reset or fault.status):
        return None
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    return Reply(0 if fault.is_reset else fault.status, b"", headers=headers)


def _head(reply: Reply) -> bytes:
    fields = {"Content-Type": reply.content_type, "Content-Length": str(len(reply.body))} | dict(
        reply.headers
    )
    if reply.status == HTTPStatus.NOT_MODIFIED:
        fields = dict(reply.headers)
    lines = (f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n{''.join(lines)}\r\n".encode(
        "latin-1"
    )


def main() -> None:
    """Serve the papers until interrupted."""
    with DemoSite() as site:
        for name, url in site.urls.items():
            print(f"{name:10} {url}")
        print("Ctrl-C stops them.")
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
