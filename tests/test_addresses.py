"""What may be asked: no spelling, no redirect and no name leads to a machine that is not public."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence

import pytest
from hostile_server import OpenGate, answer, quick, redirect, saying, serving
from hypothesis import given
from hypothesis import strategies as st

from scraper import Failure, FetchConfig, Fetcher, Outcome
from scraper.net.addresses import AddressError, check_ip, is_public, literal_of, port_of, read_address
from scraper.net.dialling import Resolver
from scraper.net.wire import Wire
from scraper.weburl import parse

LOOPBACK = """
    127.0.0.1 127.0.0.2 127.255.255.254 127.1 127.0.1 2130706433 017700000001 0x7f000001 0x7F.1 0x7f.0x0.0x0.0x1 0177.0.0.1 0177.1 127.0x1
    0X7F.0.0.1 00177.0000.0000.01 127.000.000.001 127.0.0.1. １２７.０.０.１ １２７．０．０．１ 127。0。0。1 127｡0｡0｡1 ⑫⑦.0.0.1 %31%32%37.0.0.1
    127%2e0%2e0%2e1 0x7f%2E1 ０ｘ７ｆ．１ 127.0.0.1%2e 2130706433. 0 0.0.0.0 0x0 00 0.0 [::1] [0:0:0:0:0:0:0:1] [::] [::ffff:127.0.0.1]
    [::ffff:7f00:1] [0:0:0:0:0:ffff:7f00:0001] [::127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [2001:0:7f00:1::]
    [::ffff:0:127.0.0.1]
    [2001:4860::5efe:7f00:1] localhost LOCALHOST localhost. ｌｏｃａｌｈｏｓｔ loc%61lhost a.localhost lo\u00adcalhost ⓛⓞⓒⓐⓛⓗⓞⓢⓣ
""".split()
PRIVATE = """
    10.0.0.1 10.1 167772161 0xa.1 012.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 3232235521 100.64.0.1 100.127.255.255 198.18.0.1
    192.0.0.1 192.0.2.1 198.51.100.1 203.0.113.1 192.88.99.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 0.1.2.3 4294967295
    [fc00::1] [fd12:3456::1] [fe80::1] [fec0::1] [ff02::1] [2001:db8::1] [3fff::1] [3ffe::1] [100::1] [5f00::1] [64:ff9b:1::a00:1]
    [::ffff:10.0.0.1] [::ffff:c0a8:1] [64:ff9b::a00:1] [2002:a00:1::] [2001:10::1] [2001:20::1] [2001:2::1] [2001::1] [fe80::1%25eth0] [4000::1]
    printer.local intranet. db.internal router.lan
""".split()
METADATA = """
    169.254.169.254 169.254.169.254. 2852039166 0xA9FEA9FE 0xa9.0xfe.0xa9.0xfe 0251.0376.0251.0376 169.254.43518 169.16689662 169.254.170.2
    100.100.100.200 168.63.129.16 192.0.0.192 [fd00:ec2::254] [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [64:ff9b::a9fe:a9fe]
    １６９．２５４．１６９．２５４
    metadata.google.internal
""".split()
HOSTS = [*LOOPBACK, *PRIVATE, *METADATA]
AROUND = [
    "http:127.0.0.1", "http:/127.0.0.1", "http:///127.0.0.1/", "http:\\\\127.0.0.1\\", " http://127.0.0.1", "ht\ntp://127.0.0.1/", "HTTP://127.0.0.1",
    "http://127.0.0.1:80/", "http://127.0.0.1:00080", "https://127.0.0.1", "http://\t127.0.0.1/", "http://127.0.0.1?x", "http://127.0.0.1#x",
    "http://127.0.0.1\\@192.0.2.1",
    "http://www.example.org@127.0.0.1/", "http://127.0.0.1:443@www.example.org/", "http://[::1]:8080/", "//127.0.0.1/",
    "\\\\127.0.0.1\\x", "/\\127.0.0.1",
]  # fmt: skip
TARGETS = [*(f"http://{host}/" for host in HOSTS), *AROUND]
PUBLIC = "192.5.6.30 8.8.8.8 1.1.1.1 172.15.0.1 172.32.0.1 100.63.255.255 192.0.1.1 198.17.255.255 223.255.255.255 9.255.255.255 126.0.0.1 2606:4700::1 2001:4860::8888 64:ff9b::8.8.8.8 ::ffff:8.8.8.8 2a00::1".split()  # noqa: E501


PUBLIC_IP = "192.5.6.30"
NAME = "http://www.harbour.example"


class Network:
    """What a fetcher dials: one public address leads to a server of ours, and nothing else leads anywhere."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.dialled: list[str] = []
        self.port = 0
        self.connect = Wire.connect
        patch.setattr(Wire, "connect", self._reroute())

    def _reroute(self) -> Callable[[Wire, str, int, float], Awaitable[None]]:
        async def connect(wire: Wire, ip: str, _port: int, until: float) -> None:
            self.dialled.append(ip)
            assert ip == PUBLIC_IP
            await self.connect(wire, "127.0.0.1", self.port, until)

        return connect


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    return Network(monkeypatch)


def resolving(*answers: Sequence[str]) -> Resolver:
    """Return a resolver that gives these answers in turn, and the last one for ever."""
    left = list(answers)

    async def resolve(_host: str) -> Sequence[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


async def no_lookup(host: str) -> Sequence[str]:
    raise AssertionError(f"{host} was looked up")


def fetch_all(urls: Sequence[str], resolver: Resolver, config: FetchConfig | None = None) -> list[Outcome]:
    async def go() -> list[Outcome]:
        async with Fetcher(config, gate=OpenGate(), resolver=resolver) as fetcher:
            return [await fetcher.fetch(url) for url in urls]

    return asyncio.run(go())


def reasons(outcomes: Sequence[Outcome]) -> set[str]:
    return {
        outcome.reason if isinstance(outcome, Failure) else type(outcome).__name__ for outcome in outcomes
    }


def test_the_table_of_notations_is_long_enough() -> None:
    assert len(set(TARGETS)) >= 140


def test_no_notation_of_a_non_public_target_is_asked(network: Network) -> None:
    outcomes = fetch_all(TARGETS, no_lookup)
    assert [o.url for o in outcomes if not isinstance(o, Failure) or o.reason != "refused-address"] == []
    assert network.dialled == []


def test_a_redirect_to_a_non_public_target_is_refused(network: Network) -> None:
    # Seen from an http address two of them are paths, for browsers too; a header holds no line break.
    places = [
        place for place in TARGETS if place not in ("http:127.0.0.1", "http:/127.0.0.1") and "\n" not in place
    ]
    with serving(lambda peer: peer.send(redirect(places[int(peer.path[1:])]))) as server:
        network.port = server.port
        outcomes = fetch_all([f"http://{PUBLIC_IP}/{number}" for number in range(len(places))], no_lookup)
    spared = [
        place
        for place, outcome in zip(places, outcomes, strict=True)
        if not isinstance(outcome, Failure) or outcome.reason != "refused-address"
    ]
    assert spared == []
    assert network.dialled == [PUBLIC_IP] * len(places)


@pytest.mark.parametrize("host", [*LOOPBACK, *PRIVATE, *METADATA])
def test_a_name_that_leads_to_a_non_public_address_is_refused(host: str, network: Network) -> None:
    try:
        ip = literal_of(parse(f"http://{host}/").host)
    except ValueError:
        ip = "fe80::1%2"  # What a resolver says, though no address may be spelt so.
    ip = ip or "127.0.0.1"
    for found in ([ip], [PUBLIC_IP, ip], [ip, PUBLIC_IP]):
        assert reasons(fetch_all([NAME], resolving(found))) == {"refused-address"}
    assert network.dialled == []


def test_a_name_that_changes_its_address_is_vetted_each_time(network: Network) -> None:
    """Rebinding: public when it is first looked up, and for the redirect to itself no more."""
    with serving(lambda peer: peer.send(redirect(f"{NAME}/second"))) as server:
        network.port = server.port
        for later in (["127.0.0.1"], ["169.254.169.254"], ["::1"], [PUBLIC_IP, "10.0.0.1"]):
            assert reasons(fetch_all([NAME], resolving([PUBLIC_IP], later))) == {"refused-address"}
    assert set(network.dialled) == {PUBLIC_IP}
    assert len(server.asked) == 4


def test_a_name_that_is_not_public_is_refused_as_such_before_its_robots_txt_is_asked_for(
    network: Network,
) -> None:
    async def go() -> Outcome:
        async with Fetcher(FetchConfig(delay_seconds=0), resolver=resolving(["10.0.0.1"])) as fetcher:
            return await fetcher.fetch(f"{NAME}/news")

    assert reasons([asyncio.run(go())]) == {"refused-address"}
    assert network.dialled == []


def test_one_request_looks_its_host_up_once(network: Network) -> None:
    with serving(saying(answer())) as server:
        network.port = server.port
        assert reasons(fetch_all([NAME], resolving([PUBLIC_IP], ["127.0.0.1"]))) == {"Page"}


def test_a_metadata_address_is_refused_even_where_private_ones_are_allowed(network: Network) -> None:
    outcomes = fetch_all([f"http://{host}/" for host in METADATA], resolving(["169.254.169.254"]), quick())
    assert reasons(outcomes) == {"refused-address"}
    assert network.dialled == []


@pytest.mark.parametrize(
    "url",
    [
        "", " ", "/news", "example.org", "ftp://example.org/", "file:///etc/hosts", "javascript:alert(1)", "data:,x", "http://", "https://?x",
        "http://user@example.org/", "http://user:word@example.org/", "http://example.org:0/", "http://example.org:22/", "http://example.org:25/",
        "http://example.org:6379/", "http://example.org:65536/", "http://example.org:x/", "http://1.2.3.4.5/", "http://256.1.1.1/", "http://[::1/",
        "http://ex ample.org/", f"http://{'a.' * 130}org/", "http://example.org/" + "a" * 3_000,
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_one_line(url: str, network: Network) -> None:
    outcome = fetch_all([url], no_lookup)[0]
    assert isinstance(outcome, Failure)
    assert outcome.reason == "refused-address"
    assert outcome.url == url
    assert outcome.detail.strip()
    assert "\n" not in outcome.detail
    assert network.dialled == []


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_addresses_are_public(ip: str) -> None:
    assert is_public(ip)
    check_ip(ip)


@given(st.ip_addresses())
def test_what_python_knows_to_be_private_is_never_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    # Our table is the stricter one; Python's differs between versions. NAT64 and mapping are unwrapped.
    inner = int(address) & 0xFFFF_FFFF
    is_wrapped = address.version == 6 and int(address) >> 32 in (0xFFFF, 0x64_FF9B << 64)
    known = ipaddress.IPv4Address(inner) if is_wrapped else address
    assert known.is_global or not is_public(str(address))


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:{}", "64:ff9b::{}", "::{}", "2001:4860::5efe:{}"]))
def test_an_address_within_an_address_is_no_more_public_than_itself(
    inner: ipaddress.IPv4Address, form: str
) -> None:
    assert is_public(str(inner)) or not is_public(form.format(inner))


@given(st.ip_addresses(v=4))
def test_every_spelling_of_a_number_is_read_as_one_address(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    parts = [number >> 24, number >> 16 & 255, number >> 8 & 255, number & 255]
    spellings = [
        str(address),
        str(number),
        hex(number),
        f"0{number:o}",
        f"{parts[0]}.{number & 0xFF_FFFF}",
        ".".join(map(hex, parts)),
        f"{address}.",
    ]
    for spelling in spellings:
        host = (
            read_address(f"http://{spelling}/", allow_private=True).host
            if not is_cloud(address)
            else str(address)
        )
        assert literal_of(host) == str(address)


def is_cloud(address: ipaddress.IPv4Address) -> bool:
    try:
        check_ip(str(address), allow_private=True)
    except AddressError:
        return True
    return False


def test_an_address_is_asked_on_its_own_port() -> None:
    assert port_of(read_address("http://example.org/")) == 80
    assert port_of(read_address("https://example.org/")) == 443
    assert port_of(read_address("https://example.org:8443/")) == 8443
    assert port_of(read_address("http://example.org:9000/", allow_private=True)) == 9000


def test_a_test_that_leaves_the_machine_is_stopped_and_noted(attempts: list[str]) -> None:
    with pytest.raises(RuntimeError, match="tried to reach"):
        socket.create_connection(("192.0.2.1", 80))
    with socket.socket() as plain:
        for method in (plain.connect, plain.connect_ex):
            with pytest.raises(RuntimeError, match="tried to reach"):
                method(("192.0.2.1", 80))
    with pytest.raises(RuntimeError, match="tried to reach"):
        socket.getaddrinfo("example.org", 80)
    with pytest.raises(RuntimeError, match="tried to reach"):
        asyncio.run(asyncio.open_connection("192.0.2.1", 80))
    with pytest.raises(RuntimeError, match="tried to reach"):
        asyncio.run(asyncio.open_connection("example.org", 80))
    assert len(attempts) >= 6
