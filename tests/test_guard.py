"""Markup is made harmless only where it has to be, and says so."""

import pytest
from prose import page_of, paragraphs

from cleaners import ParseError
from cleaners.guard import MAX_DEPTH, reveal, tame
from cleaners.html import read_page

PAGE = page_of(*paragraphs())
ORDINARY = {
    "an article": PAGE,
    "markup in a script": page_of("<script>var a = '" + "<div><b>" * 2_000 + "';</script>"),
    "markup in a comment": page_of("<!--" + "<div><b>" * 2_000 + "-->"),
    "a drawing of many parts": page_of("<svg>" + "<path d='M0'/><g/><circle/>" * 2_000 + "</svg>"),
    "many open paragraphs": page_of("<p>a<li>b<td>c" * 3_000),
    "many open anchors": page_of("<a name=x>a " * 3_000),
    "many links": page_of("<p><a href=/x><b>a</b></a></p>" * 3_000),
    "a long list to choose from": page_of("<select>" + "<option>x</option>" * 2_000 + "</select>"),
    "a long attribute": page_of("<p data-x='" + '{"a": "<b> c=d"} ' * 9_000 + "'>a</p>"),
    "a hundred attributes": page_of("<p " + " ".join(f"a{number}=1" for number in range(100)) + ">a</p>" + " " * 70_000),
    "thirty thousand tags": page_of("<p>a</p>" * 15_000),
}  # fmt: skip
FLOODS = {
    "depth": ("<div>" * (MAX_DEPTH + 50), f"markup nested deeper than {MAX_DEPTH} was flattened"),
    "formatting": ("<b>" * 300, "formatting that was never closed was dropped"),
    "formatting before many blocks": (
        "".join(f"<p><b id=x{number}>" for number in range(60)) + "<p>a" * 9_000,
        "formatting that was never closed was dropped",
    ),
    "attributes": (
        "<p " + " ".join(f"a{number}=1" for number in range(20_000)) + ">",
        "floods of attributes were dropped",
    ),
    "options": ("<select>" + "<option>a" * 4_000, "a flood of options was made plain text"),
}
REVEALED = {
    "<p>a<!-- b": "<p>a&lt;!-- b",
    "<p>a<!-- b --><p>c": "<p>a<!-- b --><p>c",
    "<title>a<p>b": "<title>a</title><p>b",
    "<script>a<p>b</script>c": "<script>a<p>b</script>c",
    "<template>a</template><template>b": "<template>a</template> b",
    "<svg><svg></svg>a": " <svg></svg>a",
    "<frameset><noframes>a</noframes></frameset>": "  a  ",
    "a<plaintext>b": "ab",
    '<p class="a>b</p>c': "<p>b</p>c",
    "a<p b": "a&lt;p b",
    "<SCRIPT>a<P>b": "<SCRIPT>a</script><P>b",
}


@pytest.mark.parametrize("markup", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_markup_stays_as_it_is(markup: str) -> None:
    tamed = tame(markup)
    assert tamed.text == markup
    assert tamed.notes == ()


@pytest.mark.parametrize(("flood", "note"), FLOODS.values(), ids=FLOODS)
def test_a_flood_is_tamed_and_noted(flood: str, note: str) -> None:
    tamed = tame(page_of(flood, "<p>the end</p>"))
    assert tamed.notes == (note,)
    assert any("the end" in draft.block.text for draft in read_page(tamed.text).drafts)


def test_flattening_keeps_the_blocks_apart() -> None:
    page = read_page(tame("<div>" * 1_000 + "<p>a</p><p>b</p>").text)
    assert [draft.block.text for draft in page.drafts] == ["a", "b"]


def test_more_than_400_000_tags_are_refused() -> None:
    with pytest.raises(ParseError, match="more than 400,000 tags"):
        tame("<i>" * 400_001)


@pytest.mark.parametrize(("markup", "revealed"), REVEALED.items(), ids=REVEALED)
def test_what_is_left_open_is_closed_or_made_text(markup: str, revealed: str) -> None:
    assert reveal(markup) == revealed
