"""The whole way: a page or a text in, its article out, with an account of everything that went."""

import pytest
from prose import PROSE, page_of, paragraphs

from cleaners import Article, Rules, clean_html, clean_text

STORY = paragraphs()
TEXT = "\n\n".join(PROSE["en"])
LABELS = ["Share this:", "Post a Comment", "Advertisement", "4 min read", "Photo: Marta Lund/Reuters"]
LOW = 0.3
CAPTION = "This undated photo provided by the museum shows the bell before it was stolen"


def test_an_article_without_noise_comes_out_whole() -> None:
    article = clean_html(page_of(*STORY))
    assert article.text == TEXT
    assert [gone.noise for gone in article.removed] == ["title"]


def test_noise_between_paragraphs_goes_with_its_type_and_reason() -> None:
    article = clean_html(page_of(*STORY[:3], *(f"<p>{label}</p>" for label in LABELS), *STORY[3:]))
    gone = {removal.text: removal for removal in article.removed}
    assert article.text == TEXT
    assert [gone[label].noise for label in LABELS] == [
        "share",
        "comment-form",
        "advertisement",
        "read-time",
        "credit",
    ]
    assert all(gone[label].reason.startswith("rule:") and gone[label].path for label in LABELS)


def test_what_the_layout_took_from_among_the_article_names_the_rule_that_it_meets() -> None:
    page = page_of(*STORY[:3], "<div class='share-bar social'><p>Share this:</p></div>", *STORY[3:])
    named, unnamed = (clean_html(page, rules=rules).removed[-1] for rules in (Rules.default(), Rules.none()))
    assert (named.text, unnamed.text) == ("Share this:", "Share this:")
    assert (named.reason, unnamed.reason) == ("rule:en.share", "layout")
    assert named.score == unnamed.score < LOW


def test_what_stands_between_headline_and_text_names_its_rule_too() -> None:
    article = clean_html(page_of("<p>By Nora Tell</p>", "<p>4 min read</p>", *STORY))
    reasons = {gone.text: (gone.noise, gone.reason.partition(".")[0]) for gone in article.removed}
    assert reasons["By Nora Tell"] == ("byline", "rule:en")
    assert reasons["4 min read"] == ("read-time", "rule:en")


@pytest.mark.parametrize("cut", ["<a href=", '<a href="', "<a href='/fees?a", "</artic", "<p"])
def test_a_page_that_breaks_off_within_a_tag_says_so_and_shows_nothing_of_it(cut: str) -> None:
    article = clean_html(f"<article>{''.join(STORY)}".removesuffix("</p>") + cut)
    assert article.text == TEXT
    assert article.notes[0] == "the page breaks off within a tag: it was cut off"


@pytest.mark.parametrize("end", ["", "</article>", "<p>So if a < b", "<p>So it <"])
def test_a_page_that_breaks_off_elsewhere_is_not_called_cut_off(end: str) -> None:
    assert clean_html(f"<article>{''.join(STORY)}{end}").notes == ()


@pytest.mark.parametrize("value", [None, 1, bytearray(b"<p>x"), memoryview(b"<p>x")])
def test_what_is_no_page_or_text_raises_a_type_error_that_names_it(value: object) -> None:
    kind = type(value).__name__
    with pytest.raises(TypeError, match=f"^a page is bytes or str, not {kind}$"):
        clean_html(value)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=f"^a text is a str, not {kind}$"):
        clean_text(value)  # type: ignore[arg-type]


def test_noise_between_the_lines_of_a_text_goes_too() -> None:
    article = clean_text("\n".join([*PROSE["en"][:3], *LABELS, *PROSE["en"][3:]]))
    assert article.text == TEXT
    assert [gone.text for gone in article.removed] == LABELS


@pytest.mark.parametrize(
    "line",
    [
        "By Nora Tell | Published 2 June 2026 | 4 min read",
        "Post a Comment · Advertisement",
        "4 min read • Reading time: 4 minutes",
    ],
)
def test_a_line_of_several_parts_goes_where_each_of_them_would(line: str) -> None:
    assert clean_text("\n".join([PROSE["en"][0], line, *PROSE["en"][1:]])).text == TEXT


@pytest.mark.parametrize("line", ["Seats | Party | Share", "Boats | The harbour in winter | 4 min read"])
def test_a_line_one_of_whose_parts_says_something_stays(line: str) -> None:
    assert line in clean_text("\n".join([*PROSE["en"][:3], line, *PROSE["en"][3:]])).text


def test_bytes_and_text_give_the_same() -> None:
    page = page_of(*paragraphs("fr"), language="fr")
    assert clean_html(page.encode()) == clean_html(page)


def test_the_charset_of_the_header_is_used() -> None:
    page = page_of(*paragraphs("ru"), language="ru").replace('<meta charset="utf-8">', "")
    assert clean_html(page.encode("koi8-r"), charset="koi8-r").text == "\n\n".join(PROSE["ru"])


def test_removals_stand_in_the_order_of_the_page() -> None:
    article = clean_html(page_of(STORY[0], "<p>Share this:</p>", *STORY[1:], "<p>Post a Comment</p>"))
    positions = [gone.position for gone in article.removed]
    assert positions == sorted(positions)


def test_captions_are_kept_apart() -> None:
    article = clean_html(
        page_of(*STORY[:3], f"<figure><figcaption>{CAPTION}</figcaption></figure>", *STORY[3:])
    )
    assert article.captions == (CAPTION,)
    assert article.text == TEXT


def test_captions_stay_in_place_if_they_are_wanted() -> None:
    page = page_of(*STORY[:3], f"<figure><figcaption>{CAPTION}</figcaption></figure>", *STORY[3:])
    article = clean_html(page, rules=Rules.default().without("caption"))
    assert [block.text for block in article.blocks] == [*PROSE["en"][:3], CAPTION, *PROSE["en"][3:]]
    assert article.captions == ()


def test_a_node_that_a_rule_names_goes_whatever_it_says() -> None:
    article = clean_html(page_of(*STORY[:3], f"<div class='sharedaddy'>{STORY[0]}</div>", *STORY[3:]))
    assert ("share", "rule:und.share-node") in {(gone.noise, gone.reason) for gone in article.removed}


def test_a_paragraph_that_comes_twice_goes_once() -> None:
    article = clean_html(page_of(*STORY, STORY[0]))
    assert article.text == TEXT
    assert [gone.reason for gone in article.removed] == ["title", "duplicate"]


@pytest.mark.parametrize("language", sorted(code for code in PROSE if len(PROSE[code]) > 1))
def test_an_article_of_any_language_comes_out_whole(language: str) -> None:
    article = clean_html(page_of(*paragraphs(language), language=language))
    assert article.text == "\n\n".join(PROSE[language])
    assert (article.language, article.verdict) == (language, "article")


@pytest.mark.parametrize("language", sorted(code for code in PROSE if len(PROSE[code]) > 1))
def test_a_text_of_any_language_comes_out_whole(language: str) -> None:
    article = clean_text("\n\n".join(PROSE[language]))
    assert article.text == "\n\n".join(PROSE[language])
    assert (article.language, article.removed) == (language, ())


@pytest.mark.parametrize(
    "page",
    [
        "<body>" + "<br><br>".join(PROSE["en"]),
        "<table><tr><td>" + "".join(STORY) + "</td></tr></table>",
        "<div>" + "</div><div>".join(PROSE["en"]) + "</div>",
        "<center><font size=2>" + "".join(STORY) + "</font></center>",
        "<div class=barcelona-text>" + "".join(STORY) + "</div>",
        "<my-article>" + "".join(f"<my-text>{text}</my-text>" for text in PROSE["en"]) + "</my-article>",
        "".join(f"<article>{paragraph}</article>" for paragraph in STORY),
        "<form action=/x>" + "".join(STORY) + "</form>",
    ],
    ids=[
        "line breaks",
        "a table",
        "divisions",
        "old tags",
        "a strange name",
        "own names",
        "articles",
        "a form",
    ],
)
def test_an_article_is_found_however_it_is_marked_up(page: str) -> None:
    assert clean_html(page).text == TEXT


def test_menus_and_footers_around_the_article_go() -> None:
    menu = (
        "<nav><ul>"
        + "".join(f"<li><a href='/{word}'>{word}</a></li>" for word in ("Home", "News", "Port"))
        + "</ul></nav>"
    )
    footer = "<footer><p>Quayside News, 1 Quay Street</p><a href='/imprint'>Imprint</a></footer>"
    article = clean_html(
        page_of(*STORY).replace("<body>", f"<body>{menu}").replace("</body>", f"{footer}</body>")
    )
    assert article.text == TEXT


@pytest.mark.parametrize(
    "names",
    ['class="wp-caption-text" id="caption-attachment-12"', 'class="img_caption"', 'class="media__caption"'],
)
def test_a_caption_under_a_picture_goes_though_it_reads_like_prose(names: str) -> None:
    picture = f'<div><img src="a.jpg"><p {names}>The board at its long table in the hall of the old customs house.</p></div>'
    markup = page_of(*paragraphs(count=3), picture, *paragraphs()[3:])
    assert "long table" not in clean_html(markup).text


def test_lists_tables_quotes_and_code_of_an_article_stay() -> None:
    extras = [
        "<p>The board listed three reasons for the rise:</p>",
        "<ol><li>The old quay is cracked and must be mended.</li><li>Steel costs more than it did.</li></ol>",
        "<blockquote><p>We cannot wait another year, and everybody on the quay knows that, the captain said.</p></blockquote>",
        "<table><tr><th>Ship</th><th>Fee</th></tr><tr><td>Ferry</td><td>12</td></tr><tr><td>Yacht</td><td>9</td></tr></table>",
    ]
    article = clean_html(page_of(*STORY[:3], *extras, *STORY[3:]))
    assert (
        "1. The old quay is cracked and must be mended.\n2. Steel costs more than it did." in article.markdown
    )
    assert "> We cannot wait another year" in article.markdown
    assert "| Ship | Fee |\n| --- | --- |\n| Ferry | 12 |\n| Yacht | 9 |" in article.markdown


def _hidden_behind(opening: str) -> Article:
    return clean_html(f"<body>{''.join(STORY[:3])}{opening}{''.join(STORY[3:])}")


@pytest.mark.parametrize("opening", ["<!--", "<script>", "<title>", "<textarea>", "<template>", "<a href='x"])
def test_a_page_that_had_to_be_mended_says_so(opening: str) -> None:
    assert "an element that hid the end of the page was closed" in _hidden_behind(opening).notes


@pytest.mark.parametrize("opening", ["<!--", "<script>", "<title>", "<textarea>", "<template>"])
def test_what_an_unclosed_element_hid_is_in_the_article(opening: str) -> None:
    assert PROSE["en"][5] in _hidden_behind(opening).text


def test_what_an_unclosed_link_swallowed_is_accounted_for() -> None:
    article = _hidden_behind("<a href='x")
    assert PROSE["en"][5] in "\n".join([article.text, *(gone.text for gone in article.removed)])


def test_the_address_is_only_kept_and_never_fetched() -> None:
    assert clean_html(page_of(*STORY), url="https://quay.example/1").url == "https://quay.example/1"


def test_a_post_shown_in_the_article_is_an_embed_and_can_be_kept() -> None:
    said = "The pier is shut again, and nobody at the harbour office picks up the telephone."
    post = f'<blockquote class="twitter-tweet"><p>{said}</p>&mdash; Port watch (@portwatch)</blockquote>'
    markup = page_of(*STORY[:3], post, *STORY[3:])
    article = clean_html(markup)
    assert article.text == TEXT
    assert {gone.noise for gone in article.removed} == {"title", "embed"}
    assert said in clean_html(markup, rules=Rules.default().without("embed")).text


@pytest.mark.parametrize(
    "piece",
    [
        "<div><p>— Una Brill (@unabrill) <a href='https://social.example/1'>March 3, 2021</a></p></div>",
        "<p>The fees are a disgrace to the town.<br>— Una Brill (@unabrill) March 3, 2021</p>",
        "<div class=wp-block-embed-twitter><p>The fees are a disgrace to the town.</p></div>",
        "<div class=video><div>Video: the quay at night</div><span>01:24</span></div>",
    ],
    ids=["whose post", "post", "element", "video"],
)
def test_what_is_left_of_posts_and_videos_is_not_the_article(piece: str) -> None:
    article = clean_html(page_of(*STORY[:3], piece, *STORY[3:]))
    assert article.text == TEXT
    assert len(article.removed) > 1


def test_of_a_page_without_end_the_rules_try_the_first_blocks_and_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cleaners.sweep._MOST_MATCHED", 3)
    article = clean_text("\n".join(["Share this:", *PROSE["en"], "Share this:"]))
    assert [gone.text for gone in article.removed] == ["Share this:"]
    assert "no rule was tried beyond the first 3 blocks" in article.notes


def test_beyond_the_bound_neither_neighbours_nor_parts_of_blocks_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaners.sweep._MOST_MATCHED", 2)
    lines = ["Harbour fees to rise", "Share this:", "Facebook", f"{PROSE['en'][0]} (opens in a new tab)"]
    article = clean_text("\n".join(lines))
    assert [gone.text for gone in article.removed] == ["Harbour fees to rise", "Share this:"]
    assert article.text.endswith("(opens in a new tab)")
