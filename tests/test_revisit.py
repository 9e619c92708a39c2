"""When an address is due again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.config import Source
from scraper.crawling.revisit import plan
from scraper.durations import DAY, HOUR
from scraper.store.base import Lease
from scraper.types import REASONS, Failure, Kind, Page, Reason, Unchanged

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SOURCE = Source("a", "https://example.org/", revisit=(float(HOUR), 30.0 * DAY))
KNOWN = Lease(
    1, "a", "https://example.org/x", "example.org", "page", 1, is_hub=False, interval=8.0 * HOUR, versions=1
)  # fmt: skip
PAGE = Page(KNOWN.url, KNOWN.url, 200, b"", NOW)
SAME = Unchanged(KNOWN.url, KNOWN.url, NOW, by="validator")


def fail(reason: Reason, retry_after: float | None = None) -> Failure:
    return Failure(KNOWN.url, reason, "", NOW, retry_after=retry_after)


def seconds(lease: Lease, outcome: Page | Unchanged | Failure, *, is_changed: bool = False) -> float | None:
    due = plan(lease, SOURCE, outcome, is_changed=is_changed).next_visit
    return None if due is None else (due - NOW).total_seconds()


def test_a_new_page_is_looked_at_again_after_the_least_time() -> None:
    assert seconds(replace(KNOWN, versions=0, interval=0.0), PAGE, is_changed=True) == HOUR


def test_a_page_that_changed_comes_twice_as_soon() -> None:
    assert seconds(KNOWN, PAGE, is_changed=True) == 4 * HOUR


@pytest.mark.parametrize("outcome", [PAGE, SAME])
def test_a_page_that_did_not_change_comes_half_as_often(outcome: Page | Unchanged) -> None:
    assert seconds(KNOWN, outcome) == 16 * HOUR


def test_what_lists_others_is_due_in_every_run() -> None:
    for lease in (replace(KNOWN, is_hub=True), replace(KNOWN, kind="feed"), replace(KNOWN, kind="sitemap")):
        assert seconds(lease, PAGE) == seconds(lease, SAME) == 0


def test_what_is_over_in_a_moment_is_tried_again_within_the_run_and_then_less_and_less() -> None:
    waits = [seconds(replace(KNOWN, failures=count), fail("timeout")) for count in range(5)]
    assert waits == [3.0, 15.0, 4 * HOUR, 8 * HOUR, 16 * HOUR]


def test_a_page_that_is_gone_is_never_asked_for_again() -> None:
    assert seconds(KNOWN, fail("gone")) is None


def test_a_page_that_is_missing_time_and_again_is_taken_for_gone() -> None:
    waits = [seconds(replace(KNOWN, failures=count), fail("not-found")) for count in range(5)]
    assert waits == [DAY, 2 * DAY, 4 * DAY, None, None]


def test_a_feed_that_is_not_there_is_not_asked_for_in_every_run() -> None:
    assert seconds(replace(KNOWN, kind="feed"), fail("not-found")) == DAY
    assert seconds(replace(KNOWN, is_hub=True), fail("not-found")) == 0


@given(st.sampled_from(REASONS), st.integers(0, 50), st.floats(0, 1e5), st.sampled_from(["page", "feed"]))  # fmt: skip
def test_no_failure_is_asked_for_again_before_the_server_said(
    reason: Reason, failures: int, wait: float, kind: Kind
) -> None:
    lease = replace(KNOWN, failures=failures, kind=kind)
    after = seconds(lease, fail(reason, wait))
    assert after is None or after >= wait - 0.001


@given(st.floats(0, 1e9), st.integers(0, 3))
def test_the_interval_of_a_page_stays_within_its_sources_bounds(interval: float, versions: int) -> None:
    lease = replace(KNOWN, interval=interval, versions=versions)
    for is_changed in (True, False):
        assert HOUR <= plan(lease, SOURCE, PAGE, is_changed=is_changed).interval <= 30 * DAY
