"""What a crawl asks of a store, kept by SQLite and PostgreSQL alike."""

from dataclasses import replace
from datetime import timedelta

import pytest
from visits import (
    FAR,
    HOUR,
    NOW,
    TEXT,
    article,
    failure,
    found,
    lease_all,
    lease_one,
    page,
    store_text,
    unchanged,
    urls_of,
    visit_of,
)  # fmt: skip

from scraper.duplicates import fingerprint
from scraper.errors import StoreError
from scraper.store import open_store
from scraper.store.base import CachedRobots, HostState, SourceState
from scraper.store.sql import SqlStore

pytest_plugins = ["stores"]

ONE = "https://quay.example/1"
SECOND = timedelta(seconds=1)


# Leases


def test_feeds_come_before_pages_and_the_longest_due_first(store: SqlStore) -> None:
    for number, (priority, host) in enumerate([(10, "a"), (0, "b"), (10, "c"), (5, "d")]):
        store.add("quay", [found(f"https://{host}.example/{number}", priority=priority)])
    assert [lease.host for lease in lease_all(store)] == ["b.example", "d.example", "a.example", "c.example"]


def test_one_host_has_one_lease_at_a_time(store: SqlStore) -> None:
    store.add("quay", [found(f"https://quay.example/{number}") for number in range(3)])
    (first,) = lease_all(store)
    assert lease_all(store) == []
    store.settle(visit_of(first))
    assert urls_of(lease_all(store)) == ["https://quay.example/1"]


def test_no_more_is_leased_than_asked_for_and_only_of_the_sources_named(store: SqlStore) -> None:
    store.add("quay", [found(f"https://{host}.example/") for host in "abc"])
    store.add("pier", [found(f"https://{host}.example/") for host in "de"])
    assert len(store.lease(["quay", "pier"], NOW, NOW, NOW + HOUR, 4)) == 4
    assert len(store.lease(["quay", "pier"], NOW, NOW, NOW + HOUR, 4)) == 1
    assert store.lease([], NOW, NOW, NOW + HOUR, 4) == []


def test_a_settled_address_is_not_due_again_before_its_time(store: SqlStore) -> None:
    store.settle(visit_of(lease_one(store), next_visit=NOW + HOUR))
    # The run goes on past that time, but it is this run that settled it.
    assert store.lease(["quay"], NOW, NOW + 2 * HOUR, FAR, 9) == []
    assert urls_of(lease_all(store, at=NOW + HOUR)) == [ONE]


@pytest.mark.parametrize(("failures", "is_leased"), [(1, True), (2, True), (3, False)])
def test_what_failed_once_or_twice_is_tried_again_in_the_same_run(
    store: SqlStore, failures: int, *, is_leased: bool
) -> None:
    lease = replace(lease_one(store), failures=failures - 1)
    store.settle(visit_of(lease, failure(ONE), next_visit=NOW + HOUR))
    assert store.lease(["quay"], NOW, NOW + HOUR - SECOND, FAR, 9) == []
    again = store.lease(["quay"], NOW, NOW + HOUR, FAR, 9)
    assert bool(again) is is_leased
    assert [lease.failures for lease in again] == [failures] * len(again)


def test_what_is_given_back_is_due_as_before(store: SqlStore) -> None:
    lease = lease_one(store)
    store.give_back([lease])
    store.give_back([])
    assert lease_all(store) == [lease]


def test_a_lease_ends_at_its_time(store: SqlStore, other: SqlStore) -> None:
    lease_one(other)
    assert lease_all(store, at=NOW + HOUR - SECOND) == []
    assert urls_of(lease_all(store, at=NOW + HOUR)) == [ONE]


def test_a_late_settlement_leaves_the_lease_of_another_alone(store: SqlStore, other: SqlStore) -> None:
    late = lease_one(other)
    (lease,) = lease_all(store, at=NOW + HOUR)
    assert other.settle(visit_of(late, next_visit=NOW)).change == "new"
    assert lease_all(other, at=NOW + HOUR) == []
    assert store.settle(visit_of(lease)).change == "unchanged"
    assert len(list(store.records())) == 1


def test_closing_gives_back_what_is_held(store_url: str, store: SqlStore) -> None:
    with open_store(store_url, owner="elsewhere:1:1:1") as other:
        lease_one(other)
        assert other.claim("pier.example", NOW, FAR) is not None
        assert other.begin_run("quay", NOW, FAR)
        assert lease_all(store) == []
    assert urls_of(lease_all(store)) == [ONE]
    assert store.claim("pier.example", NOW, FAR) is not None
    assert store.begin_run("quay", NOW, FAR)


def test_an_address_that_the_store_does_not_know_cannot_be_settled(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="does not know https://quay"):
        store.settle(visit_of(replace(lease_one(store), id=99)))


# Hosts


@pytest.mark.parametrize(
    "state",
    [HostState(not_before=NOW + SECOND), HostState(parked_until=NOW + SECOND, parked_for="blocked")],
    ids=["waiting", "parked"],
)
def test_hosts_that_are_not_to_be_asked_now_are_left_out(store: SqlStore, state: HostState) -> None:
    store.add("quay", [found(ONE)])
    assert store.claim("quay.example", NOW, FAR) == HostState()
    assert lease_all(store) == []
    store.release("quay.example", state)
    assert lease_all(store) == []
    assert urls_of(lease_all(store, at=NOW + SECOND)) == [ONE]


def test_a_host_is_claimed_by_one_process_until_it_is_released(store: SqlStore, other: SqlStore) -> None:
    state = HostState(NOW + SECOND, 2.5, 3, NOW + HOUR, "rate-limited", NOW)
    assert store.claim("quay.example", NOW, NOW + HOUR) == HostState()
    assert other.claim("quay.example", NOW, NOW + HOUR) is None
    store.release("quay.example", state)
    assert other.claim("quay.example", NOW, NOW + HOUR) == state


def test_a_claim_ends_at_its_time_and_its_holder_then_changes_nothing(
    store: SqlStore, other: SqlStore
) -> None:
    other.claim("quay.example", NOW, NOW + SECOND)
    assert store.claim("quay.example", NOW + SECOND, NOW + HOUR) == HostState(ended_at=NOW + SECOND)
    other.release("quay.example", HostState(failures=9))
    assert other.claim("quay.example", NOW + SECOND, NOW + HOUR) is None
    store.release("quay.example", HostState(failures=1))
    assert other.claim("quay.example", NOW + SECOND, NOW + HOUR) == HostState(failures=1)


def test_an_intended_request_holds_without_a_release_and_may_have_lasted_until_now(
    store_url: str, store: SqlStore
) -> None:
    with open_store(store_url) as killed:
        killed.claim("quay.example", NOW, NOW + HOUR)
        killed.intend("quay.example", NOW + SECOND)
    now = NOW + 2 * SECOND
    assert store.claim("quay.example", now, FAR) == HostState(not_before=NOW + SECOND, ended_at=now)


def test_robots_files_are_kept_by_origin(store: SqlStore) -> None:
    assert store.find_robots("https://quay.example") is None
    for robots in (CachedRobots(NOW, 200, b"User-agent: *\0\xff"), CachedRobots(NOW + HOUR, 0, b"")):
        store.keep_robots("https://quay.example", robots)
        assert store.find_robots("https://quay.example") == robots


# When there is more to do


def test_nothing_is_next_where_nothing_is_due(store: SqlStore) -> None:
    assert store.next_due(["quay"], NOW) is None
    store.settle(visit_of(lease_one(store), next_visit=NOW + HOUR))
    assert store.next_due(["quay"], NOW) is None
    assert store.next_due(["quay"], NOW + HOUR) == NOW + HOUR


def test_next_is_when_a_host_may_be_asked_again(store: SqlStore) -> None:
    store.add("quay", [found(ONE), found("https://quay.example/2")])
    first = store.next_due(["quay"], NOW)
    assert first is not None
    assert first < NOW
    store.claim("quay.example", NOW, NOW + SECOND)
    store.release("quay.example", HostState(not_before=NOW + HOUR))
    assert store.next_due(["quay"], NOW) == NOW + HOUR
    # Who has the host may be done with it any moment.
    store.claim("quay.example", NOW, FAR)
    lease_all(store, at=NOW + HOUR)
    assert store.next_due(["quay"], NOW) == NOW + HOUR


def test_a_host_is_left_to_another_source_that_runs_and_waits_for_it_but_not_for_long(
    store: SqlStore, other: SqlStore
) -> None:
    pages = {
        name: [found(f"https://quay.example/{name}/{number}") for number in (1, 2)]
        for name in ("quay", "pier")
    }
    for name, addresses in pages.items():
        store.add(name, addresses)
    assert other.begin_run("pier", NOW, FAR)
    store.settle(visit_of(lease_all(store)[0]))
    assert lease_all(store) == []
    assert store.lease(["quay"], NOW, NOW + 6 * SECOND, NOW + 6 * SECOND, 1)
    other.end_run("pier", NOW)
    assert lease_all(store, at=NOW + 6 * SECOND)


def test_next_is_when_a_failed_address_is_tried_again_and_not_when_a_parked_host_is_free(
    store: SqlStore,
) -> None:
    store.settle(visit_of(lease_one(store), failure(ONE), next_visit=NOW + HOUR))
    assert store.next_due(["quay"], NOW) == NOW + HOUR
    store.claim("quay.example", NOW, FAR)
    store.release("quay.example", HostState(parked_until=NOW + SECOND, parked_for="blocked"))
    assert store.next_due(["quay"], NOW) is None


# Visits


def test_a_new_article_is_stored_with_its_page_facts(store: SqlStore) -> None:
    there = replace(page(ONE), final_url="https://www.quay.example/fees")
    written = article(url=there.final_url, authors=("Ada",), captions=("A quay",))
    settled = store.settle(
        visit_of(lease_one(store), there, article=written, fingerprints=fingerprint(written))
    )
    assert (settled.change, settled.version, settled.duplicate_of) == ("new", 1, "")
    (record,) = store.records()
    assert (record.url, record.final_url, record.source, record.site) == (
        ONE,
        there.final_url,
        "quay",
        "quay.example",
    )
    assert (record.fetched_at, record.version) == (NOW, 1)
    assert dict(record.article) == written.to_dict()


def test_the_next_visit_knows_what_the_last_one_left(store: SqlStore) -> None:
    there = page(ONE, etag='W/"1"', last_modified="yesterday", body_hash="b")
    visit = visit_of(lease_one(store), there, next_visit=NOW, interval=77.0)
    store.settle(visit)
    (lease,) = lease_all(store)
    assert (lease.etag, lease.last_modified, lease.body_hash) == ('W/"1"', "yesterday", "b")
    assert visit.fingerprints is not None
    assert (lease.text_hash, lease.interval, lease.failures, lease.versions) == (
        visit.fingerprints.text_hash, 77.0, 0, 1,
    )  # fmt: skip
    settled = store.settle(visit_of(lease, unchanged(ONE, etag='W/"2"'), next_visit=NOW))
    assert (settled.change, settled.version) == ("unchanged", 1)
    (lease,) = lease_all(store)
    assert (lease.etag, lease.last_modified, lease.body_hash) == ('W/"2"', "yesterday", "b")
    assert store.settle(visit_of(lease, failure(ONE), next_visit=NOW)).change == "failed"
    (lease,) = lease_all(store)
    assert (lease.etag, lease.failures, lease.versions) == ('W/"2"', 1, 1)


def test_a_changed_text_is_a_new_version_and_the_same_text_is_none(store: SqlStore) -> None:
    changes = [store_text(store, ONE, text) for text in (TEXT, TEXT.upper(), f"{TEXT} More.", TEXT)]
    assert [(settled.change, settled.version) for settled in changes] == [
        ("new", 1), ("unchanged", 1), ("changed", 2), ("changed", 3),
    ]  # fmt: skip
    # One that changes back is a version again: the newest is what the page says.
    assert [(record.version, record.article["text"]) for record in store.records()] == [
        (1, TEXT), (2, f"{TEXT} More."), (3, TEXT),
    ]  # fmt: skip


def test_a_visit_that_found_addresses_adds_them(store: SqlStore) -> None:
    links = (found(ONE), found("https://quay.example/2"), found("https://quay.example/3"))
    settled = store.settle(visit_of(lease_one(store), text=None, found=links))
    assert (settled.change, settled.added) == ("no-article", 2)
    assert urls_of(lease_all(store)) == ["https://quay.example/2"]


def test_pages_are_kept_on_request(store: SqlStore) -> None:
    store_text(store, ONE)
    there = replace(
        page("https://quay.example/2"), body=b"\0\xff" * 9, headers=(("Server", "x"), ("Server", "y"))
    )
    store.settle(visit_of(lease_one(store, there.url), there, keeps_page=True))
    (kept,) = store.pages()
    assert (kept.url, kept.final_url, kept.fetched_at, kept.status) == (there.url, there.final_url, NOW, 200)
    assert (kept.headers, kept.body) == (there.headers, there.body)


def test_records_are_chosen_by_time_site_and_number(store: SqlStore) -> None:
    for number, url in enumerate([ONE, "https://www.pier.example/1", "https://quay.example/2"]):
        store_text(store, url, f"Text {number}", at=NOW + number * HOUR, keeps_page=True, next_visit=FAR)
    first, second, third = store.records()
    assert list(store.records(since=NOW + HOUR)) == [second, third]
    assert list(store.records(site="WWW.quay.example")) == [first, third]
    assert list(store.records(after_id=second.id)) == [third]
    assert [kept.url for kept in store.pages(since=NOW + HOUR, site="pier.example")] == [second.url]


def test_many_records_are_read_in_order(store: SqlStore) -> None:
    for number in range(205):
        store_text(store, f"https://h{number}.example/", f"Text {number}", next_visit=FAR)
    assert [record.article["text"] for record in store.records()] == [
        f"Text {number}" for number in range(205)
    ]


# Runs


def test_a_source_is_crawled_by_one_process_at_a_time(store: SqlStore, other: SqlStore) -> None:
    assert store.source_state("quay") == SourceState("quay")
    assert store.begin_run("quay", NOW, NOW + HOUR)
    assert not other.begin_run("quay", NOW, NOW + HOUR)
    store.extend_run("quay", NOW + 2 * HOUR)
    assert not other.begin_run("quay", NOW + HOUR, FAR)
    other.end_run("quay", NOW)
    store.end_run("quay", NOW + HOUR, NOW + 3 * HOUR)
    assert other.begin_run("quay", NOW + 2 * HOUR, FAR)
    assert store.source_state("quay") == SourceState("quay", NOW + 2 * HOUR, NOW + HOUR, NOW + 3 * HOUR)
    assert [*store.source_states()] == ["quay"]


def test_a_run_that_is_left_is_unfinished_or_as_if_it_had_not_been(store: SqlStore, other: SqlStore) -> None:
    store.begin_run("quay", NOW, FAR)
    other.leave_run("quay", None, NOW)
    assert store.source_state("quay").is_unfinished
    assert not other.begin_run("quay", NOW, FAR)
    store.leave_run("quay", NOW, NOW)
    assert other.begin_run("quay", NOW, FAR)
    other.end_run("quay", NOW, NOW + HOUR)
    assert not store.source_state("quay").is_unfinished
    store.begin_run("quay", NOW + HOUR, FAR)
    store.leave_run("quay", NOW, NOW + HOUR)
    assert not store.source_state("quay").is_unfinished
