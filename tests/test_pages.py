"""Whole pages, written for the project: what comes out, and what must be gone."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from cleaners import Article, clean_html

PAGES = sorted(Path(__file__).with_name("pages").glob("*/"))
CASES = [pytest.param(page, id=page.name) for page in PAGES]


def _case(page: Path) -> dict[str, Any]:
    return tomllib.loads((page / "case.toml").read_text("utf-8"))


def _article(page: Path) -> Article:
    return clean_html((page / "page.html").read_bytes(), url=_case(page)["url"])


@pytest.mark.parametrize("page", CASES)
def test_a_page_comes_out_as_its_article(page: Path) -> None:
    assert _article(page).markdown == (page / "expected.md").read_text("utf-8").rstrip("\n")


@pytest.mark.parametrize("page", CASES)
def test_a_page_gives_its_metadata(page: Path) -> None:
    article, case = _article(page), _case(page)
    found = (article.title, article.language, list(article.authors), article.published[:10])
    assert found == (case["title"], case["language"], case.get("authors", []), case.get("published", ""))


@pytest.mark.parametrize("page", CASES)
def test_the_noise_of_a_page_is_gone_and_accounted_for(page: Path) -> None:
    article = _article(page)
    removed = "\n".join(gone.text for gone in article.removed)
    for snippets in _case(page)["without"].values():
        for snippet in snippets:
            assert snippet not in article.text
            assert snippet in removed
