"""A page that is no article says so, and says why."""

from dataclasses import replace

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
SHORT = "He came at noon. The mill was shut. Nobody had the key. The owner, it was said, had gone to sea."
ARTICLES = {
    "of one sentence a paragraph": page_of(*(f"<p>{line.strip()}.</p>" for line in SHORT.split(".") if line), *paragraphs(count=1)),
    "of questions and answers": page_of(
        *(f"<p><b>{question}</b></p><p>{answer}</p>" for question, answer in [
            ("Were you afraid?", "No, never."), ("And the others?", "Some were."), ("What did you do?", "We waited for the tide."),
            ("How long?", "Six hours, or seven."), ("Would you go again?", "Tomorrow, if they let me."),
        ])
    ),
    "of code and few words": page_of(
        "<p>A page is a function here.</p>", "<pre>" + "def about(request):\n    return render(request)\n" * 12 + "</pre>",
        "<p>Run it, and open the address.</p>",
    ),
    "of verse": page_of(*(f"<p>{verse}</p>" for verse in [
        "The mill stands by the weir<br>and turns when it has rain", "A heron, once a year,<br>comes by and goes again",
        "The miller hears it call<br>and sets his cup aside", "There is no wind at all<br>and nothing in the tide",
    ])),
}  # fmt: skip
CONSENT = page_of(
    "<p>We and our 312 partners use cookies to store and access information on a device.</p>",
    "<p>By continuing to browse you agree to our use of cookies and to our privacy policy.</p>",
    "<p>You can withdraw your consent at any time in the cookie settings of this website.</p>",
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


@pytest.mark.parametrize("page", ARTICLES.values(), ids=ARTICLES)
def test_an_article_need_not_run_on_in_long_sentences(page: str) -> None:
    assert clean_html(page).verdict == "article"


def test_a_wall_is_no_article_though_its_text_was_spared() -> None:
    article = clean_html(CONSENT)
    assert article.verdict in ("not-article", "empty")
    assert article.confidence <= 0.1 or article.verdict == "empty"
    assert judge_article(text_of(1), [], held_back={"consent": 20}).verdict == "not-article"
    assert judge_article(text_of(2), [], held_back={"related": 200}).verdict == "article"


@pytest.mark.parametrize(
    "title",
    ["Page not found", "404", "404 – Quayside", "Oops! That page can’t be found: error 404", "Seite nicht gefunden (404)",
     "Sivua ei löytynyt | Laiturin Sanomat",
     "Internal Server Error", "Access Denied | Quayside", "Just a moment...", "Page introuvable",
     "ページが見つかりません｜港新聞", "404：页面不存在", "الصفحة غير موجودة"],
)  # fmt: skip
def test_a_page_that_stands_for_one_not_found_is_none(title: str) -> None:
    judgement = judge_article(text_of(1), [], title=title)
    assert (judgement.verdict, "cannot be had" in judgement.note) == ("not-article", True)


def test_an_article_about_pages_not_found_is_one() -> None:
    assert judge_article(text_of(6), [], title="Page not found: what the web forgets").verdict == "article"
    assert judge_article(text_of(2), [], title="404 seats for the new ferry").verdict == "article"
    assert (
        judge_article(
            text_of(2), [], title="Fehler 404: Als das Netz die Seite verlor, die alle suchten"
        ).verdict
        == "article"
    )
    assert (
        judge_article(text_of(2), [], title="Why “Page not found” is the best known page of the web").verdict
        == "article"
    )


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


def test_a_short_text_around_a_prompt_to_subscribe_is_whole() -> None:
    wall = removed("Subscribe to read on.", "paywall")
    blocks = [Block(text, position=number) for number, text in enumerate(PROSE["en"][:3])]
    assert judge_article(blocks, [replace(wall, position=1)]).verdict == "article"
    assert judge_article(blocks, [replace(wall, position=3)]).verdict == "partial"


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
