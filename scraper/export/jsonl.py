"""Articles as JSON lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scraper.export.resumable import write_file
from scraper.export.rows import to_row

if TYPE_CHECKING:
    from pathlib import Path

    from scraper.export.rows import Selection
    from scraper.store.base import Record

# Readers that part lines the Unicode way would break a record at these.
_LINE_BREAKS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}


def write(chosen: Selection, path: Path | None) -> int:
    """Write one line of JSON an article version, and return how many; None is standard output."""
    return write_file(path, chosen.records, to_line, choice=chosen.name("jsonl"))


def to_line(record: Record) -> bytes:
    """Return a record as one line of JSON."""
    text = json.dumps(to_row(record), ensure_ascii=False).translate(_LINE_BREAKS)
    return f"{text}\n".encode("utf-8", "replace")
