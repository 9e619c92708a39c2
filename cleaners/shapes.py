"""What the shape of a text says: its words, its sentences, whether it reads like a title or a credit."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Marks of Indic scripts, Thai, Lao and Arabic belong to their word, though str.isalnum denies it; the
# danda (U+0964, U+0965) ends a sentence and does not.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0963\u0966-\u0dff\u0e00-\u0eff"
WORD = re.compile(rf"[^\W_]+(?:[{_MARKS}\w]*)|[{_MARKS}][{_MARKS}\w]*")
# Scripts written without spaces: Han, kana, Thai, Lao.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]")
_CASED = re.compile(r"[A-Za-zÀ-ɏͰ-ӿԱ-֏]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_COMBINING = re.compile(r"[\u093c\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640]")
_MARK_FLOOD = re.compile(r"([^\w\s\x00-\x7f]{30})[^\w\s\x00-\x7f]+")
# What normalising would leave as it is, but for the three dots and the kind of space: most of the world's texts.
_PLAIN = re.compile(
    r"(?:[\x00-\x7f\u00a0\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e\u0401\u0410-\u044f\u0451]++"
    r"|[’‘“”„–—…•·«»]{1,30}+(?![’‘“”„–—…•·«»]))*+"
)
_CYRILLIC_OR_GREEK = re.compile(r"[\u0370-\u052f]")
_LATIN = re.compile(r"[a-z]")
_LETTER_VARIANTS = str.maketrans("ıأإآٱىیکة", "iااااييكه")
# Cyrillic and Greek letters that pass for Latin ones in lower case, folded only beside Latin letters.
_LOOK_ALIKES = str.maketrans("аеорсухіјѕԁһԛԝο", "aeopcyxijsdhqwo")
_ASCII_FOLDED = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_TYPOGRAPHY = "’‘“”„–—…•·«»\u00a0"
_SHORT = 120
_CLOSERS = "\"'”’»«)]}›」』）】*_ \u00a0"
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "।", "॥", "؟", "۔", "．", "።")
_TITLE_WORDS = 30
_CREDIT_WORDS = 9
_SHORT_CREDIT_WORDS = 2
_CREDIT_CHARACTERS = 24
_CREDIT_SPLIT = re.compile(r"[\s/|,;+&–—-]+")
# Small words between names, and agencies that write themselves small.
_CREDIT_PARTICLES = frozenset(
    "by via von van de del di da du der den la le for of für pour per y and und et e i c © via/"
    " picture alliance dpa afp epa epd imago images iStock iStockphoto".split()
)
_INNER_STOP = re.compile(r"[^\W\d_]{3,}[.!?] [^\W\d_]|[。！？।] ?\w")
_LISTED = re.compile(r", [^\W\d_]+ [^\W\d_]+ [^\W\d_]+.*, ")
# What lets choose among things names nobody: "Editor: Vim or Nano", "Photos: JPG, at most 5 MB".
_CHOICE = re.compile(
    r"\b(?:or|oder|ou|oppure|lub|albo|nebo|или|або|veya|eller|tai|vagy|sau|atau|hoặc|ή)\b|, \w+ o \w|\b(?:JPE?G|PNG|\d+ [KMG]B)\b"
)
_NAME_START = re.compile(
    r"(?:(?:Dr|Prof|Mr|Mrs|Ms)\.? )?[^\W\d_a-z][^\W\d_]*\.?(?: (?:de|von|van|der|la|al|bin|da|di))* [^\W\d_a-z]\w"
)
_STOPS = (".", "。", "।", "॥", "۔", "．", "።")


def fold(text: str) -> str:
    """Return `text` as the rules compare it.

    NFKC and casefold; accents, soft hyphens, zero-width characters and tatweel removed; Arabic letter
    variants unified; look-alike letters of other scripts read as Latin; words apart by one space and
    all punctuation gone.
    """
    return _fold_short(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    if not text.isascii():
        text = without_typography(text)
        if not text.isascii():
            return _fold_unicode(text)
    return _fold_ascii(text)


# Short texts are met again, on one page as on the next; long ones would only fill the memory.
_fold_short = lru_cache(maxsize=8192)(_fold)


def _fold_ascii(text: str) -> str:
    return " ".join(WORD.findall(text.lower()) if "_" in text else text.translate(_ASCII_FOLDED).split())


def without_typography(text: str) -> str:
    """Return `text` with spaces for the marks of good typography, which part words, and no more.

    What is ASCII without them is spared the long way round.
    """
    for mark in _TYPOGRAPHY:
        if mark in text:
            text = text.replace(mark, " ")
    return text


def _fold_unicode(text: str) -> str:
    # Normalising is quadratic in runs of combining marks: no word needs more than a few.
    text = _MARK_FLOOD.sub(r"\1", _INVISIBLE.sub("", text))
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    text = _COMBINING.sub("", text)
    if text.isascii():
        return _fold_ascii(text)
    text = unicodedata.normalize("NFC", text).translate(_LETTER_VARIANTS)
    words = WORD.findall(text)
    if _CYRILLIC_OR_GREEK.search(text) and _LATIN.search(text):
        words = [_fold_look_alikes(word) for word in words]
    return " ".join(words)


def _fold_look_alikes(word: str) -> str:
    folded = word.translate(_LOOK_ALIKES)
    return folded if folded.isascii() and len(word) > 1 else word


def visible(text: str) -> str:
    """Return `text` without soft hyphens, zero-width characters and marks of direction."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def tidy(text: str) -> str:
    """Return `text` as patterns see it: NFKC, nothing invisible, one space between words."""
    if text.isascii():
        return " ".join(text.split())
    if _PLAIN.fullmatch(text):
        return " ".join(text.replace("…", "...").split())
    text = unicodedata.normalize("NFKC", _MARK_FLOOD.sub(r"\1", _INVISIBLE.sub("", text)))
    return " ".join(text.split())


def is_unspaced(text: str) -> bool:
    """Tell whether `text` holds a script that is written without spaces between words."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def word_count(text: str) -> int:
    """Count the words of `text`; two characters of an unspaced script count as one word."""
    if text.isascii():
        if "\n" in text or "\t" in text:
            return len(text.split())
        return text.count(" ") + 1 if text else 0
    unspaced = len(_UNSPACED.findall(text))
    if not unspaced:
        return len(text.split())
    return len(_UNSPACED.sub(" ", text).split()) + (unspaced + 1) // 2


def is_sentence_end(text: str) -> bool:
    """Tell whether `text` ends like a sentence in any script, closing quotes and brackets aside."""
    return text.rstrip(_CLOSERS).endswith(_SENTENCE_ENDS)


def has_full_stop(text: str) -> bool:
    """Tell whether `text` ends with a full stop, the mark that headlines do not carry."""
    stripped = text.rstrip(_CLOSERS)
    return stripped.endswith(_STOPS) and not stripped.endswith("...")


def is_title_like(text: str, *, after_separator: bool) -> bool:
    """Tell whether `text` reads like a headline rather than a sentence.

    `after_separator` is true where a colon or its like parts it from a label; without one a headline
    must also begin with a capital, a digit or a quotation mark, or be in a script without capitals.
    """
    text = text.strip()
    if not text or has_full_stop(text) or word_count(text) > _TITLE_WORDS:
        return False
    if len(_INNER_STOP.findall(text)) > 1:
        return False
    first = text.lstrip("\"'“‘„«‹「『《【([¿¡<>»›→-–—| ")[:1]
    if is_unspaced(text) and not after_separator:
        return False
    return after_separator or not first.islower()


def is_credit_like(text: str) -> bool:
    """Tell whether `text` reads like the names in a credit: agencies, people, a year, a licence."""
    text = text.strip(" .()[]（）【】")
    if not text or any(pattern.search(text) for pattern in (_INNER_STOP, _LISTED, _CHOICE)):
        return False
    if is_unspaced(text):
        return len(text) <= _CREDIT_CHARACTERS and not has_full_stop(text)
    words = [word for word in _CREDIT_SPLIT.split(text) if word and word not in _CREDIT_PARTICLES]
    if len(words) > _CREDIT_WORDS:
        return False
    lower = sum(1 for word in words if word[0].islower() and not word.startswith(("http", "www")))
    return lower <= max(len(words) // 3, int(len(words) <= _SHORT_CREDIT_WORDS) * len(words))


def starts_with_name(text: str) -> bool:
    """Tell whether `text` begins with a personal name: two capitalised words, or an uncased script."""
    text = text.strip()
    return bool(_NAME_START.match(text)) or (bool(text) and not _CASED.match(text) and text[0].isalpha())
