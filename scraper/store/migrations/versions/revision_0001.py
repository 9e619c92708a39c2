"""The first form of the store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table."""
    _make_owners()
    _make_robots()
    _make_sites()
    _make_blocks()
    _make_hosts()
    _make_sources()
    _make_queues()
    _make_urls()
    _make_articles()
    _make_pages()
    _make_visits()
    _make_sketches()


def _make_owners() -> None:
    op.create_table(
        "owners",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="owners_pkey"),
        sa.UniqueConstraint("name", name="owners_name_key"),
        sqlite_autoincrement=True,
    )


def _make_robots() -> None:
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.Double(), nullable=False),
        sa.Column("status", sa.Integer(), server_default="0", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name="robots_pkey"),
    )


def _make_sites() -> None:
    op.create_table(
        "sites",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="sites_pkey"),
        sa.UniqueConstraint("name", name="sites_name_key"),
    )


def _make_blocks() -> None:
    op.create_table(
        "blocks",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="blocks_site_id_fkey"),
        sa.PrimaryKeyConstraint("site_id", "fingerprint", name="blocks_pkey"),
        sqlite_with_rowid=False,
    )


def _make_hosts() -> None:
    op.create_table(
        "hosts",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("not_before", sa.Double(), nullable=True),
        sa.Column("crawl_delay", sa.Double(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("parked_until", sa.Double(), nullable=True),
        sa.Column("parked_for", sa.Text(), server_default="", nullable=False),
        sa.Column("claimed_by", ID, nullable=True),
        sa.Column("claimed_until", sa.Double(), nullable=True),
        sa.Column("leased_by", ID, nullable=True),
        sa.Column("leased_until", sa.Double(), nullable=True),
        sa.Column("leased_url", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["claimed_by"], ["owners.id"], name="hosts_claimed_by_fkey", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["leased_by"], ["owners.id"], name="hosts_leased_by_fkey", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="hosts_pkey"),
        sa.UniqueConstraint("name", name="hosts_name_key"),
    )


def _make_sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_started", sa.Double(), nullable=True),
        sa.Column("last_finished", sa.Double(), nullable=True),
        sa.Column("next_run", sa.Double(), nullable=True),
        sa.Column("taken_by", ID, nullable=True),
        sa.Column("taken_until", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["owners.id"], name="sources_taken_by_fkey", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="sources_pkey"),
        sa.UniqueConstraint("name", name="sources_name_key"),
    )


def _make_queues() -> None:
    op.create_table(
        "queues",
        sa.Column("source_id", ID, nullable=False),
        sa.Column("host_id", ID, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["hosts.id"], name="queues_host_id_fkey"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="queues_source_id_fkey"),
        sa.PrimaryKeyConstraint("source_id", "host_id", "priority", name="queues_pkey"),
        sqlite_with_rowid=False,
    )


def _make_urls() -> None:
    op.create_table(
        "urls",
        sa.Column("id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("host_id", ID, nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due", sa.Double(), nullable=True),
        sa.Column("retry", sa.Double(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("depth", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_hub", sa.Boolean(), nullable=False),
        sa.Column("modified", sa.Text(), server_default="", nullable=False),
        sa.Column("etag", sa.Text(), server_default="", nullable=False),
        sa.Column("last_modified", sa.Text(), server_default="", nullable=False),
        sa.Column("body_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("text_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("interval", sa.Double(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("versions", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["hosts.id"], name="urls_host_id_fkey"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="urls_source_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="urls_pkey"),
        sa.UniqueConstraint("key", name="urls_key_key"),
    )
    op.create_index("urls_due", "urls", ["source_id", "host_id", "priority", "due", "id"], unique=False)
    op.create_index(
        "urls_retry",
        "urls",
        ["source_id", "host_id", "priority", "retry", "id"],
        unique=False,
        sqlite_where=sa.text("retry IS NOT NULL"),
        postgresql_where=sa.text("retry IS NOT NULL"),
    )


def _make_articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", ID, nullable=False),
        sa.Column("url_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.Double(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("duplicate_of", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="articles_site_id_fkey"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="articles_source_id_fkey"),
        sa.ForeignKeyConstraint(["url_id"], ["urls.id"], name="articles_url_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="articles_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_index("articles_address", "articles", ["url_id", "text_hash"], unique=True)
    op.create_index("articles_site", "articles", ["site_id", "id"], unique=False)
    op.create_index("articles_text_hash", "articles", ["text_hash"], unique=False)


def _make_pages() -> None:
    op.create_table(
        "pages",
        sa.Column("id", ID, nullable=False),
        sa.Column("url_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("fetched_at", sa.Double(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("headers", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="pages_site_id_fkey"),
        sa.ForeignKeyConstraint(["url_id"], ["urls.id"], name="pages_url_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="pages_pkey"),
        sqlite_autoincrement=True,
    )


def _make_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", ID, nullable=False),
        sa.Column("url_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.Text(), server_default="", nullable=False),
        sa.Column("words", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="visits_site_id_fkey"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="visits_source_id_fkey"),
        sa.ForeignKeyConstraint(["url_id"], ["urls.id"], name="visits_url_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="visits_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_index("visits_site", "visits", ["source_id", "site_id", "is_wanted", "id"], unique=False)


def _make_sketches() -> None:
    op.create_table(
        "sketches",
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="sketches_article_id_fkey"),
        sa.PrimaryKeyConstraint("value", "article_id", name="sketches_pkey"),
        sqlite_with_rowid=False,
    )
