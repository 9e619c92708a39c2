"""What the layout model learns from: pages with known truth, read in processes of their own."""

import gzip
import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
from prose import PROSE, page_of, paragraphs

from cleaners.html import read_page
from cleaners.layout.model import Forest
from training.examples import load_examples
from training.odds import SiteShares
from training.presence import label_of, shifted, without
from training.variants import bare_page, labels_of, nameless

MENU = "<nav><a href='/a'>Harbour</a> <a href='/b'>Ferries</a></nav>"
SHARE_TEXT = "Share this story with your friends"
SHARE = f"<p class='share-bar'>{SHARE_TEXT}</p>"
TITLE = "Harbour fees to rise"
SITES = 12


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpora") / "made-up"
    folder.mkdir()
    truth = []
    for number in range(SITES):
        (folder / f"{number}.html.gz").write_bytes(
            gzip.compress(page_of(MENU, SHARE, *paragraphs()).encode())
        )
        url = f"https://paper{number}.example/story"
        truth.append(json.dumps({"file": f"{number}.html.gz", "url": url, "text": "\n".join(PROSE["en"])}))
    (folder / "truth.jsonl").write_text("\n".join(truth), "utf-8")
    return folder


def test_a_page_comes_back_with_its_blocks_labelled_by_the_truth(corpus: Path) -> None:
    examples = [example for example in load_examples([corpus]) if not example.variant]
    assert len(examples) == SITES
    wanted = [text for text, label in zip(examples[0].texts, examples[0].labels, strict=True) if label == 1]
    assert wanted == PROSE["en"]
    assert examples[0].scene.is_furniture.tolist().count(True) == 1


def test_of_each_article_a_bare_page_is_made_that_has_no_menu_and_keeps_its_labels(corpus: Path) -> None:
    bare = [example for example in load_examples([corpus]) if example.variant == "bare"]
    assert len(bare) == SITES
    for example in bare:
        wanted = [text for text, label in zip(example.texts, example.labels, strict=True) if label == 1]
        start = PROSE["en"].index(wanted[0])
        assert wanted == PROSE["en"][start : start + len(wanted)]
        assert example.truth == "\n".join(wanted)
        assert set(example.texts) - set(wanted) <= {TITLE, SHARE_TEXT}
        assert not example.scene.is_furniture.any()
    assert len({example.texts for example in bare}) > 1


def test_of_each_page_a_nameless_one_is_made_whose_elements_say_nothing(corpus: Path) -> None:
    whole, made, _ = load_examples([corpus])[:3]
    assert (whole.variant, made.variant) == ("", "nameless")
    assert (made.texts, made.labels.tolist(), made.truth) == (whole.texts, whole.labels.tolist(), whole.truth)
    assert (
        {names.strip() for names in made.page.names} == {""} != {names.strip() for names in whole.page.names}
    )
    assert (
        nameless('<p CLASS="a b" id=x data-y=\'1\' lang="en">class="z"</p>') == '<p lang="en">class="z"</p>'
    )


def test_the_same_page_makes_the_same_bare_page(corpus: Path) -> None:
    once, again = ([example.texts for example in load_examples([corpus])] for _ in range(2))
    assert once == again


def test_a_bare_page_has_each_kind_of_block_in_its_element() -> None:
    page = read_page(
        page_of(
            *paragraphs()[:2],
            "<h2>At the quay</h2><ul><li>One <a href='/x?a=1&amp;b'>boat</a></li></ul><blockquote>So &lt;we&gt; say</blockquote>",
            "<table><tr><td>Berth</td><td>9</td></tr></table><pre>a = 1</pre>",
            "<figure><img src='q.jpg'><figcaption>The quay</figcaption></figure>",
            *paragraphs()[2:],
        )
    )
    labels = np.ones(len(page.drafts), dtype=np.int8)
    pages = [bare_page(page, labels, Random(seed)) for seed in range(20)]
    markup, numbers = max(pages, key=lambda made: len(made[1]))
    again = read_page(markup)
    texts = [page.drafts[number].block.text for number in numbers]
    assert [draft.block.text for draft in again.drafts] == texts
    assert [draft.block.kind for draft in again.drafts] == [
        page.drafts[number].block.kind for number in numbers
    ]
    assert [link.url for draft in again.drafts for link in draft.block.links] == ["/x?a=1&b"]
    assert labels_of(texts, [(text, 1) for text in texts[1:]]).tolist() == [-1, *[1] * (len(texts) - 1)]


def test_a_page_without_an_article_makes_no_bare_page() -> None:
    page = read_page(page_of(*paragraphs()))
    assert bare_page(page, np.zeros(len(page.drafts), dtype=np.int8), Random(1)) == ("", [])


def test_names_of_classes_are_known_for_what_stands_under_them_where_enough_sites_use_them(
    corpus: Path,
) -> None:
    examples = [example for example in load_examples([corpus]) if not example.variant]
    sites = sorted(example.site for example in examples)
    shares = SiteShares(examples)
    assert shares.odds(sites)["share"] < 0 < shares.odds(sites)["<p>"]
    assert shares.odds(sites[:3]) == {}


def test_of_each_page_an_emptied_one_is_made_that_has_all_but_its_article(corpus: Path) -> None:
    emptied = [example for example in load_examples([corpus]) if example.variant == "emptied"]
    assert len(emptied) == SITES
    for example in emptied:
        assert not set(example.texts) & set(PROSE["en"])
        assert SHARE_TEXT in example.texts
        assert label_of(example) == 0


def test_of_each_page_of_running_text_a_short_one_is_made_with_a_few_paragraphs(corpus: Path) -> None:
    short = [example for example in load_examples([corpus]) if example.variant == "short"]
    assert len(short) > SITES / 2
    for example in short:
        assert 1 <= len(set(example.texts) & set(PROSE["en"])) <= 3
        assert SHARE_TEXT in example.texts
        assert label_of(example) == 1
    assert len({example.texts for example in short}) > 1


def test_an_element_that_holds_other_text_too_is_not_taken_out() -> None:
    markup = "<body><div id='all'>One story.<p>Another one.</p></div><p>And a third.</p></body>"
    assert "One story." in without(markup, {0}, declared=True)
    assert "Another one." in without(markup, {0}, declared=True)
    assert "third" not in without(markup, {2}, declared=True)


def test_a_page_without_its_article_need_not_say_that_it_has_one() -> None:
    markup = '<head><meta property="og:type" content="article"></head><body><p>One.</p><p>Two.</p></body>'
    assert "og:type" in without(markup, {0}, declared=True)
    assert "og:type" not in without(markup, {0}, declared=False)


def test_what_a_forest_gave_the_bar_is_as_likely_as_not_when_it_is_shifted() -> None:
    forest = Forest(
        np.zeros((2, 1), np.int16),
        np.zeros((2, 1), np.float32),
        np.array([[-1.0, 0.5], [-0.5, 1.0]], np.float32),
    )
    row = np.array([[-1.0]], np.float32)
    bar = float(forest.probabilities(row)[0])
    assert shifted(forest, bar).probabilities(row)[0] == pytest.approx(0.5)
    assert shifted(forest, bar).probabilities(-row)[0] > 0.5
