"""Web addresses as pages and callers give them, of which any may be broken: never an error, at worst nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

if TYPE_CHECKING:
    from cleaners.types import Block

_NOTHING = SplitResult("", "", "", "", "")


def split(address: str) -> SplitResult:
    """Return the parts of an address, all of them empty where it is broken."""
    try:
        return urlsplit(address)
    except ValueError:
        return _NOTHING


def site_of(address: str) -> str:
    """Return the host of an address without `www.`, an empty string where there is none."""
    return (split(address).hostname or "").removeprefix("www.").rstrip(".")


def base_of(address: str, declared: str) -> str:
    """Return what the addresses on a page start from: its own, or what it declares unless that is broken."""
    return join(address, declared) if split(declared) != _NOTHING else address


def join(base: str, address: str) -> str:
    """Return where an address on the page `base` leads; as it is where either is broken."""
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def with_full_links(block: Block, base: str) -> Block:
    """Return a block of the page `base` whose links say where they lead from anywhere."""
    if not (base and block.links):
        return block
    links = tuple(replace(link, url=join(base, link.url)) for link in block.links)
    return replace(block, links=links)
