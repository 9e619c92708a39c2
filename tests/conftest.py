"""What every test gets: no network but this machine's own, and prose in many languages."""

import ipaddress
import socket
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def _is_own(address: object) -> bool:
    """Tell whether a socket address is of this machine: loopback, or a path."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    try:
        return host in ("", "localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves the machine, whoever opens it."""

    def guarded(name: str) -> Any:  # noqa: ANN401 - it stands in for a method of any signature
        original = getattr(socket.socket, name)

        def guard(self: socket.socket, *arguments: Any) -> Any:  # noqa: ANN401
            if not _is_own(arguments[-1]):
                raise RuntimeError(f"a test tried to reach {arguments[-1]!r}")
            return original(self, *arguments)

        return guard

    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, guarded(name))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def prose() -> Mapping[str, list[str]]:
    """Paragraphs of running text by language."""
    return read_prose()


def read_prose() -> Mapping[str, list[str]]:
    """Return the paragraphs of `prose.toml`, for tests that make their cases of them."""
    return tomllib.loads((HERE / "prose.toml").read_text("utf-8"))
