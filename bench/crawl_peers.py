"""Crawl hosts with Scrapy and trafilatura, as their documents show it; run as a script by `crawl.py`.

Arguments: the file to write (a line of JSON a page), then the origins. Both are given what suits them best: no
delay, no log, no cookies, eight requests a host at once, robots.txt obeyed as Chaffinch does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess
from scrapy.spiders import SitemapSpider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response

SETTINGS = {
    "CONCURRENT_REQUESTS": 32,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": True,
    "COOKIES_ENABLED": False,
    "RETRY_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "LOG_LEVEL": "ERROR",
}


class News(SitemapSpider):
    """Takes the pages of all sitemaps, and extracts the article of each."""

    name = "news"

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        """Yield one article."""
        found: Any = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True)
        if found is not None:
            yield {"url": response.url, "title": found.title, "author": found.author, "date": found.date} | {
                "text": found.text
            }


def main(path: str, origins: list[str]) -> None:
    """Crawl all origins, and write their articles."""
    outside = [origin for origin in origins if not (urlsplit(origin).hostname or "").startswith("127.")]
    if outside:
        sys.exit(f"crawl_peers: {outside[0]} is not on this machine; the benchmark asks no other")
    process = CrawlerProcess(SETTINGS | {"FEEDS": {path: {"format": "jsonlines", "overwrite": True}}})
    process.crawl(News, sitemap_urls=[f"{origin}/robots.txt" for origin in origins])
    process.start()


def versions() -> str:
    """Return what is measured, by name and version."""
    return f"Scrapy {scrapy.__version__} with trafilatura {trafilatura.__version__}"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
