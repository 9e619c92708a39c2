"""Articles as a folder of Markdown files with YAML front matter."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from datetime import UTC
from typing import TYPE_CHECKING, Any

from cleaners import Block
from cleaners.render import to_markdown
from cleaners.types import Link
from scraper.errors import ExportError
from scraper.export.alone import alone
from scraper.export.resumable import Progress, load, save, write_whole
from scraper.export.rows import to_row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scraper.export.rows import Selection
    from scraper.store.base import Record

_STATE = ".chaffinch-export.state"
_LOCK = ".chaffinch-export.lock"
_SURE_EVERY = 100
_LEFT_OUT = frozenset(("text", "removed"))
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SLUG_CHARACTERS = 60
# JSON strings are YAML strings but for what YAML calls not printable; a pair of halves it does not know.
_NOT_PRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def write(chosen: Selection, path: Path) -> int:
    """Write one file an article version, each in one step, and return how many."""
    if path.exists() and not path.is_dir():
        raise ExportError(f"{path}: is a file; name a folder")
    path.mkdir(exist_ok=True, parents=True)
    with alone(path, path / _LOCK):
        return _write_folder(chosen, path)


def _write_folder(chosen: Selection, path: Path) -> int:
    state = path / _STATE
    progress = load(state, chosen.name("markdown"))
    for number, record in chosen.records(progress.last_id):
        write_whole(path / name_file(record), to_file(record).encode("utf-8", "replace"))
        progress = Progress(progress.choice, number, progress.records + 1)
        if progress.records % _SURE_EVERY == 0:
            save(state, progress)
    state.unlink(missing_ok=True)
    return progress.records


def name_file(record: Record) -> str:
    """Return a file name that is safe on every system, and of no other article."""
    published = _DATE.match(str(record.article.get("published") or ""))
    date = published[0] if published else record.fetched_at.astimezone(UTC).date().isoformat()
    address = hashlib.blake2b(record.url.encode("utf-8", "replace"), digest_size=4).hexdigest()
    version = f"-v{record.version}" if record.version > 1 else ""
    parts = (date, _to_slug(str(record.article.get("title") or "")), address)
    return "-".join(part for part in parts if part) + f"{version}.md"


def to_file(record: Record) -> str:
    """Return a record as front matter, every value on one line, and its text as Markdown."""
    facts = {name: value for name, value in to_row(record).items() if name not in _LEFT_OUT}
    lines = [f"{name}: {_quote(value)}" for name, value in facts.items()]
    blocks = [_to_block(block) for block in record.article.get("blocks") or ()]  # type: ignore[attr-defined]
    return "\n".join(["---", *lines, "---", "", to_markdown(blocks, links=True), ""])


def _quote(value: object) -> str:
    quoted = json.dumps(value, ensure_ascii=False)
    return _NOT_PRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _to_slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG_CHARACTERS].strip("-")


def _to_block(plain: Mapping[str, Any]) -> Block:
    links = tuple(Link(**link) for link in plain.get("links", ()))
    return Block(**{**plain, "links": links})
