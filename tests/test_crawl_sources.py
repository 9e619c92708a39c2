"""Several sources on one host, and sources whose configuration changes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from small_site import FETCH, Crawl, SmallSite, small_site

from scraper.config import Source


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with small_site() as served:
        yield served


@pytest.fixture
def crawl(tmp_path: Path) -> Crawl:
    return Crawl(f"sqlite:///{tmp_path}/news.db")


def section(site: SmallSite, name: str, pages: int = 3, **facts: object) -> Source:
    """Add a section with some stories to a site, and return the source for it."""
    site.lists(f"/{name}/", *(f"/{name}/{number}" for number in range(pages)))
    for number in range(pages):
        site.tells(f"/{name}/{number}")
    return Source(**{"name": name, "url": f"{site.origin}/{name}/", "discover": ("links",), **facts})  # type: ignore[arg-type]


def test_two_sources_on_one_host_take_turns_and_keep_its_delay(site: SmallSite, crawl: Crawl) -> None:
    crawl.fetch = replace(FETCH, delay_seconds=0.1)
    sources = [section(site, name) for name in ("news", "sport")]
    crawl.once(*sources)
    assert crawl.heard.texts == []
    assert sorted(site.paths) == sorted(site.answers)
    taken = [path.split("/")[1] for path in site.paths]
    # Neither has to wait until the other is done.
    assert {*taken[:4]} == {*taken[4:]} == {"news", "sport"}
    for (_, end, _), (start, _, _) in zip(site.log, site.log[1:], strict=False):
        assert start - end >= 0.1 - 0.005
