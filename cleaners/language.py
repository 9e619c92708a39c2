"""Which language is a text in? What the page declares, checked by a vote of its words and letters."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from cleaners import shapes

_REACH = 6_000  # Characters that vote: some 900 words.
_ENOUGH = 6  # Votes that a language needs to overrule the page's own declaration.
_SCRIPTS = (
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ar", re.compile(r"[\u0620-\u06ff]")),
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("hi", re.compile(r"[\u0904-\u097f]")),
    ("bn", re.compile(r"[\u0985-\u09ff]")),
    ("th", re.compile(r"[\u0e01-\u0e4f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("latin", re.compile(r"[A-Za-zÀ-ɏ]")),
)
_SHORT_SCRIPTS = (
    (("zh", "ja"), re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")),
    (("ko",), re.compile(r"[\uac00-\ud7af]")),
    (("ru", "uk"), re.compile(r"[\u0400-\u04ff]")),
    (("ar", "fa"), re.compile(r"[\u0620-\u06ff]")),
    (("he",), re.compile(r"[\u05d0-\u05ea]")),
    (("hi",), re.compile(r"[\u0904-\u097f]")),
    (("bn",), re.compile(r"[\u0985-\u09ff]")),
    (("th",), re.compile(r"[\u0e01-\u0e4f]")),
    (("el",), re.compile(r"[\u0370-\u03ff]")),
    (("vi",), re.compile(r"[\u1ea0-\u1ef9]")),
)
_ANY_SCRIPT = re.compile("[\u0370-\u0fff\u1ea0-\u1ef9\u3040-\ud7af]")  # All of them and some more.
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_LETTERS = {code: chr(code) if chr(code).isalpha() else " " for code in range(128)}
_LATIN_LETTERS = bytes(code for code in range(128) if chr(code).isalpha())
_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?\Z")
_ALIASES = {
    "nb": "no",
    "nn": "no",
    "in": "id",
    "iw": "he",
    "cz": "cs",
    "ua": "uk",
    "gr": "el",
    "jp": "ja",
    "kr": "ko",
    "dk": "da",
    "se": "sv",
    "cn": "zh",
}
# Near relatives that a vote may confuse: the page's own word decides between them.
_RELATIVES = ({"no", "da", "sv"}, {"cs", "sk"}, {"es", "ca", "gl", "pt"}, {"id", "ms"}, {"ru", "uk", "be", "bg", "sr", "mk", "kk"},
              {"hi", "mr", "ne"},
              {"ar", "fa", "ur", "ps"}, {"nl", "af"}, {"hr", "bs", "sr", "sl"})  # fmt: skip


class _Tables(NamedTuple):
    codes: tuple[str, ...]
    speakers: dict[str, list[str]]
    letters: dict[str, frozenset[str]]


def language_of(declared: str, text: str) -> str:
    """Return the ISO 639-1 code of a page: `declared` unless `text` clearly speaks another language.

    An empty string where nothing tells.
    """
    code = normalise_code(declared)
    voted, votes = _vote(text[:_REACH], code)
    if not code:
        return voted
    if not voted or voted == code or votes < _ENOUGH:
        return code
    if any(code in relatives and voted in relatives for relatives in _RELATIVES):
        return code
    return voted


@lru_cache(maxsize=1024)
def languages_of_script(text: str) -> tuple[str, ...]:
    """Return the languages that the letters of a short text may be of; none for Latin letters alone."""
    if text.isascii() or not _ANY_SCRIPT.search(text):
        return ()
    found = [codes for codes, pattern in _SHORT_SCRIPTS if pattern.search(text)]
    return tuple(dict.fromkeys(code for codes in found for code in codes))


def normalise_code(declared: str) -> str:
    """Return the ISO 639 code of a `lang` value: `en` of `en-US`, `no` of `nb`; empty if malformed."""
    found = _CODE.match(declared.strip())
    if not found:
        return ""
    code = found[1].lower()
    return _ALIASES.get(code, code)


def _vote(text: str, declared: str) -> tuple[str, int]:
    """Return the language that a text speaks, and by how many votes it leads the declared one."""
    ascii_part = text.encode("ascii", "ignore")
    # Most pages are plainly Latin, and need no count of each script.
    if len(ascii_part) - len(ascii_part.translate(None, _LATIN_LETTERS)) > len(text) - len(ascii_part):
        return _vote_by_words(text, declared)
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS}
    script, letters = max(counts.items(), key=lambda item: item[1])
    if not letters:
        return "", 0
    if script == "latin":
        return _vote_by_words(text, declared)
    tables = _tables()
    if script in ("zh", "ja"):
        script = "ja" if counts["ja"] * 20 > counts["zh"] else "zh"
    elif script == "ru":
        script = max(
            ("ru", "uk"), key=lambda code: sum(text.count(letter) for letter in tables.letters[code])
        )
    elif script == "ar":
        script = "fa" if sum(text.count(letter) for letter in tables.letters["fa"]) * 50 > letters else "ar"
    return script, letters


def _words(text: str) -> list[str]:
    """Return the runs of letters in a text, quickly where all letters are ASCII."""
    text = shapes.without_typography(text)
    return text.translate(_ASCII_LETTERS).split() if text.isascii() else _WORD.findall(text)


def _vote_by_words(text: str, declared: str) -> tuple[str, int]:
    tables = _tables()
    votes = dict.fromkeys(tables.codes, 0)
    spoken = Counter(_words(text.lower()))
    for word in tables.speakers.keys() & spoken.keys():
        for code in tables.speakers[word]:
            votes[code] += spoken[word]
    code, best = max(votes.items(), key=lambda item: item[1])
    second = max(votes[other] for other in votes if other != code)
    # Danish and Norwegian share most of their short words: no lead among them, no vote.
    return (code, best - votes.get(declared, 0)) if best > second else ("", 0)


@cache
def _tables() -> _Tables:
    import tomllib  # noqa: PLC0415

    table = tomllib.loads(Path(__file__).with_name("noise").joinpath("languages.toml").read_text("utf-8"))
    speakers: dict[str, list[str]] = {}
    for code, words in table["words"].items():
        for word in frozenset(words.split()):
            speakers.setdefault(word, []).append(code)
    letters = {code: frozenset(letters) for code, letters in table["letters"].items()}
    return _Tables(tuple(table["words"]), speakers, letters)
