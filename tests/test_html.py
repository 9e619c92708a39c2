"""One walk turns markup into blocks in reading order, each with an address that finds it again."""

import pytest
from prose import PROSE
from selectolax.lexbor import LexborHTMLParser

from cleaners.html import Draft, Page, read_page
from cleaners.rulefile import Rule
from cleaners.types import Block

LONG = PROSE["en"][0]
RULE = Rule(id="und.box", noise="share", action="drop-node", language="und", selectors=(".box",))
# What it is, the markup, and the texts of its blocks.
SPLITS = {
    "paragraphs": ("<p>a</p><p>b</p>", ["a", "b"]),
    "open paragraphs": ("<p>a<p>b<p>c", ["a", "b", "c"]),
    "text around an element": ("a<div>b</div>c", ["a", "b", "c"]),
    "two line breaks": ("<p>a<br><br>b</p>", ["a", "b"]),
    "line breaks with white space": ("<p>a<br> \n <br/>b</p>", ["a", "b"]),
    "many line breaks": ("<p><br>a<br><br><br>b<br></p>", ["a", "b"]),
    "one line break": ("<p>Roses are red,<br>violets are blue.</p>", ["Roses are red,\nviolets are blue."]),
    "one line break behind a long sentence": (f"<p>{LONG}<br>And so on.</p>", [LONG, "And so on."]),
    "line breaks in a heading": ("<h2>One<br>two</h2>", ["One\ntwo"]),
    "inline elements": ("<p>a<b>b</b><i>c</i> <span>d</span></p>", ["abc d"]),
    "a word break": ("<p>long<wbr>word</p>", ["longword"]),
    "a rule between": ("a<hr>b", ["a", "b"]),
    "white space": ("<p>\n a \t b\n\n c </p>", ["a b c"]),
    "nothing but white space": ("<p> \n&nbsp;\u3000\u200b</p>", []),
    "no-break spaces": ("<p>&nbsp;10&nbsp;km &nbsp;</p>", ["10 km"]),
    "no-break spaces beside others": ("<p>a &nbsp; b&nbsp;&nbsp;c <a href='/d'>d&nbsp;e</a></p>", ["a b c d e"]),
    "no-break spaces in code": ("<pre>if a:\n&nbsp;&nbsp;b</pre>", ["if a:\n  b"]),
    "soft hyphens": ("<p>the har&shy;bour <a href='/q'>ste&shy;ward</a></p>", ["the harbour steward"]),
    "entities": ("<p>Smith &amp; S&ouml;hne &lt;b&gt; &#8212;</p>", ["Smith & Söhne <b> —"]),
    "a script and a style": ("<p>a</p><script>b</script><style>c</style><p>d</p>", ["a", "d"]),
    "a script inside a sentence": ("<p>a <script>x</script>b</p>", ["a b"]),
    "a comment inside a word": ("<p>a<!-- x -->b</p>", ["ab"]),
    "a template, a drawing": ("<template>a</template><svg><text>b</text></svg>d", ["d"]),
    "a frame's text": ("<p>a</p><iframe><p>b</p></iframe><p>c</p>", ["a", "c"]),
    "a frame between texts": ("a<iframe></iframe>b", ["a", "b"]),
    "a title in the body": ("<body><p>a</p><title>b</title>", ["a"]),
    "options": ("<select><option>May<option>June</select>", ["May June"]),
    "a pending element of its own name": ("<my-lead>a</my-lead><my-text>b</my-text>", ["a", "b"]),
    "an element of its own name in a sentence": ("<p>The <my-word>port</my-word> closed.</p>", ["The port closed."]),
    "a link around blocks": ("<a href='/x'><h2>a</h2><p>b</p></a>", ["a", "b"]),
    "a caption": ("<figure><img alt='x'><figcaption>a</figcaption></figure>", ["a"]),
    "a processing instruction": ("<p>a</p><?php echo 1 ?><p>b</p>", ["a", "b"]),
    "ruby": ("<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p>", ["漢"]),
}  # fmt: skip
KINDS = {
    "<h3>a</h3>": ("heading", 3),
    "<p>a</p>": ("paragraph", 0),
    "<ul><li>a</ul>": ("item", 1),
    "<li>a": ("item", 1),
    "<ol><li><ol><li>a": ("item", 2),
    "<ul><li><p>a</p></ul>": ("item", 1),
    "<dl><dt>a</dl>": ("item", 1),
    "<dl><dd>a</dl>": ("item", 1),
    "<blockquote>a</blockquote>": ("quote", 0),
    "<blockquote><p>a</p></blockquote>": ("quote", 0),
    "<pre>a</pre>": ("code", 0),
    "<pre><code><div>a</div></code></pre>": ("code", 0),
    "<figure><figcaption><p>a</p></figcaption></figure>": ("caption", 0),
    "<table><caption>a</caption></table>": ("caption", 0),
    "<blockquote><h2>a</h2></blockquote>": ("heading", 2),
    "<table><tr><td>a</td><td>b</td></tr></table>": ("table", 0),
    "<table><tr><td>a</td></tr></table>": ("paragraph", 0),
}  # fmt: skip
HIDDEN = [
    "<div hidden>a</div>", "<p style='display:none'>a</p>", "<div style='color:red; DISPLAY : None'><p>a</p></div>",
    "<p style='visibility: hidden'>a</p>", "<section hidden=until-found><p>a</p></section>",
    "<div><noscript><p>a</p></noscript></div>", "<canvas><p>a</p></canvas>",
]  # fmt: skip
ADDRESSES = [
    "<p>a</p><p>b</p>",
    "<div><p>a</p>text<p>b</p></div>",
    "<div><!-- x --><p>a</p><!-- y --><p>b</p></div>",
    "<div><script></script><p>a</p><style></style><p>b</p></div>",
    "<article id=story><p>a</p></article><p>b</p>",
    "<div id=x><p>a</p></div><div id=x><p>b</p></div>",
    "<a id=x></a><div id=x><p>b</p></div>",
    "<div id='1 2'><p>a</p></div><div id='ü'><p>b</p></div>",
    "<o:p>a</o:p><div><o:p><p>b</p></o:p></div>",
    "<ul><li>a<ul><li>b</ul><li>c</ul>",
    "<table><tr><td>a<td>b<tr><td>c<td>d</table>",
    "<table><tr><td><p>a</p><p>b</p></table>",
    "<my-page><my-text>a</my-text><my-text>b</my-text></my-page>",
    "<p><b><i>a</p><p>b</i></b></p>",
    "a<p>b",
    "<div><br>a<!-- x --><p>b</p><img><p>c</p></div>",
    "<div>" * 40 + "<p>a</p><p>b</p>",
]  # fmt: skip


def blocks_of(markup: str) -> list[Block]:
    return [draft.block for draft in read_page(markup).drafts]


def only_draft(markup: str) -> Draft:
    (draft,) = read_page(markup).drafts
    return draft


@pytest.mark.parametrize(("markup", "texts"), SPLITS.values(), ids=SPLITS)
def test_markup_is_parted_into_texts(markup: str, texts: list[str]) -> None:
    assert [block.text for block in blocks_of(markup)] == texts


@pytest.mark.parametrize(("markup", "kind"), KINDS.items(), ids=KINDS)
def test_a_block_knows_its_kind_and_level(markup: str, kind: tuple[str, int]) -> None:
    block = only_draft(markup).block
    assert (block.kind, block.level) == kind


@pytest.mark.parametrize("markup", HIDDEN)
def test_hidden_text_is_a_block_marked_as_hidden(markup: str) -> None:
    assert only_draft(markup).is_hidden


def test_what_follows_a_hidden_element_is_not_hidden() -> None:
    assert [draft.is_hidden for draft in read_page("<p hidden>a</p><p>b</p>").drafts] == [True, False]


@pytest.mark.parametrize("markup", ADDRESSES)
def test_an_address_finds_the_element_again(markup: str) -> None:
    tree = LexborHTMLParser(markup)
    for block in blocks_of(markup):
        (found, *others) = tree.css(block.path)
        assert not others or block.path.startswith("#")
        assert block.text.split("\t")[0] in found.text()


def test_an_address_in_a_very_deep_page_stays_short() -> None:
    blocks = blocks_of("<div>" * 250 + "<p>a</p><p>b</p>")
    assert all(len(block.path) <= 1_000 and block.path.endswith(")") for block in blocks)
    assert blocks[0].path != blocks[1].path


@pytest.mark.parametrize(
    ("markup", "numbers"),
    [
        ("<ol><li>a<li>b</ol><ol><li>c</ol>", [1, 2, 1]),
        ("<ol start=7><li>a<li>b</ol>", [7, 8]),
        ("<ol start=x><li>a</ol>", [1]),
        ("<ol><li>a<ol><li>b<li>c</ol><li>d</ol>", [1, 1, 2, 2]),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", [1, 0, 2]),
        ("<ul><li>a</ul>", [0]),
        ("<li>a", [0]),
    ],
)
def test_items_of_an_ordered_list_are_counted(markup: str, numbers: list[int]) -> None:
    assert [block.number for block in blocks_of(markup)] == numbers


def test_items_know_their_list_and_its_depth() -> None:
    blocks = blocks_of("<ul><li>a<ul><li>b</ul>c</ul><p>d</p><ul><li>e</ul>")
    assert [(block.text, block.level, block.group) for block in blocks] == [
        ("a", 1, 1), ("b", 2, 2), ("c", 1, 1), ("d", 0, 0), ("e", 1, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("<td>a</td><td>b</td>", "a\tb"),
        ("\n\t<th>\n\t\ta</th>\n\t<td>\t<p>b</p> c\n</td>\n", "a\tb c"),
        ("<th></th><th>a</th><th>b</th>", "\ta\tb"),
        ("<td>a</td><td></td><td>b</td>", "a\t\tb"),
        ("<td>a<br>b</td><td>c</td>", "a b\tc"),
        ("<td><div>a</div><div>b</div></td><td>c</td>", "a b\tc"),
        ("<td>a</td><td><a href='/x'>b</a></td>", "a\tb"),
    ],
)
def test_a_row_of_data_is_one_block_of_cells(row: str, text: str) -> None:
    block = only_draft(f"<table><tr>{row}</tr></table>").block
    assert (block.kind, block.text) == ("table", text)


@pytest.mark.parametrize(
    "cell",
    [
        "<p>x</p><ul><li>y</ul>",
        "<h2>x</h2>",
        "<table><tr><td>x</table>",
        f"<p>{LONG * 9}</p>",
        f"<p>{LONG}</p><p>{LONG}</p>",
        f"{LONG}<br> <br>{LONG}",
    ],
)
def test_a_row_that_lays_out_the_page_is_no_data(cell: str) -> None:
    blocks = blocks_of(f"<table><tr><td>{cell}</td><td>menu</td></tr></table>")
    assert "table" not in {block.kind for block in blocks}


def test_code_keeps_its_white_space() -> None:
    assert only_draft("<pre>\n  if a:\n\n      b<br>\tc  \n</pre>").block.text == "  if a:\n\n      b\n\tc"


@pytest.mark.parametrize(
    ("markup", "links"),
    [
        ("<p>see <a href='/x'>the  map</a> now</p>", [("the map", "/x")]),
        ("<p><a href='/x'>a</a> b <a href='/y'>a</a></p>", [("a", "/x"), ("a", "/y")]),
        ("<p><a href='/x'>a <b>b</b></a></p>", [("a b", "/x")]),
        ("<p><a href='/x'>one<br>two</a></p>", [("one\ntwo", "/x")]),
        ("<p>a<br><br><a href='/x'>b</a></p>", [("b", "/x")]),
        ("<p><a href='/x'>a<br><br>b</a></p>", [("a", "/x"), ("b", "/x")]),
        ("<a href='/x'><h2>a</h2><p>b</p></a>", [("a", "/x"), ("b", "/x")]),
        ("<p><a name='top'>a</a> b", []),
        ("<p><a name='top'>a long text that no end tag closes", []),
        ("<p><a href=''>a</a></p>", []),
        ("<table><tr><td><a href='/x'>a</a><td>b</table>", [("a", "/x")]),
    ],
)
def test_links_know_their_words_and_where_they_lead(markup: str, links: list[tuple[str, str]]) -> None:
    found = [
        (block.text[link.start : link.end], link.url) for block in blocks_of(markup) for link in block.links
    ]
    assert found == links


@pytest.mark.parametrize(
    ("markup", "density"),
    [
        ("<p>abcd</p>", 0.0),
        ("<p><a href='/x'>abcd</a></p>", 1.0),
        ("<p><a href='/x'>ab</a>cd</p>", 0.5),
        ("<p><a onclick='go()'>abcd</a></p>", 1.0),
        ("<p><a name='top'>abcd</a></p>", 0.0),
    ],
)
def test_link_density_is_the_share_of_linked_characters(markup: str, density: float) -> None:
    assert only_draft(markup).block.link_density == density


def test_a_selector_marks_the_blocks_inside_it_with_its_rule() -> None:
    page = read_page("<p>a</p><div class=box><p>b</p><div>c</div></div><p>d</p>", ((".box", RULE),))
    assert [draft.rule is RULE for draft in page.drafts] == [False, True, True, False]


def head_of(markup: str) -> Page:
    return read_page(markup)


@pytest.mark.parametrize(
    "markup",
    [
        "<head>{0}</head><body><p>a</p></body>",
        "<head><img>{0}</head><p>a</p>",
        "<body><div>{0}</div><p>a</p></body>",
    ],
    ids=["in the head", "behind an image in the head", "in the body"],
)
def test_declarations_are_read_wherever_a_parser_puts_them(markup: str) -> None:
    declarations = (
        "<title> Fees\n rise </title><meta property='og:title' content='Fees'><meta name='Author' content='Marta'>"
        "<link rel='canonical' href='/fees'><base href='https://quay.example/'><meta charset='utf-8'>"
    )
    page = read_page(markup.replace("{0}", declarations))
    assert page.head_title == "Fees rise"
    assert page.metas == [("og:title", "Fees"), ("author", "Marta")]
    assert (page.links, page.base_url) == ([("canonical", "/fees")], "https://quay.example/")


def test_structured_data_and_times_are_noted() -> None:
    page = read_page(
        "<head><script type='application/ld+json'>{}</script></head><script>1</script><time datetime='2021'>x</time>"
    )
    assert (page.json_ld, page.scripts, page.times) == (["{}"], 2, ["2021"])


@pytest.mark.parametrize("where", ["<html lang=de>", "<body lang=de>", "<html><article lang=de>"])
def test_the_declared_language_is_noted(where: str) -> None:
    assert read_page(f"{where}<p>a</p>").language == "de"


def test_positions_count_all_blocks() -> None:
    assert [block.position for block in blocks_of("<p>a<p hidden>b<ul><li>c</ul>")] == [0, 1, 2]
