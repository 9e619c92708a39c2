"""Articles as JSON lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scraper.export.resumable import write_file
from scraper.export.rows import name_choice, reader, to_row

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from scraper.export import Shelf
    from scraper.store.base import Record

# Readers that part lines the Unicode way would break a record at these.
_LINE_BREAKS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}


def write(store: Shelf, path: Path, *, since: datetime | None, site: str) -> int:
    """Write one line of JSON an article version, and return how many."""
    choice = name_choice("jsonl", store, since, site)
    return write_file(path, reader(store, since, site), to_line, choice=choice)


def to_line(record: Record) -> bytes:
    """Return a record as one line of JSON."""
    text = json.dumps(to_row(record), ensure_ascii=False).translate(_LINE_BREAKS)
    return f"{text}\n".encode("utf-8", "replace")
