"""Text on a terminal: columns, line breaks, the removal trace set in them."""

import pytest

from cleaners import Article, Block, Removal
from scraper.cli.explain import explain
from scraper.cli.terminal import count_columns, to_line, to_printable, wrap


@pytest.mark.parametrize(
    ("text", "columns"),
    [("fees", 4), ("Gebühr", 6), ("e\u0301", 1), ("港の猫", 6), ("ﾈｺ", 2), ("नाव", 3), ("", 0)],
)
def test_columns_are_those_of_a_terminal(text: str, columns: int) -> None:
    assert count_columns(text) == columns


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("the port raised its fees", 9, ["the port", "raised", "its fees"]),
        ("two\nlines  apart", 20, ["two", "lines apart"]),
        ("港の猫、駅長に就任。", 8, ["港の猫、", "駅長に就", "任。"]),
        ("see https://quay.example/fees", 12, ["see", "https://quay", ".example/fee", "s"]),
        ("港の猫 on duty", 9, ["港の猫 on", "duty"]),
        ("", 9, []),
    ],
    ids=["words", "own line breaks", "closing marks", "a word too long", "mixed", "empty"],
)
def test_text_is_wrapped_at_spaces_and_between_wide_characters(
    text: str, width: int, lines: list[str]
) -> None:
    assert wrap(text, width) == lines


@pytest.mark.parametrize("width", [4, 7, 20])
def test_nothing_is_lost_and_no_line_is_too_wide(width: int) -> None:
    text = "汐見坂の路面電車、市民の手で復活へ。 The tramway of Shiomizaka closed fourteen years ago."
    lines = wrap(text, width)
    assert max(map(count_columns, lines)) <= width
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_line_holds_no_control_characters() -> None:
    assert to_line("fees\033[2J\nrise\x9b1m\u202e\r") == "fees[2J rise1m"
    assert to_printable("a\tb\nc\r") == "a\tb\nc"


def test_a_long_removal_is_shortened_to_two_lines() -> None:
    gone = Removal("We and our partners store cookies. " * 9, "consent", "rule:en.consent")
    lines = explain(Article(removed=(gone,)), 60).splitlines()
    assert lines[:3] == [
        "\033[31m- consent        \033[0m\033[31mWe and our partners store cookies. We and\033[0m",
        "                 \033[31mour partners store cookies. We and our …\033[0m",
        "                 \033[2m[rule:en.consent]\033[0m",
    ]


def test_a_shortened_line_is_no_wider_than_the_others() -> None:
    gone = Removal("x" * 500, "consent", "layout")
    assert "x" * 41 + " …\033[0m" in explain(Article(removed=(gone,)), 60)


def test_a_part_cut_out_of_a_block_stands_after_it() -> None:
    article = Article(
        blocks=(Block("The port raised its fees.", position=3),),
        removed=(
            Removal("(Photo: Dov Askell)", "credit", "rule:en.credit-inline", position=3, is_inline=True),
            Removal("Share this:", "share", "rule:en.share", position=1),
        ),
    )
    marks = [
        line.replace("\033[31m", "").replace("\033[32m", "")[:8] for line in explain(article, 80).splitlines()
    ]
    assert marks[:3] == ["- share ", "+ paragr", "~ credit"]


def test_the_summary_counts_the_most_frequent_type_first_and_gives_the_notes() -> None:
    removed = tuple(Removal("x", noise, "layout") for noise in ("share", "tags", "tags"))
    shown = explain(Article(removed=removed, notes=("rules held back",)), 80)
    assert shown.endswith(
        "0 kept, 3 removed: tags 2, share 1\n"
        "verdict empty, confidence 0.00, language unknown\n"
        "note: rules held back"
    )
