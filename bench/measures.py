"""How near a text, a title, a name or a date is to the truth."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

# Kana and Chinese characters stand for a word each; Hangul is written with spaces between words.
_SINGLE = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"(?=\w)[{_SINGLE}]|[^\W{_SINGLE}]+")
_NOT_WORD = re.compile(r"[\W_]+")
_NAME_BREAK = re.compile(r"\s*[,;/&|，、；·•\n]\s*|\s+(?:and|und|et|y|e|en|og|och)\s+", re.IGNORECASE)
_SHINGLE = 4


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of what was found is right (`precision`), and of what is right was found (`recall`)."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall.

        >>> round(Overlap(1.0, 0.5).f1, 3)
        0.667
        """
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """So many found of so many."""

    found: int
    total: int

    @property
    def value(self) -> float:
        """Return the share, 0 where there was nothing to find."""
        return self.found / self.total if self.total else 0.0


def split_words(text: str) -> list[str]:
    """Return the lower-cased words, one a character for Chinese characters and kana.

    >>> split_words("Two words, ÉTÉ_1")
    ['two', 'words', 'été_1']
    >>> split_words("東京で, ok 서울 시")
    ['東', '京', 'で', 'ok', '서울', '시']
    """
    return _WORD.findall(text.lower())


def measure_words(truth: str, found: str) -> Overlap:
    """Compare two texts as bags of words.

    >>> measure_words("a b c d", "a b x")
    Overlap(precision=0.6666666666666666, recall=0.5)
    >>> measure_words("a", "")
    Overlap(precision=0.0, recall=0.0)
    """
    return _compare(split_words(truth), split_words(found))


def measure_shingles(truth: str, found: str) -> Overlap:
    """Compare two texts as bags of runs of four words; a shorter text is one run.

    >>> measure_shingles("a b c d e", "a b c d")
    Overlap(precision=1.0, recall=0.5)
    >>> measure_shingles("a b", "A, B!")
    Overlap(precision=1.0, recall=1.0)
    """
    return _compare(_shingle(split_words(truth)), _shingle(split_words(found)))


def mean_overlap(overlaps: Collection[Overlap]) -> Overlap:
    """Return the mean precision and recall; its `f1` is that of the means.

    >>> mean_overlap([Overlap(1.0, 0.0), Overlap(0.5, 1.0)])
    Overlap(precision=0.75, recall=0.5)
    """
    return Overlap(fmean(each.precision for each in overlaps), fmean(each.recall for each in overlaps))


def mean_f1(overlaps: Collection[Overlap]) -> float:
    """Return the mean of the F1 of each page.

    >>> mean_f1([Overlap(1.0, 1.0), Overlap(0.0, 0.0)])
    0.5
    """
    return fmean(each.f1 for each in overlaps)


def count_snippets(snippets: Iterable[str], text: str) -> int:
    r"""Count the snippets that stand in the text, whatever their case and white space.

    >>> count_snippets(["Two\n words", "three"], "... two words ...")
    1
    """
    squeezed = squeeze(text)
    return sum(squeeze(snippet) in squeezed for snippet in snippets)


def squeeze(text: str) -> str:
    r"""Return the text in one case with single spaces.

    >>> squeeze(" A\u00a0 b\nC ")
    'a b c'
    """
    return " ".join(text.casefold().split())


def normalise(text: str) -> str:
    """Return the text without case, punctuation and compatibility forms.

    >>> normalise("  ﬁne “Day” – it’s O'Neill ")
    'fine day it s o neill'
    """
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def is_title_right(truth: str, found: str) -> bool:
    """Tell whether two titles are the same but for case, punctuation and spaces.

    >>> is_title_right("Who's next?", "Who’s Next")
    True
    >>> is_title_right("Who's next?", "Who's next? - The Paper")
    False
    """
    return normalise(truth) == normalise(found)


def split_names(text: str) -> frozenset[str]:
    """Return the names in a byline, normalised.

    >>> sorted(split_names("Ann LEE, Bo Ek and Cy Poe"))
    ['ann lee', 'bo ek', 'cy poe']
    """
    return frozenset(filter(None, map(normalise, _NAME_BREAK.split(text))))


def are_authors_right(truth: str, found: Sequence[str]) -> bool:
    """Tell whether the names are those of the truth, or the one name found holds the truth's one name.

    >>> are_authors_right("Ann Lee and Bo Ek", ["Bo Ek", "Ann Lee"])
    True
    >>> are_authors_right("Ann Lee", ["By Ann Lee"])
    True
    >>> are_authors_right("Ann Lee", ["Ann Lee", "Bo Ek"])
    False
    """
    wanted = split_names(truth)
    names = frozenset(name for each in found for name in split_names(each))
    if wanted == names:
        return True
    if len(wanted) != 1 or len(names) != 1:
        return False
    return f" {next(iter(wanted))} " in f" {next(iter(names))} "


def is_date_right(truth: str, found: str) -> bool:
    """Tell whether two ISO dates or date-times name the same day.

    >>> is_date_right("2024-01-07", "2024-01-07T23:30:00+01:00")
    True
    >>> is_date_right("2024-01-07", "")
    False
    """
    return truth[:10] == found[:10]


def _shingle(words: list[str]) -> list[str]:
    if not words:
        return []
    return [" ".join(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1))]


def _compare(truth: list[str], found: list[str]) -> Overlap:
    if not truth and not found:
        return Overlap(1.0, 1.0)
    shared = sum((Counter(truth) & Counter(found)).values())
    return Overlap(shared / len(found) if found else 0.0, shared / len(truth) if truth else 0.0)
