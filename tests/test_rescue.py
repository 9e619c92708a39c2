"""What the layout model was not sure of is kept where its place in the article speaks for it."""

import numpy as np
import pytest
from prose import page_of, paragraphs

from cleaners.html import read_page
from cleaners.layout.rescue import KEPT_FROM, rescue

SURE, LIKELY, UNLIKELY = 0.9, 0.42, 0.2
PROSE = "<p>The town wants more money from its boats, and the skippers do not want to pay it.</p>"
LEAD = f"<header>{PROSE}</header>"
DEK = "How a town that lives by its boats came to quarrel with them"
BYLINE = "<p>By Nora Tell</p>"
ANNOUNCED = "<p>The fees have three parts:</p>"
LIST = "<ul><li>the berth itself</li><li>water</li></ul>"


def kept(doubtful: str, score: float, *, at: int, noise: str = "", headline: bool = True) -> bool:
    """Tell whether a block stays that stands before paragraph `at` of an article that the model is sure of."""
    pieces = [*paragraphs()[:at], doubtful, *paragraphs()[at:]]
    markup = page_of(*pieces)
    page = read_page(markup if headline else markup.replace("<h1>", "<p>").replace("</h1>", "</p>"))
    number = 1 + at
    scores = np.full(len(page.drafts), SURE)
    scores[0], scores[number] = 0.01, score
    said = [""] * len(page.drafts)
    said[number] = noise
    rescue(page, scores, said)
    return bool(scores[number] >= KEPT_FROM)


def test_a_lead_that_is_likely_the_articles_stays() -> None:
    assert kept(LEAD, LIKELY, at=0)
    assert not kept(LEAD, UNLIKELY, at=0)


def test_a_lead_is_prose_under_a_headline_that_no_rule_names() -> None:
    assert not kept(LEAD, LIKELY, at=0, headline=False)
    assert not kept(LEAD, LIKELY, at=0, noise="newsletter")
    assert not kept(BYLINE, LIKELY, at=0)
    assert not kept(LEAD.replace("<p>", "<p hidden>"), LIKELY, at=0)


@pytest.mark.parametrize(
    "markup",
    [
        f'<p class="gh-article-excerpt">{DEK}</p>',
        f'<div class="article__dek"><p>{DEK}</p></div>',
        f'<h2 class="subtitle">{DEK}</h2>',
    ],
)
def test_what_is_called_a_lead_stays_though_the_model_doubts_it(markup: str) -> None:
    assert kept(markup, 0.15, at=0)
    assert not kept(markup, 0.05, at=0)
    assert not kept(markup.replace(DEK, "Opinion"), 0.15, at=0)


def test_prose_between_kept_paragraphs_of_its_container_stays_in_spite_of_its_score() -> None:
    assert kept(PROSE, UNLIKELY, at=3)
    assert not kept(BYLINE, UNLIKELY, at=3)
    assert not kept(PROSE, UNLIKELY, at=3, noise="newsletter")


@pytest.mark.parametrize(("after", "stays"), [(LIST, True), ("<pre>a = 1</pre>", True), ("", False)])
def test_what_announces_a_list_or_a_code_stays_with_it(after: str, stays: bool) -> None:  # noqa: FBT001
    assert kept(ANNOUNCED + after, LIKELY, at=3) is stays
    assert not kept(ANNOUNCED + after, UNLIKELY, at=3)


def test_likely_prose_stays_with_that_of_its_element() -> None:
    last = len(paragraphs())
    assert kept(PROSE, LIKELY, at=last)
    assert not kept(PROSE, UNLIKELY, at=last)
    assert not kept(PROSE, LIKELY, at=last, noise="newsletter")
    assert not kept(f"<div>{PROSE}</div>", LIKELY, at=last)


ITEMS = "<ul><li>a berth at the quay</li><li>water and light</li><li>the <a href='/m'>mast</a></li></ul>"


@pytest.mark.parametrize(
    ("scores", "stay"),
    [
        ((0.6, 0.4, 0.4), (True, True, False)),
        ((0.6, 0.2, 0.5), (True, False, True)),
        ((0.49, 0.49, 0.49), (False, False, False)),
        ((0.51, 0.35, 0.35), (True, False, False)),
    ],
    ids=["likely as a whole", "an unlikely item", "none stays", "unlikely as a whole"],
)
def test_a_list_is_not_torn_apart(scores: tuple[float, ...], stay: tuple[bool, ...]) -> None:
    page = read_page(ITEMS)
    found = np.array(scores)
    rescue(page, found, ["", "", ""])
    assert tuple((found >= KEPT_FROM).tolist()) == stay


def slides(heading: str, count: int) -> str:
    """Return an article whose paragraphs stand in boxes, a heading and a picture's caption over `count` of them."""
    texts = paragraphs()
    boxes = [
        f"<div><div><div>{heading}</div></div><p>Picture {n}</p></div>" if n < count else ""
        for n in range(len(texts) - 2)
    ]
    return page_of(texts[0], *(box + text for box, text in zip(boxes, texts[1:], strict=False)), texts[-1])


@pytest.mark.parametrize(
    ("heading", "count", "score", "stay"),
    [
        ("<h2 class='slide'>A quay</h2>", 3, 0.15, True),
        ("<h2 class='slide'>A quay</h2>", 2, 0.15, False),
        ("<h2 class='slide'>A quay</h2>", 3, 0.05, False),
        ("<h2 class='slide'><a href='/q'>A quay</a></h2>", 3, 0.15, False),
        ("<h2 class='slide' hidden>A quay</h2>", 3, 0.15, False),
    ],
    ids=["a series", "too few", "unlikely", "links", "hidden"],
)
def test_the_subheadings_of_a_series_stay(heading: str, count: int, score: float, stay: bool) -> None:  # noqa: FBT001
    page = read_page(slides(heading, count))
    texts = [draft.block.text for draft in page.drafts]
    doubtful = [number for number, text in enumerate(texts) if text == "A quay"]
    assert len(doubtful) == count
    scores = np.array([0.01 if text.startswith("Picture") else SURE for text in texts])
    scores[doubtful] = score
    rescue(page, scores, [""] * len(texts))
    assert [bool(scores[number] >= KEPT_FROM) for number in doubtful] == [stay] * count


def test_a_list_under_the_heading_of_the_comments_is_the_readers() -> None:
    page = read_page("<h3>2 comments</h3>" + ITEMS)
    found = np.array((0.01, 0.6, 0.45, 0.45))
    rescue(page, found, ["comment-form", "", "", ""])
    assert found.tolist() == [0.01, 0.6, 0.45, 0.45]


def test_a_question_stays_that_the_next_paragraph_answers() -> None:
    assert kept("<p><b>And who pays?</b></p>", 0.25, at=3)
    assert kept("<p><b>谁来付钱？</b></p>", 0.25, at=3)
    assert not kept("<p><b>And who pays</b></p>", 0.25, at=3)
    assert not kept("<p><b>And who pays?</b></p>", 0.15, at=3)
    assert not kept("<p><b>And who pays?</b></p>", 0.25, at=3, noise="related")


@pytest.mark.parametrize(
    ("stays", "is_linked", "is_gone"),
    [(1, True, True), (3, True, False), (1, False, False)],
    ids=["one of four", "most of them", "an item of text"],
)
def test_the_few_links_of_a_list_go_with_the_most_of_it(stays: int, is_linked: bool, is_gone: bool) -> None:  # noqa: FBT001
    items = [
        f"<li><a href='/{each}'>Fees rise in the {each} port</a></li>"
        for each in ("next", "old", "far", "new")
    ]
    items = items if is_linked else [item.replace("<a ", "<b ").replace("</a>", "</b>") for item in items]
    page = read_page(page_of(*paragraphs(), f"<ul>{''.join(items)}</ul>"))
    scores = np.full(len(page.drafts), SURE)
    scores[-4 + stays :] = 0.05
    rescue(page, scores, [""] * len(scores))
    assert bool(scores[-4] < KEPT_FROM) is is_gone
