"""A configuration file: what it may say, and the one line for what it may not."""

from pathlib import Path

import pytest

from scraper.config import CrawlConfig, FetchConfig, Source
from scraper.configfile import read_config
from scraper.durations import DAY, HOUR, MINUTE, format_duration, parse_duration
from scraper.errors import ConfigError

WHOLE = """
[crawl]
store = "sqlite:///news.db"
user_agent = "chaffinch/0.1 (+https://example.org/about-our-crawler)"
concurrency = 16
keep_pages = false

[fetch]
timeout_seconds = 20
max_bytes = 10_000_000
delay_seconds = 1.0
respect_robots = true
allow_private_addresses = false

[[source]]
name = "example"
url = "https://example.org/"
discover = ["feed", "sitemap", "links"]
include = ["/news/**"]
exclude = []
max_depth = 2
max_pages = 500
every = "30m"
revisit = ["1h", "30d"]
keep = ["caption"]
"""
SOURCE = '[[source]]\nname = "a"\n'
LEAST = SOURCE + 'url = "https://example.org/"\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "crawl.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_configuration_is_read(tmp_path: Path) -> None:
    assert read_config(write(tmp_path, WHOLE)) == CrawlConfig(
        store="sqlite:///news.db",
        user_agent="chaffinch/0.1 (+https://example.org/about-our-crawler)",
        fetch=FetchConfig(),
        sources=(
            Source(
                "example",
                "https://example.org/",
                include=("/news/**",),
                every=30.0 * MINUTE,
                revisit=(float(HOUR), 30.0 * DAY),
                keep=("caption",),
            ),
        ),
    )


def test_all_but_the_sources_name_and_address_has_a_default(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, LEAST))
    assert config == CrawlConfig((Source("a", "https://example.org/"),))


def test_a_page_is_looked_at_again_no_sooner_than_its_source_is_crawled(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, LEAST + 'every = "6h"\n'))
    assert config.sources[0].revisit == (6.0 * HOUR, 30.0 * DAY)


def test_a_source_may_be_timed_by_cron_or_by_one_of_its_words(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, LEAST + 'cron = "@daily"\n'))
    assert config.sources[0].cron == "0 0 * * *"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "source: needs at least one [[source]] with a name and a url"),
        ("crawl = ", "not a TOML file"),
        ("crawler = 1\n" + LEAST, "crawler: unknown key; did you mean crawl?"),
        ("[crawl]\nworker = 3\n" + LEAST, "[crawl] worker: unknown key; did you mean workers?"),
        ("[crawl]\nfoo = 3\n" + LEAST, "[crawl] foo: unknown key; allowed are store, user_agent, "),
        ("[crawl]\nconcurrency = 0\n" + LEAST, "[crawl] concurrency: 0 is not possible; allowed is a whole number from 1"),
        ('[crawl]\nconcurrency = "many"\n' + LEAST, "[crawl] concurrency: 'many' is not possible"),
        ("[crawl]\nkeep_pages = 1\n" + LEAST, "[crawl] keep_pages: 1 is not possible; allowed is true or false"),
        ('[crawl]\nstore = "mysql://host/name"\n' + LEAST, 'allowed is "sqlite:///file.db" or "postgresql://'),
        ('[crawl]\nuser_agent = "käfer/1"\n' + LEAST, "[crawl] user_agent: 'käfer/1' is not possible"),
        ("[fetch]\ndelay_seconds = -1\n" + LEAST, "[fetch] delay_seconds: -1 is not possible"),
        ("[fetch]\ndelay_seconds = true\n" + LEAST, "[fetch] delay_seconds: true is not possible"),
        ("[fetch]\nmax_bytes = 1.5\n" + LEAST, "[fetch] max_bytes: 1.5 is not possible"),
        ("fetch = 3\n" + LEAST, "[fetch] must be a table"),
        ('[[source]]\nurl = "https://example.org/"\n', "source 1: name: is missing"),
        ('[[source]]\nname = "a"\n', "source 'a': url: is missing; allowed is an http or https address"),
        ('[[source]]\nname = "a"\nurl = "ftp://example.org/"\n', "source 'a': url: 'ftp://example.org/' is not possible"),
        ('[[source]]\nname = "a"\nurl = "http://[::1/"\n', "source 'a': url: 'http://[::1/' is not possible"),
        (SOURCE + 'url = "http://user:pw@example.org/"\n', "address (an address with a user name or password is not used)"),
        (SOURCE + 'url = "http://user:pw@example.org/"\n', "url: 'http://...@example.org/' is not possible"),
        (SOURCE + 'url = "http://exa mple.org/"\n', "('exa mple.org' is no host)"),
        (SOURCE + 'url = "http://999.1.1.1/"\n', "allowed is an http or https address ('999.1.1.1' is no IPv4 address)"),
        (SOURCE + 'url = "http://host:99999/"\n', "('99999' is no port)"),
        (SOURCE + 'url = "https://%zz/"\n', "('%zz' is no host)"),
        (LEAST + 'every = "soon"\n', "source 'a': every: 'soon' is not possible; allowed is a length of time"),
        (LEAST + "every = 30\n", "source 'a': every: 30 is not possible"),
        (LEAST + 'every = "1h"\ncron = "@daily"\n', "source 'a': cron: stands beside every; give one of them"),
        (LEAST + 'cron = "61 * * * *"\n', "source 'a': cron: '61 * * * *' is not possible"),
        (LEAST + 'revisit = ["30d", "1h"]\n', "source 'a': revisit: ['30d', '1h'] is not possible"),
        (LEAST + 'revisit = ["1h"]\n', "source 'a': revisit: ['1h'] is not possible"),
        (LEAST + 'discover = ["rumour"]\n', "discover: ['rumour'] is not possible; allowed is a list of at least one of feed, sitemap, links"),
        (LEAST + 'keep = ["captions"]\n', "source 'a': keep: ['captions'] is not possible"),
        (LEAST + 'include = "/news"\n', "source 'a': include: '/news' is not possible; allowed is a list of patterns"),
        (LEAST + 'include = ["a/**"]\n', "(a path begins with /, so nothing can match 'a/**')"),
        (LEAST + 'exclude = ["*.html"]\n', "(a path begins with /, so nothing can match '*.html')"),
        (LEAST + "discover = []\n", "discover: [] is not possible; allowed is a list of at least one of feed, sitemap"),
        (LEAST + 'cron = "* * * * * *"\n', "cron: '* * * * * *' is not possible; allowed is a cron expression of five fields"),
        ('[crawl]\nstore = "sqlite:///"\n' + LEAST, "(it names no file, and nothing would be remembered)"),
        ('[crawl]\nstore = "sqlite://"\n' + LEAST, "(it names no file, and nothing would be remembered)"),
        (LEAST + LEAST, "source 'a': name: two sources have it"),
        ("source = 3\n", "source: needs at least one [[source]]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line_with_file_key_and_what_is_allowed(
    text: str, told: str, tmp_path: Path
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: ")
    assert told in line
    assert "\n" not in line


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    assert read_config(write(tmp_path, "\ufeff" + LEAST)).sources[0].name == "a"


def test_patterns_may_begin_anywhere_that_an_address_can(tmp_path: Path) -> None:
    patterns = ("/a/**", "**/b/*", "https://example.org/c", "*://*.example.org/**")
    config = read_config(write(tmp_path, f"{LEAST}include = {list(patterns)}\n"))
    assert config.sources[0].include == patterns


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read: No such file"):
        read_config(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("30m", 1800), ("1h", 3600), ("1h30m", 5400), ("1.5h", 5400), ("2w", 14 * DAY)]
)  # fmt: skip
def test_a_length_of_time_is_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "h", "1y", "-1h", "1h later"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write it like 30m"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.25, "0.25s"), (1.13, "1s"), (59.4, "59s"), (90, "1.5m"), (3600, "1h"), (36 * HOUR, "1.5d")]
)  # fmt: skip
def test_a_length_of_time_is_told_in_its_largest_unit(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text
