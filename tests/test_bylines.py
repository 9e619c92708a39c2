"""Authors are found where the page shows them, in its markup or in a line that reads like a byline."""

import json
import time

import pytest
from prose import paragraphs

from cleaners import Article, clean_html
from cleaners.names import names_in

TITLE = "Harbour fees to rise for the first time in nine years"
STORY = "".join(paragraphs())
MARTA = ("Marta Lund",)
BOTH = ("Marta Lund", "Tom Ashe")


def article_of(top: str, end: str = "", head: str = "") -> Article:
    page = f"<html lang=en><title>{TITLE}</title>{head}<body><main><h1>{TITLE}</h1>{top}<article>{STORY}</article></main>{end}"
    return clean_html(page, url="https://www.quay.example/news/1")


LINES = [
    "By Marta Lund", "by: Marta Lund", "Written by Marta Lund", "Posted by Marta Lund on March 3, 2021", "Author: Marta Lund",
    "Von Marta Lund", "Ein Gastbeitrag von Marta Lund", "Par Marta Lund", "Propos recueillis par Marta Lund", "Por Marta Lund",
    "Escrito por Marta Lund", "Di Marta Lund", "A cura di Marta Lund", "Door Marta Lund", "Av Marta Lund", "Skrevet af Marta Lund",
    "Kirjoittanut Marta Lund", "Napisała Marta Lund", "Autorka: Marta Lund", "Szerző: Marta Lund", "Yazan: Marta Lund", "Oleh Marta Lund",
    "Penulis: Marta Lund", "Tác giả: Marta Lund", "Scris de Marta Lund", "By Marta Lund, Harbour Correspondent", "By Marta Lund | 3 March 2021",
    "By Marta Lund · 4 min read", "(By Marta Lund)", "Text: Marta Lund, Fotos: Tom Ashe", "Words: Marta Lund. Pictures: Tom Ashe",
    "3 March 2021 | By Marta Lund", "Harbour – Von Marta Lund – 3. März 2021", "Marta Lund, Harbour Correspondent",
    "Texte : Marta Lund / Photos : Tom Ashe", "Words by Marta Lund, pictures by Tom Ashe", "Ein Bericht von Marta Lund", "Texto de Marta Lund",
    "Published on 3 March 2021 by Marta Lund", "Posted on March 3, 2021 at 9:14 am by Marta Lund", "3 March 2021, by Marta Lund",
    "Veröffentlicht am 3. März 2021 um 9:14 von Marta Lund", "Publié le 3 mars 2021 par Marta Lund",
]  # fmt: skip
OTHER_SCRIPTS = {
    "Автор: Марта Лунд": "Марта Лунд", "Συντάκτης: Μάρθα Λουντ": "Μάρθα Λουντ", "بقلم: سامر الخطيب": "سامر الخطيب",
    "מאת דנה לוי": "דנה לוי", "लेखक: मीरा शर्मा": "मीरा शर्मा", "作者：王小明": "王小明", "記者王小明／台北報導": "王小明", "文：王小明": "王小明",
    "홍길동 기자": "홍길동",
    "부두신문 홍길동 기자": "홍길동", "글·사진 홍길동": "홍길동", "来源：临水在线 作者：王小明": "王小明",
    "（記者・山田花子）": "山田花子", "執筆者：山田花子": "山田花子", "ผู้เขียน: สมชาย ใจดี": "สมชาย ใจดี",
}  # fmt: skip
MARKS = {
    "itemprop": ("<span itemprop=author>Marta Lund</span>", MARTA),
    "rel": ("<a rel=author href=/x>Marta Lund</a>", MARTA),
    "class": ("<div class=author>Marta Lund</div>", MARTA),
    "class of a writer": ("<p class=article-writer>Marta Lund</p>", MARTA),
    "class in Turkish": ("<div class=yazar>Marta Lund</div>", MARTA),
    "a name in brackets": ("<p class=article-writer>【山田花子】</p>", ("山田花子",)),
    "class in capitals": ("<div class=ArticleHead_AuthorName__x1>Marta Lund</div>", MARTA),
    "byline": ("<div class=byline>By <a href=/x>Marta Lund</a> <span>Harbour Correspondent</span></div>", MARTA),
    "two in a byline": ("<div class=byline>By <a href=/x>Marta Lund</a> and <a href=/y>Tom Ashe</a></div>", BOTH),
    "two marks": ("<p><span class=author-name>Marta Lund</span><span class=author-name>Tom Ashe</span></p>", BOTH),
    "a degree": ("<div class=author>Marta Lund, PhD</div>", ("Marta Lund, PhD",)),
    "a person's page": ("<p><a href=/authors/marta-lund>Marta Lund</a></p>", MARTA),
    "a date without a space": ("<p>By <a href=/x>Marta Lund</a><b>March 3, 2021</b></p>", MARTA),
    "a word behind a link": ("<p>3 March 2021 by <a href=/author/ml>MåritLund</a> One comment</p>", ("MåritLund",)),
    "April is a name too": ("<div class=author>April Lund</div>", ("April Lund",)),
    "the staff": ("<div class=author>Quayside Staff</div>", ("Quayside Staff",)),
}  # fmt: skip
NOBODY = {
    "other articles": "<aside class=related><p>Ferry sold</p><span class=author>Tom Ashe</span></aside>",
    "comments": "<div class=comments><div class=comment><b class=author>Tom Ashe</b> Well said.</div></div>",
    "a label": "<div class=author>About the author</div>",
    "a sentence that begins like a byline": "<p>By Friday the Danube had fallen again.</p>",
    "a share button": "<div class=byline>Share this article</div>",
    "a date": "<div class=byline>March 3, 2021</div>",
    "an address": "<div class=author>desk@quay.example</div>",
    "a line that begins with a label for texts": "<p>Text size: large</p><p>Story of the week</p>",
    "somebody of another calling": "<p>Tom Ashe, harbour master</p>",
    "a town and a calling": "<p>New Wexby, Senior Writer</p>",
    "who opened a bridge": "<p>The quay was opened on 3 March 1921 by Marta Lund</p>",
    "who changed it": "<p>Updated on 3 March 2021 by Marta Lund</p>",
    "a press conference": "<p>記者会見</p>",
}


@pytest.mark.parametrize("line", LINES)
def test_a_byline_is_read_in_its_language(line: str) -> None:
    assert article_of(f"<p>{line}</p>").authors == MARTA


@pytest.mark.parametrize(("line", "name"), OTHER_SCRIPTS.items())
def test_a_byline_is_read_in_its_script(line: str, name: str) -> None:
    assert article_of(f"<p>{line}</p>").authors == (name,)


@pytest.mark.parametrize(("top", "authors"), MARKS.values(), ids=MARKS)
def test_a_marked_author_is_found(top: str, authors: tuple[str, ...]) -> None:
    assert article_of(top).authors == authors


@pytest.mark.parametrize("markup", NOBODY.values(), ids=NOBODY)
def test_what_only_looks_like_a_byline_names_nobody(markup: str) -> None:
    assert article_of("", markup).authors == ()


def test_the_author_of_the_article_is_not_one_of_its_comments() -> None:
    comments = "<div class=comment itemprop=comment><b itemprop=author>Tom Ashe</b> Well said.</div>" * 3
    assert article_of("<p>By Marta Lund</p>", comments).authors == MARTA


def test_a_page_that_declares_its_authors_is_believed() -> None:
    head = '<meta name=author content="Marta Lund">'
    assert article_of("<div class=author>Tom Ashe</div>", head=head).authors == MARTA


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "author": {"name": "Marta Lund"},}',
        '/*<![CDATA[*/{"@type": "NewsArticle", "author": {"name": "Marta Lund"}}/*]]>*/',
        '{"@type": "NewsArticle", "headline": "A \\d", "author": {"name": "Marta Lund"}}',
        '{"@type": "NewsArticle", "headline": "A\nB", "author": {"name": "Marta Lund"}}',
        json.dumps(
            {
                "@graph": [
                    {"@type": "NewsArticle", "headline": TITLE, "author": {"@id": "#marta"}},
                    {"@type": "Person", "@id": "#marta", "name": "Marta Lund"},
                ]
            }
        ),
    ],
    ids=["comma", "comment", "escape", "line break", "reference"],
)
def test_json_that_is_broken_or_scattered_is_read(script: str) -> None:
    head = f'<script type="application/ld+json">{script}</script>'
    assert article_of("", head=head).authors == MARTA


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["By", "Marta Lund"], ["Marta Lund"]),
        (["By Marta Lund,", "Tom Ashe"], ["Marta Lund", "Tom Ashe"]),
        (["Marta Lund", "Senior Editor"], ["Marta Lund"]),
        (["Marta Lund", "Tom Ashe"], ["Marta Lund"]),
        (["Read more"], []),
        (["Editor"], []),
        ([], []),
    ],
)
def test_the_texts_of_a_byline_are_read_one_after_the_other(lines: list[str], names: list[str]) -> None:
    assert names_in(lines) == names


@pytest.mark.parametrize(
    "markup",
    [
        "<div class=byline>By 5 of 9</div>" * 10_000,
        "<span class=author>" * 300 + "x" * 100_000,
        "<p>By " + "A" * 1_000_000 + "</p>",
        f"<div class='{'author ' * 100_000}'>x</div>",
        "<p>" + "Written by " * 20_000 + "</p>",
    ],
    ids=["bylines", "depth", "name", "class", "openers"],
)
def test_a_hostile_page_costs_little(markup: str) -> None:
    start = time.process_time()
    article_of(markup)
    assert time.process_time() - start < 20
