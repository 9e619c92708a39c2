"""What a store does with addresses that are found, and found again."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from visits import (
    FAR,
    HOUR,
    NOW,
    article,
    failure,
    found,
    lease_all,
    lease_one,
    page,
    urls_of,
    visit_of,
)  # fmt: skip

from scraper.store.base import Settings
from scraper.store.sql import SqlStore

pytest_plugins = ["stores"]

ONE = "https://quay.example/1"
SECOND = timedelta(seconds=1)


def test_an_added_address_is_leased_with_all_that_is_known_of_it(store: SqlStore) -> None:
    assert store.add("quay", [found(ONE, kind="feed", depth=2, is_hub=True, host="quay")]) == 1
    (lease,) = lease_all(store)
    assert (lease.source, lease.url, lease.host) == ("quay", ONE, "quay")
    assert (lease.kind, lease.depth, lease.is_hub, lease.versions) == ("feed", 2, True, 0)


def test_only_new_addresses_count_as_added(store: SqlStore) -> None:
    assert store.add("quay", [found(ONE), found(ONE), found("https://quay.example/2")]) == 2
    assert store.add("quay", [found(ONE), found("https://quay.example/3")]) == 1
    assert store.add("quay", []) == 0


def test_a_known_address_stays_with_the_source_that_found_it_first(store: SqlStore) -> None:
    store.add("quay", [found(ONE)])
    assert store.add("pier", [found(ONE)]) == 0
    assert lease_all(store, "pier") == []
    assert urls_of(lease_all(store, "quay")) == [ONE]


def name_again(store: SqlStore, at: datetime, **facts: Any) -> None:
    """Read a sitemap, at a time, that names the first page; pages are looked at every hour at most."""
    store.add("quay", [found("https://quay.example/map", kind="sitemap", priority=1)])
    (listing,) = lease_all(store, at=at)
    assert listing.kind == "sitemap"
    named = page(listing.url, fetched_at=at)
    store.settle(
        visit_of(listing, named, None, found=(found(ONE, **facts),), next_visit=at, revisit=(3600.0, 9e6))
    )


@pytest.mark.parametrize(
    ("modified", "days", "is_due"),
    [
        ("2026-03-01T12:30:00Z", 1, True),
        ("Sun, 01 Mar 2026 13:30:00 +0100", 1, True),
        ("2026-03-01", 1, True),
        ("2026-02-28", 1, False),
        ("2026-03-01T11:00:00Z", 1, False),
        # It may say so each time.
        ("2026-03-02T11:59:00Z", 1, False),
        ("2026-03-02", 1, False),
        ("2030-01-01", 1, False),
        # Not before it may be looked at again at all.
        ("2026-03-01T12:15:00Z", 1 / 48, False),
        ("soon", 1, False),
        ("", 1, False),
    ],
)
def test_a_page_is_brought_forward_where_its_site_says_that_it_changed_since_the_last_visit(
    store: SqlStore, modified: str, days: float, *, is_due: bool
) -> None:
    store.settle(visit_of(lease_one(store)))
    now = NOW + timedelta(days=days)
    name_again(store, now, modified=modified)
    assert (ONE in urls_of(store.lease(["quay"], now - SECOND, now, FAR, 9))) is is_due


def test_a_page_that_is_gone_comes_back_when_its_site_names_it_anew(store: SqlStore) -> None:
    store.settle(visit_of(lease_one(store), failure(ONE, "gone"), next_visit=None))
    assert lease_all(store, at=FAR) == []
    name_again(store, NOW + 3 * HOUR, modified="2026-03-01T13:00:00Z")
    assert urls_of(lease_all(store, at=NOW + 2 * HOUR)) == [ONE]


def test_a_known_page_that_is_found_nearer_is_read_again_for_its_links(store: SqlStore) -> None:
    store.add("quay", [found(ONE, depth=2, priority=12)])
    (lease,) = lease_all(store)
    store.settle(visit_of(lease, page(ONE, etag="x"), next_visit=FAR))
    name_again(store, NOW + 2 * HOUR, depth=2)
    assert lease_all(store, at=NOW + HOUR) == []
    name_again(store, NOW + 2 * HOUR, depth=1)
    (lease,) = lease_all(store, at=NOW + HOUR)
    assert (lease.url, lease.depth, lease.etag, lease.versions) == (ONE, 1, "", 1)


def test_pages_nobody_has_fetched_come_first_and_of_one_list_the_newest(store: SqlStore) -> None:
    listed = {"/known": "", "/undated": "", "/old": "2005-01-01", "/new": "2026-02-01"}
    store.settle(visit_of(lease_one(store, "https://quay.example/known"), next_visit=NOW))
    store.add(
        "quay",
        [found(f"https://quay.example{path}", modified=day, priority=11) for path, day in listed.items()],
    )
    taken = []
    for _ in listed:
        (lease,) = lease_all(store)
        taken.append(lease.url.removeprefix("https://quay.example"))
        store.settle(visit_of(lease))
    assert taken == ["/new", "/old", "/undated", "/known"]


def test_texts_that_databases_refuse_are_stored_without_what_is_refused(store: SqlStore) -> None:
    store.add("quay", [found("https://quay.example/a\0b\ud800c")])
    (lease,) = lease_all(store)
    assert lease.url == "https://quay.example/ab?c"
    odd = replace(page(lease.url), etag='"\0"', headers=(("x", "\ud800"),))
    written = article("Ebb\0 and \ud800flow.")
    store.settle(visit_of(lease, odd, article=written, keeps_page=True, next_visit=NOW))
    assert lease_all(store)[0].etag == '""'
    assert [record.article["text"] for record in store.records()] == ["Ebb\0 and ?flow."]


def test_an_address_found_again_in_a_better_place_comes_sooner_but_never_later(store: SqlStore) -> None:
    places = [[("old", 10), ("news", 10)], [("news", 5)], [("news", 10)]]
    for place in places:
        store.add(
            "quay", [found(f"https://quay.example/{name}", priority=priority) for name, priority in place]
        )
    store.add("pier", [found("https://quay.example/old", priority=0)])
    assert urls_of(lease_all(store)) == ["https://quay.example/news"]


# Configurations that change


def test_a_new_source_with_the_address_of_a_former_one_is_that_one_unless_it_runs(
    store: SqlStore, other: SqlStore
) -> None:
    front = "https://quay.example/"
    store.add("quay", [found(front, is_hub=True, priority=0), found(ONE)])
    assert other.begin_run("quay", NOW, NOW + HOUR)
    store.succeed("harbour", front, ["harbour"], NOW)
    assert lease_all(store, "harbour") == []
    other.end_run("quay", NOW)
    store.succeed("harbour", front, ["harbour", "quay"], NOW)
    assert lease_all(store, "harbour") == []
    store.succeed("harbour", front, ["harbour"], NOW)
    assert urls_of(lease_all(store, "harbour")) == [front]


def test_a_page_of_a_former_source_passes_to_the_one_that_finds_it(store: SqlStore) -> None:
    store.settle(visit_of(lease_one(store), next_visit=NOW))
    store.succeed("pier", "https://quay.example/", ["pier"], NOW)
    assert store.add("pier", [found(ONE, priority=12)]) == 0
    (lease,) = lease_all(store, "pier")
    assert (lease.url, lease.versions) == (ONE, 1)


def test_what_is_known_follows_the_settings_of_its_source(store: SqlStore) -> None:
    store.settle(visit_of(lease_one(store), page(ONE, etag="x"), next_visit=NOW))
    store.revise("quay", Settings("a", "b"), lambda _: False, NOW)
    assert lease_all(store, at=FAR) == []
    store.revise("quay", Settings("a", "b"), lambda _: True, NOW)
    assert lease_all(store, at=FAR) == []
    store.revise("quay", Settings("c", "b"), lambda url: url == ONE, NOW)
    (lease,) = lease_all(store)
    assert (lease.url, lease.etag) == (ONE, "")
    store.settle(visit_of(lease, failure(ONE, "robots-denied"), next_visit=FAR))
    store.revise("quay", Settings("c", "d"), lambda _: True, NOW)
    assert urls_of(lease_all(store)) == [ONE]


def test_what_a_redirect_led_to_is_stored_for_the_page_it_led_to(store: SqlStore) -> None:
    moved = "https://quay.example/moved"
    store.add("quay", [found(moved), found(ONE)])
    (lease,) = lease_all(store)
    led = page(moved, final_url=ONE, etag="x")
    settled = store.settle(visit_of(lease, led, next_visit=NOW, revisit=(0.0, 3600.0)))
    assert (lease.url, settled.change, [record.url for record in store.records()]) == (moved, "new", [ONE])
    (lease,) = lease_all(store)
    assert (lease.url, lease.etag, lease.versions) == (ONE, "x", 1)
    store.give_back([lease])
    assert len(lease_all(store, at=NOW + HOUR)) == 1


def test_a_page_that_was_left_out_gets_no_text_by_a_redirect(store: SqlStore) -> None:
    moved = "https://quay.example/moved"
    store.add("quay", [found(moved), found(ONE)])
    store.begin_run("quay", NOW, NOW + HOUR)
    store.revise("quay", Settings("a", ""), lambda url: url != ONE, NOW)
    (lease,) = lease_all(store)
    store.settle(visit_of(lease, page(moved, final_url=ONE), next_visit=NOW, revisit=(0.0, 3600.0)))
    assert urls_of(lease_all(store, at=NOW + HOUR)) == [moved]


def test_an_address_that_redirects_for_once_is_looked_at_again_soon(store: SqlStore) -> None:
    living = "https://quay.example/living"
    store.add("quay", [found(living), found(ONE)])
    later = NOW + HOUR
    for _ in range(2):
        (lease,) = lease_all(store)
        due = later if lease.url == living else NOW + 9_000 * HOUR
        store.settle(visit_of(lease, page(lease.url), next_visit=due))
    (lease,) = lease_all(store, at=later)
    led = page(living, final_url=ONE, fetched_at=later)
    store.settle(visit_of(lease, led, next_visit=later, revisit=(0.0, 86_400.0 * 30)))
    assert lease_all(store, at=later + HOUR) == []
    assert urls_of(lease_all(store, at=later + 2 * HOUR)) == [living]


def test_a_page_that_is_gone_stays_gone_though_another_source_links_to_it(store: SqlStore) -> None:
    store.add("quay", [found(ONE)])
    (lease,) = lease_all(store)
    store.settle(visit_of(lease, failure(ONE, "gone"), next_visit=None))
    store.add("mill", [found(ONE)])
    assert lease_all(store, at=NOW + 1_000 * HOUR) == []


def test_a_store_of_an_older_version_is_not_fetched_anew(store: SqlStore) -> None:
    lease = lease_one(store)
    store.settle(visit_of(lease, page(lease.url, etag="x"), next_visit=NOW + HOUR))
    store.revise("quay", Settings("a", "b"), lambda _: True, NOW)
    (lease,) = lease_all(store, at=NOW + HOUR)
    assert lease.etag == "x"
