"""Addresses that are broken, in a page or from a caller, cost nothing but themselves; those of links are made whole."""

import pytest
from prose import page_of, paragraphs

from cleaners import clean_html
from cleaners.addresses import base_of, join, site_of

BROKEN = ["http://[x", "//[", "http://a]b/", "http://[::1", "http://a:b:c/"]
URL = "https://paper.example/news/1"


@pytest.mark.parametrize("address", BROKEN)
def test_a_broken_address_of_any_kind_leaves_the_article_whole(address: str) -> None:
    head = (
        f'<base href="{address}"><link rel="canonical" href="{address}"><link rel="alternate" href="{address}">'
        f'<meta property="og:image" content="{address}"><meta name="author" content="{address}">'
    )
    page = page_of(
        *paragraphs(), f'<p>The fees rise in May, as <a href="{address}">a report</a> of the town says.</p>'
    )
    for url in (address, URL, None):
        article = clean_html(page.replace("<title>", f"{head}<title>"), url=url)
        assert article.text.startswith("The harbour board met")


@pytest.mark.parametrize("address", BROKEN[:-1])
def test_a_broken_base_counts_as_none(address: str) -> None:
    assert base_of(URL, address) == URL
    assert join(URL, address) == address
    assert site_of(address) == ""


@pytest.mark.parametrize(
    ("base", "href", "leads"),
    [
        ("", "/map", "https://paper.example/map"),
        ("", "map?a=1#b", "https://paper.example/news/map?a=1#b"),
        ("/other/", "map", "https://paper.example/other/map"),
        ("https://cdn.example/", "//maps.example/x", "https://maps.example/x"),
        ("", "mailto:desk@paper.example", "mailto:desk@paper.example"),
        ("", "http://[x", "http://[x"),
    ],
)
def test_a_link_says_where_it_leads_from_anywhere(base: str, href: str, leads: str) -> None:
    inner = f'The board has <a href="{href}">a map</a> of the new pier and of all the berths beside it.'
    page = page_of(*paragraphs()[:3], f"<p>{inner}</p>", *paragraphs()[3:])
    if base:
        page = page.replace("<title>", f'<base href="{base}"><title>')
    article = clean_html(page, url=URL)
    assert [link.url for block in article.blocks for link in block.links] == [leads]


def test_without_an_address_of_the_page_its_links_stay_as_they_are() -> None:
    page = page_of(
        *paragraphs()[:3],
        '<p>The board has <a href="/map">a map</a> of the pier and the berths.</p>',
        *paragraphs()[3:],
    )
    assert [link.url for block in clean_html(page).blocks for link in block.links] == ["/map"]
