"""Open stores for tests, of each kind there is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper.store import open_store
from scraper.store.sql import SqlStore

pytest_plugins = ["postgres"]


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty store."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/news.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    """Yield an open, empty store."""
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def other(store_url: str) -> Iterator[SqlStore]:
    """Yield the same store as another process sees it."""
    with open_store(store_url, owner="elsewhere:1:1:1") as opened:
        yield opened
