"""A server on loopback that answers as it is told and takes down what it was asked, and a client without manners."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scraper.manners.robots import MAX_BYTES, RobotsAnswer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HANGS = b""
_DEADLINE = 0.3


@dataclass
class PoliteServer:
    """`answers` are whole responses by path; what is not there is not found, what is `HANGS` never answered."""

    port: int = 0
    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """Return scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    def says(self, path: str, status: int, body: bytes = b"", *headers: str) -> None:
        """Answer `path` from now on like this."""
        lines = [f"HTTP/1.1 {status} So", f"Content-Length: {len(body)}", "Connection: close", *headers]
        self.answers[path] = "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        try:
            path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
            self.asked.append(path)
            answer = self.answers.get(path, b"HTTP/1.1 404 Not Found\r\n\r\n")
            if answer == HANGS:
                await reader.read()
            writer.write(answer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def polite_server() -> AsyncIterator[PoliteServer]:
    """Serve on a free port of loopback."""
    served = PoliteServer()
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0, limit=2**20)
    served.port = server.sockets[0].getsockname()[1]
    async with server:
        yield served


async def get(url: str) -> RobotsAnswer:
    """Ask once for an address on loopback, without any manners."""
    host, _, path = url.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    try:
        async with asyncio.timeout(_DEADLINE):
            return await _exchange(name, int(port), f"/{path}")
    except TimeoutError:
        return RobotsAnswer(0, reason="timeout", detail="no answer in time")
    except (OSError, IndexError, ValueError) as error:
        return RobotsAnswer(0, reason="connect", detail=str(error))


async def _exchange(name: str, port: int, path: str) -> RobotsAnswer:
    reader, writer = await asyncio.open_connection(name, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {name}:{port}\r\n\r\n".encode())
        data = b""
        while chunk := await reader.read(65_536):
            data += chunk
            if len(data) > MAX_BYTES + 10_000:
                break
    finally:
        writer.close()
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines[1:]}
    wait = headers.get("retry-after")
    return RobotsAnswer(
        int(lines[0].split()[1]), body[:MAX_BYTES], headers.get("location", ""), float(wait) if wait else None
    )
