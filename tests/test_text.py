"""Plain text is read in paragraphs, whatever way they are set apart."""

import time
from contextlib import suppress

import pytest
from prose import PROSE

from cleaners import ParseError, clean_text
from cleaners.text import read_text
from cleaners.types import Block, Link

ONE, TWO, THREE = PROSE["en"][:3]
WRAPPED = (
    "The harbour board met on Monday evening and decided, after four hours of\n"
    "debate, to raise the fees for the ferries, which had not changed for nine\n"
    "years although the captains had warned of it."
)
VERSE = "Three for the sexton\nwho rang us ashore,\ntwo for the pilot,\nand one for the door"
PROGRAM = "def toll(ship):\n    if ship.winter:\n        return 2 * FEE\n    close()"
PARTED = {
    "stanzas": (
        f"{VERSE}\n\nfour for the lantern\nthat burned there before",
        [VERSE, "four for the lantern\nthat burned there before"],
    ),
    "Chinese verse": ("港口的灯，\n照着归来的船。", ["港口的灯，\n照着归来的船。"]),
    "labels in small letters": (
        "share this\nprint this page\nleave a reply",
        ["share this", "print this page", "leave a reply"],
    ),
    "lines that are sentences": (
        "The ferry came late.\nNobody minded, of course.",
        ["The ferry came late.", "Nobody minded, of course."],
    ),
    "strong words": ("The board **said so** on 2**3 and **that.", ["The board said so on 2**3 and **that."]),
    "soft hyphens": ("The har\u00adbour\n\nclosed.", ["The harbour", "closed."]),
    "blank lines": (f"{ONE}\n\n{TWO}", [ONE, TWO]),
    "one paragraph a line": (f"{ONE}\n{TWO}\n{THREE}", [ONE, TWO, THREE]),
    "lines broken at a width": (f"{WRAPPED}\n\n{ONE}", [WRAPPED, ONE]),
    "line ends of Windows": (f"{ONE}\r\n\r\n{TWO}\r\n", [ONE, TWO]),
    "line ends of old Macs": (f"{ONE}\r\r{TWO}", [ONE, TWO]),
    "line and paragraph separators": (f"{ONE}\u2028{TWO}\u2029{THREE}", [ONE, TWO, THREE]),
    "white space in blank lines": (f"  {ONE}  \n \t\n\n{TWO}\n\n\n", [ONE, TWO]),
    "short lines": ("Share\nTweet\nPrint", ["Share", "Tweet", "Print"]),
    "nothing": (" \n\n\t", []),
}
CLASSIFIED = {
    "# Fees rise": ("heading", 1, "Fees rise"),
    "### Fees rise ###": ("heading", 3, "Fees rise"),
    "# C#": ("heading", 1, "C#"),
    "#fees are rising": ("paragraph", 0, "#fees are rising"),
    "####### Fees": ("paragraph", 0, "####### Fees"),
    "# #": ("paragraph", 0, "# #"),
    "- fees": ("item", 1, "- fees"),
    "* fees": ("item", 1, "* fees"),
    "• fees": ("item", 1, "• fees"),
    "1. fees": ("item", 1, "1. fees"),
    "12) fees": ("item", 1, "12) fees"),
    "2021. A year": ("paragraph", 0, "2021. A year"),
    "-5 degrees": ("paragraph", 0, "-5 degrees"),
    "1.5 metres": ("paragraph", 0, "1.5 metres"),
    "-": ("paragraph", 0, "-"),
}  # fmt: skip
LINKED = {
    "see [the map](/x) now": ("see the map now", (Link(4, 11, "/x"),)),
    '[map](/x "title")': ("map", (Link(0, 3, "/x"),)),
    "[map](https://a.example/b_(c))": ("map", (Link(0, 3, "https://a.example/b_(c)"),)),
    "![map](/x.png) of it": ("map of it", ()),
    "[](/x)": ("[](/x)", ()),
    "[a](/x)[b](/y)": ("ab", (Link(0, 1, "/x"), Link(1, 2, "/y"))),
    "f[0](x) is a call": ("f0 is a call", (Link(1, 2, "x"),)),
    "[a] (b)": ("[a] (b)", ()),
    "[sic](": ("[sic](", ()),
}


CODE = {
    "fenced": (f"```python\n{PROGRAM}\n\n# [a](b)\n```", f"{PROGRAM}\n\n# [a](b)"),
    "fenced by tildes": ("~~~\nclose()\n```\n~~~~", "close()\n```"),
    "indented": ("    " + PROGRAM.replace("\n", "\n    "), PROGRAM),
    "indented by a tab": ("\tclose()", "close()"),
    "as it is": (PROGRAM, PROGRAM),
}
NO_CODE = {
    "a fence that nothing closes": "```\nThe port raised its fees.",
    "an empty fence": f"```\n\n```\n\n{ONE}",
    "an indented paragraph": f"    {ONE} (see below)",
    "an indented verse": "Three for the sexton,\n    who rang us ashore;\ntwo for the pilot,\n    and one for the door.",
    "an indented list": "  - fees (new)\n  - ferries",
}


@pytest.mark.parametrize(("text", "code"), CODE.values(), ids=CODE)
def test_code_is_one_block_as_it_was_written(text: str, code: str) -> None:
    blocks = read_text(f"{ONE}\n\n{text}\n\n{TWO}")
    assert [(block.kind, block.text) for block in blocks] == [
        ("paragraph", ONE),
        ("code", code),
        ("paragraph", TWO),
    ]


@pytest.mark.parametrize("text", NO_CODE.values(), ids=NO_CODE)
def test_prose_is_not_taken_for_code(text: str) -> None:
    assert {block.kind for block in read_text(text)} <= {"paragraph", "item"}


def test_no_line_of_code_is_noise() -> None:
    article = clean_text(f"{ONE}\n\n{TWO}\n\n```\nclose()\nShare this:\n```\n\n{THREE}")
    assert article.blocks[2].text == "close()\nShare this:"


@pytest.mark.parametrize(
    "marks", ["```a\n", "~~~\n```\n", "```\n```\n", "".join(f"{'`' * n}a\n" for n in range(3, 40))]
)
def test_many_fences_take_no_longer_each(marks: str) -> None:
    begun = time.process_time()
    with suppress(ParseError):
        read_text(marks * (1_000_000 // len(marks)))
    assert time.process_time() - begun < 4


def only_block(text: str) -> Block:
    (block,) = read_text(text)
    return block


@pytest.mark.parametrize(("text", "paragraphs"), PARTED.values(), ids=PARTED)
def test_a_text_is_parted_into_paragraphs(text: str, paragraphs: list[str]) -> None:
    assert [block.text for block in read_text(text)] == paragraphs


@pytest.mark.parametrize(("text", "expected"), CLASSIFIED.items(), ids=CLASSIFIED)
def test_a_line_is_a_heading_an_item_or_a_paragraph(text: str, expected: tuple[str, int, str]) -> None:
    block = only_block(text)
    assert (block.kind, block.level, block.text) == expected


@pytest.mark.parametrize(("text", "expected"), LINKED.items(), ids=LINKED)
def test_markdown_links_are_read(text: str, expected: tuple[str, tuple[Link, ...]]) -> None:
    block = only_block(text)
    assert (block.text, block.links) == expected


def test_a_block_names_its_first_line() -> None:
    assert [block.path for block in read_text(f"{ONE}\n\n\n{WRAPPED}\n\n{TWO}")] == [
        "line 1",
        "line 4",
        "line 8",
    ]


def test_items_that_follow_each_other_are_one_list() -> None:
    assert [block.group for block in read_text("- a\n- b\n\nc\n\n- d")] == [1, 1, 0, 2]


def test_the_headline_of_a_text_is_its_title() -> None:
    article = clean_text(f"Harbour fees to rise\n\n{ONE}\n\n{TWO}")
    assert article.title == "Harbour fees to rise"
    assert article.text == f"{ONE}\n\n{TWO}"


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["Local News", "Harbour fees to rise"], "Harbour fees to rise"),
        (["News", "Harbour fees to rise"], "Harbour fees to rise"),
        (["News", "Fees up"], "Fees up"),
        (["Fees up", "and nobody the wiser for it,"], "Fees up"),
        (["Fees"], "Fees"),
        (["Fees up", "# Harbour fees to rise"], "Harbour fees to rise"),
    ],
)
def test_the_first_line_of_four_words_is_the_title_else_the_first_of_two(
    lines: list[str], title: str
) -> None:
    assert clean_text("\n\n".join([*lines, ONE, TWO])).title == title


@pytest.mark.parametrize("text", [f"{ONE}\n\n{TWO}", f"- Harbour fees\n\n{ONE}", "Harbour fees to rise"])
def test_a_text_without_a_headline_has_no_title(text: str) -> None:
    assert clean_text(text).title == ""
