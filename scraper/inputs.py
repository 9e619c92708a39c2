"""Inputs named on a command line: a file's or standard input's bytes, and the article in them."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from cleaners import Article, Rules, clean_html, clean_text
from cleaners.charset import codec_of, decode
from cleaners.documents import MAX_CHARACTERS, check_bytes, check_no_data, is_html
from scraper.errors import InputError

Markup = Literal["auto", "html", "text"]

STDIN = "-"
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_REASONS: tuple[tuple[type[OSError], str], ...] = (
    (FileNotFoundError, "no such file"),
    (IsADirectoryError, "is a directory; name the files in it"),
    (PermissionError, "permission denied"),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """How to turn a named input into an article.

    `markup` says what inputs hold, `auto` looks at each. `encoding` is a label as an HTTP header would give
    it, `url` where a page came from.
    """

    rules: Rules
    markup: Markup = "auto"
    encoding: str | None = None
    url: str | None = None

    def read(self, name: str) -> Article:
        """Return the article of a file, or of standard input for `-`.

        Raises InputError for what cannot be read, ParseError for what is no document.
        """
        data = read_bytes(name)
        check_bytes(data)
        decoded = decode(data, self.encoding)
        if self.markup == "html" or (self.markup == "auto" and is_html(decoded.text)):
            return clean_html(data, url=self.url, charset=self.encoding, rules=self.rules)
        if self.markup == "auto":
            check_no_data(decoded.text)
        article = replace(clean_text(decoded.text, rules=self.rules), url=self.url or "")
        if not decoded.has_errors:
            return article
        note = f"some bytes are not valid {decoded.encoding} and stand as U+FFFD"
        return replace(article, notes=(*article.notes, note))


def read_bytes(name: str) -> bytes:
    """Return what an input holds, cut one byte beyond what the cleaner takes; raises InputError."""
    if _ADDRESS.match(name):
        raise InputError(
            "fetching pages comes with the scraper, which is not part of this release; "
            "save the page and pass the file"
        )
    try:
        if name == STDIN:
            return sys.stdin.buffer.read(MAX_CHARACTERS + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_CHARACTERS + 1)
    except OSError as error:
        raise InputError(_reason(error)) from error


def is_encoding(label: str) -> bool:
    """Tell whether browsers know an encoding by this label."""
    return codec_of(label) is not None


def _reason(error: OSError) -> str:
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    return (error.strerror or str(error)).lower()
