"""What the layout model learns from: pages with known truth, read in processes of their own."""

import gzip
import json
from pathlib import Path

import pytest
from prose import PROSE, page_of, paragraphs

from training.examples import load_examples
from training.odds import SiteShares

MENU = "<nav><a href='/a'>Harbour</a> <a href='/b'>Ferries</a></nav>"
SHARE = "<p class='share-bar'>Share this story with your friends</p>"
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
    examples = load_examples([corpus])
    assert len(examples) == SITES
    wanted = [text for text, label in zip(examples[0].texts, examples[0].labels, strict=True) if label == 1]
    assert wanted == PROSE["en"]
    assert examples[0].scene.is_furniture.tolist().count(True) == 1


def test_names_of_classes_are_known_for_what_stands_under_them_where_enough_sites_use_them(
    corpus: Path,
) -> None:
    examples = load_examples([corpus])
    sites = sorted(example.site for example in examples)
    shares = SiteShares(examples)
    assert shares.odds(sites)["share"] < 0 < shares.odds(sites)["<p>"]
    assert shares.odds(sites[:3]) == {}
