"""What a visit came to, written in one transaction: all of it is in the store, or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Text, bindparam, func, insert, literal_column, or_, select, update
from sqlalchemy import cast as sql_cast

from cleaners import shapes
from cleaners.addresses import site_of
from scraper import duplicates
from scraper.durations import DAY
from scraper.errors import StoreError
from scraper.store.additions import Reading, add_found
from scraper.store.base import Lease, Settled
from scraper.store.frontier import END_LEASE, LEASED
from scraper.store.rows import insert_or_count, site_number
from scraper.store.tables import articles, blocks, pages, sites, sketches, urls, visits
from scraper.store.values import pack, pack_json, storable, to_seconds
from scraper.types import ABSENT, PASSING, Failure, Page
from scraper.urls import identify

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from cleaners import Article
    from scraper.store.base import Fingerprints, Visit
    from scraper.store.database import Database
    from scraper.types import Outcome

# Addresses whose retry is left to the same run; `Frontier.lease` says so.
_SOON = (1, 2)
# A value that stands in more sketches is that of a template; looking at all of them would take too long.
_MOST_MATCHES = 256
_MOST_CANDIDATES = 16

_ADDRESS = (
    select(urls.c.source_id, urls.c.url, urls.c.versions, urls.c.text_hash, urls.c.modified, urls.c.visited)
    .where(urls.c.id == bindparam("id"))
    .with_for_update()
)
_SAME_TEXT = (
    select(articles.c.duplicate_of, urls.c.url)
    .join(urls, urls.c.id == articles.c.url_id)
    .where(articles.c.text_hash == bindparam("text_hash"), articles.c.url_id != bindparam("id"))
    .order_by(articles.c.id)
    .limit(1)
)
# Two processes that store one text at a time would each not see the other's.
_LOCK_TEXT = select(
    sql_cast(
        func.pg_advisory_xact_lock(func.hashtextextended(bindparam("text_hash"), literal_column("0"))), Text
    )
)
_MATCHES = (
    select(sketches.c.article_id)
    .where(sketches.c.value.in_(bindparam("values", expanding=True)))
    .limit(_MOST_MATCHES)
)
_CANDIDATES = (
    select(articles.c.sketch, articles.c.duplicate_of, urls.c.url)
    .join(urls, urls.c.id == articles.c.url_id)
    .where(
        articles.c.id.in_(bindparam("ids", expanding=True)),
        articles.c.site_id != bindparam("site"),
        articles.c.url_id != bindparam("id"),
    )
    .order_by(articles.c.id)
)
_COUNT_PAGE = update(sites).where(sites.c.id == bindparam("site")).values(pages=sites.c.pages + 1)
_UPDATE = (
    update(urls)
    .where(urls.c.id == bindparam("address"))
    .values({name: bindparam(f"{name}_") for name in ("due", "retry", "interval", "failures", "versions", "text_hash", "visited")})
)  # fmt: skip
# None that was set aside, for the configuration leaves it out; that has no failures, as one has that is gone.
_PAGE_OF = select(urls.c.id).where(
    urls.c.key == bindparam("key"), or_(urls.c.due.is_not(None), urls.c.failures > 0)
)
_LEADS_ON = (
    update(urls)
    .where(urls.c.id == bindparam("address"))
    .values(
        due=bindparam("due_"),
        visited=bindparam("visited_"),
        retry=None,
        failures=0,
        etag="",
        last_modified="",
        body_hash="",
    )
)
_VALIDATE = (
    update(urls)
    .where(urls.c.id == bindparam("address"))
    .values({name: bindparam(f"{name}_") for name in ("etag", "last_modified", "body_hash")})
)


class _Address(NamedTuple):
    """An address as the store knows it, and the numbers of what it belongs to."""

    id: int
    url: str
    source: int
    site: int
    versions: int
    text_hash: str
    is_dated: bool
    visited: float | None


class SqlSettlement:
    """The end of a visit."""

    _database: Database

    def settle(self, visit: Visit) -> Settled:
        """Write what a visit came to, and give the lease back."""

        def work(connection: Connection, me: int) -> Settled:
            settlement = _Settlement(connection, self._database, visit)
            home = _find_home(connection, visit)
            settled = settlement.lead_to(home) if home else settlement.write()
            ended = visit.outcome.fetched_at.timestamp()
            connection.execute(END_LEASE, {"me": me, "leased": visit.lease.id, "ended": ended})
            return settled

        return self._database.write_owned(work)


class _Settlement:
    """One visit, while it is written."""

    def __init__(self, connection: Connection, database: Database, visit: Visit) -> None:
        self._connection = connection
        self._database = database
        self._visit = visit
        self._address = self._find_address()

    def write(self) -> Settled:
        """Write everything that the visit came to."""
        visit, address = self._visit, self._address
        settled, text_hash = self._settle_article()
        self._connection.execute(_UPDATE, self._to_update(settled, text_hash))
        self._keep_validators(visit.outcome)
        if visit.keeps_page and isinstance(visit.outcome, Page):
            self._connection.execute(insert(pages), _to_page(visit.outcome, address))
        if not _is_missing_list(visit):
            self._connection.execute(insert(visits), _to_visit(visit, address, settled))
        return replace(settled, added=self._add_found())

    def lead_to(self, home: Lease) -> Settled:
        """Write what the visit of an address came to that is no page of its own, but another way to `home`."""
        visit = self._visit
        if _text_hash_of(visit) == home.text_hash:
            settled = Settled("unchanged", home.versions)
            self._connection.execute(insert(visits), _to_visit(visit, self._address, settled))
            settled = replace(settled, added=self._add_found())
        else:
            settled = _Settlement(self._connection, self._database, replace(visit, lease=home)).write()
        at = visit.outcome.fetched_at.timestamp()
        # Where it led may have been a passing notice: the wait since the last visit doubles, up to the longest.
        wait = visit.revisit[1] if self._address.visited is None else 2 * (at - self._address.visited)
        wait = min(visit.revisit[1], max(visit.revisit[0], wait))
        due = {"address": self._address.id, "visited_": at, "due_": at + wait}
        self._connection.execute(_LEADS_ON, due)
        return settled

    def _add_found(self) -> int:
        visit = self._visit
        reading = Reading(visit.outcome.fetched_at.timestamp(), visit.revisit[0])
        return add_found(self._connection, self._database, visit.lease.source, visit.found, reading)

    def _find_address(self) -> _Address:
        lease = self._visit.lease
        row = self._connection.execute(_ADDRESS, {"id": lease.id}).one_or_none()
        if row is None:
            raise StoreError(f"{self._database.location.name}: does not know {lease.url}, which was visited")
        site = site_number(self._connection, self._database, _site_of(self._visit))
        return _Address(
            lease.id,
            row.url,
            row.source_id,
            site,
            row.versions,
            row.text_hash,
            bool(row.modified),
            row.visited,
        )

    def _settle_article(self) -> tuple[Settled, str]:
        """Store the article if its text is not the last of its address; return what changed, and the text's hash."""
        visit, address = self._visit, self._address
        if isinstance(visit.outcome, Failure):
            return Settled("failed", address.versions), address.text_hash
        if not isinstance(visit.outcome, Page):
            return Settled("unchanged", address.versions), address.text_hash
        if visit.article is None:
            return Settled("no-article", address.versions), address.text_hash
        prints = visit.fingerprints or duplicates.fingerprint(visit.article)
        if address.versions and prints.text_hash == address.text_hash:
            return Settled("unchanged", address.versions), prints.text_hash
        copied_from = self._find_copy(prints)
        self._store_article(visit.article, visit.outcome, prints, copied_from)
        if not address.versions:
            self._count_blocks(prints.blocks)
        return Settled(
            "changed" if address.versions else "new", address.versions + 1, copied_from
        ), prints.text_hash

    def _find_copy(self, prints: Fingerprints) -> str:
        """Return the address that first had this text, or on another site one much like it."""
        text = {"id": self._address.id, "text_hash": prints.text_hash}
        if self._database.is_postgres:
            self._connection.execute(_LOCK_TEXT, {"text_hash": prints.text_hash})
        row = self._connection.execute(_SAME_TEXT, text).one_or_none() or self._find_similar(prints.sketch)
        origin = (row.duplicate_of or row.url) if row is not None else ""
        return "" if origin == self._address.url else origin

    def _find_similar(self, sketch: bytes) -> Any:  # noqa: ANN401 - a row, or None
        values = duplicates.keys(sketch)
        if not values:
            return None
        matches = Counter(self._connection.scalars(_MATCHES, {"values": values}))
        nearest = [number for number, _ in matches.most_common(_MOST_CANDIDATES)]
        if not nearest:
            return None
        asked = {"ids": nearest, "site": self._address.site, "id": self._address.id}
        rows = self._connection.execute(_CANDIDATES, asked)
        alike = (row for row in rows if duplicates.similarity(row.sketch, sketch) >= duplicates.SIMILAR)
        return next(alike, None)

    def _store_article(self, article: Article, page: Page, prints: Fingerprints, copied_from: str) -> None:
        row = {
            "url_id": self._address.id,
            "source_id": self._address.source,
            "site_id": self._address.site,
            "version": self._address.versions + 1,
            "fetched_at": page.fetched_at.timestamp(),
            "text_hash": prints.text_hash,
            "sketch": prints.sketch,
            "final_url": storable(page.final_url),
            "duplicate_of": copied_from,
            "content": pack_json(_to_plain(article)),
        }
        keys = self._connection.execute(insert(articles), row).inserted_primary_key
        assert keys is not None
        # Copies are told by their origin: looking them up too would make the search grow with each copy.
        if not copied_from and (values := duplicates.keys(prints.sketch)):
            self._connection.execute(
                insert(sketches), [{"value": value, "article_id": keys[0]} for value in values]
            )

    def _count_blocks(self, fingerprints: tuple[str, ...]) -> None:
        site = self._address.site
        self._connection.execute(_COUNT_PAGE, {"site": site})
        # In one order, so that two processes do not wait for one another.
        rows = [{"site_id": site, "fingerprint": one, "pages": 1} for one in sorted({*fingerprints})]
        if rows:
            self._connection.execute(insert_or_count(blocks, is_postgres=self._database.is_postgres), rows)

    def _to_update(self, settled: Settled, text_hash: str) -> dict[str, Any]:
        visit = self._visit
        failures = visit.lease.failures + 1 if isinstance(visit.outcome, Failure) else 0
        is_soon = failures in _SOON and isinstance(visit.outcome, Failure) and visit.outcome.reason in PASSING
        due = to_seconds(visit.next_visit)
        # Its index says when it changed; and some say so once and for all.
        if due is not None and visit.lease.kind == "sitemap" and self._address.is_dated and not failures:
            due = max(due, visit.outcome.fetched_at.timestamp() + DAY)
        return {
            "address": self._address.id,
            "due_": due,
            "retry_": due if is_soon else None,
            "interval_": visit.interval,
            "failures_": failures,
            "versions_": settled.version,
            "text_hash_": text_hash,
            "visited_": visit.outcome.fetched_at.timestamp(),
        }

    def _keep_validators(self, outcome: Outcome) -> None:
        """Keep what tells the next visit that nothing changed; of a 304 only what it names anew."""
        if isinstance(outcome, Failure):
            return
        lease = self._visit.lease
        if isinstance(outcome, Page):
            validators = (outcome.etag, outcome.last_modified, outcome.body_hash)
        else:
            etag, modified = outcome.etag or lease.etag, outcome.last_modified or lease.last_modified
            validators = (etag, modified, lease.body_hash)
        if validators == (lease.etag, lease.last_modified, lease.body_hash):
            return
        names = ("etag_", "last_modified_", "body_hash_")
        row = dict(zip(names, map(storable, validators), strict=True))
        self._connection.execute(_VALIDATE, {"address": self._address.id, **row})


def _find_home(connection: Connection, visit: Visit) -> Lease | None:
    """Return the other page that a visit led to: by a redirect, or by its own word and with its text."""
    outcome, lease = visit.outcome, visit.lease
    if not isinstance(outcome, Page) or visit.article is None:
        return None
    for url, is_word in ((outcome.final_url, False), (visit.canonical, True)):
        number = connection.scalar(_PAGE_OF, {"key": _identity(url)}) if url else None
        if number is None or number == lease.id:
            continue
        (row,) = connection.execute(LEASED, {"ids": [number]})
        home = replace(Lease(*row), source=lease.source)
        if not is_word or (home.host == lease.host and home.text_hash == _text_hash_of(visit)):
            return home
    return None


def _identity(url: str) -> str:
    try:
        return storable(identify(url))
    except ValueError:
        return ""


def _text_hash_of(visit: Visit) -> str:
    prints = visit.fingerprints or (visit.article and duplicates.fingerprint(visit.article))
    return prints.text_hash if prints else ""


def _site_of(visit: Visit) -> str:
    if visit.article is not None and visit.article.url:
        return site_of(visit.article.url)
    return site_of(visit.lease.url if isinstance(visit.outcome, Failure) else visit.outcome.final_url)


def _to_plain(article: Article) -> dict[str, Any]:
    """Return an article as JSON types; asdict would take longer than all else of a settlement together."""
    plain = {name: getattr(article, name) for name in _FACTS}
    plain["blocks"] = [{name: getattr(block, name) for name in _BLOCK} for block in article.blocks]
    for kept, block in zip(plain["blocks"], article.blocks, strict=True):
        kept["links"] = [{"start": link.start, "end": link.end, "url": link.url} for link in block.links]
    plain["removed"] = [{name: getattr(gone, name) for name in _REMOVAL} for gone in article.removed]
    plain["text"] = article.text
    return plain


_FACTS = (
    "title", "authors", "published", "language", "site_name", "description", "image", "url", "captions",
    "confidence", "verdict", "notes",
)  # fmt: skip
_BLOCK = ("text", "kind", "level", "path", "link_density", "score", "position", "group", "number")
_REMOVAL = ("text", "noise", "reason", "path", "score", "position", "is_inline")


def _to_page(page: Page, address: _Address) -> dict[str, Any]:
    return {
        "url_id": address.id,
        "site_id": address.site,
        "fetched_at": page.fetched_at.timestamp(),
        "status": page.status,
        "final_url": storable(page.final_url),
        "headers": pack_json(page.headers),
        "body": pack(page.body),
    }


def _is_missing_list(visit: Visit) -> bool:
    """Tell whether a feed or sitemap is not there: many are only guessed at, and that is no news of a site."""
    outcome = visit.outcome
    is_guess = visit.lease.kind != "page" and not visit.lease.is_hub
    return is_guess and isinstance(outcome, Failure) and outcome.reason in ABSENT


def _to_visit(visit: Visit, address: _Address, settled: Settled) -> dict[str, Any]:
    outcome, article = visit.outcome, visit.article
    results = {Page: "page", Failure: getattr(outcome, "reason", "")}
    return {
        "url_id": address.id,
        "source_id": address.source,
        "site_id": address.site,
        "at": outcome.fetched_at.timestamp(),
        "result": results.get(type(outcome), "unchanged"),
        "change": settled.change,
        "is_wanted": visit.lease.kind == "page" and not visit.lease.is_hub,
        "verdict": visit.verdict or (article.verdict if article else ""),
        "words": sum(shapes.word_count(block.text) for block in article.blocks) if article else 0,
    }
