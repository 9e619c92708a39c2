"""A fetched page to what the store keeps of it: an article, its fingerprints, and where the page leads.

All of it runs in a worker process: it is what costs time, and what hostile markup attacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cleaners import CleanerError, Rules, clean_html
from scraper.discovery.discover import Discovered, discover
from scraper.duplicates import fingerprint
from scraper.types import Failure

if TYPE_CHECKING:
    from cleaners import Article
    from scraper.config import Source
    from scraper.store.base import Fingerprints
    from scraper.types import Kind, Page


@dataclass(frozen=True, slots=True)
class Job:
    """A page to refine. `wants_article` is false where the page is visited for its links only.

    `agent` is the name by which robots.txt knows us.
    """

    page: Page
    kind: Kind
    depth: int
    source: Source
    wants_article: bool = True
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Refined:
    """What became of a page; a `failure` stands for a body that is not what it should be."""

    discovered: Discovered | None = None
    article: Article | None = None
    fingerprints: Fingerprints | None = None
    failure: Failure | None = None


def refine(job: Job) -> Refined:
    """Clean a page, fingerprint its article, and find where it leads."""
    discovered = discover(job.page, job.kind, job.depth, job.source, job.agent)
    if job.kind != "page" or not job.wants_article:
        return Refined(discovered)
    page = job.page
    try:
        article = clean_html(
            page.body,
            url=page.final_url,
            rules=_rules(job.source.keep, job.source.drop),
            charset=page.charset or None,
        )
    except CleanerError as error:
        failure = Failure(page.url, "not-html", str(error), page.fetched_at, page.final_url, page.status)
        return Refined(discovered, failure=failure)
    return Refined(discovered, article, fingerprint(article) if article.blocks else None)


@lru_cache(maxsize=64)
def _rules(keep: tuple[str, ...], drop: tuple[str, ...]) -> Rules:
    return Rules.default().without(*keep).including(*drop)
