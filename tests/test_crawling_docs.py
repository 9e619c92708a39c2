"""What docs/crawling.md says of the crawl is whole: its keys, reasons, options and formats are the code's."""

import configparser
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest

from scraper.cli.app import main
from scraper.config import CrawlConfig, FetchConfig, Source
from scraper.configfile import read_config
from scraper.durations import parse_duration
from scraper.export import FORMATS
from scraper.types import REASONS

DOCS = Path(__file__).parents[1] / "docs"
TEXT = (DOCS / "crawling.md").read_text("utf-8")
TABLES = {"[crawl]": CrawlConfig, "[fetch]": FetchConfig, "[[source]]": Source}
NO_KEYS = {"sources", "fetch"}


def read_table(head: str) -> list[list[str]]:
    """Return the rows of the table whose first column is so headed, without head and rule."""
    rows = TEXT.partition(f"| {head} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


@pytest.mark.parametrize("table", TABLES)
def test_every_key_of_the_configuration_is_told(table: str) -> None:
    told = [row[0].strip("`") for row in read_table(f"`{table}`")]
    assert sorted(told) == sorted({field.name for field in fields(TABLES[table])} - NO_KEYS)


@pytest.mark.parametrize("table", ["[crawl]", "[fetch]"])
def test_the_defaults_that_are_told_are_those_of_the_code(table: str) -> None:
    values = {
        row[0].strip("`"): tomllib.loads(f"value = {row[1].strip('`')}")["value"]
        for row in read_table(f"`{table}`")
    }
    made = CrawlConfig(sources=())
    owner = made if table == "[crawl]" else made.fetch
    assert values == {name: getattr(owner, name) for name in values}


def test_the_defaults_of_a_source_are_those_of_the_code() -> None:
    told = {row[0].strip("`"): row[1].strip("`") for row in read_table("`[[source]]`")}
    source = Source("name", "https://example.org/")
    assert tuple(tomllib.loads(f"value = {told['discover']}")["value"]) == source.discover
    assert (int(told["max_depth"]), int(told["max_pages"])) == (source.max_depth, source.max_pages)
    assert parse_duration(told["every"].strip('"')) == source.every == source.revisit[0]


def test_the_example_is_a_configuration(tmp_path: Path) -> None:
    example = tmp_path / "news.toml"
    example.write_text(TEXT.partition("```toml\n")[2].partition("```")[0], "utf-8")
    assert read_config(example).sources[0].include == ("/news/**",)


def test_every_reason_for_a_failure_is_told() -> None:
    assert sorted(row[0].strip("`") for row in read_table("reason")) == sorted(REASONS)


def test_every_export_format_is_told() -> None:
    assert {row[0].strip("`") for row in read_table("format")} == set(FORMATS)


@pytest.mark.parametrize("name", ["crawl", "schedule", "status", "export"])
def test_every_option_that_is_told_exists(name: str) -> None:
    known = {flag for option in main.commands[name].params for flag in option.opts}
    used = {
        flag
        for call in re.findall(rf"chaffinch {name} ([^`\n]*)", TEXT)
        for flag in re.findall(r"--[a-z-]+", call)
    }
    assert used <= known


def test_every_option_of_the_crawl_is_told() -> None:
    commands = [main.commands[name] for name in ("crawl", "export")]
    flags = {
        flag
        for each in commands
        for option in each.params
        if isinstance(option, click.Option)
        for flag in option.opts
    }
    assert {flag for flag in flags if flag not in TEXT} == set()


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", TEXT)
    headings = {
        f"#{line.strip('# ').lower().replace(' ', '-')}" for line in TEXT.splitlines() if line.startswith("#")
    }
    assert [target for target in targets if target not in headings and not (DOCS / target).exists()] == []


@pytest.mark.parametrize("name", ["chaffinch.service", "chaffinch.timer"])
def test_the_examples_for_systemd_can_be_read(name: str) -> None:
    unit = configparser.ConfigParser(strict=True, delimiters=("=",), interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string((DOCS / name).read_text("utf-8"))
    assert unit.sections()[0] == "Unit"
    assert unit.has_option("Install", "WantedBy")
