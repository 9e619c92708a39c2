"""A small site for one test, and what crawls it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_site import Crawl, SmallSite, small_site


@pytest.fixture
def site() -> Iterator[SmallSite]:
    """Serve a site for one test."""
    with small_site() as served:
        yield served


@pytest.fixture
def crawl(tmp_path: Path) -> Crawl:
    """Return what crawls into a store of one test's own."""
    return Crawl(f"sqlite:///{tmp_path}/news.db")
