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
    "By Marta Lund, CNN", "By Marta Lund, QUAY TODAY", "ByMarta Lund", "Marta Lund | Senior Writer | 3 March 2021",
    "By Marta Lund, Director, Wexby Research Institute",
]  # fmt: skip
OTHER_SCRIPTS = {
    "Автор: Марта Лунд": "Марта Лунд", "Συντάκτης: Μάρθα Λουντ": "Μάρθα Λουντ", "بقلم: سامر الخطيب": "سامر الخطيب",
    "מאת דנה לוי": "דנה לוי", "लेखक: मीरा शर्मा": "मीरा शर्मा", "作者：王小明": "王小明", "記者王小明／台北報導": "王小明", "文：王小明": "王小明",
    "홍길동 기자": "홍길동",
    "부두신문 홍길동 기자": "홍길동", "글·사진 홍길동": "홍길동", "来源：临水在线 作者：王小明": "王小明",
    "临水新闻记者 王小明": "王小明", "《船坞》作者 王小明": "王小明", "发表于2021-03-03| 来源临水| 作者王小明": "王小明", "王小明/临水日报": "王小明",
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
    "a name and a city in a Spanish byline": ("<p class=firma><em>Marta Lund</em> | <span>Wexby</span></p>", MARTA),
    "a member's mark below the byline with its sections": (
        "<div class=entry-byline><div class='author vcard'><a href=/author/1>mlund</a></div><a href=/c>Harbour News</a></div>", ("mlund",),
    ),
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
    "the register of a forum": "<p><a href='/member.php?action=register'>Register Now</a></p>",
    "the account of a shop": "<p><a href='/user/my_profile.jsp'>Harbour Account</a></p>",
    "the channel of the site": "<p><a href='https://www.youtube.com/user/quay'>Harbour Films</a></p>",
    "a story of a column": "<p><a href='/columnists/harbour/2021/03/04/fees/'>Harbour Talk</a></p>",
    "a label of a form": "<p>Author Information (optional)</p>",
    "the label of a date": "<div class=author>发布于 2021-03-03</div>",
    "who edited it": "<p class=author>责任编辑：王小明</p>",
    "nobody known": "<p>作者：未知</p>",
    "when it was submitted": "<p class=author>Submitted on 3 March 2021</p>",
    "a row of facts": f"{STORY}<table><tr><th>Written by<td>Tom Ashe</tr><tr><th>Length<td>2 hours</tr></table>",
    "what an author is": "<div class=author-description>Licensed Harbour Pilot</div>",
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


def test_the_classes_of_a_whole_article_name_nobody() -> None:
    page = f"<article class='hentry author-mlund'><h1>{TITLE}</h1><p>Safe and Trusted</p>{STORY}</article>"
    assert clean_html(f"<title>{TITLE}</title><body>{page}").authors == ()


def test_a_dateline_names_its_reporters() -> None:
    story = (
        "<p>临水在线3月3日讯（记者王小明 李小红）港口管理局今天宣布，九年来首次提高停泊费，船主们表示不满，并要求与市政府会谈。</p>"
        * 3
    )
    assert clean_html(f"<title>停泊费上涨</title><h1>停泊费上涨</h1>{story}").authors == ("王小明", "李小红")


def test_a_korean_byline_with_an_address_may_stand_at_the_end() -> None:
    assert article_of("<p>First.</p>" * 12, "<p>홍길동 기자 gil@quay.example</p>").authors == ("홍길동",)


def test_the_address_of_the_declared_author_tells_which_mark_is_meant() -> None:
    head = "<meta property=article:author content='https://quay.example/source/marta-lund'>"
    box = "<div class=sidebar><a rel=author href=/x>Tom Ashe</a><a rel=author href=/y>Marta Lund</a></div>"
    assert article_of(box, head=head).authors == MARTA
    assert article_of(box).authors == ()


def test_a_byline_stands_below_a_headline_that_is_no_heading() -> None:
    page = f"<title>{TITLE}</title><p>Harbour</p>{'<p>Home</p>' * 20}<div>{TITLE}</div><p>By Marta Lund</p>{STORY}"
    assert clean_html(page).authors == MARTA


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
