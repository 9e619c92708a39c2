"""The `chaffinch` command: options and how it ends. What it does stands in the modules it calls."""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

import click

from scraper.cli.commands import crawl, export, schedule, status
from scraper.cli.ending import WrongUse, silence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cleaners import Article, Rules
    from scraper.cli.inputs import Markup, Reader

_CLOSED_PIPE = 128 + 13  # What a shell reports of a command that ended by SIGPIPE,
_INTERRUPTED = 128 + 2  # and by SIGINT.


class _Command(click.Group):
    """A command that speaks UTF-8 and ends quietly when its reader or its user has had enough."""

    def invoke(self, context: click.Context) -> object:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="replace")
        try:
            return super().invoke(context)
        except BrokenPipeError:
            silence(sys.stdout, sys.stderr)
            context.exit(_CLOSED_PIPE)
        except KeyboardInterrupt:
            context.exit(_INTERRUPTED)


class _Options(TypedDict):
    inputs: tuple[str, ...]
    output_format: Literal["text", "markdown", "json"]
    has_trace: bool
    keep: tuple[str, ...]
    drop: tuple[str, ...]
    rule_files: tuple[str, ...]
    markup: Markup
    has_links: bool
    encoding: str | None
    url: str | None
    color: bool | None
    jobs: int
    allows_private: bool


@click.group(name="chaffinch", cls=_Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chaffinch", message="%(prog)s %(version)s")
def main() -> None:
    """Clean article text from noisy pages and texts, and crawl for it politely."""


for _command in (crawl, schedule, status, export):
    main.add_command(_command)


@main.command()
@click.argument("inputs", nargs=-1, metavar="[FILE|URL|-]...")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="What to write; text and markdown begin with the title; json gives one line an input, and all that "
    "was removed.",
)
@click.option(
    "--explain", "has_trace", is_flag=True, help="Show what was kept and what was removed, and why."
)
@click.option("--keep", metavar="TYPE", multiple=True, help="Keep this type of noise (repeatable).")
@click.option(
    "--drop", metavar="TYPE", multiple=True, help="Remove a type that stays by default (repeatable)."
)
@click.option("--rules", "rule_files", metavar="FILE", multiple=True, help="Add a rule file (repeatable).")
@click.option(
    "--from",
    "markup",
    type=click.Choice(["auto", "html", "text"]),
    default="auto",
    show_default=True,
    help="What the inputs hold; auto looks at each.",
)
@click.option("--links", "has_links", is_flag=True, help="Keep link targets in Markdown.")
@click.option("--encoding", metavar="LABEL", help="The encoding, as the page's HTTP header named it.")
@click.option(
    "--url", metavar="URL", help="Where the page came from: for rules of its site, its links, the JSON."
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Clean files in N processes; the output keeps their order.",
)
@click.option(
    "--allow-private-addresses",
    "allows_private",
    is_flag=True,
    help="Fetch from this machine and its network, too.",
)
@click.option("--color/--no-color", default=None, help="Colour the trace; by default, on a terminal only.")
@click.pass_context
def clean(context: click.Context, **options: Unpack[_Options]) -> None:
    """Write the article of each input to standard output.

    An input is a file of HTML, MHTML or plain text, or the address of a page, which is fetched politely (robots.txt,
    a second between two requests to a host); - is standard input, which is also read if none is named. TYPE
    is a type of noise as --explain names it: related, caption, author-bio; dateline and timestamp stay
    unless dropped.

    Exit codes: 0 done, 1 an input failed (stderr says which and why), 2 wrong use.
    """
    # Here, not above: --help and --version need no cleaner.
    from scraper.cli import batch, inputs  # noqa: PLC0415
    from scraper.config import FetchConfig  # noqa: PLC0415

    names = options["inputs"] or _standard_input(context)
    _check(options, names)
    context.color = _choose_color(options)
    has_headers = options["output_format"] != "json"
    rules, show = _read_rules(options), _choose_output(options)
    with inputs.Web(FetchConfig(allow_private_addresses=options["allows_private"])) as web:
        reader = inputs.Reader(
            rules, options["markup"], options["encoding"], options["url"], web, options["has_trace"]
        )
        with _ahead(reader, names, options["jobs"]) as read:
            failed = batch.run(names, read, show, has_headers=has_headers)
    context.exit(1 if failed else 0)


@contextmanager
def _ahead(reader: Reader, names: tuple[str, ...], jobs: int) -> Iterator[Callable[[str], Article]]:
    """Yield what reads the inputs, in several processes if there are files and jobs enough."""
    if min(jobs, len(names)) == 1:
        yield reader.read
        return
    from scraper.cli.ahead import ReaderAhead  # noqa: PLC0415 - as above

    with ReaderAhead(reader, names, min(jobs, len(names))) as ahead:
        yield ahead.read


def _standard_input(context: click.Context) -> tuple[str, ...]:
    if sys.stdin.isatty():
        raise click.UsageError("Name a file to clean, or - for standard input.", context)
    return ("-",)


def _choose_color(options: _Options) -> bool | None:
    """Return whether to colour, None where the terminal decides; https://no-color.org."""
    if options["color"] is None and os.environ.get("NO_COLOR"):
        return False
    return options["color"]


def _check(options: _Options, names: tuple[str, ...]) -> None:
    """Raise for options that contradict one another, an encoding that nobody knows, or an address that is none."""
    from scraper.cli.inputs import is_address, is_encoding  # noqa: PLC0415 - as above

    if options["encoding"] is not None and not is_encoding(options["encoding"]):
        raise WrongUse(
            f"unknown encoding {options['encoding']!r}; give a label as web pages use it, such as utf-8"
        )
    if both := sorted({*options["keep"]} & {*options["drop"]}):
        raise WrongUse(f"--keep {both[0]} and --drop {both[0]} contradict one another")
    if options["has_trace"] and options["output_format"] == "json":
        raise WrongUse("--explain is for reading; --format json holds all of it already, under 'removed'")
    if options["has_links"] and (options["has_trace"] or options["output_format"] != "markdown"):
        raise WrongUse("--links needs --format markdown")
    if options["url"] is not None and len(names) > 1:
        raise WrongUse(f"--url is where one page came from, and there are {len(names)} inputs")

    if options["url"] is not None and not is_address(options["url"]):
        raise WrongUse(
            f"--url {options['url']!r} is no address of a page; give it whole, as in https://example.org/page"
        )


def _read_rules(options: _Options) -> Rules:
    from cleaners import RuleError, Rules  # noqa: PLC0415 - as above

    try:
        rules = Rules.default()
        for path in options["rule_files"]:
            rules = rules.with_file(path)
        return rules.without(*options["keep"]).including(*options["drop"])
    except RuleError as error:
        raise WrongUse(str(error)) from error


def _choose_output(options: _Options) -> Callable[[Article, str], str]:
    from scraper.cli import outputs  # noqa: PLC0415 - as above
    from scraper.cli.explain import explain  # noqa: PLC0415

    if options["has_trace"]:
        width = shutil.get_terminal_size((80, 24)).columns
        return lambda article, _: explain(article, width)
    if options["output_format"] == "json":
        return outputs.to_json
    if options["output_format"] == "markdown":
        show = partial(outputs.to_markdown, links=options["has_links"])
        return lambda article, _: show(article)
    return lambda article, _: outputs.to_text(article)
