"""Pages saved as one file with their images (MHTML), and e-mails: the page that is packed into them."""

from __future__ import annotations

import binascii
import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from cleaners.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterator

_REACH = 65_536  # Of the headers.
_LONGEST_FIRST = 400  # Of a mailbox's first line, with what ends it.
# Mailboxes begin with a line of their own.
_BEFORE = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?:From [^\r\n]{1,300}\r?\n)?")
_FIRST_LINE = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}:[ \t]?\S")
_VERSION = re.compile(rb"^mime-version:", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(rb"^content-type:\s*(?:multipart/|text/html)", re.IGNORECASE | re.MULTILINE)
_PARTS = re.compile(
    rb"^content-type:\s*multipart/[^\r\n]*(?:\r?\n[ \t][^\r\n]*){0,5}?boundary=", re.IGNORECASE | re.MULTILINE
)
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
# Images and the like are passed by unread, however many: a page may stand behind hundreds.
_MAY_HOLD_PAGE = re.compile(
    rb"^content-type:\s*(?:multipart/|message/|text/html)", re.IGNORECASE | re.MULTILINE
)
_MOST_PARTS = 100  # Of those that are left, for they are read.
_DEEPEST = 4  # An e-mail has alternatives in what belongs together, in what is attached.


class Packed(NamedTuple):
    """A page that was packed into a file, and the encoding that the file gives it, None where it gives none."""

    html: bytes
    charset: str | None


def is_packed(data: bytes | str) -> bool:
    """Tell whether bytes, or what was read as text, begin as a saved page or an e-mail does."""
    if isinstance(data, str):
        # Most texts are pages, which are not to be encoded whole for their first line.
        mark = "\ufeff" * data.startswith("\ufeff")
        head = data.removeprefix(mark).lstrip(" \t\n\r\f\v")[: _REACH + _LONGEST_FIRST]
        data = f"{mark}{head}".encode("utf-8", "replace")
    start = _start_of(data)
    if not _FIRST_LINE.match(data, start):
        return False
    headers, _ = _split(data[start : start + _REACH])
    return bool(_PARTS.search(headers) or (_VERSION.search(headers) and _TYPE.search(headers)))


def _start_of(data: bytes) -> int:
    before = _BEFORE.match(data)
    return before.end() if before else 0


def unpack(data: bytes | str) -> Packed | None:
    """Return the first page in a saved page or an e-mail, None for what is neither.

    Of one that was read as text, what is not packed in ASCII comes back in UTF-8. Raises ParseError where one holds
    no page that can be read.
    """
    if not is_packed(data):
        return None
    data = data.encode("utf-8", "replace") if isinstance(data, str) else data
    packed = next(_pages(data[_start_of(data) :], 0), None)
    if packed is None:
        raise ParseError("not HTML: an e-mail or saved page without HTML in it")
    return packed


def _pages(part: bytes, depth: int) -> Iterator[Packed]:
    from email.parser import BytesHeaderParser  # noqa: PLC0415 - 15 ms that few files need

    headers, body = _split(part)
    message = BytesHeaderParser().parsebytes(headers)
    if message.get_content_type() == "text/html":
        yield Packed(
            _decoded(body, str(message.get("Content-Transfer-Encoding", ""))), message.get_content_charset()
        )
    if message.get_content_type() == "message/rfc822" and depth < _DEEPEST:
        yield from _pages(body.lstrip(), depth + 1)
    boundary = message.get_boundary()
    if boundary and message.get_content_maintype() == "multipart" and depth < _DEEPEST:
        mark = b"\n--" + boundary.encode("ascii", "replace")
        for inner in islice(_readable_parts(b"\n" + body, mark), _MOST_PARTS):
            yield from _pages(inner, depth + 1)


def _readable_parts(body: bytes, mark: bytes) -> Iterator[bytes]:
    """Yield the parts of a body that may hold a page, without the line that parts them."""
    end = body.find(mark)
    while end >= 0:
        start = body.find(b"\n", end + len(mark)) + 1
        end = body.find(mark, max(start - 1, end + len(mark)))
        part = body[start : end if end >= 0 else None] if start else b""
        if _MAY_HOLD_PAGE.search(_split(part)[0]):
            yield part


def _split(part: bytes) -> tuple[bytes, bytes]:
    """Return the headers of a part, of which none may be too long, and what follows them."""
    if part.startswith((b"\n", b"\r\n")):
        return b"", part
    found = _BLANK_LINE.search(part, 0, _REACH)
    return (part[: found.start()], part[found.end() :]) if found else (part[:_REACH], b"")


def _decoded(body: bytes, encoding: str) -> bytes:
    encoding = encoding.strip().lower()
    try:
        if encoding == "base64":
            return binascii.a2b_base64(body)
        return binascii.a2b_qp(body) if encoding == "quoted-printable" else body
    except binascii.Error as error:
        raise ParseError("not HTML: a saved page that is damaged") from error
