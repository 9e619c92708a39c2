"""Similar texts are told from different ones, and the same text is known again."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prose import PROSE
from visits import article

from cleaners import Block, Removal
from cleaners.memory import SiteMemory
from scraper.duplicates import SIMILAR, SKETCH_SIZE, fingerprint, keys, similarity, sketch

WORDS = [f"word{number}" for number in range(5000)]


def words_of(seed: int, count: int = 800) -> list[str]:
    return random.Random(seed).choices(WORDS, k=count)


def edited(words: list[str], edits: int) -> list[str]:
    """Return words of which some, far apart, are others."""
    changed = list(words)
    for place in range(edits):
        changed[place * len(words) // edits] = f"other{place}"
    return changed


def true_similarity(one: list[str], other: list[str]) -> float:
    first, second = ({tuple(words[at : at + 5]) for at in range(len(words) - 4)} for words in (one, other))
    return len(first & second) / len(first | second)


@pytest.mark.parametrize(
    "other",
    [
        "the harbour council raised its fees   on monday",
        "THE HARBOUR COUNCIL: raised its fees -- on Monday!",
        "The harbour\n\ncouncil raised its fees on Monday.",
        "The harbour coun\u00adcil raised its fees on Monday\u200b.",
    ],
)
def test_case_spaces_punctuation_and_paragraphs_do_not_make_another_text(other: str) -> None:
    text = "The harbour council raised its fees on Monday."
    assert fingerprint(article(other)).text_hash == fingerprint(article(text)).text_hash


@pytest.mark.parametrize(
    "other", ["The harbour council raised its fees.", "The harbour council raised its fee on Monday.", ""]
)
def test_another_word_makes_another_text(other: str) -> None:
    text = "The harbour council raised its fees on Monday."
    assert fingerprint(article(other)).text_hash != fingerprint(article(text)).text_hash


def test_what_was_removed_does_not_make_another_text() -> None:
    noisy = article("Low tide.", removed=(Removal("Subscribe", "newsletter", "rule:en.x"),), title="Else")
    assert fingerprint(noisy) == fingerprint(article("Low tide."))


def test_blocks_are_fingerprinted_as_the_memory_of_sites_counts_them() -> None:
    seen = article("", blocks=(Block("Low Tide"), Block("High tide."), Block("low tide!")))
    memory = SiteMemory()
    memory.observe(seen)
    counts = memory.to_dict()["quay.example"]["counts"]
    assert sorted(fingerprint(seen).blocks) == sorted(counts)


@given(st.integers(0, 10_000), st.integers(1, 60))
def test_the_estimate_is_near_the_true_similarity(seed: int, edits: int) -> None:
    words = words_of(seed)
    other = edited(words, edits)
    estimate = similarity(sketch(" ".join(words)), sketch(" ".join(other)))
    assert abs(estimate - true_similarity(words, other)) < 0.25


@given(st.integers(0, 10_000), st.integers(0, 3))
def test_texts_of_a_few_other_words_are_similar_and_found_by_their_keys(seed: int, edits: int) -> None:
    words = words_of(seed)
    one, other = sketch(" ".join(words)), sketch(" ".join(edited(words, edits) if edits else words))
    assert similarity(one, other) >= SIMILAR
    assert set(keys(one)) & set(keys(other))


@given(st.integers(0, 10_000))
def test_texts_of_the_same_words_in_another_order_are_not_similar(seed: int) -> None:
    words = words_of(seed)
    shuffled = random.Random(seed + 1).sample(words, len(words))
    assert similarity(sketch(" ".join(words)), sketch(" ".join(shuffled))) < 0.1


@given(st.text(max_size=400), st.text(max_size=400))
def test_similarity_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    first, second = sketch(one), sketch(other)
    assert 0.0 <= similarity(first, second) == similarity(second, first) <= 1.0
    assert len(first) <= SKETCH_SIZE * 4
    assert similarity(first, first) == (1.0 if first else 0.0)


@pytest.mark.parametrize("language", ["zh", "ja", "th"])
def test_scripts_without_spaces_are_compared_by_characters(language: str) -> None:
    text = " ".join(PROSE[language])
    one, same, cut = (
        fingerprint(article(part)).sketch for part in (text, text + "。", text[: len(text) // 2])
    )
    assert similarity(one, same) == 1.0
    assert 0.2 < similarity(one, cut) < SIMILAR


@pytest.mark.parametrize("text", ["", "Photo of the quay", " ".join(words_of(1, 30))])
def test_a_short_text_is_compared_with_nothing(text: str) -> None:
    prints = fingerprint(article(text))
    assert prints.sketch == b""
    assert list(keys(prints.sketch)) == []
