"""The JSON-LD of a page: the object that describes its article, though the JSON be broken."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ARTICLE_TYPES = frozenset(
    "article newsarticle blogposting reportagenewsarticle opinionnewsarticle analysisnewsarticle liveblogposting "
    "backgroundnewsarticle reviewnewsarticle techarticle scholarlyarticle socialmediaposting report review recipe webpage "
    "discussionforumposting qapage question advertisercontentarticle".split()
)
_WEAK_TYPES = frozenset(("webpage", "qapage", "review"))
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_CDATA = re.compile(r"(?:/\*|//)?\s*<!\[CDATA\[\s*(?:\*/)?|(?:/\*|//)?\s*\]\]>\s*(?:\*/)?|\A\s*<!--|-->\s*\Z")
_LONE_BACKSLASH = re.compile(r'\\(?![\\/"bfnrtu])')
_DEPTH, _WIDTH = 5, 50
_INNER = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement")


def linked_data(scripts: Iterable[str]) -> Mapping[str, Any]:
    """Return the JSON-LD object that describes the article, an empty one where there is none."""
    found = [each for script in scripts for each in _objects(_load(script), depth=0)]
    best: Mapping[str, Any] = {}
    for each in found:
        kinds = _kinds(each)
        if kinds & _ARTICLE_TYPES and _rank(each, kinds) > _rank(best, set()):
            best = each
    return {**best, "author": _resolve(best.get("author"), found, depth=0)} if "author" in best else best


def names_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON is any
    """Yield the names of a person, of a list of them, or of a name itself."""
    if isinstance(value, list):
        for item in value[:20]:
            yield from names_in(item)
    elif isinstance(value, dict):
        yield from names_in(value.get("name"))
    elif isinstance(value, str) and value.strip():
        yield value.strip()


def _load(script: str) -> Any:  # noqa: ANN401 - JSON is any
    """Return what a script holds; a comma too many, a comment around it or a bad escape does not spoil it."""
    text = script.strip().removeprefix("<!--").removesuffix("-->").strip("; \n")
    for mend in (None, _mend):
        try:
            return json.loads(mend(text) if mend else text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _mend(text: str) -> str:
    text = _CDATA.sub("", text).strip("; \n")
    return _LONE_BACKSLASH.sub(r"\\\\", _TRAILING_COMMA.sub("", text))


def _kinds(found: Mapping[str, Any]) -> set[str]:
    kind = found.get("@type")
    return {str(name).lower() for name in (kind if isinstance(kind, list) else [kind])}


def _rank(found: Mapping[str, Any], kinds: set[str]) -> int:
    if not found:
        return -1
    return (
        2 * ("headline" in found)
        + ("datePublished" in found)
        + ("author" in found)
        + ("articleBody" in found)
        - bool(kinds & _WEAK_TYPES)
    )


def _objects(data: Any, depth: int) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - JSON is any
    if depth > _DEPTH:
        return
    if isinstance(data, dict):
        yield data
        for key in _INNER:
            yield from _objects(data.get(key), depth + 1)
    elif isinstance(data, list):
        for item in data[:_WIDTH]:
            yield from _objects(item, depth + 1)


def _resolve(value: Any, found: list[Mapping[str, Any]], depth: int) -> Any:  # noqa: ANN401 - JSON is any
    """Return an author with what the graph says of them where only their @id is given."""
    if depth == 0 and not list(names_in(value)):
        known = {str(each["@id"]): each for each in found if "@id" in each and "name" in each}
        values = value[:20] if isinstance(value, list) else [value]
        return [known.get(str(each.get("@id")), each) if isinstance(each, dict) else each for each in values]
    return value
