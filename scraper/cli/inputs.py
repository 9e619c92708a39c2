"""Inputs named on a command line: a file, standard input or a page of the web, and the article in it."""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from cleaners import Article, Rules, clean_html, clean_text, explain_layout
from cleaners.addresses import site_of
from cleaners.archives import is_packed
from cleaners.charset import codec_of, decode, notes_on
from cleaners.documents import MAX_CHARACTERS, check_bytes, check_no_data, is_html
from scraper.errors import InputError
from scraper.types import Failure, Page

if TYPE_CHECKING:
    from types import TracebackType

    from scraper.config import FetchConfig
    from scraper.net.fetcher import Fetcher

Markup = Literal["auto", "html", "text"]

STDIN = "-"
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"www\.[^\s/]+\.[a-z]|(?:[a-z0-9-]+\.)+[a-z]{2,}/", re.IGNORECASE)
_REASONS: tuple[tuple[type[OSError], str], ...] = (
    (FileNotFoundError, "no such file"),
    (IsADirectoryError, "is a directory; name the files in it"),
    (PermissionError, "permission denied"),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """How to turn a named input into an article.

    `markup` says what inputs hold, `auto` looks at each. `encoding` is a label as an HTTP header would give
    it, `url` where a page came from. Without `web` addresses are taken for names of files. With `has_reasons`,
    removals by the layout say what weighed most.
    """

    rules: Rules
    markup: Markup = "auto"
    encoding: str | None = None
    url: str | None = None
    web: Web | None = None
    has_reasons: bool = False

    def is_file(self, name: str) -> bool:
        """Tell whether an input is a file, neither standard input nor a page of the web."""
        return name != STDIN and self._web_of(name) is None

    def _web_of(self, name: str) -> Web | None:
        return self.web if _ADDRESS.match(name) else None

    def read(self, name: str) -> Article:
        """Return the article of a page, a file, or of standard input for `-`.

        Raises InputError for what cannot be read, ParseError for what is no document.
        """
        if web := self._web_of(name):
            return self._read_page(web.fetch(name))
        data = read_bytes(name)
        check_bytes(data)
        if self.markup != "text" and is_packed(data):
            return self._clean(data, self.url, self.encoding)
        decoded = decode(data, self.encoding)
        if self.markup == "html" or (self.markup == "auto" and is_html(decoded.text)):
            return self._clean(data, self.url, self.encoding)
        if self.markup == "auto":
            check_no_data(decoded.text)
        article = clean_text(decoded.text, rules=self.rules)
        return replace(article, url=self.url or "", notes=(*article.notes, *notes_on(decoded, self.encoding)))

    def _read_page(self, page: Page) -> Article:
        return self._clean(page.body, page.final_url, self.encoding or page.charset or None)

    def _clean(self, data: bytes, url: str | None, charset: str | None) -> Article:
        article = clean_html(data, url=url, charset=charset, rules=self.rules)
        if not self.has_reasons or all(gone.reason != "layout" for gone in article.removed):
            return article
        reasons = explain_layout(data, url=url, charset=charset, rules=self.rules)
        removed = (
            replace(gone, reason=f"layout: {reasons[gone.position]}")
            if gone.reason == "layout" and reasons.get(gone.position)
            else gone
            for gone in article.removed
        )
        return replace(article, removed=tuple(removed))


class Web:
    """Fetches pages one after another, politely: robots.txt and a second between two requests to a host."""

    def __init__(self, config: FetchConfig) -> None:
        """Fetch as `config` has it; nothing is opened before the first page."""
        self._config = config
        self._runner = asyncio.Runner()
        self._fetcher: Fetcher | None = None

    def __enter__(self) -> Self:
        """Be ready."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Be done."""
        self._runner.close()

    def fetch(self, url: str) -> Page:
        """Return the page at an address; raise InputError where there is none."""
        from scraper.net.fetcher import Fetcher  # noqa: PLC0415 - httpx: 100 ms that files never need

        fetcher = self._fetcher = self._fetcher or Fetcher(self._config)
        outcome = self._runner.run(fetcher.fetch(url))
        if isinstance(outcome, Page):
            return outcome
        assert isinstance(outcome, Failure)
        raise InputError(f"{outcome.reason}: {outcome.detail}")


def read_bytes(name: str) -> bytes:
    """Return what an input holds, cut one byte beyond what the cleaner takes; raises InputError."""
    if not name:
        raise InputError("an input without a name")
    try:
        if name == STDIN:
            return sys.stdin.buffer.read(MAX_CHARACTERS + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_CHARACTERS + 1)
    except OSError as error:
        hint = _hint(name) if isinstance(error, FileNotFoundError) else ""
        raise InputError(_reason(error) + hint) from error


def is_encoding(label: str) -> bool:
    """Tell whether browsers know an encoding by this label."""
    return codec_of(label) is not None


def is_address(name: str) -> bool:
    """Tell whether a name is the address of a page of the web, with a host in it."""
    return bool(_ADDRESS.match(name) and site_of(name))


def _hint(name: str) -> str:
    """Say what a name that is no file's may have been meant for."""
    if _OTHER_SCHEME.match(name):
        return "; only http:// and https:// addresses are fetched"
    return f"; did you mean https://{name}?" if _BARE_ADDRESS.match(name) else ""


def _reason(error: OSError) -> str:
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    return (error.strerror or str(error)).lower()
