"""One connection to one machine, with a deadline that holds for all that happens on it."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scraper.types import Reason

_HIGH_WATER = 262_144


class TransportError(Exception):
    """No answer to be had: a reason of the closed list, and one line for people."""

    def __init__(self, reason: Reason, detail: str, status: int = 0) -> None:
        """Keep them; none names the address, which the caller knows. `status` is 0 where no answer began."""
        super().__init__(detail)
        self.reason: Reason = reason
        self.detail = detail
        self.status = status


def timed_out() -> TransportError:
    """Return what is raised when the deadline has passed."""
    return TransportError("timeout", "no whole answer within the deadline")


class Wire(asyncio.Protocol):
    """Bytes to and from a machine; nobody else ever uses this connection.

    `deadline` is a time of the running loop: from then on every call raises. `budget` is how many bytes `read` may
    still give out, of an answer's head or `in_body`. Being its owner's alone, a wire can be dropped at any moment, also by a cancelled task.
    """

    def __init__(self, deadline: float) -> None:
        """Make a wire that is not connected yet."""
        self.deadline = deadline
        self.budget = 0
        self.in_body = False
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._has_ended = False
        self._failure: TransportError | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._alarm = self._loop.call_at(deadline, self._expire)

    async def connect(self, ip: str, port: int, until: float) -> None:
        """Connect to an IP address; raises OSError, or TimeoutError at `until`."""
        async with asyncio.timeout_at(until):
            await self._loop.create_connection(lambda: self, ip, port)

    async def start_tls(self, context: ssl.SSLContext, name: str) -> None:
        """Secure the wire, and make sure that the machine is `name`; raises TransportError."""
        if self._transport is None:
            raise TransportError("connect", "the connection was closed before it was secured")
        try:
            async with asyncio.timeout_at(self.deadline):
                secured = await self._loop.start_tls(self._transport, self, context, server_hostname=name)
        except TimeoutError as error:
            raise timed_out() from error
        except ssl.SSLCertVerificationError as error:
            raise TransportError("tls", f"the certificate is not trusted: {error.verify_message}") from error
        except (OSError, EOFError) as error:
            raise TransportError("tls", f"no secure connection: {_cause(error)}") from error
        if secured is None:
            raise TransportError("tls", "no secure connection: the server hung up")
        self._transport = secured

    async def read(self, size: int) -> bytes:
        """Return the next bytes, none at the end; raises TransportError."""
        if not self._buffer and not self._has_ended and self._failure is None:
            await self._wait()
        if self._failure is None and self._loop.time() >= self.deadline:
            self._expire()
        if self._failure is not None:
            raise self._failure
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._resume()
        self.budget -= len(data)
        if self.budget < 0:
            raise self._too_much()
        return data

    def write(self, data: bytes) -> None:
        """Send bytes; what goes wrong shows when the answer is read."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    async def read_rest(self, grace: float) -> bytes:
        """Return what has come, or comes within `grace` seconds, beyond what was read."""
        if not self._buffer and not self._has_ended and self._failure is None:
            bell = self._loop.call_later(grace, self._wake)
            await self._wait()
            bell.cancel()
        return bytes(self._buffer)

    def drop(self) -> None:
        """Close the connection, at once and for good."""
        self._alarm.cancel()
        if self._transport is not None:
            self._transport.abort()

    def _too_much(self) -> TransportError:
        if self.in_body:
            return TransportError("too-large", "more bytes than the limit allows")
        return TransportError("bad-response", "the head of the answer has no end")

    async def _wait(self) -> None:
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _expire(self) -> None:
        self._failure = self._failure or timed_out()
        self._wake()
        self.drop()

    def _resume(self) -> None:
        if (
            self._transport is not None
            and not self._transport.is_closing()
            and len(self._buffer) < _HIGH_WATER
        ):
            self._transport.resume_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over a connection that was made."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Keep what came until it is read, and let no more come than a quarter of a megabyte."""
        self._buffer += data
        if self._transport is not None and len(self._buffer) >= _HIGH_WATER:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """Take note that the machine has said all."""
        self._has_ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note that the connection is no more."""
        if exc is not None and self._failure is None and not self._has_ended:
            self._failure = TransportError("bad-response", f"the connection broke: {_cause(exc)}")
        self._has_ended = True
        self._wake()


def _cause(error: BaseException) -> str:
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.lower().replace("_", " ")
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()
