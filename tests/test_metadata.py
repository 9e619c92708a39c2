"""Title, authors, date and the rest come from what a page declares, and only if they are asked for."""

import json

import pytest
from prose import paragraphs

from cleaners import Article, clean_html

TITLE = "Harbour fees to rise for the first time in nine years"
STORY = "".join(paragraphs())
LD = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE}


def article_of(head: str, body: str = "", **options: object) -> Article:
    page = f"<html lang=en><head>{head}</head><body><article>{body}{STORY}</article></body></html>"
    return clean_html(page, url="https://www.quay.example/news/1", **options)  # type: ignore[arg-type]


def ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


TITLES = {
    "the title tag": (f"<title>{TITLE}</title>", ""),
    "the title tag with the site behind a bar": (f"<title>{TITLE} | Quayside News</title>", ""),
    "the title tag with the site behind a dash": (f"<title>{TITLE} - Quayside News</title>", ""),
    "the title tag and the site's name": (
        f"<title>{TITLE} — Quayside</title><meta property=og:site_name content=Quayside>",
        "",
    ),
    "Open Graph": (f'<title>Quayside</title><meta property="og:title" content="{TITLE}">', ""),
    "Twitter": (f'<meta name="twitter:title" content="{TITLE}">', ""),
    "Dublin Core": (f'<meta name="DC.title" content="{TITLE}">', ""),
    "JSON-LD": (ld(LD), ""),
    "JSON-LD with tags and entities": (ld({**LD, "headline": f"<b>{TITLE}</b>&nbsp;"}), ""),
    "the only main heading": ("", f"<h1>{TITLE}</h1>"),
    "the heading that the title tag repeats": (
        f"<title>{TITLE} | Quayside</title>",
        f"<h1>Quayside</h1><h1>{TITLE}</h1>",
    ),
    "a heading of two lines": (f"<title>{TITLE}</title>", f"<h1>{TITLE.replace(' for ', '<br>for ')}</h1>"),
    "a heading around a link": (f"<title>{TITLE}</title>", f"<h1><a href='/news/1'>{TITLE}</a></h1>"),
    "a main heading that is the name of the site": (
        f"<title>Quayside: {TITLE}</title>",
        f"<h1><a href='https://quay.example/'>Quayside</a></h1><h3>{TITLE}</h3>",
    ),
    "a lesser heading below the site's name": (
        f"<title>{TITLE} | Local news | Quayside</title>",
        f"<h1 class=site-title>Quayside</h1><h2>Local news</h2><h2 class=entry-title>{TITLE}</h2>",
    ),
    "a lesser heading with the site's name before it in the title": (
        f"<title>Quayside - {TITLE}</title>",
        f"<a href=/><h1>Quayside</h1></a><h2>{TITLE}</h2>",
    ),
    "a lesser heading where the title tag is the name of the site": (
        "<title>Quayside</title>",
        f"<h1 class=site-title>Quayside</h1><h2 class=widget-title>Most read</h2><h2 class=entry-title>{TITLE}</h2>",
    ),
    "no heading but those of chapters": (
        f"<title>{TITLE} | Quayside</title>",
        "<h1 class=site-title>Quayside</h1><h2>What it costs</h2>",
    ),
    "a heading with a sign for its link": (f"<title>{TITLE}</title>", f"<h1>{TITLE}<a href=#top>¶</a></h1>"),
    "a title declared twice above a heading of a section that the title tag holds": (
        (
            f"<title>Harbour Talk - what the port says, and why it says so</title><meta property=og:title content='{TITLE}'>"
            f"<meta name=twitter:title content='{TITLE}'>"
        ),
        f"<h2>{TITLE}</h2><h1>What the port says, and why it says so</h1>",
    ),
    "a heading of two words that is a section's": (
        f"<title>Quay Report: {TITLE} - Quayside</title><meta property=og:title content='{TITLE}'>",
        "<h1>Quay Report</h1>",
    ),
    "the second heading below the logo": (
        f"<title>{TITLE} - Quayside Port - all of the harbour</title>",
        f"<h1 id=logo>Quayside Port</h1><h1>{TITLE}</h1>",
    ),
    "the second heading below the declared name of the site": (
        f"<title>{TITLE} - Quayside Port - all of it</title><meta property=og:site_name content='Quayside Port'>",
        f"<h1>Quayside Port</h1><h1>{TITLE}</h1>",
    ),
    "the archive of a blog": (f"<title>Quayside » Blog Archive » {TITLE}</title>", "<h1>Quayside</h1>"),
    "a heading glued to the name of the site": (
        f"<title>{TITLE} » Harbour » Quayside News</title>",
        f"<h1>{TITLE}<span>Quayside News</span></h1>",
    ),
    "a title tag with the site's address": (f"<title>{TITLE} / quay.example</title>", ""),
    "a line that is a part of the title tag": (
        f"<title>{TITLE} - Harbour - Quayside: News</title>",
        f"<h1 class=site-title>Quayside</h1><div>{TITLE}</div>",
    ),
    "a line that is the end of the title tag": (
        f"<title>Quayside Harbour News -- {TITLE}</title>",
        f"<p>{TITLE}</p>",
    ),
    "a mark on a page whose title tag names the paper": (
        "<title>News from Quayside</title>",
        f"<div><span class='headline entry-title'>{TITLE}</span></div>",
    ),
    "a title with a dash of its own": (f"<title>{TITLE}</title>", f"<h1>{TITLE}</h1>"),
}
AUTHORS = {
    "JSON-LD person": (ld({**LD, "author": {"@type": "Person", "name": "Marta Lund"}}), ("Marta Lund",)),
    "JSON-LD string": (ld({**LD, "author": "Marta Lund"}), ("Marta Lund",)),
    "JSON-LD list": (ld({**LD, "author": [{"name": "Marta Lund"}, "Tom Ashe"]}), ("Marta Lund", "Tom Ashe")),
    "JSON-LD list of names": (ld({**LD, "author": {"name": ["Marta Lund", "Tom Ashe"]}}), ("Marta Lund", "Tom Ashe")),
    "JSON-LD names in a row": (ld({**LD, "author": "Marta Lund and Tom Ashe"}), ("Marta Lund", "Tom Ashe")),
    "JSON-LD graph": (ld({"@graph": [{"@type": "WebSite"}, {**LD, "author": "Marta Lund"}]}), ("Marta Lund",)),
    "JSON-LD list of objects": (ld([{"@type": "Organization"}, {**LD, "author": "Marta Lund"}]), ("Marta Lund",)),
    "JSON-LD of several types": (ld({**LD, "@type": ["Thing", "NewsArticle"], "author": "Marta Lund"}), ("Marta Lund",)),
    "the second JSON-LD": (ld({"@type": "BreadcrumbList"}) + ld({**LD, "author": "Marta Lund"}), ("Marta Lund",)),
    "JSON-LD behind a broken one": (
        '<script type="application/ld+json">{"a": </script>' + ld({**LD, "author": "Marta Lund"}),
        ("Marta Lund",),
    ),
    "meta": ('<meta name="author" content="Marta Lund">', ("Marta Lund",)),
    "meta with a preposition": ('<meta name="author" content="By Marta Lund">', ("Marta Lund",)),
    "two metas": ('<meta name="author" content="Marta Lund"><meta name="author" content="Tom Ashe">', ("Marta Lund", "Tom Ashe")),
    "twice the same": ('<meta name="author" content="Marta Lund"><meta property="article:author" content="Marta Lund">', ("Marta Lund",)),
    "a meta with the site behind a bar": ('<meta name="author" content="Marta Lund | Quayside News">', ("Marta Lund",)),
    "a meta with the site before a bar": (
        '<title>Fees - Wold Post</title><meta name="author" content="Wold Post | Marta Lund">', ("Marta Lund",),
    ),
    "a meta with a paper before a bar": ('<meta name="author" content="The Wold Post | Marta Lund">', ("Marta Lund",)),
    "a meta with a label": ('<meta name="author" content="Author: Marta Lund">', ("Marta Lund",)),
    "a surname first": ('<meta name="author" content="LUND, Marta">', ("Marta LUND",)),
    "two names in capitals": ('<meta name="author" content="MARTA LUND, TOM ASHE">', ("MARTA LUND", "TOM ASHE")),
    "a Korean reporter with paper and calling": ('<meta name="author" content="부두신문 홍길동 기자">', ("홍길동",)),
    "the site among the names": (
        '<title>Fees - Quayside News</title><meta name="author" content="Marta Lund, Quayside News">', ("Marta Lund",),
    ),
    "the byline for searches": ('<meta name="Search.Byline" content="Marta Lund">', ("Marta Lund",)),
    "the employer behind a comma": ('<meta name="author" content="By Marta Lund, CNN">', ("Marta Lund",)),
    "the employer in capitals": ('<meta name="author" content="Marta Lund, QUAY TODAY">', ("Marta Lund",)),
    "a comma before the last": (
        '<meta name="author" content="Marta Lund, Tom Ashe, and Ida Quill">', ("Marta Lund", "Tom Ashe", "Ida Quill"),
    ),
    "an agency beside a person": (ld({**LD, "author": ["Marta Lund", "AFP"]}), ("Marta Lund", "AFP")),
    "an agency alone": (ld({**LD, "author": "AFP"}), ("AFP",)),
    "as libraries write": (
        '<meta name="citation_author" content="Lund, Marta"><meta name="citation_author" content="Ashe, Tom">', ("Marta Lund", "Tom Ashe"),
    ),
    "entities": ('<meta name="author" content="Ma&amp;#322;gorzata Lund">', ("Małgorzata Lund",)),
}  # fmt: skip
NOBODY = [
    "https://facebook.example/quayside",
    "admin",
    "Editor",
    "redaktion",
    "@quayside",
    "unknown",
    "Author: unknown",
    "Unknown Author",
    "null",
    "x" * 100,
    "quay.example.com",
    "Quay.net",
    "Quay Ltd",
    "Nabrzeże Sp. z o.o.",
    "104363",
    "name",
    "name, desk@quay.example",
    "Discuz! Team",
    "page.head.author",
    "content: Quayside",
    "未知",
    "网络整理",
    "责任编辑：王小明",
]
DATES = {
    "JSON-LD": (ld({**LD, "datePublished": "2021-03-03T09:14:00+01:00"}), "2021-03-03T09:14:00+01:00"),
    "JSON-LD with milliseconds": (ld({**LD, "datePublished": "2021-03-03T09:14:00.000Z"}), "2021-03-03T09:14:00.000Z"),
    "meta": ('<meta property="article:published_time" content="2021-03-03">', "2021-03-03"),
    "Dublin Core": ('<meta name="DC.date.issued" content="2021-03-03T09:14:00Z">', "2021-03-03T09:14:00Z"),
    "itemprop": ('<meta itemprop="datePublished" content="2021-03-03">', "2021-03-03"),
    "a paper of a century ago": ('<meta property="article:published_time" content="1912-04-15">', "1912-04-15"),
    "a day before there was a press": (
        '<meta property="article:published_time" content="0001-01-01"><meta name="date" content="2021-03-03">', "2021-03-03",
    ),
    "the day on which the clocks of computers begin": (
        '<meta property="article:published_time" content="1970-01-01T00:00:00Z"><meta name="date" content="2021-03-03">',
        "2021-03-03",
    ),
    "an impossible month is passed over": (
        '<meta property="article:published_time" content="2021-13-03"><meta name="date" content="2021-03-03">',
        "2021-03-03",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("head", "body"), TITLES.values(), ids=TITLES)
def test_the_title_is_found_without_the_name_of_the_site(head: str, body: str) -> None:
    assert article_of(head, body).title == TITLE


@pytest.mark.parametrize("rest", ["_临水网", "-临水网", "--临水日报", "__公报_临水网", " 港口办事处_临水网"])
def test_a_chinese_title_is_found_without_what_stands_close_behind_it(rest: str) -> None:
    title = "港口管理局九年来首次提高停泊费"
    assert article_of(f"<title>{title}{rest}</title>", f"<div>{title}</div>").title == title


@pytest.mark.parametrize(
    "title", ["[큰 나무 이야기] 큰 나무의 태풍 대비 전략", "About - Quayside Harbour", "Vibe-Coding am Kai"]
)
def test_a_title_is_not_cut_where_no_other_part_is_the_headline(title: str) -> None:
    parts = "<h2>큰 나무 이야기</h2><h2>Quayside Harbour</h2><h2>Vibe</h2>"
    assert article_of(f"<meta property=og:title content='{title}'>", parts).title == title


def test_the_title_does_not_stand_in_the_text_again() -> None:
    article = article_of(f"<title>{TITLE}</title>", f"<h1>{TITLE}</h1>")
    assert TITLE not in article.text
    assert [gone.reason for gone in article.removed if gone.text == TITLE] == ["title"]


def test_a_page_that_names_nothing_but_its_site_has_that_for_a_title() -> None:
    headings = (
        "<h1 class=site-title>Quayside</h1><h2 class=entry-title>Ferry</h2><h2 class=entry-title>Fees</h2>"
    )
    assert article_of("<title>Quayside</title>", headings).title == "Quayside"


@pytest.mark.parametrize(
    "title", ["Fees - and why they rise", "A-level results: what to know", "Port | Harbour"]
)
def test_a_dash_in_a_headline_stays(title: str) -> None:
    assert article_of(f"<title>{title} | Quayside News</title>", f"<h1>{title}</h1>").title == title


@pytest.mark.parametrize(("head", "authors"), AUTHORS.values(), ids=AUTHORS)
def test_authors_are_found(head: str, authors: tuple[str, ...]) -> None:
    assert article_of(head).authors == authors


@pytest.mark.parametrize("name", NOBODY)
def test_what_is_no_name_is_no_author(name: str) -> None:
    assert article_of(f'<meta name="author" content="{name}">').authors == ()


def test_the_publisher_is_the_author_only_where_nobody_else_is_named() -> None:
    data = {**LD, "author": {"name": "Quayside News"}, "publisher": {"name": "Quayside News"}}
    article = article_of(ld(data))
    assert (article.authors, article.site_name) == (("Quayside News",), "Quayside News")


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("<div>Autor: Marta Lund</div>", ("Marta Lund",)),
        ("<p>Por Marta Lund, Quayside News — Santa Rita</p>", ("Marta Lund",)),
        ("<div class=author>Translate</div>", ("Quayside News",)),
        ("<p>The port said so.</p>", ("Quayside News",)),
    ],
)
def test_who_wrote_it_by_the_page_goes_before_the_site_that_is_declared(
    byline: str, authors: tuple[str, ...]
) -> None:
    head = f'<title>{TITLE} - Quayside News</title><meta name="author" content="Quayside News">'
    assert article_of(head, f"<h1>{TITLE}</h1>{byline}").authors == authors


@pytest.mark.parametrize("declared", ["AP", "Quay Media Group", "quay.example.com", "mlund", "Quay Ltd"])
def test_a_person_in_a_byline_goes_before_a_house_that_is_declared(declared: str) -> None:
    head = f'<title>{TITLE}</title><meta name="author" content="{declared}">'
    assert article_of(head, f"<h1>{TITLE}</h1><p>By Marta Lund</p>").authors == ("Marta Lund",)


def test_who_holds_all_rights_in_a_page_is_not_its_author() -> None:
    head = '<meta name="author" content="临水网"><meta name="Copyright" content="临水网版权所有">'
    assert article_of(head).authors == ()


def test_the_name_of_the_site_is_an_author_where_the_page_shows_no_other() -> None:
    assert article_of(f"<title>{TITLE} - Marta Lund</title>", "<p>By Marta Lund</p>").authors == (
        "Marta Lund",
    )


@pytest.mark.parametrize(("head", "published"), DATES.values(), ids=DATES)
def test_the_date_is_found_as_the_page_states_it(head: str, published: str) -> None:
    assert article_of(head).published == published


def test_the_time_of_the_page_is_its_date_if_nothing_else_is() -> None:
    assert article_of("", "<time datetime='2021-03-03'>March 3</time>").published == "2021-03-03"


def test_the_image_is_resolved_against_the_page() -> None:
    head = '<meta property="og:image" content="/a.jpg">'
    assert article_of(head).image == "https://www.quay.example/a.jpg"
    assert article_of(f"<base href='https://cdn.example/b/'>{head}").image == "https://cdn.example/a.jpg"


def test_descriptions_and_site_names_are_found() -> None:
    head = '<meta name="description" content=" The  port&apos;s fees "><meta property="og:site_name" content="Quayside">'
    article = article_of(head)
    assert (article.description, article.site_name) == ("The port's fees", "Quayside")


@pytest.mark.parametrize("wanted", ["title", "authors", "published", "site_name", "description", "image"])
def test_only_the_fields_that_are_asked_for_are_filled(wanted: str) -> None:
    head = (
        f'<title>{TITLE}</title><meta name="author" content="Marta Lund"><meta name="date" content="2021-03-03">'
        '<meta property="og:site_name" content="Quayside"><meta name="description" content="Fees">'
        '<meta property="og:image" content="/a.jpg">'
    )
    article = article_of(head, fields=[wanted])
    names = ("title", "authors", "published", "site_name", "description", "image")
    assert [name for name in names if getattr(article, name)] == [wanted]


@pytest.mark.parametrize(
    "data",
    [
        None, 1, "x", [], {}, [[[[]]]], {"@type": None}, {"@type": {"a": 1}}, {"@type": "NewsArticle", "author": 5},
        {"@type": "NewsArticle", "headline": ["a"]}, {"@type": "NewsArticle", "author": [None, [{}], {"name": 3}]},
        {"@graph": {"@graph": {"@graph": {"@graph": {"@graph": {}}}}}}, {"@type": "NewsArticle", "datePublished": 5},
    ],
    ids=repr,
)  # fmt: skip
def test_structured_data_of_any_shape_does_no_harm(data: object) -> None:
    assert article_of(ld(data)).verdict == "article"
