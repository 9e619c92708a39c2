"""Articles as a Parquet file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from scraper.errors import ExportError
from scraper.export.jsonl import to_line
from scraper.export.resumable import write_file

if TYPE_CHECKING:
    from pathlib import Path

    from scraper.export.rows import Selection
    from scraper.store.base import Record

_REMOVAL = (
    "STRUCT(text VARCHAR, noise VARCHAR, reason VARCHAR, path VARCHAR, score DOUBLE, position INTEGER,"
    " is_inline BOOLEAN)"
)
_COLUMNS = {
    "url": "VARCHAR", "final_url": "VARCHAR", "fetched_at": "TIMESTAMP", "title": "VARCHAR", "authors": "VARCHAR[]",
    "published": "VARCHAR", "language": "VARCHAR", "text": "VARCHAR", "captions": "VARCHAR[]",
    "removed": f"{_REMOVAL}[]", "verdict": "VARCHAR", "confidence": "DOUBLE", "site_name": "VARCHAR",
    "description": "VARCHAR", "image": "VARCHAR", "notes": "VARCHAR[]", "version": "INTEGER",
    "duplicate_of": "VARCHAR", "source": "VARCHAR", "site": "VARCHAR",
}  # fmt: skip
_LONGEST_LINE = 1 << 28


def write(chosen: Selection, path: Path) -> int:
    """Write one row an article version, and return how many; `fetched_at` is in UTC."""
    return write_file(path, chosen.records, _to_line, choice=chosen.name("parquet"), seal=_convert)


def _to_line(record: Record) -> bytes:
    # The reader of the lines ends a text at the zero character.
    return to_line(record).replace(b"\\u0000", b"")


def _convert(lines: Path) -> Path:
    """Turn the lines into a Parquet file beside them."""
    whole = lines.with_suffix(".parquet-part")
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in _COLUMNS.items())
    options = f"format='newline_delimited', columns={{{columns}}}, maximum_object_size={_LONGEST_LINE}"
    rows = f"SELECT * FROM read_json({_quote(lines)}, {options})" if lines.stat().st_size else _no_rows()  # noqa: S608 - a file of our own, quoted
    try:
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute("SET enable_progress_bar = false")
            connection.execute(f"COPY ({rows}) TO {_quote(whole)} (FORMAT parquet, COMPRESSION zstd)")
    except duckdb.Error as error:
        whole.unlink(missing_ok=True)
        raise ExportError(f"{whole}: {str(error).splitlines()[0]}") from error
    return whole


def _no_rows() -> str:
    columns = ", ".join(f"NULL::{kind} AS {name}" for name, kind in _COLUMNS.items())
    return f"SELECT {columns} WHERE false"


def _quote(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
