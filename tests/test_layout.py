"""The layout's judgement: what kind of page it is, how far it is to be trusted, and what weighed most."""

import re
from pathlib import Path

import numpy as np
import pytest
from prose import PROSE, page_of, paragraphs

from cleaners import ModelError, Rules, clean_html, explain_layout
from cleaners.evidence import nature_of
from cleaners.html import read_page
from cleaners.layout.ancestry import Ancestry
from cleaners.layout.context import bar_of
from cleaners.layout.judge import judge
from cleaners.layout.kinds import KINDS
from cleaners.layout.model import Forest, default_model, dump_model, parse_model, read_model
from cleaners.layout.scene import scene_of
from cleaners.types import Block, Removal
from cleaners.verdict import Impression, judge_article
from scraper.cli.inputs import Reader

MENU = (
    "<nav class='main-menu'><ul>"
    + "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(12))
    + "</ul></nav>"
)
TEASERS = MENU.replace("nav", "div").replace("main-menu", "more")
SHOP = (
    page_of(
        *(
            f"<div class='product-card'><a href='/p/{n}'><h3>Brass lamp no. {n}</h3></a>"
            f"<span class='price'>{n}9.00</span><button class='add-to-cart'>Add to cart</button></div>"
            for n in range(40)
        ),
        title="Lamps",
    )
    .replace("<article>", "<div class='category-listing product-grid'>")
    .replace("</article>", "</div>")
)
STUMP = Forest(np.array([[1]], np.int16), np.array([[0.5]], np.float32), np.array([[-2.0, 4.0]], np.float32))


def kinds_of(markup: str) -> dict[str, float]:
    page = read_page(markup)
    return judge(page, "", [""] * len(page.drafts), lambda: None).kinds


def test_an_article_is_judged_to_be_one() -> None:
    kinds = kinds_of(page_of(MENU, *paragraphs()))
    assert max(kinds, key=kinds.__getitem__) == "article"
    assert sum(kinds.values()) == pytest.approx(1)


def test_a_grid_of_products_is_judged_to_be_no_article() -> None:
    assert kinds_of(SHOP)["article"] < 0.5


def test_a_page_without_blocks_has_no_kind() -> None:
    assert kinds_of("<html><body></body></html>") == {}


def test_an_index_page_is_no_article_however_much_it_says() -> None:
    blocks = [Block(text) for text in PROSE["en"]]
    judgement = judge_article(blocks, [], Impression(index_share=0.9, trust=0.3))
    assert (judgement.verdict, judgement.confidence) == ("not-article", 0.3)
    assert "index" in judgement.note


def test_a_page_that_looks_like_one_without_an_article_is_none() -> None:
    blocks = [Block(text) for text in PROSE["en"]]
    menu = [Removal(f"Berth {number}", "navigation", "layout") for number in range(9)]
    judgement = judge_article(blocks, menu, Impression(likeness=0.9, presence=0.2))
    assert (judgement.verdict, "without an article" in judgement.note) == ("not-article", True)
    assert judge_article(blocks, menu, Impression(likeness=0.9, presence=0.8)).verdict == "article"
    # Where the text and the kind of the page are beyond doubt, it is but short.
    assert judge_article(blocks, menu, Impression(likeness=0.9, presence=0.2, trust=0.8)).verdict == "article"
    # Of a text that somebody pasted there is little else to be seen.
    assert judge_article(blocks, [], Impression(likeness=0.9, presence=0.2)).verdict == "article"


def test_where_the_layout_surely_sees_an_article_its_text_need_not_run_on() -> None:
    post = [
        Block("What fails here:"),
        *(Block(f"berth {number} = fee({number})", "code") for number in range(30)),
    ]
    assert judge_article(post, [], Impression(presence=0.9)).verdict == "article"
    assert judge_article(post, [], Impression(presence=0.7)).verdict == "not-article"


def test_long_paragraphs_run_on_though_no_mark_ends_them() -> None:
    unended = [Block(" ".join(PROSE["en"]).replace(".", ",")) for _ in range(3)]
    assert judge_article(unended, [], Impression(presence=0.7)).verdict == "article"
    assert (
        judge_article([Block("Harbour fees to rise")] * 30, [], Impression(presence=0.7)).verdict
        == "not-article"
    )


def test_the_front_page_of_a_site_is_no_article_unless_it_plainly_is_one() -> None:
    blocks, url = [Block(text) for text in PROSE["en"]], "https://quay.example/"
    assert (
        judge_article(blocks, [], Impression(likeness=0.8), url=url).note == "it is the front page of a site"
    )
    assert judge_article(blocks, [], Impression(likeness=0.97), url=url).verdict == "article"
    assert judge_article(blocks, [], Impression(likeness=0.8), url=f"{url}a").verdict == "article"
    # The page itself says that it stands further down: its site was named for it.
    for own in (f"{url}a", "/2026/fees"):
        assert (
            judge_article(blocks, [], Impression(likeness=0.8, own_address=own), url=url).verdict == "article"
        )


def test_the_confidence_of_a_page_is_how_far_its_layout_is_to_be_trusted() -> None:
    blocks = [Block(text) for text in PROSE["en"]]
    assert judge_article(blocks, [], Impression(trust=0.62)).confidence == 0.62


def test_nothing_is_surely_nothing_whatever_the_layout_says() -> None:
    assert judge_article([], [], Impression(trust=0.1)).confidence == 0.9


def test_a_plain_article_is_trusted_more_than_a_grid_of_products() -> None:
    assert clean_html(page_of(MENU, *paragraphs())).confidence > clean_html(SHOP).confidence


def test_the_bar_is_half_of_the_f1_that_can_be_expected() -> None:
    sure = bar_of(np.array([0.99, 0.99, 0.01]), np.array([50.0, 50.0, 50.0]))
    unsure = bar_of(np.array([0.4, 0.35, 0.3]), np.array([50.0, 50.0, 50.0]))
    assert sure.score == pytest.approx(sure.f1 / 2)
    assert unsure.score < 0.3 < sure.score


class TestReasons:
    def test_every_block_that_the_layout_removes_has_its_reason_in_words(self) -> None:
        page = page_of(TEASERS, *paragraphs())
        removed = [gone for gone in clean_html(page).removed if gone.reason == "layout"]
        reasons = explain_layout(page)
        assert removed
        assert all(re.search("[a-z]{4}", reasons[gone.position]) for gone in removed)

    def test_a_list_of_links_is_said_to_be_one(self) -> None:
        page = page_of(*paragraphs(), TEASERS)
        told = " ".join(explain_layout(page).values())
        assert "mostly links" in told or "marked up alike" in told

    def test_the_trace_of_a_page_says_them_and_the_article_does_not(self, tmp_path: Path) -> None:
        path = tmp_path / "page.html"
        path.write_text(page_of(TEASERS, *paragraphs()), "utf-8")
        told = [gone.reason for gone in Reader(Rules.default(), has_reasons=True).read(str(path)).removed]
        plain = [gone.reason for gone in Reader(Rules.default()).read(str(path)).removed]
        assert "layout" in plain
        assert [reason.split(":")[0] for reason in told] == [reason.split(":")[0] for reason in plain]
        assert any(reason.startswith("layout: ") for reason in told)

    def test_a_page_without_blocks_has_nothing_to_explain(self) -> None:
        assert explain_layout("<html><head><title>x</title></head><body><p></p></body></html>") == {}

    def test_what_features_add_is_the_difference_to_the_mean_leaf(self) -> None:
        assert STUMP.contributions(np.array([[9, 0], [9, 1]], np.float32)).tolist() == [[0, -3], [0, 3]]


class TestWeights:
    def test_what_is_written_reads_the_same(self) -> None:
        model = default_model()
        again = parse_model(dump_model(model), "again")
        assert again.names == model.names
        assert again.odds == pytest.approx(model.odds)
        assert (again.second.leaves == model.second.leaves).all()

    def test_a_damaged_file_is_named(self) -> None:
        data = bytearray(dump_model(default_model()))
        data[-1] ^= 1
        with pytest.raises(ModelError, match=r"weights\.npz: the checksum does not fit"):
            parse_model(bytes(data), "weights.npz")

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match=r"none\.npz: cannot be read"):
            read_model(tmp_path / "none.npz")

    def test_the_names_are_those_of_all_features(self) -> None:
        model = default_model()
        assert len(set(model.names)) == len(model.names)
        assert max(int(forest.features.max()) for forest in (model.first, model.second, model.advised)) < len(
            model.names
        )

    def test_classes_take_turns_among_the_trees(self) -> None:
        leaves = np.array([[0, 1], [0, 3]], np.float32)
        forest = Forest(np.repeat(STUMP.features, 2, axis=0), np.repeat(STUMP.thresholds, 2, axis=0), leaves)
        assert forest.choices(np.array([0, 1], np.float32), 2).tolist() == pytest.approx(
            [0.119, 0.881], abs=1e-3
        )
        assert default_model().kinds.features.shape[0] % len(KINDS) == 0


def test_a_name_is_known_by_its_parts_and_as_a_whole() -> None:
    assert nature_of("div", "post__bodyText x1").marks == ("<div>", "body", "post", "post-body-text", "text")


def test_an_element_holds_what_its_descendants_hold() -> None:
    page = read_page("<body><div id='a'><p>One two</p><div><p>three</p></div></div><p>four</p></body>")
    scene = scene_of(page, Ancestry(page))
    (held,) = scene.ancestry.sums(scene.words)
    assert held[page.names.index(" a")] == 3
    assert held[page.tags.index("body")] == 4
