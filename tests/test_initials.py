"""A drop cap in an element of its own goes back before its paragraph."""

import pytest

from cleaners.html import read_page
from cleaners.types import Link

# Markup, and the texts of its blocks.
JOINED = {
    "<span>T</span><p>he ferry left at noon.</p>": ["The ferry left at noon."],
    "<div>T</div><div>he ferry left at noon.</div>": ["The ferry left at noon."],
    "<p>“W</p><p>e left at noon,” she said.</p>": ["“We left at noon,” she said."],
    "<p>Д</p><p>ом у реки стоит пустой.</p>": ["Дом у реки стоит пустой."],
    "<div>A</div><p>fter the storm they left.</p>": ["After the storm they left."],
    "<div>A</div><p>storm took the roof.</p><p>No storm did so before.</p>": [
        "A storm took the roof.", "No storm did so before.",
    ],
    "<p>a</p><i>B</i><p>ut nobody came to look.</p><p>c</p>": ["a", "But nobody came to look.", "c"],
}  # fmt: skip
APART = {
    "a small letter": "<p>t</p><p>he ferry left at noon.</p>",
    "two letters": "<p>TV</p><p>was no part of it.</p>",
    "a digit": "<p>1</p><p>of the ferries left early.</p>",
    "a new sentence": "<p>T</p><p>The ferry left at noon.</p>",
    "an index": "<p>T</p><p>tide: the rise of the sea</p>",
    "an entry of an index": "<p>F</p><p>ull moon</p>",
    "a heading": "<h2>T</h2><p>he ferry left at noon.</p>",
    "an item": "<ul><li>T</li></ul><p>he ferry left at noon.</p>",
    "a hidden one": "<p hidden>T</p><p>he ferry left at noon.</p>",
}


@pytest.mark.parametrize(("markup", "texts"), JOINED.items(), ids=JOINED.keys())
def test_a_drop_cap_begins_its_paragraph(markup: str, texts: list[str]) -> None:
    assert [draft.block.text for draft in read_page(markup).drafts] == texts


@pytest.mark.parametrize("markup", APART.values(), ids=APART.keys())
def test_what_is_no_drop_cap_stays_a_block(markup: str) -> None:
    assert len(read_page(markup).drafts) == 2


def test_links_positions_and_words_are_those_of_the_joined_text() -> None:
    page = read_page("<p>a</p><b>T</b><p>he <a href='/f'>ferry</a> left at noon.</p><p>b</p>")
    assert [draft.block.position for draft in page.drafts] == [0, 1, 2]
    assert page.drafts[1].block.links == (Link(4, 9, "/f"),)
    assert [draft.words for draft in page.drafts] == [1, 5, 1]
