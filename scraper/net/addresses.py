"""Which addresses may be asked: only http and https, and only machines that are on the public internet."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from scraper.weburl import Address, parse

# More would make a request that servers refuse, and what we send is to stay below 4 KB.
MAX_LENGTH = 3_000
_PORTS = {None, 80, 443, 8080, 8443}
_PORT_OF = {"http": 80, "https": 443}

# Of the registries at https://www.iana.org/assignments/iana-ipv4-special-registry and what clouds use for
# themselves; `ipaddress.is_global` differs between versions of Python and knows no cloud.
_CLOUD = ("169.254.0.0/16", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::/32")
_NOT_PUBLIC_V4 = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
    "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)  # fmt: skip
# Of IPv6 only 2000::/3 is given out to the public, and of that these are set apart: protocol assignments with
# Teredo, benchmarking and ORCHID, documentation, 6to4, the former 6bone.
_PUBLIC_V6 = ip_network("2000::/3")
_NOT_PUBLIC_V6 = (
    "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20",
)  # fmt: skip
_MAPPED, _NAT64 = ip_network("::ffff:0:0/96"), ip_network("64:ff9b::/96")
_ISATAP = {0x0000_5EFE, 0x0200_5EFE}  # RFC 5214: the half of an address that says an IPv4 one follows.

_CLOUD_NETWORKS = tuple(map(ip_network, _CLOUD))
_PRIVATE = tuple(map(ip_network, (*_NOT_PUBLIC_V4, *_NOT_PUBLIC_V6)))


class AddressError(ValueError):
    """An address that is not asked: one line that names it and says why."""


def read_address(url: str, *, allow_private: bool = False) -> Address:
    """Return an address that may be looked up, in the one spelling that is checked and connected to.

    Only http and https without credentials, on the ports 80, 443, 8080 and 8443, and only hosts whose name does
    not already say that they are not public; `allow_private` lifts the last two. Raises AddressError.
    """
    try:
        address = parse(url)
    except ValueError as error:
        raise AddressError(str(error)) from error
    if len(str(address)) > MAX_LENGTH:
        raise AddressError(f"an address of more than {MAX_LENGTH:,} characters")
    if address.port == 0 or not (allow_private or address.port in _PORTS):
        raise AddressError(f"port {address.port} is not asked, only 80, 443, 8080 and 8443")
    literal = literal_of(address.host)
    if literal is not None:
        check_ip(literal, allow_private=allow_private)
    elif not allow_private and _is_local_name(address.host):
        raise AddressError(f"{address.host} is a name of this machine or its network; {_ALLOW}")
    return address


def port_of(address: Address) -> int:
    """Return the port that an address is asked on."""
    return _PORT_OF[address.scheme] if address.port is None else address.port


def literal_of(host: str) -> str | None:
    """Return the IP address that a parsed host is, None for a name."""
    if host.startswith("["):
        return host[1:-1]
    return host.rstrip(".") if host.rstrip(".").rpartition(".")[2].isdigit() else None


def check_ip(ip: str, *, allow_private: bool = False) -> None:
    """Raise AddressError for an IP address that is not public, or, even where private ones are allowed, a cloud's."""
    if not _may_reach(ip, allow_private=allow_private):
        advice = "" if allow_private else f"; {_ALLOW}"
        raise AddressError(f"{ip} is not a public address{advice}")


def is_public(ip: str) -> bool:
    """Tell whether an IP address is one that anybody on the internet can reach, and nobody else's behind it."""
    return _may_reach(ip, allow_private=False)


_ALLOW = "allow_private_addresses permits it"


@lru_cache(maxsize=4_096)
def _may_reach(ip: str, *, allow_private: bool) -> bool:
    try:
        address = _unwrapped(ip_address(ip))
    except ValueError:  # A zone (fe80::1%eth0) never parses as a public address either.
        return False
    if any(address in network for network in _CLOUD_NETWORKS):
        return False
    return allow_private or _is_public(address)


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one leads to through mapping or NAT64, else the address."""
    if address in _MAPPED or address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if any(address in network for network in _PRIVATE):
        return False
    if isinstance(address, IPv4Address):
        return True
    inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    is_tunnel = (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP
    return address in _PUBLIC_V6 and not (is_tunnel and not _is_public(inner))


def _is_local_name(host: str) -> bool:
    last = host.rstrip(".").rpartition(".")[2]
    return last in {"localhost", "local", "internal", "localdomain", "lan", "intranet", "home", "corp"}
