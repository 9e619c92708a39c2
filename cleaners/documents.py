"""What kind of file is this? Only documents become articles."""

from __future__ import annotations

import json
import re

from cleaners.errors import ParseError

MAX_CHARACTERS = 32_000_000
MAX_BLOCKS = 50_000  # The largest of 2,146 real pages had 2,641.
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file (image, sound or video)"),
    (b"\x1f\x8b", "gzip-compressed"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed"),
    (b"BZh", "bzip2-compressed"),
    (b"\xfd7zXZ", "xz-compressed"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"ID3", "an MP3 sound"),
    (b"OggS", "an Ogg sound or video"),
    (b"\x1aE\xdf\xa3", "a Matroska video"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"bplist0", "a property list, as Safari's web archives are"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript file"),
)
_HTML_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|span|article|section|main|table|h[1-6]|ul|ol|br|a|pre|blockquote"
    r"|title|meta|center|font|noscript|frameset|form|img|figure|header|footer|nav)\b",
    re.IGNORECASE,
)
# Tags that stand in pages, but in other markup too, or left over in plain text.
_LESSER_TAG = re.compile(
    r"<(?:li|dl|dt|dd|tr|td|aside|address|details|summary|strong|em|b|i|[a-z][a-z0-9]*-[a-z0-9-]+)(?=[\s/>])",
    re.IGNORECASE,
)
_XML_ROOTS = (
    ("rss", "an RSS feed"),
    ("feed", "an Atom feed"),
    ("rdf:rdf", "an RDF feed"),
    ("urlset", "a sitemap"),
    ("sitemapindex", "a sitemap index"),
    ("opml", "an OPML list"),
    ("svg", "an SVG image"),
    ("soap:envelope", "a SOAP message"),
)
# Each comment is taken once and for all: to try its end further on costs twice as much for every other one.
_ROOT = re.compile(
    r"\s*+(?:(?><\?.*?\?>|<!--.*?-->|<!doctype[^>]*>)\s*+)*+<([a-z][\w:.-]*)", re.IGNORECASE | re.DOTALL
)
_PAGE_TAG = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
# Some services put a line before their JSON so that no page can run it.
_JSON = re.compile(r"\s*+(?:\)\]\}',?|while\(1\);|for\(;;\);)?\s*+(?:\[\s*+)?\{\s*+(?:\"|\})")
_SCRIPT = re.compile(
    r"""\s*+(?:
        /\*|//|[\"']use\ strict[\"']|;|[!+(;]*function\b|[(;!]*\((?:[\w$,\s]*)\)\s*=>
        |(?:var|let|const)\s+[\w$]+\s*[=;,]|import\s+(?:[\w$*{][^;\n]{0,300}\sfrom\s+)?[\"']
        |export\s+(?:default|const|function|class|\{|\*)|[\w$.]+\(\s*[\[{\"']|[\w$]+(?:\.[\w$]+)+\s*=[^=]
        |@(?:charset|import|media|font-face|namespace|supports|keyframes|layer|page)\b
        |[.\#:*\[]?[\w-]+[^<>{};]{0,500}\{\s*[\w-]+\s*:
    )""",
    re.VERBOSE,
)
_VISIBLE = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff]")
_REACH = 4_096
_MARKUP_REACH = 200_000


def check_bytes(data: bytes) -> None:
    """Raise ParseError, naming what it is, for bytes that are no text."""
    if not data.strip():
        raise ParseError("empty input")
    if len(data) > MAX_CHARACTERS:
        raise ParseError(f"larger than {MAX_CHARACTERS // 1_000_000} MB")
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise ParseError(f"not HTML: {name}")
    if data[4:8] == b"ftyp":
        raise ParseError("not HTML: an MP4 video or HEIF image")
    head = data[:_REACH]
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and head.count(0) > len(head) // 10:
        raise ParseError("not HTML: binary data")


def check_html(text: str) -> None:
    """Raise ParseError, naming what it is, for text that is no HTML document."""
    if not _VISIBLE.search(text):
        raise ParseError("empty input")
    if len(text) > MAX_CHARACTERS:
        raise ParseError(f"longer than {MAX_CHARACTERS // 1_000_000} million characters")
    check_no_data(text)
    head = text.lstrip("\ufeff")[:_REACH]
    if not _HTML_TAG.search(text) and not _LESSER_TAG.search(text):
        raise ParseError(f"not HTML: {_kind_of_plain(head)}")
    if not _ROOT.match(head) and _SCRIPT.match(head):
        raise ParseError("not HTML: a script or style sheet")


def check_no_data(text: str) -> None:
    """Raise ParseError, naming what it is, for text that is data for programs: JSON, a feed, other XML."""
    text = text.lstrip("\ufeff")
    if _is_json(text):
        raise ParseError("not HTML: JSON")
    head = text[:_REACH]
    root = _ROOT.match(head)
    name = dict(_XML_ROOTS).get(root[1].lower()) if root else None
    if name:
        raise ParseError(f"not HTML: {name}")
    if root and head.lstrip().startswith("<?xml") and not _HTML_TAG.search(text):
        raise ParseError(f"not HTML: XML with the root element {root[1]!r}")


def is_html(text: str) -> bool:
    """Tell whether text is marked up as HTML, rather than plain text in which a stray tag was left."""
    head = text.lstrip("\ufeff")[:_MARKUP_REACH].lstrip()
    tags = len(_HTML_TAG.findall(head))
    if not tags or head.startswith("<") or _PAGE_TAG.search(head):
        return tags > 0
    lines = sum(not line.isspace() for line in head.splitlines() if line)
    return tags * 2 >= lines


def _is_json(text: str) -> bool:
    if _JSON.match(text):
        return True
    # Prose may begin with a bracket, as a note's number does: only what parses is an array.
    if not text[:_REACH].lstrip().startswith("["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _kind_of_plain(head: str) -> str:
    if _SCRIPT.match(head):
        return "a script or style sheet"
    if re.search(r"^(?:user-agent|disallow|sitemap)\s*:", head, re.IGNORECASE | re.MULTILINE):
        return "a robots.txt"
    return "plain text without a tag (clean_text takes it)"


def check_text(text: str) -> None:
    """Raise ParseError for a plain text that is empty or beyond the limits."""
    if not _VISIBLE.search(text):
        raise ParseError("empty input")
    if len(text) > MAX_CHARACTERS:
        raise ParseError(f"longer than {MAX_CHARACTERS // 1_000_000} million characters")


def check_blocks(count: int) -> None:
    """Raise ParseError for a document of too many blocks."""
    if count > MAX_BLOCKS:
        raise ParseError(f"more than {MAX_BLOCKS:,} paragraphs: clean it in parts")
