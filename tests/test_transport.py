"""One request on one connection: its bounds, its names, and TLS that is always verified."""

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from hostile_server import PAGE, OpenGate, answer, chunked, hanging, quick, saying, serving

from scraper import Failure, Fetcher, Outcome, Page
from scraper.net import transport
from scraper.net.dialling import Resolver, look_up
from scraper.net.transport import Answer, Transport, TransportError

OPENSSL = shutil.which("openssl")


async def on_loopback(_host: str) -> Sequence[str]:
    return ["127.0.0.1"]


def get(
    url: str,
    *,
    max_bytes: int = 100_000,
    deadline: float = 5,
    may_cut: bool = False,
    resolver: Resolver = on_loopback,
    headers: dict[str, str] | None = None,
) -> Answer:
    asking = Transport(user_agent="chaffinch/test", allow_private_addresses=True, resolver=resolver)
    options = {"max_bytes": max_bytes, "deadline": deadline, "may_cut": may_cut, "headers": headers or {}}
    return asyncio.run(asking.get(url, **options))  # type: ignore[arg-type]


def test_an_answer_has_its_headers_in_order_and_in_lower_case() -> None:
    with serving(saying(answer(PAGE, "X-B: 1", "x-a: \xe9", "X-B: 2"))) as server:
        said = get(server.url)
    assert (said.url, said.status, said.body) == (server.url, 200, PAGE)
    assert said.headers[2:] == (("x-b", "1"), ("x-a", "\xc3\xa9"), ("x-b", "2"))
    assert (said.header("x-b"), said.header("x-none"), said.header("x-none", "-")) == ("1", "", "-")


@pytest.mark.parametrize("data", [answer(b"x" * 500), chunked(b"x" * 500, 7), answer(b"x" * 500, length=-1)])
def test_the_limit_is_exact_and_a_body_beyond_it_is_cut_only_on_request(data: bytes) -> None:
    with serving(saying(data)) as server:
        assert len(get(server.url, max_bytes=500).body) == 500
        assert len(get(server.url, max_bytes=499, may_cut=True).body) == 499
        with pytest.raises(TransportError) as caught:
            get(server.url, max_bytes=499)
    assert (caught.value.reason, caught.value.status) == ("too-large", 200)


def test_a_redirect_is_answered_not_followed() -> None:
    with serving(saying(answer(b"moved", "Location: /a", status="301 Moved"))) as server:
        said = get(server.url)
    assert (said.status, said.header("location"), said.body) == (301, "/a", b"")
    assert len(server.asked) == 1


@pytest.mark.parametrize("padding", [b"", b"\r\n", b"\n"])
def test_a_line_break_behind_a_body_is_forgiven(padding: bytes) -> None:
    with serving(saying(answer() + padding)) as server:
        assert get(server.url).body == PAGE


def test_a_server_that_keeps_the_connection_open_is_not_waited_for() -> None:
    def keep(peer) -> None:  # type: ignore[no-untyped-def]
        peer.send(answer(PAGE, "Connection: keep-alive"))
        hanging(peer)

    with serving(keep) as server:
        assert get(server.url, deadline=2).body == PAGE


def test_every_request_has_a_connection_of_its_own() -> None:
    with serving(saying(answer(PAGE, "Connection: keep-alive"))) as server:
        for _ in range(3):
            get(server.url)
    assert len({id(peer.socket) for peer in server.asked}) == 3
    assert all(peer.headers["connection"] == "close" for peer in server.asked)


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    with serving(saying(answer())) as server:
        assert get(server.url).status == 200


def test_the_next_address_of_a_host_is_tried_where_one_is_dead() -> None:
    async def two(_host: str) -> Sequence[str]:
        return ["::1", "127.0.0.1"]

    with serving(saying(answer())) as server:
        said = get(f"http://quay.example:{server.port}/", resolver=two)
    assert said.body == PAGE
    assert server.asked[0].headers["host"] == f"quay.example:{server.port}"


def test_a_name_that_cannot_be_found_is_a_failure_of_dns() -> None:
    async def nowhere(_host: str) -> Sequence[str]:
        raise socket.gaierror(-2, "Name or service not known")

    async def empty(_host: str) -> Sequence[str]:
        return []

    for resolver in (nowhere, empty):
        with pytest.raises(TransportError, match=r"quay\.example") as caught:
            get("http://quay.example/", resolver=resolver)
        assert caught.value.reason == "dns"


def test_a_look_up_that_hangs_ends_with_the_deadline() -> None:
    async def never(_host: str) -> Sequence[str]:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(TransportError) as caught:
        get("http://quay.example/", resolver=never, deadline=0.1)
    assert caught.value.reason == "timeout"


def test_names_of_this_machine_are_looked_up_without_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(host: str, *_: object, **__: object) -> list[object]:
        if host != "quay.example":
            raise UnicodeError("label too long")
        return [
            (2, 1, 6, "", ("192.5.6.30", 0)),
            (2, 1, 6, "", ("192.5.6.30", 0)),
            (10, 1, 6, "", ("2a00::1", 0, 0, 0)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    assert asyncio.run(look_up("a.localhost")) == ("127.0.0.1", "::1")
    assert asyncio.run(look_up("quay.example")) == ["192.5.6.30", "2a00::1"]
    with pytest.raises(OSError, match="label too long"):
        asyncio.run(look_up("odd.example"))


def make_certificate(folder: Path, name: str) -> Path:
    """Write a self-signed certificate with its key for `name`."""
    path = folder / "server.pem"
    command = [
        str(OPENSSL), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(path),
        "-out", str(folder / "cert.pem"), "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-days", "2",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(path.read_text() + (folder / "cert.pem").read_text())
    return path


@pytest.fixture
def fresh_trust(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Read what is trusted anew in this test, and forget it behind it."""
    monkeypatch.setattr(transport, "_contexts", [])
    return monkeypatch


def fetch_secure(certificate: Path, name: str, seen: list[object] | None = None) -> Outcome:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _, asked, __: seen.append(asked) if seen is not None else None

    async def go(port: int) -> Outcome:
        async with Fetcher(quick(), gate=OpenGate(), resolver=on_loopback) as fetcher:
            return await fetcher.fetch(f"https://{name}:{port}/")

    with serving(saying(answer()), wrap=partial(context.wrap_socket, server_side=True)) as server:
        return asyncio.run(go(server.port))


@pytest.mark.skipif(OPENSSL is None, reason="needs the openssl command to make a certificate")
def test_a_trusted_certificate_is_checked_for_the_name_not_the_address(
    tmp_path: Path, fresh_trust: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path, "quay.example")
    fresh_trust.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    seen: list[object] = []
    outcome = fetch_secure(certificate, "quay.example", seen)
    assert isinstance(outcome, Page), outcome
    assert outcome.body == PAGE
    assert seen == ["quay.example"]
    wrong = fetch_secure(certificate, "pier.example")
    assert isinstance(wrong, Failure)
    assert (wrong.reason, "not trusted" in wrong.detail) == ("tls", True)


@pytest.mark.skipif(OPENSSL is None, reason="needs the openssl command to make a certificate")
def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    outcome = fetch_secure(make_certificate(tmp_path, "quay.example"), "quay.example")
    assert isinstance(outcome, Failure)
    assert (outcome.reason, outcome.status) == ("tls", 0)


@pytest.mark.parametrize("data", [b"HTTP/1.1 400 Bad\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x28", b""])
def test_a_server_that_speaks_no_tls_is_a_failure_of_tls(data: bytes) -> None:
    def speak(connection: socket.socket) -> socket.socket:
        connection.recv(65_536)
        connection.sendall(data)
        raise OSError("no TLS")

    with serving(hanging, wrap=speak) as server, pytest.raises(TransportError) as caught:
        get(f"https://127.0.0.1:{server.port}/", deadline=2)
    assert caught.value.reason == "tls"


def test_a_handshake_that_hangs_ends_with_the_deadline() -> None:
    with serving(hanging) as server, pytest.raises(TransportError) as caught:
        get(f"https://127.0.0.1:{server.port}/", deadline=0.2)
    assert caught.value.reason == "timeout"
