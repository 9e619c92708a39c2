"""Comments are no part of the article above them, the first of them no more than the others, whatever tells of them."""

import pytest
from prose import PROSE, page_of, paragraphs

from cleaners import clean_html
from cleaners.html import read_page
from cleaners.threads import readers_comments, threads

FIRST = (
    "I have fished here for forty years and nobody ever asked me for a fee of this kind. My father did the same "
    "before me, and so did his, and in winter the whole quay belonged to the gulls and to us. I do not see what has changed."
)
SECOND = "Well said, Tom, the board should come down and see the quay for itself one day. It is a disgrace."
THREADS = {
    "paragraphs": f"<div><h3>2 comments</h3><p>{FIRST}</p><p>{SECOND}</p></div>",
    "items with names": f"<h3>2 Comments</h3><ol><li><p>Tom Ashe</p><p>{FIRST}</p></li><li><p>Una Brill</p><p>{SECOND}</p></li></ol>",
}


@pytest.mark.parametrize("thread", THREADS.values(), ids=THREADS)
def test_the_first_comment_goes_with_the_others(thread: str) -> None:
    article = clean_html(page_of(*paragraphs(), thread))
    assert article.text == "\n\n".join(PROSE["en"])
    assert {gone.noise for gone in article.removed if gone.text == FIRST} == {"comments"}


def test_a_chapter_that_is_called_like_comments_stays() -> None:
    article = clean_html(page_of(*paragraphs(count=2), "<h2>Comments</h2>", *paragraphs()[2:]))
    assert PROSE["en"][2] in article.text
    assert PROSE["en"][5] in article.text


@pytest.mark.parametrize(
    ("article_words", "kept", "comments"),
    [(60, (True, True, True), [1, 2]), (60, (True, False, True), [2]), (20, (True, True, True), []), (60, (False, True, True), [])],
    ids=["under an article", "doubted already", "under too little", "of a forum"],
)  # fmt: skip
def test_what_is_called_comments_under_an_article_is_none_of_it(
    article_words: int, kept: tuple[bool, ...], comments: list[int]
) -> None:
    found = read_page(f"<p>{'boat ' * article_words}</p><ol><li>I sail there.</li><li>I do not.</li></ol>")
    assert readers_comments(found, kept, ("", "comments", "comments")) == comments


MARKED_UP = {
    "names of which no more is understood": [
        f"<div class='sf_comment' id='sf_comment_{number}'><p class='sf_who'>Tom Ashe</p><div class='sf_comment_text'><p>{text}</p></div></div>"
        for number, text in enumerate((FIRST, SECOND, FIRST.replace("forty", "thirty")))
    ],
    "heads outside of the elements": [
        f"<div class='cbx'><span>#{number}</span><p><b>TOM ASHE</b> - 16.08.2026 10:44</p><p class='commentText'>{text}</p></div>"
        for number, text in enumerate((FIRST, SECOND, FIRST.replace("forty", "thirty")))
    ],
}  # fmt: skip


@pytest.mark.parametrize("thread", MARKED_UP.values(), ids=MARKED_UP)
def test_what_is_named_after_comments_again_and_again_is_a_thread(thread: list[str]) -> None:
    article = clean_html(page_of(*paragraphs(), *thread))
    assert article.text == "\n\n".join(PROSE["en"])


def test_counters_of_comments_are_no_thread() -> None:
    posts = [
        f"<p>{text}</p><p class='x-comment-count'>{number} comments</p>"
        for number, text in enumerate(PROSE["en"])
    ]
    page = read_page(page_of(*posts))
    assert threads(page, [True] * len(page.drafts)) == set()


def test_two_elements_that_are_named_after_comments_are_no_thread() -> None:
    page = read_page(page_of(*paragraphs(), *MARKED_UP["heads outside of the elements"][:2]))
    assert threads(page, [True] * len(page.drafts)) == set()


def test_what_a_reporter_comments_as_the_game_goes_is_the_article() -> None:
    moments = [f"<div class='live-match-comment'><p>{text}</p></div>" for text in PROSE["en"]]
    page = read_page(page_of(*paragraphs(count=3), *moments))
    assert threads(page, [True] * len(page.drafts)) == set()
    others = read_page(
        page_of(*paragraphs(count=3), *(moment.replace("live-match", "fan") for moment in moments))
    )
    assert threads(others, [True] * len(others.drafts))
