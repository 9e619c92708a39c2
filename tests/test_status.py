"""What is said of the sites of a store, and when an alarm is raised."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from visits import (
    FAR,
    HOUR,
    NOW,
    article,
    failure,
    found,
    lease_all,
    lease_one,
    store_text,
    unchanged,
    visit_of,
)

from scraper import status
from scraper.cli.app import main
from scraper.cli.terminal import count_columns
from scraper.status import SiteStatus, find_fall, show, summarise
from scraper.store import figures, open_store
from scraper.store.base import HostState
from scraper.store.figures import Look
from scraper.store.sql import SqlStore
from scraper.types import Reason

LATER = NOW + 6 * HOUR
REASONS: list[Reason] = ["timeout", "timeout", "blocked"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Yield an empty store."""
    with open_store(str(tmp_path / "news.db")) as opened:
        yield opened


def looks(words: list[int], verdict: str = "article") -> list[Look]:
    return [Look(verdict, count) for count in words]


def lengths(seed: int, count: int, median: float = 600) -> list[int]:
    """Return lengths of articles as a site has them: some short, few very long."""
    dice = random.Random(seed)
    return [int(median * dice.lognormvariate(0, 0.5)) for _ in range(count)]


# Counts


def test_visits_are_counted_by_what_came_of_them(store: SqlStore) -> None:
    store.begin_run("quay", NOW, FAR)
    store_text(store, "https://www.quay.example/1", "Low.")
    store_text(store, "https://www.quay.example/1", "High.", next_visit=FAR)
    store_text(store, "https://quay.example/2", "Low.", next_visit=FAR)
    store_text(store, "https://quay.example/list", None, next_visit=FAR)
    for number, reason in enumerate(REASONS):
        store.settle(visit_of(lease_one(store, f"https://quay.example/f{number}"), failure("x", reason)))
    store.settle(visit_of(lease_one(store, "https://quay.example/u"), unchanged("https://quay.example/u")))
    store.end_run("quay", NOW + HOUR, NOW + 2 * HOUR)
    (site,) = summarise(store, LATER)
    assert replace(site, last_visit=None) == SiteStatus(
        "quay", "quay.example", fetched=4, new=2, changed=1, unchanged=1, articles=2,
        failed={"blocked": 1, "timeout": 2}, last_run=NOW + HOUR, next_run=NOW + 2 * HOUR,
    )  # fmt: skip
    assert site.last_visit == NOW


def test_each_source_and_site_has_a_line_and_so_has_a_source_without_visits(store: SqlStore) -> None:
    store.begin_run("idle", NOW, FAR)
    for source, url in [
        ("b", "https://b.example/"),
        ("a", "https://z.example/"),
        ("a", "https://a.example/"),
    ]:
        store.add(source, [found(url)])
        (lease,) = lease_all(store, source)
        store.settle(visit_of(lease))
    assert [(site.source, site.site) for site in summarise(store, LATER)] == [
        ("a", "a.example"), ("a", "z.example"), ("b", "b.example"), ("idle", ""),
    ]  # fmt: skip


def test_parked_hosts_are_named_until_they_are_free(store: SqlStore) -> None:
    store_text(store, "https://quay.example/1", next_visit=FAR)
    store.claim("quay.example", NOW, FAR)
    store.release("quay.example", HostState(parked_until=LATER, parked_for="blocked five times"))
    assert summarise(store, NOW)[0].parked == ("quay.example is left alone for 6h: blocked five times",)
    assert summarise(store, LATER)[0].parked == ()


def test_the_json_form_holds_plain_types(store: SqlStore) -> None:
    store_text(store, "https://quay.example/1", next_visit=FAR)
    (site,) = json.loads(json.dumps([*status.to_json(summarise(store, NOW))]))
    assert (site["site"], site["articles"], site["failed"]) == ("quay.example", 1, {})
    assert site["last_visit"] == "2026-03-01T12:00:00+00:00"


def test_failing_addresses_are_told_by_source_the_latest_first(store: SqlStore) -> None:
    store_text(store, "https://quay.example/fine", next_visit=FAR)
    for number, reason in enumerate(REASONS):
        store.settle(visit_of(lease_one(store, f"https://quay.example/{number}"), failure("x", reason)))
    store.settle(
        visit_of(lease_one(store, "https://quay.example/gone"), failure("x", "gone"), next_visit=None)
    )
    store.add("a", [found("https://pier.example/")])
    (lease,) = lease_all(store, "a")
    store.settle(visit_of(lease, failure("x", "dns"), next_visit=LATER))
    store.settle(visit_of(lease_all(store, "a", at=LATER)[0], failure("x", "tls"), next_visit=LATER))
    store.settle(visit_of(lease_one(store, "https://quay.example/mended"), failure("x"), next_visit=NOW))
    store_text(store, "https://quay.example/mended", next_visit=FAR)
    assert status.show_failing(next(store.failing()), LATER).endswith(", again in the next pass")
    told = [status.show_failing(each, NOW + HOUR) for each in store.failing()]
    assert told[:2] == [
        "a: https://pier.example/: tls, 2 times in a row, 1h ago, again in 5h",
        "quay: https://quay.example/gone: gone, 1h ago, never again",
    ]
    assert [line.split()[1:3] for line in told[2:]] == [
        ["https://quay.example/2:", "blocked,"], ["https://quay.example/1:", "timeout,"], ["https://quay.example/0:", "timeout,"],
    ]  # fmt: skip


def test_the_command_tells_failing_addresses_as_lines_or_json(store: SqlStore, tmp_path: Path) -> None:
    url = "https://quay.example/\x1b[2J"
    store.settle(visit_of(lease_one(store, url), failure("x", "not-found")))
    lines = CliRunner().invoke(main, ["status", str(tmp_path / "news.db"), "--failed"])
    assert (lines.exit_code, lines.stdout.count("\n"), "\x1b" in lines.stdout) == (0, 1, False)
    plain = CliRunner().invoke(main, ["status", str(tmp_path / "news.db"), "--failed", "--json"])
    assert json.loads(plain.stdout) == {
        "source": "quay", "site": "quay.example", "url": url, "reason": "not-found", "at": "2026-03-01T12:00:00+00:00",
        "failures": 1, "next_visit": FAR.isoformat(),
    }  # fmt: skip


def test_many_failing_addresses_are_read_in_order(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "_BATCH", 2)
    for number in range(5):
        store.settle(visit_of(lease_one(store, f"https://quay.example/{number}"), failure("x")))
    assert [each.url[-1] for each in store.failing()] == [*"43210"]


# Alarms

USUAL = lengths(1, 200)
SHORT_AND_LONG = [
    count for pair in zip(lengths(2, 100, 80), lengths(3, 100, 900), strict=True) for count in pair
]


@pytest.mark.parametrize(
    ("recent", "past", "word"),
    [
        (looks(lengths(4, 20, 60)), looks(USUAL), "median"),
        (looks([0] * 20, "not-article"), looks(USUAL), "0%"),
        (looks([0] * 20, ""), looks(USUAL), "does it block us"),
        (looks([0] * 17, "empty") + looks([600] * 3), looks(USUAL), "15%"),
        (looks([0] * 20, "empty"), looks(USUAL[:20]), "0%"),
        (looks([0] * 20, "empty"), looks(USUAL[:120]) + looks([0] * 80, "not-article"), "0%"),
    ],
    ids=["shorter", "no articles", "blocked", "few articles", "short past", "mixed past"],
)
def test_a_site_whose_articles_fall_away_raises_an_alarm(
    recent: list[Look], past: list[Look], word: str
) -> None:
    assert word in find_fall(recent + past)


@pytest.mark.parametrize(
    ("recent", "past"),
    [
        (looks(lengths(5, 20)), looks(USUAL)),
        (looks(lengths(6, 20, 420)), looks(USUAL)),
        (looks(lengths(7, 20, 1500)), looks(USUAL)),
        (looks(lengths(8, 20, 80)), looks(SHORT_AND_LONG)),
        (looks([0] * 6, "not-article") + looks(lengths(9, 14)), looks(USUAL)),
        (looks([0] * 20, "empty"), looks(USUAL[:19])),
        (looks([0] * 19, "empty"), []),
        (looks([0] * 20, "not-article"), looks([0] * 195, "not-article") + looks([500] * 5)),
        (looks(lengths(10, 20), "partial"), looks(USUAL)),
        ([], []),
    ],
    ids=[
        "as ever", "a little shorter", "longer", "a day of briefs", "some lists", "too short a past", "too few",
        "hardly ever an article", "cut off by a paywall", "nothing",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_fall_raises_none(recent: list[Look], past: list[Look]) -> None:
    assert find_fall(recent + past) == ""


@pytest.mark.parametrize("seed", range(40))
def test_a_steady_site_raises_no_alarm_by_chance(seed: int) -> None:
    dice = random.Random(seed)
    steady = [
        Look("article", count) if dice.random() < 0.7 else Look("not-article", 0)
        for count in lengths(seed, 220)
    ]
    assert find_fall(steady) == ""


def test_failures_that_bar_us_count_and_those_of_the_network_and_hubs_do_not(store: SqlStore) -> None:
    for number in range(20):
        store_text(store, f"https://quay.example/{number}", f"Text {number}", next_visit=FAR)
    for number in range(20):
        store.settle(visit_of(lease_one(store, f"https://quay.example/t{number}"), failure("x", "timeout")))
        store.add("quay", [found(f"https://quay.example/h{number}", is_hub=True)])
        store.settle(visit_of(lease_all(store)[0], text=None))
    assert summarise(store, NOW)[0].alarm == ""
    for number in range(20):
        store.settle(visit_of(lease_one(store, f"https://quay.example/b{number}"), failure("x", "blocked")))
    assert "block us" in summarise(store, NOW)[0].alarm


# The table

SITES = [
    SiteStatus(
        "quay", "quay.example", 1200, 3, 1, 40, 900, {"timeout": 2}, NOW, NOW, LATER + timedelta(minutes=90)
    ),
    SiteStatus(
        "新聞", "a-very-long-name-of-a-site.example", parked=("h is left alone",), alarm="Half of it is gone."
    ),
    SiteStatus("evil\x1b[2J", "x.example\nALARM", next_run=NOW),
]


def test_the_table_has_its_columns_aligned() -> None:
    lines = show(SITES, LATER, 200).split("\n")
    assert (
        lines[0].split() == "site source fetched new changed same failed articles last run next run".split()
    )
    assert lines[1].split() == "quay.example quay 1200 3 1 40 2 900 6h ago in 1.5h".split()
    assert len({count_columns(line) for line in lines[:4]}) == 1
    assert lines[5:] == [
        "quay (quay.example): failed: 2 timeout",
        "新聞 (a-very-long-name-of-a-site.example): h is left alone",
        "ALARM 新聞 (a-very-long-name-of-a-site.example): Half of it is gone.",
        "",
    ]


def test_a_narrow_table_cuts_names_and_no_figures() -> None:
    lines = show(SITES, LATER, 90).split("\n")
    assert max(map(count_columns, lines)) <= 90
    assert "a-very-long-" in lines[2]
    assert "…" in lines[2]
    assert "1200" in lines[1]


def test_nothing_in_the_table_steers_a_terminal() -> None:
    assert "\x1b" not in show(SITES, LATER)
    assert len(show(SITES[2:], LATER).strip().split("\n")) == 2


def test_an_empty_store_is_said_to_be() -> None:
    assert show([], NOW) == "Nothing was crawled into this store yet.\n"


def test_words_are_those_of_the_article(store: SqlStore) -> None:
    store.settle(visit_of(lease_one(store), article=article("Low tide.\n\nHigh tide again.")))
    store.settle(visit_of(lease_one(store, "https://quay.example/2"), text=None, verdict="not-article"))
    assert store.last_looks("quay", "quay.example", 9) == [Look("not-article", 0), Look("article", 5)]
