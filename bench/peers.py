"""The systems that are measured, each as one callable from a page's bytes to its text."""

from __future__ import annotations

import importlib
import logging
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Extract = Callable[[bytes, str], str]

CHAFFINCH = "chaffinch"
CHAFFINCH_TEXT = "chaffinch text only"
TRAFILATURA = "trafilatura"
TRAFILATURA_FAST = "trafilatura fast"
RESILIPARSE = "resiliparse"

_LANGUAGE = re.compile(rb"<html[^>]{0,500}?\slang\s*=\s*[\"']?([a-zA-Z]{2})", re.IGNORECASE)
_STOP_LISTS = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "is": "Icelandic",
    "it": "Italian",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nb": "Norwegian_Bokmal",
    "nl": "Dutch",
    "no": "Norwegian_Bokmal",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sq": "Albanian",
    "sr": "Serbian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
}


@dataclass(frozen=True, slots=True)
class Systems:
    """The systems that can run here, and the names of those that cannot."""

    ready: dict[str, Extract]
    missing: tuple[str, ...]


def load_systems(names: Sequence[str] = ()) -> Systems:
    """Import the named systems, or all; one that is not installed is listed as missing."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    ready: dict[str, Extract] = {}
    missing: list[str] = []
    for name in names or BUILDERS:
        try:
            ready[name] = BUILDERS[name]()
        except (ImportError, AttributeError):
            missing.append(name)
    return Systems(ready, tuple(missing))


def unknown_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names that no system has."""
    return tuple(name for name in names if name not in BUILDERS)


def build_chaffinch(**options: Any) -> Extract:  # noqa: ANN401
    """Return Chaffinch with these options of `clean_html`."""
    clean_html = importlib.import_module("cleaners").clean_html

    def extract(html: bytes, url: str) -> str:
        return str(clean_html(html, url=url or None, **options).text)

    return extract


def _build_trafilatura(**options: bool) -> Extract:
    """Return trafilatura without readers' comments: no truth holds them, and its figures are better so."""
    run = importlib.import_module("trafilatura").extract

    def extract(html: bytes, url: str) -> str:
        return run(html, url=url or None, include_comments=False, **options) or ""

    return extract


def _build_resiliparse() -> Extract:
    run = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    tree = importlib.import_module("resiliparse.parse.html").HTMLTree
    detect = importlib.import_module("resiliparse.parse.encoding").detect_encoding
    plain = partial(run, main_content=True, alt_texts=False, links=False, form_fields=False, noscript=False)

    def extract(html: bytes, url: str) -> str:  # noqa: ARG001
        return str(plain(tree.parse_from_bytes(html, detect(html, from_html_meta=True))))

    return extract


def _build_readability() -> Extract:
    document = importlib.import_module("readability").Document

    def extract(html: bytes, url: str) -> str:
        return read_text(document(html, url=url or None).summary(html_partial=True))

    return extract


def _build_newspaper() -> Extract:
    newspaper = importlib.import_module("newspaper")
    decode = build_decoder()

    def extract(html: bytes, url: str) -> str:
        article = newspaper.Article(url or "https://example.org/", fetch_images=False)
        article.download(input_html=decode(html), ignore_read_more=True)
        article.parse()
        return str(article.text)

    return extract


def _build_justext() -> Extract:
    justext = importlib.import_module("justext")

    def extract(html: bytes, url: str) -> str:  # noqa: ARG001
        declared = _LANGUAGE.search(html)
        language = declared[1].decode().lower() if declared else "en"
        stop_words = justext.get_stoplist(_STOP_LISTS.get(language, "English"))
        paragraphs = justext.justext(html, stop_words)
        return "\n\n".join(each.text for each in paragraphs if not each.is_boilerplate)

    return extract


def build_decoder() -> Callable[[bytes], str]:
    """Return trafilatura's decoder, or plain UTF-8 where it is not installed."""
    try:
        decode = importlib.import_module("trafilatura.utils").decode_file
    except ImportError:
        return partial(str, encoding="utf-8", errors="replace")
    return lambda html: str(decode(html))


def read_text(html: str) -> str:
    r"""Return the text of a piece of HTML, a line for each block.

    >>> read_text("<p>One<b>two</b><script>x</script><p>three &amp; four")
    'Onetwo\n\nthree & four'
    """
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    lines = "".join(reader.parts).split("\n")
    return "\n\n".join(filter(None, (" ".join(line.split()) for line in lines)))


class _TextReader(HTMLParser):
    """Collect text, with a line break at every tag that is not inline."""

    _INLINE = re.compile(
        r"a|abbr|b|bd[io]|cite|code|data|dfn|em|font|i|kbd|mark|q|s|small|span|strong|su[bp]|u|var|wbr"
    )
    _HIDDEN = frozenset(("script", "style", "template"))

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self._hidden += tag in self._HIDDEN
        if not self._INLINE.fullmatch(tag):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in self._HIDDEN
        if not self._INLINE.fullmatch(tag):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._hidden <= 0:
            self.parts.append(data.replace("\n", " "))


BUILDERS: dict[str, Callable[[], Extract]] = {
    CHAFFINCH: build_chaffinch,
    CHAFFINCH_TEXT: partial(build_chaffinch, fields=()),
    TRAFILATURA: _build_trafilatura,
    TRAFILATURA_FAST: partial(_build_trafilatura, fast=True),
    "trafilatura precision": partial(_build_trafilatura, favor_precision=True),
    "trafilatura recall": partial(_build_trafilatura, favor_recall=True),
    RESILIPARSE: _build_resiliparse,
    "readability-lxml": _build_readability,
    "newspaper4k": _build_newspaper,
    "jusText": _build_justext,
}
