"""Listings belong to each source that reads them, and an address knows when it was last visited."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change what was stored, too."""
    op.execute("UPDATE urls SET key = source_id || ' ' || key WHERE is_hub OR kind <> 'page'")
    op.add_column("urls", sa.Column("visited", sa.Double(), nullable=True))
    # Visits are not looked up by their address otherwise.
    op.create_index("visits_of_address", "visits", ["url_id", "at"])
    op.execute("UPDATE urls SET visited = (SELECT max(at) FROM visits WHERE visits.url_id = urls.id)")
    op.drop_index("visits_of_address", table_name="visits")
    for name in ("scope", "access"):
        op.add_column("sources", sa.Column(name, sa.Text(), server_default="", nullable=False))
    # A text that changes back is a version again.
    op.drop_index("articles_address", table_name="articles")
    op.create_index("articles_address", "articles", ["url_id", "version"], unique=True)
