"""Servers that do what servers should not: raw bytes on loopback, one thread a connection."""

import gzip
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import count, repeat

import brotli  # type: ignore[import-untyped]
from backports import zstd

from scraper import FetchConfig
from scraper.manners.gate import Denial

PAGE = (
    b"<!doctype html><title>Fees</title><h1>Fees</h1>" + b"<p>The harbour raised its fees on Monday.</p>" * 90
)
MB = 1_000_000
TICK = 0.02  # Seconds between two bytes of those who drip.


@dataclass
class Peer:
    """The other end of one connection, and what it asked for."""

    socket: socket.socket
    head: bytes
    over: threading.Event

    @property
    def path(self) -> str:
        return self.head.split(b" ", 2)[1].decode("latin-1")

    @property
    def headers(self) -> dict[str, str]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines) if name}

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def send_all(self, pieces: Iterator[bytes], tick: float = 0.0) -> None:
        """Send pieces, one each tick, until they or the server are at an end."""
        for piece in pieces:
            if self.over.wait(tick) if tick else self.over.is_set():
                return
            self.send(piece)

    def reset(self) -> None:
        """Hang up so that the client sees a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


Behaviour = Callable[[Peer], None]


@dataclass
class Server:
    """A server on loopback, which answers every connection with `behaviour`."""

    behaviour: Behaviour
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    over: threading.Event = field(default_factory=threading.Event)
    asked: list[Peer] = field(default_factory=list)
    wrap: Callable[[socket.socket], socket.socket] | None = None

    port: int = 0

    def __post_init__(self) -> None:
        self.port = self.listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self) -> None:
        while not self.over.is_set():
            with suppress(OSError):
                connection, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        # A client that has heard enough hangs up.
        with connection, suppress(OSError):
            if self.wrap:
                connection = self.wrap(connection)
            with connection:
                peer = Peer(connection, read_head(connection), self.over)
                self.asked.append(peer)
                self.behaviour(peer)


def read_head(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        data = connection.recv(65_536)
        if not data:
            raise ConnectionError("the client hung up")
        head += data
    return head


@contextmanager
def serving(
    behaviour: Behaviour, wrap: Callable[[socket.socket], socket.socket] | None = None
) -> Iterator[Server]:
    server = Server(behaviour, wrap=wrap)
    with running(server):
        yield server


@contextmanager
def running(server: Server) -> Iterator[None]:
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.over.set()
        with suppress(OSError):
            server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()
        thread.join(5)


class OpenGate:
    """No manners at all, but a memory of who was asked, and how it took it."""

    def __init__(self, denial: Denial | None = None) -> None:
        self.denial = denial
        self.entered: list[str] = []
        self.told: list[tuple[int, float | None]] = []

    @asynccontextmanager
    async def enter(self, url: str, *, robots: bool = True):  # type: ignore[no-untyped-def] # noqa: ARG002
        self.entered.append(url)
        yield self.denial

    def answered(self, url: str, status: int, retry_after: float | None = None) -> None:  # noqa: ARG002
        self.told.append((status, retry_after))


def quick(seconds: float = 5.0, **options: object) -> FetchConfig:
    """Return a configuration for loopback, with no waiting between two requests."""
    return FetchConfig(timeout_seconds=seconds, delay_seconds=0, allow_private_addresses=True, **options)  # type: ignore[arg-type]


def answer(body: bytes = PAGE, *lines: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """Return a whole answer; `length` is what it says of its body's, -1 for nothing."""
    size = len(body) if length is None else length
    said = [] if size < 0 else [f"Content-Length: {size}"]
    kind = (
        [] if any(line.lower().startswith("content-type") for line in lines) else ["Content-Type: text/html"]
    )
    return "\r\n".join([f"HTTP/1.1 {status}", *kind, *said, *lines, "", ""]).encode() + body


def chunked(body: bytes, size: int = 1_000) -> bytes:
    """Return a whole answer in chunks."""
    pieces = [body[place : place + size] for place in range(0, len(body), size)]
    coded = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    return answer(coded, "Transfer-Encoding: chunked", length=-1)


def redirect(location: str, *lines: str, status: str = "302 Found") -> bytes:
    return answer(b"", f"Location: {location}", *lines, status=status)


def saying(data: bytes) -> Behaviour:
    return lambda peer: peer.send(data)


def dripping(head: bytes, piece: bytes = b"x") -> Behaviour:
    def drip(peer: Peer) -> None:
        peer.send(head)
        peer.send_all(repeat(piece), TICK)

    return drip


def endless(head: bytes, piece: bytes) -> Behaviour:
    def pour(peer: Peer) -> None:
        peer.send(head)
        peer.send_all(repeat(piece))

    return pour


def resetting(data: bytes) -> Behaviour:
    def reset(peer: Peer) -> None:
        peer.send(data)
        peer.reset()

    return reset


def hanging(peer: Peer) -> None:
    peer.over.wait(10)


def redirecting_on(peer: Peer) -> None:
    """Redirect for ever, each time to somewhere else, and as slowly as a client may bear."""
    number = int(peer.path.rpartition("/")[2] or 0)
    peer.over.wait(0.1)
    peer.send(redirect(f"/{number + 1}"))


def headers_without_end(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 200 OK\r\n")
    peer.send_all(b"X-%d: %b\r\n" % (number, b"y" * 500) for number in count())


@cache
def bomb(coding: str) -> bytes:
    """Return a body that decodes to 1 GB of nothing but spaces, and is small on the wire."""
    spaces = b" " * (16 * MB)
    if coding == "gzip":
        return gzip.compress(spaces) * 63
    if coding == "zstd":
        return zstd.compress(spaces) * 63
    stream = brotli.Compressor(quality=1)
    return b"".join(stream.process(spaces) for _ in range(63)) + bytes(stream.finish())
