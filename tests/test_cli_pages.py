"""`chaffinch clean` with addresses of pages, over loopback."""

from itertools import pairwise

from click.testing import CliRunner, Result

from demo.site import DemoSite
from scraper.cli.app import main

pytest_plugins = ("demo_site",)


def clean(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["clean", "--allow-private-addresses", *arguments])


def test_an_address_is_fetched_and_its_article_written(site: DemoSite) -> None:
    url = site.articles("gazette")[0]
    result = clean(url)
    assert (result.exit_code, result.stderr) == (0, "")
    assert len(result.stdout.split()) > 60
    assert site.log[0].path == "/robots.txt"


def test_pages_of_one_host_are_asked_for_a_second_apart(site: DemoSite) -> None:
    assert clean(*site.articles("gazette")[:2]).exit_code == 0
    assert all(later.start - earlier.end > 0.99 for earlier, later in pairwise(site.log))


def test_a_page_that_cannot_be_had_says_why(site: DemoSite) -> None:
    result = clean(site.urls["gazette"] + "no/such/page")
    assert result.exit_code == 1
    assert ": not-found: " in result.stderr


def test_a_page_that_robots_txt_forbids_is_not_asked_for(site: DemoSite) -> None:
    result = clean(site.urls["gazette"] + "private/minutes")
    assert ": robots-denied: " in result.stderr
    assert [hit.path for hit in site.log] == ["/robots.txt"]
