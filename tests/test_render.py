"""Articles come out as text, Markdown and plain dicts, and nothing in them can run."""

import json
import re
from dataclasses import replace

import pytest
from prose import page_of, paragraphs

from cleaners import Article, Block, Link, clean_html
from cleaners.render import to_markdown, to_text
from cleaners.types import Kind

QUOTE = "body > blockquote:nth-child(2)"
LIST = "body > ul:nth-child(1) > li:nth-child"
PARAGRAPHS_OF_ITEMS = [(f"{LIST}(1)", 1), (f"{LIST}(1)", 2), (f"{LIST}(2)", 1)]


def inside(path: str, tag: str, nth: int) -> Block:
    """Return a quoted block that is the n-th child of an element."""
    return Block(f"a{nth}", "quote", path=f"{path} > {tag}:nth-child({nth})")


MARKDOWN = {
    "paragraphs": ([Block("a"), Block("b")], "a\n\nb"),
    "a line break": ([Block("a\nb")], "a\nb"),
    "a heading": ([Block("a", "heading", 3)], "### a"),
    "a heading of two lines": ([Block("a\nb", "heading", 2)], "## a b"),
    "a heading that ends with a sharp": ([Block("C #", "heading", 2)], "## C \\#"),
    "a heading of the sharp itself": ([Block("C#", "heading", 2)], "## C#"),
    "a quote": ([Block("a\nb", "quote")], "> a\n> b"),
    "a quote of two paragraphs": ([inside(QUOTE, "p", 1), inside(QUOTE, "p", 2)], "> a1\n>\n> a2"),
    "a quote with an id": ([inside("#q", "p", 1), inside("#q", "p", 2)], "> a1\n>\n> a2"),
    "two quotes": ([inside(QUOTE, "p", 1), inside(QUOTE.replace("2", "3"), "p", 1)], "> a1\n\n> a1"),
    "a list in a quote": (
        [
            inside(QUOTE, "p", 1),
            replace(inside(QUOTE, "li", 1), kind="item", level=1, group=1),
            replace(inside(QUOTE, "li", 2), kind="item", level=1, group=1),
            Block("b", path="body > p:nth-child(4)"),
        ],
        "> a1\n>\n> - a1\n> - a2\n\nb",
    ),
    "code in a quote": ([replace(inside(QUOTE, "pre", 1), kind="code")], "> ```\n> a1\n> ```"),
    "two paragraphs of an item without number": (
        [replace(inside(path, "p", nth), kind="item", level=1, group=1) for path, nth in PARAGRAPHS_OF_ITEMS],
        "- a1\n\n  a2\n- a1",
    ),
    "a caption left in place": ([Block("a", "caption")], "a"),
    "code": ([Block("if a < b:\n    <c>", "code")], "```\nif a < b:\n    <c>\n```"),
    "code with a fence": ([Block("```\na\n````", "code")], "`````\n```\na\n````\n`````"),
    "a list": ([Block("a", "item", 1, group=1), Block("b", "item", 1, group=1)], "- a\n- b"),
    "two lists": ([Block("a", "item", 1, group=1), Block("b", "item", 1, group=2)], "- a\n\n- b"),
    "numbers": (
        [Block("a", "item", 1, group=1, number=9), Block("b", "item", 1, group=1, number=10)],
        "9. a\n10. b",
    ),
    "a list in a list": (
        [Block("a", "item", 1, group=1), Block("b", "item", 2, group=2), Block("c", "item", 1, group=1)],
        "- a\n  - b\n- c",
    ),
    "a list in a numbered list": (
        [
            Block("a", "item", 1, group=1, number=10),
            Block("b", "item", 2, group=2),
            Block("c", "item", 3, group=3),
        ],
        "10. a\n    - b\n      - c",
    ),
    "a numbered list in a list": (
        [
            Block("a", "item", 1, group=1),
            Block("b", "item", 2, group=2, number=1),
            Block("c", "item", 3, group=3),
        ],
        "- a\n  1. b\n     - c",
    ),
    "two paragraphs of one item": (
        [Block("a", "item", 1, group=1, number=1), Block("b", "item", 1, group=1, number=1)],
        "1. a\n\n   b",
    ),
    "an item of two lines": ([Block("a\nb", "item", 1, group=1, number=1)], "1. a\n   b"),
    "an item with a mark of its own": ([Block("• a", "item", 1, group=1)], "• a"),
    "a table": (
        [Block("a\tb", "table", group=1), Block("c|d\t", "table", group=1)],
        "| a | b |\n| --- | --- |\n| c\\|d |  |",
    ),
    "a table with an empty corner": ([Block("\ta", "table", group=1)], "|  | a |\n| --- | --- |"),
    "two tables": (
        [Block("a\tb", "table", group=1), Block("c\td", "table", group=2)],
        "| a | b |\n| --- | --- |\n\n| c | d |\n| --- | --- |",
    ),
}
# Text that would mean something to Markdown, and how it is written so that it does not.
ESCAPED = {
    "<script>alert(1)</script>": "\\<script>alert(1)\\</script>",
    "a < b and <b>": "a < b and \\<b>",
    "\\<b>": "\\\\\\<b>",
    "<!-- a": "\\<!-- a",
    "<javascript:alert(1)>": "\\<javascript:alert(1)>",
    "&lt;b&gt; R&D": "\\&lt;b\\&gt; R&D",
    "[a](javascript:alert(1))": "[a]\\(javascript:alert(1))",
    "![a](data:text/html,x)": "![a]\\(data:text/html,x)",
    "[a]: javascript:alert(1)": "[a]\\: javascript:alert(1)",
    "[a]\\(b)": "[a]\\\\(b)",
    "C:\\dir": "C:\\dir",
    "a\\": "a\\\\",
    "# a": "\\# a",
    "#a": "#a",
    "1. a": "1\\. a",
    "2021. a": "2021\\. a",
    "1.5 a": "1.5 a",
    "- a": "\\- a",
    "-5 degrees": "-5 degrees",
    "> a": "\\> a",
    ">a": "\\>a",
    "---": "\\---",
    "a\n---": "a\n\\---",
    "a\n===": "a\n\\===",
    "a\n=": "a\n\\=",
    "* * *": "\\* * *",
    "___": "\\_\\_\\_",
    "```": "\\`\\`\\`",
    "~~~ a": "~\\~\\~ a",
    "~~a~~ ~5": "~\\~a\\~\\~ ~5",
    "__init__": "\\_\\_init\\_\\_",
    "the _old_ file_name_2": "the \\_old\\_ file_name_2",
    "*args and **kwargs": "\\*args and \\*\\*kwargs",
    "2*3*4": "2\\*3\\*4",
    "2 * 3 * 4": "2 * 3 * 4",
    "a*": "a\\*",
    "the `a` key": "the \\`a\\` key",
    "+ a": "\\+ a",
}  # fmt: skip
SAFE = [
    "https://quay.example/a",
    "http://quay.example",
    "/a?b=c&d=e",
    "a/b",
    "#a",
    "?a",
    "mailto:a@b",
    "../a",
]
UNSAFE = [
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
    "\x01javascript:alert(1)", "data:text/html,<script>", "vbscript:x", "file:///etc/passwd", "blob:x", "view-source:x",
]  # fmt: skip
HOSTILE_TARGETS = {
    "/a)(b": "[x](/a%29%28b)",
    "/a b": "[x](/a%20b)",
    "/a<b>": "[x](/a%3Cb%3E)",
    "/a\\": "[x](/a%5C)",
    "javascript&colon;alert(1)": "[x](javascript&amp;colon;alert%281%29)",
    "javascript&#58;alert": "[x](javascript&amp;#58;alert)",
    "/a?b&copy=1": "[x](/a?b&copy=1)",
}


@pytest.mark.parametrize(("blocks", "markdown"), MARKDOWN.values(), ids=MARKDOWN)
def test_blocks_become_markdown(blocks: list[Block], markdown: str) -> None:
    assert to_markdown(blocks, links=False) == markdown


@pytest.mark.parametrize(("text", "markdown"), ESCAPED.items(), ids=ESCAPED)
def test_text_that_looks_like_markup_stays_text(text: str, markdown: str) -> None:
    assert to_markdown([Block(text)], links=False) == markdown


@pytest.mark.parametrize("kind", ["heading", "item", "quote", "table", "caption"])
def test_a_tag_in_the_text_is_escaped_in_every_kind_of_block(kind: Kind) -> None:
    markdown = to_markdown([Block("a <img onerror=x> b", kind, 1, group=1)], links=True)
    assert re.search(r"(?<!\\)<", markdown) is None


@pytest.mark.parametrize("url", SAFE)
def test_a_link_is_written_if_links_are_wanted(url: str) -> None:
    blocks = [Block("see the map", links=(Link(8, 11, url),))]
    assert to_markdown(blocks, links=True) == f"see the [map]({url})"
    assert to_markdown(blocks, links=False) == "see the map"


@pytest.mark.parametrize("url", UNSAFE)
def test_a_link_that_could_run_is_written_as_its_words(url: str) -> None:
    assert to_markdown([Block("see the map", links=(Link(8, 11, url),))], links=True) == "see the map"


@pytest.mark.parametrize(("url", "markdown"), HOSTILE_TARGETS.items(), ids=HOSTILE_TARGETS)
def test_nothing_in_an_address_ends_it_or_turns_it_into_another(url: str, markdown: str) -> None:
    assert to_markdown([Block("x", links=(Link(0, 1, url),))], links=True) == markdown


@pytest.mark.parametrize("words", ["a] b", "a[b", "a](javascript:x)", "a\\", "a`"])
def test_nothing_in_the_words_of_a_link_ends_them(words: str) -> None:
    markdown = to_markdown([Block(words, links=(Link(0, len(words), "/x"),))], links=True)
    label = markdown.removeprefix("[").removesuffix("](/x)")
    assert re.fullmatch(r"(?:[^\\\[\]]|\\[^\w\s])*", label)


def test_text_has_blank_lines_between_blocks_and_breaks_within_lists_and_tables() -> None:
    blocks = [
        Block("a", "heading", 2), Block("b", "item", 1, group=1), Block("c", "item", 2, group=2),
        Block("d\te", "table", group=3), Block("f\tg", "table", group=3), Block("h"),
    ]  # fmt: skip
    assert to_text(blocks) == "a\n\nb\nc\n\nd\te\nf\tg\n\nh"


def test_nothing_becomes_an_empty_text() -> None:
    assert (Article().text, Article().markdown) == ("", "")


def test_an_article_goes_through_json_unchanged() -> None:
    article = clean_html(
        page_of(*paragraphs()[:3], "<p>See <a href='/x'>the map</a> of the port.</p>", *paragraphs()[3:]),
        url="https://q.example",
    )
    data = article.to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["text"] == article.text
    assert data["blocks"][3]["links"] == [{"start": 4, "end": 11, "url": "https://q.example/x"}]
