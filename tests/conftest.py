"""What holds for every test: no network but this machine's own."""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest


def is_own(address: object) -> bool:
    """Tell whether a socket address is of this machine: loopback, or a path."""
    if not isinstance(address, tuple):
        return True
    try:
        return address[0] in ("", "localhost") or ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return False


def guarded(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of a socket that refuses the addresses of other machines."""

    def guard(self: socket.socket, *arguments: Any) -> Any:
        if not is_own(arguments[-1]):
            raise RuntimeError(f"a test tried to reach {arguments[-1]!r}")
        return original(self, *arguments)

    return guard


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves the machine, whoever opens it."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
    yield
    patch.undo()
