"""The tables of a store. Times are seconds since 1970 (UTC); texts that are only read whole are compressed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

# The revision of the schema below; a change of it needs a file in migrations/versions.
REVISION = "0002"

ID = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    }
)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _reference(name: str, target: str, *, ondelete: str | None = None) -> Column[int]:
    return Column(name, ID, ForeignKey(target, ondelete=ondelete), nullable=ondelete == "SET NULL")


# Processes that hold something now. One that ends, or is found dead, is deleted, and what it held is free.
owners = Table(
    "owners",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

# `scope` and `access` are marks of the settings that the last run had.
sources = Table(
    "sources",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("last_started", Double),
    Column("last_finished", Double),
    Column("next_run", Double),
    _reference("taken_by", "owners.id", ondelete="SET NULL"),
    Column("taken_until", Double),
    _text("scope"),
    _text("access"),
)

# Sites are hosts without www; of each, on how many pages blocks were counted.
sites = Table(
    "sites",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    _count("pages"),
)

# An address is leased by its host: so a host cannot have two.
hosts = Table(
    "hosts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("not_before", Double),
    Column("crawl_delay", Double, nullable=False, server_default="0"),
    _count("failures"),
    Column("parked_until", Double),
    _text("parked_for"),
    _reference("claimed_by", "owners.id", ondelete="SET NULL"),
    Column("claimed_until", Double),
    _reference("leased_by", "owners.id", ondelete="SET NULL"),
    Column("leased_until", Double),
    Column("leased_url", ID),
)

robots = Table(
    "robots",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("fetched_at", Double, nullable=False),
    _count("status"),
    Column("body", LargeBinary, nullable=False),
)

# `key` is the identity of a page, so that it is fetched once; what lists others is read by each source, and
# has the number of its source before it. `due` is when an address is due: before its first visit 0 or less (so
# much the less the later it was changed), null for never again; `retry` the same, for what failed once or twice
# in a row, else null. `visited` is null before the first visit.
urls = Table(
    "urls",
    metadata,
    Column("id", ID, primary_key=True),
    _reference("source_id", "sources.id"),
    _reference("host_id", "hosts.id"),
    _count("priority"),
    Column("due", Double),
    Column("retry", Double),
    Column("key", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("kind", Text, nullable=False),
    _count("depth"),
    Column("is_hub", Boolean, nullable=False),
    _text("modified"),
    _text("etag"),
    _text("last_modified"),
    _text("body_hash"),
    _text("text_hash"),
    Column("interval", Double, nullable=False, server_default="0"),
    _count("failures"),
    _count("versions"),
    Column("visited", Double),
)
Index("urls_due", urls.c.source_id, urls.c.host_id, urls.c.priority, urls.c.due, urls.c.id)
Index(
    "urls_retry", urls.c.source_id, urls.c.host_id, urls.c.priority, urls.c.retry, urls.c.id,
    sqlite_where=urls.c.retry.is_not(None), postgresql_where=urls.c.retry.is_not(None),
)  # fmt: skip

# Each combination that addresses have: the first due address of each is found by one look into an index.
queues = Table(
    "queues",
    metadata,
    Column("source_id", ID, ForeignKey("sources.id"), primary_key=True),
    Column("host_id", ID, ForeignKey("hosts.id"), primary_key=True),
    Column("priority", Integer, primary_key=True),
    sqlite_with_rowid=False,
)

# What is looked up stands before `content`, the long one.
articles = Table(
    "articles",
    metadata,
    Column("id", ID, primary_key=True),
    _reference("url_id", "urls.id"),
    _reference("source_id", "sources.id"),
    _reference("site_id", "sites.id"),
    Column("version", Integer, nullable=False),
    Column("fetched_at", Double, nullable=False),
    Column("text_hash", Text, nullable=False),
    Column("sketch", LargeBinary, nullable=False),
    Column("final_url", Text, nullable=False),
    _text("duplicate_of"),
    Column("content", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
Index("articles_address", articles.c.url_id, articles.c.version, unique=True)
Index("articles_text_hash", articles.c.text_hash)
Index("articles_site", articles.c.site_id, articles.c.id)

# A few values of each sketch, to find those that may be similar.
sketches = Table(
    "sketches",
    metadata,
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", ID, ForeignKey("articles.id"), primary_key=True),
    sqlite_with_rowid=False,
)

pages = Table(
    "pages",
    metadata,
    Column("id", ID, primary_key=True),
    _reference("url_id", "urls.id"),
    _reference("site_id", "sites.id"),
    Column("fetched_at", Double, nullable=False),
    Column("status", Integer, nullable=False),
    Column("final_url", Text, nullable=False),
    Column("headers", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# `result` is page, unchanged, or the reason of a failure; `is_wanted` where an article was looked for.
visits = Table(
    "visits",
    metadata,
    Column("id", ID, primary_key=True),
    _reference("url_id", "urls.id"),
    _reference("source_id", "sources.id"),
    _reference("site_id", "sites.id"),
    Column("at", Double, nullable=False),
    Column("result", Text, nullable=False),
    Column("change", Text, nullable=False),
    Column("is_wanted", Boolean, nullable=False),
    _text("verdict"),
    _count("words"),
    sqlite_autoincrement=True,
)
Index("visits_site", visits.c.source_id, visits.c.site_id, visits.c.is_wanted, visits.c.id)

blocks = Table(
    "blocks",
    metadata,
    Column("site_id", ID, ForeignKey("sites.id"), primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("pages", Integer, nullable=False),
    sqlite_with_rowid=False,
)
