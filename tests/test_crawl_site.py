"""The real command over the demo's newspapers, judged by their own log: what is asked, how often, and what comes of it."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from demo.papers import PAPERS, more_papers
from demo.site import DemoSite, Fault, Hit

COMMAND = shutil.which("chaffinch", path=str(Path(sys.executable).parent)) or "chaffinch"
AGAIN = 'revisit = ["0s", "30d"]'  # Every page is due in every run.
Record = dict[str, Any]


@dataclass(slots=True)
class Crawl:
    """A configuration and a store in a folder, crawled again and again."""

    site: DemoSite
    folder: Path
    delay: float = 0.0
    lines: str = AGAIN

    def run(self, *options: str, codes: tuple[int, ...] = (0,)) -> list[Hit]:
        """Crawl once; return what the site was asked."""
        before = len(self.site.log)
        text = self.site.config("sqlite:///news.db", fetch=f"delay_seconds = {self.delay}", source=self.lines)
        (self.folder / "crawl.toml").write_text(text, "utf-8")
        self.call("crawl", "crawl.toml", "--once", *options, codes=codes)
        return self.site.log[before:]

    def call(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
        """Call the command; return what it wrote."""
        ran = subprocess.run(
            [COMMAND, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=100, check=False
        )
        assert ran.returncode in codes, ran.stderr
        return ran.stdout

    def records(self) -> list[Record]:
        """Return every version of every article in the store."""
        path = self.folder / "articles.jsonl"
        path.unlink(missing_ok=True)
        self.call("export", "news.db", "--to", path.name)
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def key(record: Record) -> tuple[str, int]:
    return str(record["final_url"]).partition("?")[0], int(record["version"])


@dataclass(frozen=True, slots=True)
class Season:
    """The runs over the four papers: the first, one over an unchanged site, and one after two changes."""

    site: DemoSite
    hits: tuple[list[Hit], ...]
    records: tuple[list[Record], ...]
    added: str
    changed: str


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    with DemoSite() as site:
        crawl = Crawl(site, tmp_path_factory.mktemp("season"))
        hits, records = [crawl.run()], [crawl.records()]
        hits.append(crawl.run())
        records.append(crawl.records())
        changed = site.articles("post")[2]
        site.change_article(changed)
        added = site.add_article("gazette")
        hits.append(crawl.run())
        records.append(crawl.records())
        yield Season(site, tuple(hits), tuple(records), added, changed)


def test_every_article_of_every_paper_is_stored_word_for_word(season: Season) -> None:
    found = {key(record)[0]: record["text"] for record in season.records[0]}
    told = {
        edition.origin + edition.path(story): story.text
        for edition in season.site.editions.values()
        for story in edition.stories
        if edition.origin + edition.path(story) not in {season.added, season.changed}
    }
    assert {url: found.get(url) for url in told} == told


def test_nothing_but_articles_is_stored(season: Season) -> None:
    articles = {url for paper in PAPERS for url in season.site.articles(paper.name)}
    strays = {key(record)[0] for record in season.records[-1]} - articles
    assert strays == {season.site.urls["upland"] + "now/"}


def test_a_second_run_over_an_unchanged_site_with_validators_transfers_no_body(season: Season) -> None:
    again = [hit for hit in season.hits[1] if season.site.editions[hit.paper].paper.validators]
    odd = {"/robots.txt", "/news/old-bridge"}
    assert [(hit.path, hit.status) for hit in again if hit.status == 200 and hit.path not in odd] == []
    assert {hit.path for hit in again if hit.status == 304} >= {
        urlsplit(url).path for url in season.site.articles("post")
    }


def test_a_second_run_over_an_unchanged_site_stores_nothing_new(season: Season) -> None:
    first, second = ([key(record) for record in records] for records in season.records[:2])
    assert first == second
    assert all(version == 1 for _, version in second)


def test_an_added_article_is_the_only_new_one_and_a_changed_one_the_only_new_version(season: Season) -> None:
    before = {key(record) for record in season.records[1]}
    assert {key(record) for record in season.records[2]} - before == {(season.added, 1), (season.changed, 2)}


def test_an_agency_story_is_marked_as_a_duplicate_once(season: Season) -> None:
    copies = [record for record in season.records[0] if "storks" in record["url"]]
    assert len(copies) == 2
    assert sorted(bool(record["duplicate_of"]) for record in copies) == [False, True]
    first, second = sorted(copies, key=lambda record: bool(record["duplicate_of"]))
    assert second["duplicate_of"] == first["url"]


def test_what_robots_txt_forbids_is_never_asked(season: Season) -> None:
    assert [hit.path for hits in season.hits for hit in hits if hit.path.startswith("/private")] == []


def test_files_that_are_no_pages_are_never_asked(season: Season) -> None:
    assert [hit.path for hits in season.hits for hit in hits if hit.path.endswith((".pdf", ".jpg"))] == []


def test_a_calendar_is_bounded(season: Season) -> None:
    assert 1 <= len([hit for hit in season.hits[0] if hit.path.startswith("/calendar")]) <= 100


def test_no_page_is_asked_twice_in_a_run(season: Season) -> None:
    for hits in season.hits:
        # The redirect leads to an article that is also asked for by its own address.
        asked = [
            (hit.host, hit.path.partition("?")[0])
            for hit in hits
            if hit.path != "/news/brenholt-footbridge-opens"
        ]
        twice = {each for each in asked if asked.count(each) > 1 and each[1] != "/villages/"}
        assert twice == set()


def test_a_dry_run_leaves_no_store_behind(tmp_path: Path) -> None:
    with DemoSite(papers=more_papers(1)) as site:
        assert Crawl(site, tmp_path).run("--dry-run", "--limit", "3")
    assert [path.name for path in tmp_path.iterdir()] == ["crawl.toml"]


FAULTS = (
    Fault(status=503, retry_after="1"),
    Fault(status=500),
    Fault(is_reset=True),
    Fault(delay=0.1),
    Fault(status=404),
)


def test_ten_hosts_with_faults_are_asked_one_at_a_time_and_never_too_soon(tmp_path: Path) -> None:
    delay, seen = 0.06, set()

    def fault(paper: str, path: str) -> Fault | None:
        """Let about every third address fail, once; a robots.txt that fails would close its host for the run."""
        draw = random.Random(f"{paper} {path}")
        is_first = (paper, path) not in seen
        seen.add((paper, path))
        return (
            draw.choice(FAULTS)
            if is_first and path not in {"/", "/robots.txt"} and draw.random() < 0.3
            else None
        )

    with DemoSite(papers=more_papers(10, told=4), faults=fault) as site:
        log = Crawl(site, tmp_path, delay=delay, lines='discover = ["links"]').run(codes=(0, 1))
    for paper in {hit.paper for hit in log}:
        hits = sorted((hit for hit in log if hit.paper == paper), key=lambda hit: hit.start)
        for one, following in pairwise(hits):
            least = 1.0 if one.status == 503 else delay
            assert following.start - one.end >= least - 0.002, (one, following)
    assert len({hit.paper for hit in log}) == 10
    assert {hit.status for hit in log} >= {0, 200, 404, 500, 503}
