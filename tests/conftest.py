"""What holds for every test: no network but this machine's own."""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

ATTEMPTS: list[str] = []
"""What the running test tried to reach beyond this machine. It fails for it, even if it caught the error."""


def is_own(address: object) -> bool:
    """Tell whether a socket address is of this machine: loopback, or a path."""
    return not isinstance(address, tuple) or is_own_host(address[0])


def is_own_host(host: object) -> bool:
    """Tell whether a host can be looked up without asking another machine: loopback, or no name at all."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    try:
        return text in (None, "", "localhost") or ipaddress.ip_address(str(text)).is_loopback
    except ValueError:
        return False


def refuse(target: object) -> None:
    """Note an attempt to leave the machine, and stop it."""
    ATTEMPTS.append(repr(target))
    raise RuntimeError(f"a test tried to reach {target!r}")


def guarded(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of a socket that refuses the addresses of other machines."""

    def guard(self: socket.socket, *arguments: Any) -> Any:
        if not is_own(arguments[-1]):
            refuse(arguments[-1])
        return original(self, *arguments)

    return guard


def guarded_lookup(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that looks a host up, and refuses those of other machines."""

    def guard(host: object, *arguments: Any, **options: Any) -> Any:
        if not is_own_host(host):
            refuse(host)
        return original(host, *arguments, **options)

    return guard


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves the machine, whoever opens it; asyncio's go through these too."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex", "sendto", "sendmsg"):
        patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "create_connection"):
        original = getattr(socket, name)
        guard = guarded_lookup(original) if name != "create_connection" else guarded_connection(original)
        patch.setattr(socket, name, guard)
    yield
    patch.undo()


def guarded_connection(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return `socket.create_connection`, refusing the addresses of other machines."""

    def guard(address: object, *arguments: Any, **options: Any) -> Any:
        if not is_own(address):
            refuse(address)
        return original(address, *arguments, **options)

    return guard


@pytest.fixture(autouse=True)
def no_attempts() -> Iterator[None]:
    """Fail a test that tried to leave the machine, whatever became of its attempt."""
    ATTEMPTS.clear()
    yield
    tried = list(ATTEMPTS)
    ATTEMPTS.clear()
    assert tried == [], "a test tried to leave the machine"


@pytest.fixture
def attempts() -> Iterator[list[str]]:
    """What this test tries to reach on purpose, to see it refused."""
    yield ATTEMPTS
    ATTEMPTS.clear()
