"""What a store knows across addresses: copies of texts, what sites repeat, and scratch copies of itself."""

import random

import pytest
from visits import FAR, NOW, article, failure, found, lease_one, store_text, visit_of

from cleaners import Removal
from cleaners.memory import SiteMemory
from scraper.duplicates import fingerprint
from scraper.errors import StoreError
from scraper.store import open_store, scratch_copy
from scraper.store.base import CachedRobots
from scraper.store.sql import SqlStore

pytest_plugins = ["stores"]

ONE = "https://quay.example/1"
COPY = "https://pier.example/copy"
WORDS = [f"word{number}" for number in range(3000)]


def long_text(seed: int, changed: int = 0) -> str:
    """Return a text of 600 words that is as many words off the text of its seed."""
    words = random.Random(seed).choices(WORDS, k=600)
    for place in range(changed):
        words[place * 600 // max(changed, 1)] = f"other{place}"
    return " ".join(words)


# Copies


def test_the_same_text_under_another_address_is_a_duplicate_of_the_first(store: SqlStore) -> None:
    settled = [store_text(store, url, next_visit=FAR) for url in (ONE, "https://quay.example/print", COPY)]
    assert [(one.change, one.duplicate_of) for one in settled] == [("new", ""), ("new", ONE), ("new", ONE)]
    assert [record.duplicate_of for record in store.records()] == ["", ONE, ONE]


@pytest.mark.parametrize(("changed", "is_copy"), [(5, True), (60, False)])
def test_a_similar_text_on_another_site_is_a_duplicate(
    store: SqlStore, changed: int, *, is_copy: bool
) -> None:
    store_text(store, ONE, long_text(1), next_visit=FAR)
    store_text(store, "https://else.example/", long_text(2), next_visit=FAR)
    assert store_text(store, COPY, long_text(1, changed)).duplicate_of == (ONE if is_copy else "")


def test_a_similar_text_of_the_same_site_is_an_article_of_its_own(store: SqlStore) -> None:
    store_text(store, ONE, long_text(1), next_visit=FAR)
    assert store_text(store, "https://quay.example/2", long_text(1, 5)).duplicate_of == ""


def test_a_text_that_goes_back_to_its_copy_is_no_duplicate_of_itself(store: SqlStore) -> None:
    store_text(store, ONE, long_text(1))
    assert store_text(store, COPY, long_text(1, 5)).duplicate_of == ONE
    changed = store_text(store, ONE, long_text(1, 5))
    assert (changed.change, changed.duplicate_of) == ("changed", "")


# What sites repeat


def test_blocks_are_counted_once_an_address_as_the_cleaner_counts_them(store: SqlStore) -> None:
    memory = SiteMemory()
    for number in range(3):
        url = f"https://www.quay.example/{number}"
        text = f"Our reporters walk the quays.\n\nText {number}\n\nText {number}"
        store_text(store, url, text)
        memory.observe(article(text, url))
        store_text(store, url, f"{text} changed", next_visit=FAR)
    seen = memory.to_dict()["quay.example"]
    assert store.repeated("quay.example", [*seen["counts"], "unseen"]) == (3, seen["counts"])
    assert store.repeated("pier.example", [*seen["counts"]]) == (0, {})
    assert store.repeated("quay.example", []) == (3, {})


def test_what_a_site_repeats_counts_on_after_it_was_removed(store: SqlStore) -> None:
    refrain = "Our reporters walk the quays."
    cleaned = article(
        "Text.", removed=(Removal(refrain, "chrome", "site-memory"), Removal("Ad", "advertisement", "layout"))
    )
    store.settle(visit_of(lease_one(store), article=cleaned, fingerprints=fingerprint(cleaned)))
    counted = [*fingerprint(article(refrain)).blocks, *fingerprint(article("Ad")).blocks]
    assert store.repeated("quay.example", counted) == (1, {counted[0]: 1})


def test_a_visit_without_fingerprints_is_given_them(store: SqlStore) -> None:
    store.settle(visit_of(lease_one(store), fingerprints=None))
    assert store_text(store, COPY).duplicate_of == ONE


# A scratch copy


def test_a_scratch_copy_knows_what_the_store_knows_and_changes_nothing_in_it(
    store_url: str, store: SqlStore
) -> None:
    store_text(store, ONE, next_visit=FAR)
    store.keep_robots("https://quay.example", CachedRobots(NOW, 200, b"x"))
    store.claim("quay.example", NOW, FAR)
    with scratch_copy(store_url) as copy:
        assert copy.find_robots("https://quay.example") == CachedRobots(NOW, 200, b"x")
        assert list(copy.records()) == list(store.records())
        assert copy.add("quay", [found(ONE), found("https://pier.example/2")]) == 1
        assert store_text(copy, "https://pier.example/2").duplicate_of == ONE
    assert len(list(store.records())) == 1
    assert store.add("quay", [found("https://pier.example/2")]) == 1


def test_a_scratch_copy_of_nothing_is_empty_and_makes_no_store(store_url: str) -> None:
    with scratch_copy(store_url) as copy:
        assert store_text(copy, ONE).change == "new"
    with pytest.raises(StoreError, match=r"no such store|nothing was crawled"):
        open_store(store_url, must_exist=True)


def test_an_address_that_fails_is_told_with_its_reason(store: SqlStore) -> None:
    store_text(store, "https://quay.example/fine", next_visit=FAR)
    store.settle(visit_of(lease_one(store), failure("x", "blocked")))
    assert [(each.url, each.reason, each.at) for each in store.failing()] == [
        ("https://quay.example/1", "blocked", NOW)
    ]
