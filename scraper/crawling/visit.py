"""One visit: fetch an address, refine what came, write it down, tell of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cleaners.addresses import site_of
from cleaners.memory import SiteMemory, forget_repeats
from scraper.crawling.events import Visited
from scraper.crawling.pool import WorkerFailed
from scraper.crawling.refine import Job, Refined
from scraper.crawling.revisit import is_listing, plan
from scraper.crawling.stopping import Guard, Stopped
from scraper.discovery.discover import seeds
from scraper.discovery.scope import EXCLUDED, Scope, TrapBook
from scraper.manners.robots import agent_token
from scraper.store.base import Visit
from scraper.types import CrawlRequest, Failure, Page
from scraper.urls import host_of, identify

if TYPE_CHECKING:
    from cleaners import Article
    from scraper.config import Source
    from scraper.crawling.crawl import Engine
    from scraper.crawling.events import Tally
    from scraper.store.base import Fingerprints, Lease, Settled
    from scraper.types import Outcome

_NO_PAGE = Refined()
_MOST_TOLD = 6  # Kinds of things left out that one line names.
# Feeds and sitemaps that are there, and cannot be used.
_UNUSABLE: dict[str, str] = {
    "soft-404": "a page in place of a feed or sitemap",
    "not-html": "a feed or sitemap that is neither",
    "too-large": "a feed or sitemap that is too large",
}


class Trips:
    """The visits of one run over one source.

    A redirect out of the source's host leads nowhere, but for the hosts that its robots.txt named. `trouble`
    says why the source's own address could not be read, or where it has none to visit, why nothing could;
    `scope` which pages are the source's.
    """

    def __init__(self, engine: Engine, source: Source, tally: Tally) -> None:
        """Visit with what all runs share, and count in `tally`."""
        self._engine = engine
        self._source = source
        self._tally = tally
        self._book = TrapBook()
        self.scope = Scope.of(source, engine.clock().year)
        self._left_out: dict[str, tuple[int, str]] = {}
        self._is_judged = False
        self.trouble = ""
        self._own = frozenset(one.key for one in seeds(source) if one.is_hub)
        self._hosts = {host_of(source.url)}
        self._fetcher = engine.fetcher_for(Guard(engine.gate, engine.stopping, self._refuses))

    @property
    def traps(self) -> tuple[str, ...]:
        """What was left out: a line for each thing that may be endless, and one for all else."""
        if not self._left_out:
            return self._book.report
        parts = [f"{text} {count:,}x (first: {url})" for text, (count, url) in self._left_out.items()]
        more = [f"and {len(parts) - _MOST_TOLD:,} more"] if len(parts) > _MOST_TOLD else []
        return (*self._book.report, "left out: " + "; ".join(parts[:_MOST_TOLD] + more))

    async def visit(self, lease: Lease) -> None:
        """Visit an address. What goes wrong with it is an outcome; StoreError is raised."""
        engine = self._engine
        # The store may know an address from before it became the source's own, or ceased to be.
        lease = replace(lease, is_hub=identify(lease.url) in self._own)
        self._hosts.add(lease.host)
        try:
            outcome = await self._fetcher.fetch(_request(lease))
        except Stopped:
            await engine.ask(lambda: engine.store.give_back([lease]))
            return
        refined = _NO_PAGE
        if isinstance(outcome, Page):
            refined, outcome = await self._refine(lease, outcome)
        self._note_left_out(lease, outcome, refined)
        visit = self._judge(lease, outcome, refined)
        article, settled = await engine.ask(lambda: self._settle(visit))
        event = _event(visit, article, settled)
        self._tally.count(event)
        self._note(event)
        engine.listener.visited(event)

    def _note(self, event: Visited) -> None:
        """Take note of whether the source can be read: its own address decides, or else whether anything can."""
        text = f"{event.url}: {event.reason}: {event.detail}" if event.reason else ""
        if event.is_hub:
            self.trouble, self._is_judged = text, True
        elif not self._is_judged:
            self.trouble, self._is_judged = text and (self.trouble or text), not text

    def _note_left_out(self, lease: Lease, outcome: Outcome, refined: Refined) -> None:
        """Take note of what a page led to, or should have, that is not visited."""
        notes = refined.discovered.notes if refined.discovered else ()
        if lease.kind != "page" and isinstance(outcome, Failure) and outcome.reason in _UNUSABLE:
            notes = ((_UNUSABLE[outcome.reason], 1),)
        for text, count in notes:
            before, first = self._left_out.get(text, (0, lease.url))
            self._left_out[text] = before + count, first

    def _refuses(self, url: str) -> str:
        return "" if host_of(url) in self._hosts else "it lies outside of the source"

    async def _refine(self, lease: Lease, page: Page) -> tuple[Refined, Outcome]:
        agent = agent_token(self._engine.config.user_agent)
        is_article = not is_listing(lease)
        job = Job(page, lease.kind, lease.depth, self._source, wants_article=is_article, agent=agent)
        try:
            refined = await self._engine.pool.refine(job)
        except WorkerFailed as error:
            failure = Failure(
                page.url, "cleaner-failed", str(error), page.fetched_at, page.final_url, page.status
            )
            return _NO_PAGE, failure
        return refined, refined.failure or page

    def _judge(self, lease: Lease, outcome: Outcome, refined: Refined) -> Visit:
        """Say what a visit came to, and when the next is due."""
        article, fingerprints = refined.article, refined.fingerprints
        is_kept = article is not None and article.verdict in ("article", "partial")
        if is_kept and isinstance(outcome, Page) and outcome.final_url != lease.url:
            is_kept = self.scope.refuses(outcome.final_url) != EXCLUDED
        text_hash = fingerprints.text_hash if fingerprints else ""
        due = plan(lease, self._source, outcome, is_changed=is_kept and text_hash != lease.text_hash)
        return Visit(
            lease,
            outcome,
            due.next_visit,
            due.interval,
            article=article if is_kept else None,
            fingerprints=fingerprints if is_kept else None,
            found=self._book.sift(refined.discovered.found) if refined.discovered else (),
            keeps_page=is_kept and self._engine.config.keep_pages,
            verdict=article.verdict if article else "",
            revisit=self._source.revisit,
            canonical=refined.discovered.canonical if refined.discovered else "",
        )

    def _settle(self, visit: Visit) -> tuple[Article | None, Settled]:
        """Forget what the site repeats, and write the visit down. Runs in the store's thread."""
        store = self._engine.store
        if visit.article and visit.fingerprints:
            article = self._forget(visit.article, visit.fingerprints)
            visit = replace(visit, article=article)
        return visit.article, store.settle(visit)

    def _forget(self, article: Article, fingerprints: Fingerprints) -> Article:
        site = site_of(article.url)
        pages, counts = self._engine.store.repeated(site, fingerprints.blocks)
        return forget_repeats(article, SiteMemory.of_counts(site, pages, counts))


def _request(lease: Lease) -> CrawlRequest:
    return CrawlRequest(
        lease.url,
        kind=lease.kind,
        etag=lease.etag,
        last_modified=lease.last_modified,
        body_hash=lease.body_hash,
        is_hub=lease.is_hub,
    )


def _event(visit: Visit, article: Article | None, settled: Settled) -> Visited:
    outcome, lease = visit.outcome, visit.lease
    failure = outcome if isinstance(outcome, Failure) else None
    return Visited(
        at=outcome.fetched_at,
        source=lease.source,
        url=lease.url,
        kind=lease.kind,
        change=settled.change,
        reason=failure.reason if failure else None,
        detail=failure.detail if failure else "",
        title=article.title if article else "",
        words=sum(len(block.text.split()) for block in article.blocks) if article else 0,
        version=settled.version,
        duplicate_of=settled.duplicate_of,
        found=settled.added,
        seconds=outcome.elapsed_seconds if isinstance(outcome, Page) else 0.0,
        is_hub=lease.is_hub,
    )
