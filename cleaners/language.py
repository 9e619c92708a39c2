"""Which language is a text in? What the page declares, checked by a vote of its words and letters."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from cleaners import shapes

_REACH = 6_000  # Characters that vote: some 900 words.
_SAMPLE = 1_000  # Of them, from all over the text, tell its script.
_ENOUGH = 6  # Votes that a language needs to overrule the page's own declaration.
# Words of a running text that must be the voted language's frequent ones: Turkish, which joins most of them to
# others, comes to 0.11, and no language whose words we do not have comes far above 0.05 by chance.
_LEAST_SHARE = 0.07
_PLAIN_SHARE = 0.2  # The same, to overrule the declaration of a language that nobody here could vote for.
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
_SHARED_SCRIPTS = {"latin", "ru", "ar", "he", "hi"}  # Where only words tell one language from another.
_ANY_SCRIPT = re.compile("[\u0370-\u0fff\u1ea0-\u1ef9\u3040-\ud7af]")  # All of them and some more.
_WORD = re.compile(r"[\w\u0900-\u0963]+")  # The vowel signs of Hindi are no letters, and \w alone is fastest.
# Letters of a script that only Ukrainian and Persian have among the languages of ours, and those of none of ours.
_LETTERS = {
    "ru": ("іїєґІЇЄҐ", "ђјљњћџќѓѕўәғқңөұүһЂЈЉЊЋЏЌЃЅЎ"),
    "ar": ("پچژگ", "ٹڈڑںےۆێەۇېڭ"),
    "hi": ("", "ळॲ"),
    "he": ("", "ײױװ"),
}
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
_RELATIVES = ({"no", "da", "sv", "is", "fo"}, {"cs", "sk"}, {"es", "ca", "gl", "pt", "oc", "ast", "an"}, {"id", "ms", "jv", "su"},
              {"ru", "uk", "be", "bg", "sr", "mk", "kk"}, {"hi", "mr", "ne"}, {"ar", "fa", "ur", "ps", "sd", "ckb"}, {"he", "yi"},
              {"nl", "af", "fy", "nds"}, {"hr", "bs", "sr", "sh", "sl", "mk"}, {"zh", "yue", "wuu", "nan"}, {"bn", "as"},
              {"tr", "az", "tk"}, {"de", "lb", "gsw", "nds"}, {"fi", "et"}, {"it", "scn", "nap", "vec", "co"})  # fmt: skip


class _Tables(NamedTuple):
    """The languages that may be the answer, all that a vote knows, and who speaks a word."""

    named: frozenset[str]
    known: frozenset[str]
    speakers: dict[str, list[str]]


class _Vote(NamedTuple):
    """The language that a text speaks, by how many votes it leads the declared one, and its share of the words."""

    code: str
    lead: int
    share: float


_NO_VOTE = _Vote("", 0, 0.0)


def language_of(declared: str, text: str) -> str:
    """Return the ISO 639-1 code of a page: `declared` unless `text` clearly speaks another language.

    Only languages of ours are named by their words. An empty string where nothing tells, or a language that has
    no name here.
    """
    code = normalise_code(declared)
    vote = _vote(text[:_REACH], code)
    if code and not _is_overruled(code, vote):
        return code
    return vote.code if vote.code in _tables().named else ""


def spoken_in(text: str) -> str:
    """Return the language whose words a text holds most of, be it one of ours or not; empty where nothing tells."""
    return _vote(text[:_REACH], "").code


def _is_overruled(declared: str, vote: _Vote) -> bool:
    if not vote.code or vote.code == declared or vote.lead < _ENOUGH:
        return False
    if any(declared in relatives and vote.code in relatives for relatives in _RELATIVES):
        return False
    return declared in _tables().known or vote.share >= _PLAIN_SHARE


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


def _vote(text: str, declared: str) -> _Vote:
    ascii_part = text.encode("ascii", "ignore")
    # Most pages are plainly Latin, and need no count of each script.
    if len(ascii_part) - len(ascii_part.translate(None, _LATIN_LETTERS)) > len(text) - len(ascii_part):
        return _vote_by_words(text, declared)
    sample = text[:: 1 + len(text) // _SAMPLE]
    counts = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS}
    script, letters = max(counts.items(), key=lambda item: item[1])
    if not letters:
        return _NO_VOTE
    if script in _SHARED_SCRIPTS:
        vote = _vote_by_words(text, declared)
        # That the text is not in Latin letters is plain from a few of them.
        if script == "latin":
            return vote
        return vote._replace(lead=letters) if vote.code else _Vote(_by_letters(script, text), letters, 0.0)
    if script in ("zh", "ja"):
        script = "ja" if counts["ja"] * 20 > counts["zh"] else "zh"
    return _Vote(script, letters, 1.0)


def _by_letters(script: str, text: str) -> str:
    """Return the language that the letters of a text without short words speak for; empty for one not of ours."""
    ours, others = _LETTERS.get(script, ("", ""))
    if others and not set(text).isdisjoint(others):
        return ""
    near = {"ru": "uk", "ar": "fa"}.get(script)
    return near if near and not set(text).isdisjoint(ours) else script


def _words(text: str) -> list[str]:
    """Return the words of a text, quickly where all letters are ASCII."""
    text = shapes.without_typography(text)
    return text.translate(_ASCII_LETTERS).split() if text.isascii() else _WORD.findall(text)


def _vote_by_words(text: str, declared: str) -> _Vote:
    tables = _tables()
    votes = dict.fromkeys(tables.known, 0)
    words = _words(text.lower())
    spoken = Counter(words)
    for word in tables.speakers.keys() & spoken.keys():
        for code in tables.speakers[word]:
            votes[code] += spoken[word]
    second, best = sorted(tables.named, key=votes.__getitem__)[-2:]
    rival = max(sorted(tables.known - tables.named), key=votes.__getitem__)
    # A language of ours is likelier than its relatives, unless they lead plainly; and Danish and Norwegian share
    # most of their short words: no lead among them, no vote.
    if votes[rival] > votes[best] + 1:
        best = rival
    elif votes[best] == votes[second]:
        return _NO_VOTE
    if votes[best] < _LEAST_SHARE * len(words):
        return _NO_VOTE
    return _Vote(best, votes[best] - votes.get(declared, 0), votes[best] / len(words))


@cache
def _tables() -> _Tables:
    import tomllib  # noqa: PLC0415

    table = tomllib.loads(Path(__file__).with_name("noise").joinpath("languages.toml").read_text("utf-8"))
    speakers: dict[str, list[str]] = {}
    for code, words in (table["words"] | table["others"]).items():
        for word in frozenset(words.split()):
            speakers.setdefault(word, []).append(code)
    own_script = {name for name, _ in _SCRIPTS if name not in _SHARED_SCRIPTS}
    return _Tables(
        frozenset(table["words"]) | own_script,
        frozenset(table["words"].keys() | table["others"].keys() | own_script),
        speakers,
    )
