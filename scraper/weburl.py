"""Addresses as browsers read them (https://url.spec.whatwg.org), for http and https only."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from urllib.parse import quote, unquote_to_bytes

MAX_LENGTH = 8_000  # What common servers take at most in a request line.
_DEFAULT_PORTS = {"http": 80, "https": 443}
_EDGES = "".join(map(chr, range(33)))
_BREAKS = dict.fromkeys(map(ord, "\t\n\r"))
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_PLAIN_HOST = re.compile(r"(?:[a-z0-9_-]+\.)*[a-z0-9_-]*[a-z_-][a-z0-9_-]*\.?")
_FORBIDDEN = re.compile(r"[\x00-\x20\"#%/:<>?@\[\\\]^`{|}\x7f]")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_DOT, _DOTDOT = re.compile(r"\.|%2e", re.IGNORECASE), re.compile(r"(?:\.|%2e){2}", re.IGNORECASE)
# What the standard leaves as it is, beside letters, digits and `_.-~`.
_PATH_KEEPS = "!$%&'()*+,/:;=@[]|\\"
_QUERY_KEEPS = "!$%&()*+,/:;=?@[\\]^`{|}"
_FRAGMENT_KEEPS = "!#$%&'()*+,/:;=?@[\\]^{|}"
# Marks that IDNA maps to nothing: soft hyphen, joiner of graphemes, zero-width space, byte order mark.
_IGNORED = dict.fromkeys([0xAD, 0x34F, 0x200B, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)])
_UNUSABLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}
_JOINERS = "\u200c\u200d"
_LONGEST_LABEL, _LONGEST_HOST = 63, 253


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed address: `host` is ASCII and lower case, `port` None where it is the scheme's own."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str | None = None
    fragment: str | None = None

    @property
    def origin(self) -> str:
        """Return scheme, host and port."""
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    def __str__(self) -> str:
        """Return the whole address, without its fragment unless that names a page (`#!`)."""
        query = "" if self.query is None else f"?{self.query}"
        fragment = f"#{self.fragment}" if self.fragment and self.fragment.startswith("!") else ""
        return f"{self.origin}{self.path}{query}{fragment}"


@lru_cache(maxsize=10_000)  # An address that is found is looked at for its scope, identity and host in a row.
def parse(text: str, base: Address | None = None) -> Address:
    """Return the address that `text` is, seen from `base`.

    Raises ValueError for what is no address, of another scheme than http and https, with credentials, or
    longer than 8,000 characters.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"an address of more than {MAX_LENGTH:,} characters")
    text = _SURROGATE.sub("\ufffd", text).strip(_EDGES).translate(_BREAKS)
    scheme = _SCHEME.match(text)
    if scheme is None:
        if base is None:
            raise ValueError(f"{text[:100]!r} is no address: it must begin with http:// or https://")
        return _relative(text, base)
    name, rest = scheme[1].lower(), text[scheme.end() :]
    if name not in _DEFAULT_PORTS:
        raise ValueError(f"{text[:100]!r} is neither http nor https")
    if base is not None and base.scheme == name and rest.replace("\\", "/")[:2] != "//":
        return _relative(rest, base)
    return _absolute(name, rest.lstrip("/\\"))


def _absolute(scheme: str, text: str) -> Address:
    end = next((place for place, letter in enumerate(text) if letter in "/\\?#"), len(text))
    authority = text[:end]
    if "@" in authority:
        raise ValueError("an address with a user name or password is not used")
    host, port = _split_port(authority)
    address = Address(scheme, _read_host(host), _read_port(port, scheme), "/")
    return _with_rest(address, text[end:], "/")


def _relative(text: str, base: Address) -> Address:
    start = text[:2].replace("\\", "/")
    if start == "//":
        return _absolute(base.scheme, text.lstrip("/\\"))
    if not text or start[0] == "#":
        return replace(base, fragment=_quoted(text[1:], _FRAGMENT_KEEPS) if text else None)
    if start[0] == "?":
        return _with_rest(base, text, base.path, is_whole=True)
    return _with_rest(base, text, base.path)


def _with_rest(address: Address, text: str, base_path: str, *, is_whole: bool = False) -> Address:
    """Return `address` with the path, query and fragment of `text`; `is_whole` takes the path as it is."""
    text, hash_mark, fragment = text.partition("#")
    path, question_mark, query = text.partition("?")
    return Address(
        address.scheme,
        address.host,
        address.port,
        base_path if is_whole else _resolve(path.replace("\\", "/"), base_path),
        _quoted(query, _QUERY_KEEPS) if question_mark else None,
        _quoted(fragment, _FRAGMENT_KEEPS) if hash_mark else None,
    )


def _resolve(path: str, base_path: str) -> str:
    if not path.startswith("/"):
        path = base_path[: base_path.rfind("/") + 1] + path
    if "." in path or "%2" in path:
        path = _without_dots(path)
    return _quoted(path, _PATH_KEEPS)


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path[1:].split("/")
    for segment in segments:
        if _DOTDOT.fullmatch(segment):
            del kept[-1:]
        elif not _DOT.fullmatch(segment):
            kept.append(segment)
    if _DOT.fullmatch(segments[-1]) or _DOTDOT.fullmatch(segments[-1]):
        kept.append("")
    return "/" + "/".join(kept)


def _quoted(text: str, keeps: str) -> str:
    return quote(text, safe=keeps)


def _split_port(authority: str) -> tuple[str, str]:
    end = authority.rfind("]")
    colon = authority.find(":", end + 1)
    return (authority, "") if colon < 0 else (authority[:colon], authority[colon + 1 :])


def _read_port(text: str, scheme: str) -> int | None:
    if not text:
        return None
    digits = text.lstrip("0") or "0"
    if not (text.isascii() and text.isdigit()) or len(digits) > 5 or int(digits) > 65_535:  # noqa: PLR2004
        raise ValueError(f"{text[:20]!r} is no port")
    return None if int(digits) == _DEFAULT_PORTS[scheme] else int(digits)


@lru_cache(maxsize=1_000)  # Most addresses of a page or sitemap are of one host.
def _read_host(text: str) -> str:
    host = text.lower()
    if host.isascii() and "xn--" not in host and _PLAIN_HOST.fullmatch(host) and not _ends_in_number(host):
        return _bounded(host)
    if host.startswith("["):
        return _read_ipv6(host)
    decoded = unquote_to_bytes(text).decode("utf-8", "replace")
    host = _bounded(".".join(_to_ascii(label) for label in _DOTS.split(_mapped(decoded))))
    if _FORBIDDEN.search(host):
        raise ValueError(f"{text[:100]!r} is no host")
    return _read_ipv4(host) if _ends_in_number(host) else host


def _bounded(host: str) -> str:
    bare = host.removesuffix(".")
    if not bare or len(bare) > _LONGEST_HOST or any(len(part) > _LONGEST_LABEL for part in bare.split(".")):
        raise ValueError(f"{host[:100]!r} is no host")
    return host


def _mapped(text: str) -> str:
    """Return a host as IDNA maps it: one width, one case, no marks that cannot be seen."""
    mapped = unicodedata.normalize("NFKC", text.replace("\u1e9e", "ß").translate(_IGNORED)).lower()
    return unicodedata.normalize("NFKC", mapped)


def _to_ascii(label: str) -> str:
    if label.startswith("xn--"):
        _check_punycode(label)
    if label.isascii():
        return label
    unusable = (letter for letter in label if unicodedata.category(letter) in _UNUSABLE)
    if any(letter not in _JOINERS for letter in unusable) or unicodedata.category(label[0])[0] == "M":
        raise ValueError(f"{label[:100]!r} is no part of a host")
    if "\ufffd" in label:
        raise ValueError("a host that is not UTF-8")
    return f"xn--{label.encode('punycode').decode('ascii')}"


def _check_punycode(label: str) -> None:
    try:
        meant = label[4:].encode("ascii").decode("punycode")
    except UnicodeError as error:
        raise ValueError(f"{label[:100]!r} is no part of a host") from error
    if meant.isascii() or _mapped(meant) != meant or _to_ascii(meant) != label:
        raise ValueError(f"{label[:100]!r} is no part of a host")


def _ends_in_number(host: str) -> bool:
    last = host.removesuffix(".").rpartition(".")[2]
    return _NUMBER.fullmatch(last) is not None


def _read_ipv4(host: str) -> str:
    """Return an IPv4 address in its usual form, however it is spelt: short, octal, hexadecimal."""
    parts = host.removesuffix(".").split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):  # noqa: PLR2004
        raise ValueError(f"{host[:100]!r} is no host")
    numbers = [_read_number(part) for part in parts]
    if any(number > 255 for number in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(numbers)):  # noqa: PLR2004
        raise ValueError(f"{host[:100]!r} is no IPv4 address")
    value = numbers[-1] + sum(number << (24 - 8 * place) for place, number in enumerate(numbers[:-1]))
    return str(ipaddress.IPv4Address(value))


def _read_number(part: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    try:
        return int(part, 8 if part.startswith("0") else 10)
    except ValueError as error:
        raise ValueError(f"{part[:20]!r} is no number of an IPv4 address") from error


def _read_ipv6(text: str) -> str:
    if not text.endswith("]") or "%" in text:
        raise ValueError(f"{text[:100]!r} is no IPv6 address")
    try:
        groups = [int(group, 16) for group in ipaddress.IPv6Address(text[1:-1]).exploded.split(":")]
    except ipaddress.AddressValueError as error:
        raise ValueError(f"{text[:100]!r} is no IPv6 address") from error
    return f"[{_compressed(groups)}]"


def _compressed(groups: list[int]) -> str:
    """Return an IPv6 address with its longest run of zeros left out, the first of equals."""
    runs = [
        (is_zero, len(list(members))) for is_zero, members in groupby(groups, key=lambda group: group == 0)
    ]
    longest = max((length for is_zero, length in runs if is_zero), default=0)
    words = [f"{group:x}" for group in groups]
    start = 0
    for is_zero, length in runs:
        if is_zero and length == longest > 1:
            return f"{':'.join(words[:start])}::{':'.join(words[start + length :])}"
        start += length
    return ":".join(words)
