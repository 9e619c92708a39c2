"""From a name to a connection: looked up once, every address vetted, and connected to what was vetted."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from scraper.net.addresses import AddressError, check_ip, literal_of, port_of
from scraper.net.wire import TransportError, Wire, timed_out

if TYPE_CHECKING:
    from scraper.weburl import Address

Resolver = Callable[[str], Awaitable[Sequence[str]]]
"""From a host's name to its IP addresses; raises OSError."""

_CONNECT_SECONDS = 5.0  # A host with a dead IPv6 address is still reached by its IPv4 one.
_MOST_ADDRESSES = 4
_LOOPBACK = ("127.0.0.1", "::1")


async def look_up(host: str) -> Sequence[str]:
    """Return the IP addresses of a host, as this machine finds them; raises OSError.

    Each look-up has its own thread: it cannot be stopped, and one that hangs must hold up neither the others nor
    the end of the program.
    """
    if host.rstrip(".").rpartition(".")[2] == "localhost":
        return _LOOPBACK  # RFC 6761: such a name is never asked of the network.
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Sequence[str]] = loop.create_future()
    threading.Thread(target=_ask_system, args=(host, loop, found), name=f"dns {host}", daemon=True).start()
    return await found


def _ask_system(host: str, loop: asyncio.AbstractEventLoop, found: asyncio.Future[Sequence[str]]) -> None:
    try:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        outcome: Sequence[str] | OSError = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    except OSError as error:
        outcome = error
    except UnicodeError as error:  # A label that is empty or longer than 63 bytes.
        outcome = OSError(str(error))
    if not loop.is_closed():
        loop.call_soon_threadsafe(_settle, found, outcome)


def _settle(found: asyncio.Future[Sequence[str]], outcome: Sequence[str] | OSError) -> None:
    if found.done():
        return
    if isinstance(outcome, OSError):
        found.set_exception(outcome)
    else:
        found.set_result(outcome)


async def dial(address: Address, *, resolver: Resolver, allow_private: bool, deadline: float) -> Wire:
    """Return a wire to the machine that an address names.

    Raises TransportError: refused-address where any of its IP addresses is not public, dns, connect or timeout.
    """
    candidates = await _resolve(address.host, resolver, deadline)
    try:
        for ip in candidates:
            check_ip(ip, allow_private=allow_private)
    except AddressError as error:
        raise TransportError("refused-address", f"{address.host}: {error}") from error
    failures = []
    for ip in candidates[:_MOST_ADDRESSES]:
        try:
            return await _connect(ip, port_of(address), deadline)
        except OSError as error:
            failures.append(_explain(error))
    if asyncio.get_running_loop().time() >= deadline:
        raise timed_out()
    raise TransportError("connect", f"cannot connect to {address.host}: {failures[0]}")


async def _resolve(host: str, resolver: Resolver, deadline: float) -> Sequence[str]:
    literal = literal_of(host)
    if literal is not None:
        return (literal,)
    try:
        async with asyncio.timeout_at(deadline):
            found = await resolver(host)
    except TimeoutError as error:
        raise TransportError("timeout", f"looking up {host} took too long") from error
    except OSError as error:
        raise TransportError("dns", f"{host} cannot be found: {_explain(error)}") from error
    if not found:
        raise TransportError("dns", f"{host} has no address")
    return found


async def _connect(ip: str, port: int, deadline: float) -> Wire:
    wire = Wire(deadline)
    try:
        await wire.connect(ip, port, min(deadline, asyncio.get_running_loop().time() + _CONNECT_SECONDS))
    except BaseException:
        wire.drop()
        raise
    return wire


def _explain(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "no answer"
    return (error.strerror or str(error) or type(error).__name__).lower()
