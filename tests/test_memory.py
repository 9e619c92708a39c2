"""A site's repetitions are counted by page, and nothing else changes the counts."""

import json

import pytest
from prose import PROSE, page_of, paragraphs

from cleaners import Article, Block, SiteMemory, clean_html, clean_text
from cleaners.addresses import site_of

REFRAIN = "Our reporters walk the quays every day so that you need not."


def observed(pages: int, *, others: int = 0, site: str = "quay.example") -> SiteMemory:
    memory = SiteMemory()
    for number in range(pages):
        memory.observe(
            Article(url=f"https://{site}/{number}", blocks=(Block(REFRAIN), Block(f"Page {number}")))
        )
    for number in range(others):
        memory.observe(Article(url=f"https://{site}/other/{number}", blocks=(Block(f"Other {number}"),)))
    return memory


@pytest.mark.parametrize(
    ("pages", "others", "repeats"),
    [(1, 0, False), (2, 0, False), (3, 0, True), (3, 12, True), (3, 13, False)],
)
def test_a_text_on_three_pages_and_a_fifth_of_the_site_repeats(
    *, pages: int, others: int, repeats: bool
) -> None:
    memory = observed(pages, others=others)
    assert memory.repeats(Block(REFRAIN), "https://quay.example/new") is repeats


def test_a_page_counts_once() -> None:
    memory = SiteMemory()
    for _ in range(9):
        memory.observe(Article(url="https://quay.example/1", blocks=(Block(REFRAIN), Block(REFRAIN))))
    assert not memory.repeats(Block(REFRAIN), "https://quay.example/2")


def test_sites_are_counted_apart() -> None:
    assert not observed(3).repeats(Block(REFRAIN), "https://other.example/1")


def test_a_text_is_known_again_in_other_letters_and_spaces() -> None:
    assert observed(3).repeats(Block(f"  {REFRAIN.upper()} "), "https://www.quay.example/1")


def test_one_word_never_repeats() -> None:
    memory = SiteMemory()
    for number in range(3):
        memory.observe(Article(url=f"https://quay.example/{number}", blocks=(Block("Yes."),)))
    assert not memory.repeats(Block("Yes."), "https://quay.example/9")


def test_repeated_texts_of_a_site_are_removed_and_said_to_be() -> None:
    url = "https://quay.example/new"
    page = page_of(*paragraphs(), f"<p>{REFRAIN}</p>")
    before = clean_html(page, url=url)
    after = clean_html(page, url=url, memory=observed(3))
    assert REFRAIN in before.text
    assert REFRAIN not in after.text
    assert [gone.reason for gone in after.removed if gone.text == REFRAIN] == ["site-memory"]


def test_texts_without_an_address_share_one_memory() -> None:
    memory = SiteMemory()
    for text in PROSE["en"][:3]:
        memory.observe(clean_text(f"{text}\n\n{REFRAIN}"))
    assert REFRAIN not in clean_text(f"{PROSE['en'][3]}\n\n{REFRAIN}", memory=memory).text


def test_cleaning_with_a_memory_does_not_change_it() -> None:
    memory = observed(3)
    before = memory.to_dict()
    clean_html(page_of(*paragraphs()), url="https://new.example/1", memory=memory)
    assert memory.to_dict() == before


def test_a_memory_goes_through_json_unchanged() -> None:
    memory = observed(4, others=2)
    again = SiteMemory.from_dict(json.loads(json.dumps(memory.to_dict())))
    assert again.to_dict() == memory.to_dict()
    assert again.repeats(Block(REFRAIN), "https://quay.example/1")


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.quay.example/a", "quay.example"),
        ("https://QUAY.example:8080/a?b#c", "quay.example"),
        ("//quay.example/a", "quay.example"),
        ("quay.example/a", ""),
        ("", ""),
        ("https://[::1", ""),
        ("https://quay.example./a", "quay.example"),
    ],
)
def test_a_site_is_a_host_without_www(url: str, site: str) -> None:
    assert site_of(url) == site
