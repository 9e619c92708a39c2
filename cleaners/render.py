"""Articles as plain text, Markdown and plain dicts."""

from __future__ import annotations

import re
from dataclasses import asdict
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cleaners.types import Article, Block

_SAFE_URL = re.compile(r"(?:https?:|mailto:|tel:|/|#|\?|\.{0,2}/|[^:/?#\s]+(?:[/?#]|\Z))", re.IGNORECASE)
# What would be a tag, an entity, the address of a link, an escape of the next character, code, or a mark of emphasis:
# an underline beside a letter only on one side, a star but between spaces, a tilde that may close a deletion.
_SPECIAL = re.compile(
    r"<(?=[a-zA-Z/!?])|&(?=#?[0-9a-zA-Z]{1,31};)|(?<=\])[(:]|\\(?=[!-/:-@\[-`{-~\n]|\Z)"
    r"|`|(?<![^\W_])_|_(?![^\W_])|\*(?!\s|\Z)|(?<=\S)[*~]",
)
# What would begin a list, a quote, a heading, a fence or a rule, or make a heading of the line before.
_LINE_MARK = re.compile(
    r"^(\s*)(?:([#+*-](?=[\s#])|>|`{3}|~{3}|([-_*])(?=(?:\s*\3)+\s*$)|=(?==*\s*$))|(\d{1,9})([.)](?=\s|$)))",
    re.MULTILINE,
)
_QUOTE = re.compile(r".*?\bblockquote:nth-child\(\d+\)")
_ITEM = re.compile(r".*\b(?:li|dd|dt):nth-child\(\d+\)")
_LINE_BEGIN = re.compile(r"^.*", re.MULTILINE)
_CLOSING_MARKS = re.compile(r"(?<=\s)#(?=#*\Z)")
_OWN_MARK = re.compile(r"(?:[-*•‣–·◦▪]|\d{1,3}[.)])\s")


def to_text(blocks: Sequence[Block]) -> str:
    """Return blocks apart by a blank line; items and rows of one list or table by a line break."""
    return _join(blocks, [block.text for block in blocks])


def to_markdown(blocks: Sequence[Block], *, links: bool) -> str:
    """Return blocks as CommonMark with tables; link targets only if `links`, and never a script's."""
    parts: list[str] = []
    for quote, run in groupby(blocks, _quote_of):
        text = _flow(list(run), links)
        parts.append(
            _LINE_BEGIN.sub(lambda line: f"> {line[0]}" if line[0] else ">", text) if quote else text
        )
    return "\n\n".join(parts)


def _flow(blocks: Sequence[Block], links: bool) -> str:  # noqa: FBT001
    parts: list[str] = []
    columns: dict[int, int] = {}  # Of the texts of the open list's items, by level.
    for number, block in enumerate(blocks):
        previous = blocks[number - 1] if number else None
        if block.kind == "item":
            parts.append(_item(block, previous, columns, links))
        else:
            columns.clear()
            parts.append(_MARKDOWN.get(block.kind, _paragraph)(block, previous, links))
    return _join(blocks, parts)


def _quote_of(block: Block) -> str:
    """Return the path of the quotation that a block stands in, empty where it stands in none."""
    return _holder(block, _QUOTE) if block.kind == "quote" or "blockquote" in block.path else ""


def _is_same_item(block: Block, previous: Block | None) -> bool:
    """Tell whether a block goes on with the list item of the one before."""
    if previous is None or (previous.kind, previous.group, previous.level) != (
        "item",
        block.group,
        block.level,
    ):
        return False
    if block.number or not block.path:
        return 0 < block.number == previous.number
    return _holder(block, _ITEM) == _holder(previous, _ITEM)


def _holder(block: Block, element: re.Pattern[str]) -> str:
    """Return the path of the element around a block; where an id hides that, the path's first step."""
    found = element.match(block.path)
    return found[0] if found else block.path.partition(" > ")[0] or block.kind


def to_dict(article: Article) -> dict[str, Any]:
    """Return every field of an article, and its text, as plain JSON types."""
    found = asdict(article)
    found["text"] = to_text(article.blocks)
    return _plain(found)  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON is any
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value


def _join(blocks: Sequence[Block], parts: list[str]) -> str:
    if not parts:
        return ""
    joined = [parts[0]]
    for (before, block), part in zip(pairwise(blocks), parts[1:], strict=True):
        is_one_group = block.group and block.group == before.group and block.kind == before.kind
        nested = before.kind == block.kind == "item" and block.level != before.level
        joined.append(("\n" if is_one_group or nested else "\n\n") + part)
    return "".join(joined)


def _inline(block: Block, links: bool) -> str:  # noqa: FBT001
    if not links:
        return _escape(block.text)
    parts: list[str] = []
    place = 0
    for link in block.links:
        if not _SAFE_URL.match(link.url.strip()):
            continue
        label = _escape(block.text[link.start : link.end]).replace("[", "\\[").replace("]", "\\]")
        parts += [_escape(block.text[place : link.start]), f"[{label}]({_target(link.url)})"]
        place = link.end
    return "".join([*parts, _escape(block.text[place:])])


def _target(url: str) -> str:
    """Return an address that nothing in it can end, and no entity can turn into another."""
    quoted = re.sub(r"[\s<>()\\]", lambda found: f"%{ord(found[0]):02X}", url.strip())
    return re.sub(r"&(?=#?\w{1,31};)", "&amp;", quoted)


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _escape_lines(text: str) -> str:
    return _LINE_MARK.sub(lambda mark: f"{mark[1]}{mark[4] or ''}\\{mark[2] or mark[5] or '='}", text)


def _paragraph(block: Block, _: Block | None, links: bool) -> str:  # noqa: FBT001
    return _escape_lines(_inline(block, links))


def _heading(block: Block, _: Block | None, links: bool) -> str:  # noqa: FBT001
    text = _CLOSING_MARKS.sub(r"\\#", _inline(block, links).replace("\n", " "))
    return f"{'#' * (block.level or 2)} {text}"


def _item(block: Block, previous: Block | None, columns: dict[int, int], links: bool) -> str:  # noqa: FBT001
    """Return a list item under the text of the item that holds it, whose column depends on that one's mark."""
    for level in [level for level in columns if level > block.level]:
        del columns[level]
    text = _inline(block, links)
    mark = f"{block.number}. " if block.number else "- "
    if not block.number and _OWN_MARK.match(block.text):
        mark = ""
    else:
        text = _escape_lines(text)
    column = max((columns[level] for level in columns if level < block.level), default=0)
    columns[block.level] = column + (len(mark) or 2)
    text = text.replace("\n", "\n" + " " * columns[block.level])
    if _is_same_item(block, previous):
        return "\n" + " " * columns[block.level] + text
    return " " * column + mark + text


def _code(block: Block, _: Block | None, links: bool) -> str:  # noqa: ARG001, FBT001
    longest = max((len(run) for run in re.findall(r"`+", block.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{block.text}\n{fence}"


def _row(block: Block, previous: Block | None, links: bool) -> str:  # noqa: FBT001
    cells = _inline(block, links).replace("|", "\\|").replace("\n", " ").split("\t")
    row = f"| {' | '.join(cells)} |"
    if previous is not None and previous.kind == "table" and previous.group == block.group:
        return row
    return f"{row}\n|{' --- |' * len(cells)}"


_MARKDOWN = {"heading": _heading, "code": _code, "table": _row}
