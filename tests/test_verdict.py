"""A page that is no article says so, and says why."""

import pytest
from prose import PROSE, page_of, paragraphs

from cleaners import Article, Block, Removal, clean_html
from cleaners.verdict import judge_article

COOKIE_WALL = page_of(
    "<p>We use cookies to give you the best experience on our website.</p>",
    "<p>By clicking “Accept all cookies” you agree to the storing of cookies on your device.</p>",
    "<button>Accept all cookies</button><button>Cookie settings</button>",
)
JAVASCRIPT_SHELL = (
    "<html><head><title>Quayside</title><script src='/a.js'></script></head><body><div id='root'></div>"
    "<noscript>You need to enable JavaScript to run this app.</noscript><script>start()</script></body></html>"
)
INDEX = page_of(
    *(
        f"<h2><a href='/{number}'>Harbour fees to rise for the {number}th time</a></h2>"
        for number in range(30)
    ),
    "<ul>"
    + "".join(f"<li><a href='/t/{number}'>Topic {number} of the port</a></li>" for number in range(30))
    + "</ul>",
    title="Quayside News",
)
STUB = page_of(
    *paragraphs(count=2),
    "<div><p>To continue reading, please subscribe or log in.</p><p>Already a subscriber? Sign in</p></div>",
)


def text_of(blocks: int) -> list[Block]:
    return [Block(text) for text in PROSE["en"][:blocks]]


def removed(text: str, noise: str) -> Removal:
    return Removal(text, noise, "rule:en.test")


@pytest.mark.parametrize(
    ("page", "verdicts", "note"),
    [
        (COOKIE_WALL, {"empty", "not-article"}, "consent or paywall"),
        (JAVASCRIPT_SHELL, {"empty"}, "JavaScript"),
        (INDEX, {"empty", "not-article"}, ""),
        (STUB, {"partial"}, "paywall"),
    ],
    ids=["a cookie wall", "a page that needs JavaScript", "an index of links", "the stub before a paywall"],
)
def test_a_page_that_is_no_whole_article_says_so(page: str, verdicts: set[str], note: str) -> None:
    article = clean_html(page)
    assert article.verdict in verdicts
    assert note in " ".join(article.notes)


def test_an_article_is_one() -> None:
    article = clean_html(page_of(*paragraphs()))
    assert (article.verdict, article.notes) == ("article", ())
    assert 0.5 < article.confidence < 1


def test_nothing_is_empty() -> None:
    assert judge_article([], []).verdict == "empty"
    assert Article().verdict == "empty"


def test_nothing_but_a_notice_is_named() -> None:
    judgement = judge_article([], [removed("We use cookies on our website.", "consent")])
    assert judgement.note == "nothing but a consent or paywall notice"


def test_a_few_words_are_no_article() -> None:
    assert judge_article([Block("Fees rise in the port.")], []).verdict == "not-article"


def test_headlines_and_lists_are_no_article() -> None:
    items = [
        Block(f"Harbour fees to rise for the {number}th time", "item", 1, group=1) for number in range(40)
    ]
    assert judge_article([*items, *text_of(1)], []).verdict == "not-article"


def test_a_short_text_before_a_paywall_is_a_part() -> None:
    assert judge_article(text_of(2), [removed("Subscribe to read on.", "paywall")]).verdict == "partial"


def test_a_long_text_with_a_prompt_to_subscribe_is_whole() -> None:
    wall = removed("Subscribe to read on.", "paywall")
    assert judge_article([*text_of(6), *text_of(6)], [wall]).verdict == "article"


@pytest.mark.parametrize("language", sorted(PROSE))
def test_running_text_of_any_language_is_an_article(language: str) -> None:
    blocks = [Block(text) for text in PROSE[language]] * (1 if len(PROSE[language]) > 1 else 3)
    assert judge_article(blocks, []).verdict == "article"


def test_confidence_follows_the_scores_of_the_blocks() -> None:
    sure = judge_article([Block(text, score=1.0) for text in PROSE["en"]], []).confidence
    unsure = judge_article([Block(text, score=0.5) for text in PROSE["en"]], []).confidence
    assert 0 < unsure < sure < 1
