"""The shipped rules: read from their TOML files, or from the compiled copy where it is of the same text.

Parsing and folding two megabytes of TOML takes half a second; `compiled.json` holds the result without the
test cases. It carries the digest of its sources, so a copy that is out of date is never used, only slow to
replace: `make rules` writes it anew.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaners import shapes
from cleaners.rulefile import Rule, RuleFile, parse_rule_file

if TYPE_CHECKING:
    from collections.abc import Mapping

# Not importlib.resources: it costs 20 ms to import, and the wheel is installed as files.
FOLDER = Path(__file__).with_name("noise")
COMPILED = FOLDER / "compiled.json"
_TABLES = frozenset({"types.toml", "lists.toml", "languages.toml"})
_CASES = frozenset({"drops", "keeps"})


def shipped_files() -> tuple[RuleFile, ...]:
    """Return the rules of all shipped files, without their cases where the compiled copy is in date."""
    sources = _sources()
    try:
        compiled = json.loads(COMPILED.read_text("utf-8"))
    except (OSError, ValueError):
        return parsed_files()
    if compiled.get("digest") != _digest(sources):
        return parsed_files()
    return tuple(_from_json(entry) for entry in compiled["files"])


def parsed_files() -> tuple[RuleFile, ...]:
    """Return the rules of all shipped files with their cases, parsed from the TOML."""
    names = [name for name in _sources() if name not in _TABLES]
    # English before the other languages, `und` last: the more particular reason wins.
    names.sort(key=lambda name: (name != "en.toml", name == "und.toml", name))
    return tuple(parse_rule_file((FOLDER / name).read_text("utf-8"), name, shared_lists()) for name in names)


@cache
def shared_lists() -> Mapping[str, tuple[str, ...]]:
    """Return the word lists that patterns of all files may name."""
    return {name: tuple(words) for name, words in _read_lists("lists").items()}


@cache
def titles_of(kind: str) -> frozenset[str]:
    """Return what the titles of pages say, folded, that are no articles: `not_found`, `service` or `legal`."""
    return frozenset(map(shapes.fold, _read_lists("titles")[kind]))


def _read_lists(table: str) -> Mapping[str, list[str]]:
    lists: Mapping[str, list[str]] = _all_lists()[table]
    return lists


@cache
def _all_lists() -> Mapping[str, Any]:
    import tomllib  # noqa: PLC0415 - 5 ms that some texts do without

    return tomllib.loads((FOLDER / "lists.toml").read_text("utf-8"))


def compile_rules() -> str:
    """Return the text of the compiled copy."""
    from cleaners.prefilter import prefiltered  # noqa: PLC0415 - nothing that cleaning needs

    files = [_to_json(replace(file, rules=tuple(map(prefiltered, file.rules)))) for file in parsed_files()]
    return (
        json.dumps({"digest": _digest(_sources()), "files": files}, ensure_ascii=False, separators=(",", ":"))
        + "\n"
    )


def _sources() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.toml"))}


def _digest(sources: Mapping[str, bytes]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name, content in sources.items():
        digest.update(f"{name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _to_json(file: RuleFile) -> dict[str, Any]:
    rules = [
        {
            field.name: getattr(rule, field.name)
            for field in fields(Rule)
            if field.name not in _CASES
            and (field.default is MISSING or getattr(rule, field.name) != field.default)
        }
        for rule in file.rules
    ]
    return {
        "name": file.name,
        "language": file.language,
        "site": file.site,
        "reporting": file.reporting,
        "rules": rules,
    }


def _from_json(entry: Mapping[str, Any]) -> RuleFile:
    rules = tuple(Rule(**_with_tuples(rule)) for rule in entry["rules"])
    return RuleFile(entry["name"], entry["language"], entry["site"], tuple(entry["reporting"]), rules)


def _with_tuples(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in rule.items()}


if __name__ == "__main__":
    COMPILED.write_text(compile_rules(), encoding="utf-8")
