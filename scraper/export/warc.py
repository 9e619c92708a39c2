"""The raw pages that were kept, as a WARC file: https://iipc.github.io/warc-specifications/."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from scraper.export.resumable import write_file

if TYPE_CHECKING:
    from pathlib import Path

    from scraper.export.rows import Selection
    from scraper.store.base import RawPage

# The body is kept as it was after its codings were undone.
_UNDONE = frozenset(
    ("content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive", "trailer")
)


def write(chosen: Selection, path: Path | None) -> int:
    """Write one response record a kept page, each compressed on its own, and return how many.

    None is standard output.
    """
    return write_file(path, chosen.pages, to_record, choice=chosen.name("warc"))


def to_record(page: RawPage) -> bytes:
    """Return a page as a compressed response record; the same page gives the same bytes."""
    fetched_at = page.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    name = uuid5(NAMESPACE_URL, f"{page.final_url} {page.fetched_at.isoformat()} {_digest(page.body)}")
    record = WarcRecord()
    record.init_headers(WarcRecordType.response, name.urn.encode())
    record.headers["WARC-Target-URI"] = page.final_url
    record.headers["WARC-Date"] = fetched_at
    record.headers["Content-Type"] = "application/http; msgtype=response"
    record.headers["WARC-Payload-Digest"] = _digest(page.body)
    record.set_bytes_content(_to_answer(page))
    written = BytesIO()
    writer = GzipWriter(written)
    record.write(writer)
    # Without this records share one member of the file, and no index can reach the second.
    writer.finish()
    return written.getvalue()


def _to_answer(page: RawPage) -> bytes:
    try:
        phrase = HTTPStatus(page.status).phrase
    except ValueError:
        phrase = "Unknown"
    headers = [(name, value) for name, value in page.headers if name.lower() not in _UNDONE]
    headers.append(("Content-Length", str(len(page.body))))
    lines = [f"HTTP/1.1 {page.status} {phrase}", *(f"{name}: {_to_line(value)}" for name, value in headers)]
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + page.body


def _to_line(value: str) -> str:
    return " ".join(value.split())


def _digest(body: bytes) -> str:
    # SHA-1 in base 32 is what indexes of such files are built on; nothing here is kept secret by it.
    digest = hashlib.sha1(body, usedforsecurity=False).digest()
    return f"sha1:{base64.b32encode(digest).decode()}"
