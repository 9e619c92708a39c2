"""What an address is: its identity, its origin, and the host that manners are owed to."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from tld import get_fld
from w3lib.url import canonicalize_url

from cleaners.addresses import site_of
from scraper.weburl import parse

__all__ = ["host_of", "identify", "join", "normalise", "origin_of", "site_of", "without_tracking"]

# Parameters that say where a reader came from, and change nothing of the page.
_TRACKING = frozenset(
    """
    fbclid gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid srsltid msclkid yclid ymclid yadclid ysclid
    twclid ttclid li_fat_id igsh igshid epik rdt_cid scclid sccid mibextid wickedid rb_clickid irclickid
    mc_cid mc_eid mkt_tok vero_id vero_conv oly_enc_id oly_anon_id _hsenc _hsmi __hssc __hstc __hsfp hsctatracking
    s_cid s_kwcid ef_id cmpid icid intcid intcmp ocid ncid smid smtyp xtor wt_mc wt.mc_id spm soc_src soc_trk
    fb_action_ids fb_action_types fb_source fb_ref fb_comment_id ref_src ref_url guccounter guce_referrer
    guce_referrer_sig _ga _gl _gac _openstat _branch_match_id _bta_tid _bta_c _ke _kx dm_i ml_subscriber
    ml_subscriber_hash elqtrackid elqtrack assetid_elq nr_email_referer trk trkinfo share_source utm
    """.split()
)  # fmt: skip
_TRACKING_PREFIXES = (
    "utm_", "pk_", "mtm_", "piwik_", "matomo_", "hsa_", "itm_", "ns_", "at_", "sfmc_", "trk_", "wt.z_", "__cf_chl_",
)  # fmt: skip
_SESSIONS = frozenset(
    "jsessionid phpsessid aspsessionid asp.net_sessionid cfid cftoken zenid osc_sid osCsid".lower().split()
)
# Short names that carry a session only where their value looks drawn by lot.
_MAYBE_SESSIONS = frozenset("sid s session sessid session_id sessionid".split())
_DRAWN = re.compile(r"(?=.*\d)(?=.*[a-f])[a-f0-9]{20,64}", re.IGNORECASE)
_SESSION_IN_PATH = re.compile(
    r";(?:jsessionid|phpsessid|sid)=[^/;]*|/\([A-Z]\([^()/]*\)\)(?=/)", re.IGNORECASE
)
_SETTLED_PATH = re.compile(r"[A-Za-z0-9/_.~-]*")  # Nothing in it that canonicalising would change.
_LOCAL = ("localhost", "local")


def normalise(url: str) -> str:
    """Return an address as a browser would ask for it, without its fragment unless that is `#!`.

    Raises ValueError for what is no http or https address, or holds credentials.
    """
    return str(parse(url))


def join(base: str, href: str) -> str | None:
    """Return the address that a link on the page `base` leads to, None if it is none that can be fetched."""
    try:
        page = parse(base)
        # Seen from the root, the links of a site's header are the same on every page, and need be read once.
        return str(
            parse(href, replace(page, path="/", query=None, fragment=None) if href[:1] == "/" else page)
        )
    except ValueError:
        return None


def without_tracking(url: str) -> str:
    """Return an address without the parameters that say where a reader came from. Raises ValueError as `normalise`."""
    address = parse(url)
    if not address.query:
        return str(address)
    return str(replace(address, query=_own_query(address.query) or None))


@lru_cache(maxsize=20_000)  # The links of a site's header and footer come back on every page.
def identify(url: str) -> str:
    """Return the identity of an address: the same for all spellings that lead to one page.

    Query parameters are in order and without those of tracking and sessions; fragment, default port and the
    dot behind a host are gone; percent codes are spelt one way. The host is always that of `url`. Raises
    ValueError as `normalise` does.
    """
    address = parse(url)
    query = _own_query(address.query)
    path = _SESSION_IN_PATH.sub("", address.path)
    if query or not _SETTLED_PATH.fullmatch(path):
        path, query = _canonical(path, query)
    return str(replace(address, host=address.host.rstrip("."), path=path, query=query or None))


def host_of(url: str) -> str:
    """Return the host that manners are owed to: the registrable domain, or for other names host and port.

    Names of this machine, addresses of numbers and single words are told apart by port: there several servers
    share a name. Raises ValueError as `normalise` does.
    """
    address = parse(url)
    return _polite_host(address.host.rstrip("."), address.port or (443 if address.scheme == "https" else 80))


def origin_of(url: str) -> str:
    """Return scheme, host and port, as robots.txt holds for. Raises ValueError as `normalise` does."""
    return parse(url).origin


@lru_cache(maxsize=10_000)
def _polite_host(host: str, port: int) -> str:
    labels = host.split(".")
    if host.startswith("[") or len(labels) == 1 or labels[-1].isdigit() or labels[-1] in _LOCAL:
        return f"{host}:{port}"
    # The list of public suffixes is in letters, not in punycode.
    known = get_fld(f"http://{'.'.join(map(_in_letters, labels))}", fail_silently=True)
    return ".".join(labels[-(known.count(".") + 1 if known else 2) :])


def _in_letters(label: str) -> str:
    return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label


def _own_query(query: str | None) -> str:
    """Return a query without the parameters that do not belong to the page."""
    if not query:
        return ""
    return "&".join(pair for pair in query.split("&") if pair and not _is_foreign(*_split_pair(pair)))


def _split_pair(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return name.lower(), value


def _is_foreign(name: str, value: str) -> bool:
    return (
        name in _TRACKING
        or name in _SESSIONS
        or name.startswith(_TRACKING_PREFIXES)
        or (name in _MAYBE_SESSIONS and _DRAWN.fullmatch(value) is not None)
    )


def _canonical(path: str, query: str) -> tuple[str, str]:
    """Return path and query in one spelling; the host is kept out of the library's hands."""
    settled = parse(canonicalize_url(f"http://h{path}?{query}"))
    return settled.path, settled.query or ""
