"""One GET, one connection, one answer: whole, bounded, and nobody else's.

Each request has a connection of its own. A server may send more than one answer to one request, sooner or later,
and whoever asks next on that connection would take it for theirs; nothing that a client can look at rules that out.
It also makes a request its caller's alone: to cancel it can spoil no pool, since there is none.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import httpcore
import httpx

from scraper.net.addresses import AddressError, port_of, read_address
from scraper.net.decoding import ACCEPTED, DecodingError, decoder_for
from scraper.net.dialling import Resolver, dial, look_up
from scraper.net.wire import TransportError, Wire, timed_out

if TYPE_CHECKING:
    from scraper.types import Reason
    from scraper.weburl import Address

__all__ = ["Answer", "Look", "Transport", "TransportError"]

_HEAD_BYTES = 262_144  # The parser stops at 100 KB for one head; this stops heads that follow each other.
_ERROR_BODY_BYTES = 65_536
_LOOK_BYTES = 2_048
_REST_SECONDS = 0.1  # How long an answer that should be over is listened to for more.
_STEPS_BETWEEN_PAUSES = 128  # A body in chunks of one byte must not hold up what else runs.
_OK, _NO_CONTENT, _REDIRECT, _ERROR = 200, 204, 300, 400
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to one request.

    `headers` have lower-case names, in the order in which they came. `body` is decoded; redirects and errors have
    none, or its beginning. `elapsed` is in seconds.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    elapsed: float = 0.0

    def header(self, name: str, default: str = "") -> str:
        """Return the value of a header by its lower-case name; of several the first."""
        return next((value for known, value in self.headers if known == name), default)


Look = Callable[[Answer], None]
"""Sees a good answer when its head and the first 2 KB of its body have come; may raise TransportError."""


class Transport:
    """Asks servers, one request a connection, over HTTP/1.1."""

    def __init__(
        self, *, user_agent: str, allow_private_addresses: bool = False, resolver: Resolver = look_up
    ) -> None:
        """Make a transport that names itself `user_agent` and looks names up with `resolver`."""
        self._headers = {
            "User-Agent": user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": ACCEPTED,
            "Connection": "close",
        }
        self._allow_private = allow_private_addresses
        self._resolver = resolver

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
        max_bytes: int,
        deadline: float,
        may_cut: bool = False,
        look: Look | None = None,
    ) -> Answer:
        """Ask once, follow nothing, and return the answer.

        `deadline` is in seconds from now. A body beyond `max_bytes`, on the wire or decoded, raises too-large, or is
        cut there if `may_cut`. Of redirects no body is read, of errors (400 and up) at most 64 KB. Raises
        TransportError only.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        with _mapped():
            address = read_address(url, allow_private=self._allow_private)
            # What servers said is sent back byte for byte; it was read as Latin-1.
            lines = [
                (name.encode("latin-1"), value.encode("latin-1"))
                for name, value in {**self._headers, **headers}.items()
            ]
            request = httpx.Request("GET", str(address), headers=lines)
            line = _OneConnection(address, self._resolver, self._allow_private, started + deadline)
            response = await line.handle_async_request(request)
            answer = _head_of(url, response)
            try:
                with _mapped(answer.status):
                    body = await _Reading(answer, response, max_bytes, may_cut, look).read()
            finally:
                line.drop()
        return replace(answer, body=body, elapsed=loop.time() - started)


class _Stream(httpcore.AsyncNetworkStream):
    """A wire, as httpcore knows one."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109
        return await self._wire.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
        self._wire.write(buffer)

    async def aclose(self) -> None:
        """Leave the wire open: what still comes on it is looked at before it is dropped."""


class _OneConnection(httpx.AsyncBaseTransport):
    """Connects to where an address was vetted to lead, and checks that a body ends where its answer says."""

    def __init__(self, address: Address, resolver: Resolver, allow_private: bool, deadline: float) -> None:  # noqa: FBT001
        self._address = address
        self._resolver = resolver
        self._allow_private = allow_private
        self._deadline = deadline
        self._wire: Wire | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        address = self._address
        wire = self._wire = await dial(
            address, resolver=self._resolver, allow_private=self._allow_private, deadline=self._deadline
        )
        try:
            if address.scheme == "https":
                await wire.start_tls(_tls_context(), address.host.strip("[]").rstrip("."))
            wire.budget = _HEAD_BYTES
            query = "" if address.query is None else f"?{address.query}"
            url = httpcore.URL(
                scheme=address.scheme, host=address.host, port=port_of(address), target=address.path + query
            )
            connection = httpcore.AsyncHTTP11Connection(origin=url.origin, stream=_Stream(wire))
            core = httpcore.Request("GET", url, headers=request.headers.raw, content=b"")
            answer = await connection.handle_async_request(core)
        except BaseException:
            self.drop()
            raise
        body = cast("AsyncIterator[bytes]", answer.stream)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(body, connection, wire))

    def drop(self) -> None:
        if self._wire is not None:
            self._wire.drop()


class _Body(httpx.AsyncByteStream):
    """The body of an answer, and nothing behind it."""

    def __init__(
        self, body: AsyncIterator[bytes], connection: httpcore.AsyncHTTP11Connection, wire: Wire
    ) -> None:
        self._body = body
        self._connection = connection
        self._wire = wire

    def allow(self, size: int) -> None:
        """Let `size` bytes of body come, and as much again for the marks between its chunks."""
        self._wire.in_body = True
        self._wire.budget = 2 * size + _HEAD_BYTES

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._body:
            yield data
        unread = self._connection._h11_state.trailing_data[0]  # noqa: SLF001 - httpcore has no other way to see it
        if (unread + await self._wire.read_rest(_REST_SECONDS)).strip(b"\r\n"):
            raise TransportError("bad-response", "more came than the answer announced: its length is wrong")


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the body of one answer is read."""

    answer: Answer
    response: httpx.Response
    max_bytes: int
    may_cut: bool
    look: Look | None

    async def read(self) -> bytes:
        status = self.answer.status
        if status == _NO_CONTENT or _REDIRECT <= status < _ERROR:
            return b""
        kept = bytearray()
        if status < _ERROR:
            await self._fill(kept, self.max_bytes)
            return bytes(kept)
        try:
            await self._fill(kept, min(self.max_bytes, _ERROR_BODY_BYTES))
        except (TransportError, DecodingError, httpcore.RemoteProtocolError):
            return bytes(kept)  # The status says enough, however the body ends.
        return bytes(kept)

    async def _fill(self, kept: bytearray, limit: int) -> None:
        self._check_announced(limit)
        decoder = decoder_for(self.answer.header("content-encoding"))
        cast("_Body", self.response.stream).allow(limit)
        has_looked = False
        async for piece in self._pieces(decoder.feed, limit):
            kept += piece
            if not has_looked and len(kept) >= _LOOK_BYTES:
                self._show(kept)
                has_looked = True
            if len(kept) > limit:
                del kept[limit:]
                if self.may_cut:
                    return
                raise TransportError("too-large", f"more than {limit:,} bytes")
        decoder.finish()
        if not has_looked:
            self._show(kept)

    async def _pieces(self, decode: Callable[[bytes], Iterator[bytes]], limit: int) -> AsyncIterator[bytes]:
        came = steps = 0
        async for data in self.response.aiter_raw():
            came += len(data)
            if came > limit and not self.may_cut:
                raise TransportError("too-large", f"more than {limit:,} bytes on the wire")
            for piece in decode(data):
                yield piece
            steps += 1
            if steps % _STEPS_BETWEEN_PAUSES == 0:
                await asyncio.sleep(0)

    def _check_announced(self, limit: int) -> None:
        announced = self.answer.header("content-length")
        is_over = announced.isascii() and announced.isdigit() and int(announced[:20]) > limit
        if is_over and self.answer.status < _ERROR and not self.may_cut:
            raise TransportError("too-large", f"{announced[:20]} bytes announced, {limit:,} are the limit")

    def _show(self, kept: bytearray) -> None:
        if self.look is not None and self.answer.status < _REDIRECT:
            self.look(replace(self.answer, body=bytes(kept[:_LOOK_BYTES])))


def _head_of(url: str, response: httpx.Response) -> Answer:
    headers = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers.raw
    )
    return Answer(url, response.status_code, headers)


_contexts: list[ssl.SSLContext] = []


def _tls_context() -> ssl.SSLContext:
    """Return what certificates are checked against: certifi's list and this machine's own.

    Reading them takes some 30 ms, so it is done once, and not before the first https address.
    """
    if not _contexts:
        context = httpx.create_ssl_context(trust_env=False)
        context.load_default_certs()
        _contexts.append(context)
    return _contexts[0]


@contextmanager
def _mapped(status: int = 0) -> Iterator[None]:
    """Turn whatever the libraries below raise into a TransportError, here and nowhere else."""
    try:
        yield
    except TransportError as error:
        error.status = error.status or status
        raise
    except _BELOW as error:
        reason, detail = _explain(error)
        raise TransportError(reason, detail, status) from error


_BELOW = (httpcore.ProtocolError, httpx.HTTPError, httpx.InvalidURL, OSError, EOFError, ValueError)


def _explain(error: Exception) -> tuple[Reason, str]:
    if isinstance(error, AddressError):
        return "refused-address", str(error)
    if isinstance(error, httpx.InvalidURL | UnicodeError):
        return "refused-address", f"no address that can be asked: {error}"
    if isinstance(error, TimeoutError):
        return timed_out().reason, timed_out().detail
    if isinstance(error, ssl.SSLError):
        return "tls", f"no secure connection: {error.reason or error}"
    if isinstance(error, DecodingError):
        return "bad-response", str(error)
    return "bad-response", f"no HTTP that can be read: {str(error)[:200]}"
