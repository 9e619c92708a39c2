"""Dates are read as people write them, and a page's own day is found where no declaration names it."""

import time
from datetime import date

import pytest
from prose import paragraphs

from cleaners import Article, clean_html, dates
from cleaners.dates import date_of_address, find_dates, read_stamp

TITLE = "Harbour fees to rise for the first time in nine years"
STORY = "".join(paragraphs())
THIRD_OF_MARCH = [
    "3 March 2021", "March 3, 2021", "Mar. 3rd, 2021", "3. März 2021", "le 3 mars 2021", "3 de marzo de 2021", "3 de março de 2021",
    "3 marzo 2021", "3 maart 2021", "3 mars 2021", "3. marts 2021", "3. maaliskuuta 2021", "3 marca 2021", "3. března 2021",
    "3 марта 2021 г.", "3 березня 2021", "3 martie 2021", "2021. március 3.", "3 Μαρτίου 2021", "3 Mart 2021", "3 Maret 2021",
    "3 tháng 3, 2021", "3 มีนาคม 2564", "3 मार्च 2021", "৩ মার্চ ২০২১", "3 مارس 2021", "3 במרץ 2021", "2021年3月3日",
    "2021년 3월 3일", "2021. 3. 3.", "2021-03-03", "2021/3/3", "03.03.2021", "3/3/21", "3-Mar-2021", "Wed, 03 Mar 2021 09:14",
    "3. marca 2021", "3. marta 2021.", "2021 m. kovo 3 d.", "2021. gada 3. marts", "3 Mac 2021", "3 марта 2021", "3 მარტი 2021",
    "3 مارچ 2021", "令和3年3月3日", "民國110年3月3日", "۱۳ اسفند ۱۳۹۹", "۱۳۹۹/۱۲/۱۳",
    "3 آذار/مارس 2021", "发布时间：21-03-03", "作成 21.03.03",
]  # fmt: skip
NO_DATES = [
    "Chapter 3 of 2021", "version 3.3.2021.1", "in 2021", "March 2021", "31 February 2021", "13/13/2021", "3 Martians 2021",
    "1 March 1850", "call 555-3-2021", "", "no digits at all", "25/10/1415", "30 اسفند 1400", "令和3年13月3日",
    "Quay Boards Version 4.1.12", "v. 3.3.21", "Release 12.03.21", "Quay® 4.1.12",
]  # fmt: skip
MONTHS = "January February March April May June July August September October November December".split()


@pytest.mark.parametrize("text", THIRD_OF_MARCH)
def test_a_date_is_read_in_its_language(text: str) -> None:
    assert [date.iso for date in find_dates(text)] == ["2021-03-03"]


@pytest.mark.parametrize(("number", "name"), list(enumerate(MONTHS, 1)))
def test_every_month_has_its_number(number: int, name: str) -> None:
    assert [date.iso for date in find_dates(f"3 {name} 2021, {name[:3]} 4, 2021")] == [
        f"2021-{number:02}-03",
        f"2021-{number:02}-04",
    ]


@pytest.mark.parametrize("text", NO_DATES)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert find_dates(text) == []


def test_listopad_is_the_month_that_the_writer_means() -> None:
    assert [
        found.iso for found in find_dates("30. listopadu 2021, 30 listopada 2021, 30. listopada 2021.")
    ] == [
        "2021-11-30",
        "2021-11-30",
        "2021-10-30",
    ]


@pytest.mark.parametrize(
    ("day", "is_believed"), [("2021-03-06", True), ("2021-03-07", False), ("2099-01-01", False)]
)
def test_no_page_was_published_in_days_to_come(
    monkeypatch: pytest.MonkeyPatch, day: str, *, is_believed: bool
) -> None:
    monkeypatch.setattr(dates, "today", lambda: date(2021, 3, 4))
    assert (bool(find_dates(day)), bool(read_stamp(f"{day}T09:14:00Z"))) == (is_believed, is_believed)


@pytest.mark.parametrize(
    ("value", "stamp"),
    [
        ("2021-03-03", "2021-03-03"),
        ("2021-03-03 09:14:00", "2021-03-03T09:14:00"),
        ("2021-03-03 09:14:00.5 +0100", "2021-03-03T09:14:00.5+01:00"),
        ("2021-03-03T09:14+01", "2021-03-03T09:14+01:00"),
        ("2021-03-03 09:14 UTC", "2021-03-03T09:14Z"),
        ("2021-03-03T25:61", "2021-03-03"),
        ("Wed, 03 Mar 2021 09:14:00 GMT", "2021-03-03T09:14:00Z"),
        ("3 Mar 2021 09:14 -0500", "2021-03-03T09:14-05:00"),
        ("Wed, 03 Foo 2021 09:14:00 GMT", ""),
    ],
)
def test_a_stamp_is_given_back_as_iso_8601_has_it(value: str, stamp: str) -> None:
    assert read_stamp(value) == stamp


def test_the_month_comes_first_where_americans_write() -> None:
    assert [date.iso for date in find_dates("3/4/2021", month_first=True)] == ["2021-03-04"]
    assert [date.iso for date in find_dates("3/4/2021")] == ["2021-04-03"]
    assert [date.iso for date in find_dates("30/4/2021", month_first=True)] == ["2021-04-30"]
    assert [date.iso for date in find_dates("3.4.2021", month_first=True)] == ["2021-04-03"]


@pytest.mark.parametrize(
    "text",
    [
        "Updated March 3, 2021", "Last modified: 3 March 2021", "Aktualisiert am 3. März 2021", "Stand: 3.3.2021", "Mis à jour le 3 mars 2021",
        "Actualizado el 3 de marzo de 2021", "Обновлено 3 марта 2021", "更新：2021年3月3日", "수정 2021.03.03", "Cập nhật 3 tháng 3, 2021",
    ],
)  # fmt: skip
def test_a_change_is_told_from_a_publication(text: str) -> None:
    assert [date.is_change for date in find_dates(text)] == [True]
    assert [date.is_change for date in find_dates(f"1 March 2021 – {text}")] == [False, True]


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://quay.example/2021/03/04/fees", "2021-03-04"),
        ("https://quay.example/news/2021-03-04-fees.html", "2021-03-04"),
        ("https://quay.example/20210304/fees", "2021-03-04"),
        ("https://quay.example/2021/3/4/fees", "2021-03-04"),
        ("https://quay.example/2021/HARBOUR/03/04/fees", "2021-03-04"),
        ("https://quay.example/2021/harbour_news/3/4/fees", "2021-03-04"),
        ("https://quay.example/2021/03/fees", ""),
        ("https://quay.example/2021/13/04/fees", ""),
        ("https://quay.example/item/20219999", ""),
        ("https://quay.example/?id=2021", ""),
    ],
)
def test_an_address_may_name_the_day(url: str, day: str) -> None:
    assert date_of_address(url) == day


@pytest.mark.parametrize(
    "value", ["", "yesterday", "2021", "2021-02-30", "2021-13-01T09:00:00Z", "0021-03-03"]
)
def test_a_stamp_that_is_none_is_not_read(value: str) -> None:
    assert read_stamp(value) == ""


def article_of(
    top: str, end: str = "", lang: str = "en", url: str = "https://www.quay.example/news/1"
) -> Article:
    page = f"<html lang={lang}><title>{TITLE}</title><body><main><h1>{TITLE}</h1>{top}<article>{STORY}</article></main>{end}"
    return clean_html(page, url=url)


LINES = "<p>The port said so.</p>" * 20
PAGES = {
    "a line below the headline": ("<p>Marta Lund, March 3, 2021</p>", ""),
    "a mark": ("<span class='entry-date'>3 March 2021</span>", ""),
    "itemprop": ("<div itemprop=datePublished content=2021-03-03>some day</div>", ""),
    "published before updated": ("<p>Published 3 March 2021. Updated 5 March 2021</p>", ""),
    "updated before published": ("<p>Updated 5 March 2021 | Published 3 March 2021</p>", ""),
    "a label of its own": ("<div>Updated</div><div>5 March 2021</div><div>Published</div><div>3 March 2021</div>", ""),
    "marks with their labels": (
        "<p>Updated: <time datetime=2021-03-05>5 March</time> Published: <time datetime=2021-03-03>3 March</time></p>", "",
    ),
    "only the mark of a change": ("<p><b>Updated</b> <time datetime=2021-03-03>last week</time></p>", ""),
    "looked over later": ("<p>Published 3 March 2021. Last reviewed 5 March 2024.</p>", ""),
    "only a change": ("<p>Last updated: 3 March 2021</p>", ""),
    "other articles' dates": (
        "<p>3 March 2021</p>",
        "<aside class=related><a href=/2>Ferry sold</a><span class=date>9 April 2021</span></aside>",
    ),
    "a line at the end": ("", "<p>Posted on 3 March 2021</p>"),
    "a date alone at the end": (LINES, "<p>17:14 - 3 March 2021</p>"),
    "the footer of the article": (LINES, "<div class=article-footer>3 March 2021</div>"),
    "an abbreviation with a stamp": ("<p><abbr title=2021-03-03T09:14:00Z>an hour ago</abbr></p>", ""),
    "a stamp that is also the one of a change": ("<div class='timestamp updated' title=2021-03-03T0914Z>Mar 3</div>", ""),
}  # fmt: skip


@pytest.mark.parametrize(("top", "end"), PAGES.values(), ids=PAGES)
def test_the_day_is_found_on_the_page(top: str, end: str) -> None:
    assert article_of(top, end).published[:10] == "2021-03-03"


def test_a_page_without_a_date_has_none() -> None:
    assert article_of("<p>Marta Lund</p>").published == ""


BORNE = [
    "Published on 3 March 2021 by Marta Lund.",
    "This report was published on 3 March 2021 in Quayside.",
    "By Marta Lund in Quayside for the harbour desk on 3 March 2021.",
    "QUAYSIDE, 3 March 2021 (Agency) – The port will raise its fees for the first time in nine years.",
    "QUAYSIDE, 3 March 2021 (Agency) – "
    + "The port will raise its fees for the first time in nine years. " * 3,
    "Dieser Beitrag wurde am 3. März 2021 veröffentlicht.",
    "Erschienen am 3. März 2021 in der Ausgabe für den Hafen.",
    "发布于2021年3月3日 来源：临水新报 编辑：王小明",
    "Quayside | 3 March 2021 | all that the port has said of its fees so far",
]
TOLD = [
    "<p>On 3 March 2021 the quay was painted for the last time.</p>",
    "<p>The quay was painted for the last time on 3 March 2021</p>",
    "<p>It closed on 3 March 2021.</p>",
    "<p>Am 3. März 2021 fiel der Kran.</p>",
    "<p>في 3 مارس 2021 طلي الجسر للمرة الأخيرة.</p>",
    "<p>2021年3月3日，这座桥最后一次粉刷。</p>",
    "<h2>The fire of 3 March 2021</h2>",
    "<figure><img src=/a.jpg><figcaption>The quay, 3 March 2021</figcaption></figure>",
    "<div class=comments><div class=comment><span class=date>3 March 2021</span> Well said.</div></div>",
    "<div class=comments><div class=comment><time datetime=2021-03-03>3 March</time> Well said.</div></div>",
    "<div class=related><h3>Ferry sold</h3><p>3 March 2021</p></div>",
    "<p>Last reviewed 3 March 2021</p>",
    "<p>Page last reviewed: <time datetime=2021-03-03>3 March 2021</time></p>",
    "<p>Next review due: 3 March 2021</p>",
    "<div>Medically reviewed</div><div>3 March 2021</div>",
    "<p>Zuletzt geprüft am 3. März 2021</p>",
    "<p>Última revisión: 3 de marzo de 2021</p>",
    "<p><a href=/2>Harbour report of 3 March 2021</a></p>",
    "<table class=infobox><tr><th>Founded<td>3 March 2021</tr></table>",
]
# Far below the headline.
FAR = [
    "<p>Quay <span class=reference-accessdate>Retrieved 3 March 2021</span></p>",
    "<ul><li>0.6 (2021-03-03)</ul>",
    "<table><tr><th>Release date<td>3 March 2021</tr></table>",
    "<p>Ada from Wexby, 3 March 2021</p>",
    "<p><a href=/2>3 March 2021</a></p>",
    "<div class=footer><p>3 March 2021</p></div>",
    "<div class=reviews><p>3 March 2021</p></div>",
    "<pre>2021-03-03</pre>",
]


@pytest.mark.parametrize("line", BORNE)
def test_a_line_that_bears_a_date_dates_the_page(line: str) -> None:
    assert article_of(f"<p>{line}</p>").published == "2021-03-03"


@pytest.mark.parametrize("markup", TOLD)
def test_a_day_that_the_page_only_tells_of_is_not_its_own(markup: str) -> None:
    assert article_of(markup).published == ""


@pytest.mark.parametrize("markup", FAR)
def test_a_date_far_from_the_headline_is_of_something_else(markup: str) -> None:
    assert article_of(LINES, markup).published == ""


def test_the_day_at_the_headline_goes_before_the_one_of_the_address_beside_it() -> None:
    url = "https://quay.example/2021/03/03/fees"
    assert article_of("<p>4 March 2021</p>", url=url).published == "2021-03-04"
    assert article_of("<p>9 March 2021</p>", url=url).published == "2021-03-03"


def test_the_address_that_a_page_gives_for_itself_names_the_day_too() -> None:
    page = f"<meta property=og:url content=https://quay.example/2021/03/03/fees><title>{TITLE}</title><h1>{TITLE}</h1>{STORY}"
    assert clean_html(page).published == "2021-03-03"


def test_the_second_that_a_page_of_wechat_tells_is_read_in_peking() -> None:
    page = f"<title>{TITLE}</title><script>var ct = '1614704400';</script><h1>{TITLE}</h1>{STORY}"
    assert clean_html(page).published == "2021-03-03"


@pytest.mark.parametrize(
    ("lang", "others", "day"),
    [
        ("", "<p>O porto publicou também os preços para as embarcações de pesca e de lazer</p>" * 3, "2021-04-03"),
        ("", "<p>The port has also said what the boats of the fishermen will have to pay</p>" * 3, "2021-03-04"),
        ("en", "<p>28/02/2021</p>", "2021-04-03"),
        ("fr", "<p>02/28/2021</p>", "2021-03-04"),
    ],
)  # fmt: skip
def test_other_dates_and_the_words_of_a_page_tell_how_its_figures_are_meant(
    lang: str, others: str, day: str
) -> None:
    page = f"<html lang='{lang}'><title>T</title><h1>T</h1><p>03/04/2021</p>{others}"
    assert clean_html(page).published == day


def test_the_day_in_a_headline_is_not_that_of_the_page() -> None:
    page = f"<html lang=en><body><article><h1>The fire of 3 March 2021</h1>{STORY}</article>"
    assert clean_html(page).published == ""


@pytest.mark.parametrize(
    ("lang", "url", "day"),
    [
        ("en-US", "https://quay.example/", "2021-03-04"),
        ("en-GB", "https://quay.example/", "2021-04-03"),
        ("en", "https://quay.co.uk/", "2021-04-03"),
        ("fr", "https://quay.example/", "2021-04-03"),
    ],
)
def test_figures_are_read_as_the_country_does(lang: str, url: str, day: str) -> None:
    assert article_of("<p>03/04/2021</p>", lang=lang, url=url).published == day


def test_thousands_of_dates_cost_little() -> None:
    start = time.process_time()
    article_of("", "<p class=date>5 Marching 2021 3 4 5 6</p>" * 10_000)
    assert time.process_time() - start < 20
