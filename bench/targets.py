"""What Chaffinch is meant to reach on a corpus, beside what it reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import peers
from figures import group_pages, read_floor_figures, share_asked, sum_leaks, sum_metadata, sum_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scoring import PageScore

# The share of trafilatura's word error (1 - word F1) on articles that is left, by corpus.
_ERROR_SHARES = {"wcxb": 0.65, "fundus": 0.55}
_ALL_KINDS = 0.87
_LEAKED_SHARE = 1 / 3


@dataclass(frozen=True, slots=True)
class Target:
    """A figure beside what it is meant to reach."""

    name: str
    aim: str
    figure: float
    is_met: bool


def read_targets(name: str, scores: Sequence[PageScore]) -> tuple[Target, ...]:
    """Return what Chaffinch is meant to reach on this corpus, beside what it reached."""
    groups = group_pages(scores)
    articles = groups.get("article", [])
    if not articles:
        return ()
    figures = read_floor_figures(articles)
    targets: list[Target] = []
    if peers.TRAFILATURA in articles[0].texts:
        targets += _relative_targets(name, articles, figures)
        targets += _kind_targets(groups)
    if name.startswith("fundus"):
        targets += _leak_targets(articles)
    if name.startswith("trafeval") and "article.kept" in figures and "article.leaked" in figures:
        targets += [
            _least("kept", 0.96, figures["article.kept"]),
            _most("leaked", 0.06, figures["article.leaked"]),
        ]
    targets.append(_most("pages that asked trafilatura", 0.2, share_asked(scores).value))
    if "plain.precision_gain" in figures:
        targets += [
            _least("plain text, precision", 0.02, figures["plain.precision_gain"], "+.3f"),
            _least("plain text, recall", -0.003, figures["plain.recall_gain"], "+.3f"),
        ]
    return tuple(targets)


def _relative_targets(
    name: str, articles: Sequence[PageScore], figures: Mapping[str, float]
) -> Iterator[Target]:
    theirs = sum_texts(articles, peers.TRAFILATURA)
    share = next((share for start, share in _ERROR_SHARES.items() if name.startswith(start)), 1.0)
    if theirs.pages:
        aim = 1 - share * (1 - theirs.word_f1)
        yield _least(f"word F1 ({share:g} of trafilatura's error)", aim, figures["article.word_f1"], ".4f")
    for fact, right in sum_metadata(articles, peers.TRAFILATURA).items():
        yield _least(fact, right.value, figures[f"article.metadata.{fact}"], ".4f")


def _kind_targets(groups: Mapping[str, Sequence[PageScore]]) -> Iterator[Target]:
    """Yield for the other kinds of page, and for all, what trafilatura's best mode reaches."""
    for kind, members in groups.items():
        ours = sum_texts(members, peers.CHAFFINCH).word_f1
        if kind == "all":
            yield _least("all kinds, word F1", _ALL_KINDS, ours)
        elif kind != "article":
            modes = [name for name in members[0].texts if name.startswith(peers.TRAFILATURA)]
            best = max(sum_texts(members, mode).word_f1 for mode in modes)
            yield _least(f"{kind}, word F1 (trafilatura's best mode)", best, ours, ".4f")


def _leak_targets(articles: Sequence[PageScore]) -> Iterator[Target]:
    ours = sum_leaks(articles, peers.CHAFFINCH)
    for noise, theirs in sum_leaks(articles, peers.TRAFILATURA).items():
        yield _most(
            f"{noise} left in (a third of trafilatura's)",
            theirs.found * _LEAKED_SHARE,
            ours[noise].found,
            ".1f",
        )


def _least(name: str, aim: float, figure: float, form: str = "g") -> Target:
    return Target(name, f">= {aim:{form}}", figure, figure >= aim)


def _most(name: str, aim: float, figure: float, form: str = "g") -> Target:
    return Target(name, f"<= {aim:{form}}", figure, figure <= aim)
