"""The figures of a corpus as tables and as JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import peers
from figures import (
    FACTS,
    TextFigures,
    count_verdicts,
    group_confidence,
    group_pages,
    read_floor_figures,
    share_asked,
    sum_leaks,
    sum_metadata,
    sum_plain,
    sum_reasons,
    sum_removals,
    sum_texts,
)
from targets import read_targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from measures import Share
    from scoring import PageScore
    from targets import Target

_UNKNOWN = "-"
_VERDICTS = ("article", "partial", "not-article", "empty")


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table, first column to the left; columns that nowhere hold a figure are left out.

    >>> print(format_table(["system", "F1", "kept"], [["ours", "0.9", "-"], ["theirs", "-", "-"]]))
    system   F1
    ours    0.9
    theirs    -
    """
    columns = [
        column
        for column in zip(header, *rows, strict=True)
        if not rows or any(cell != _UNKNOWN for cell in column[1:])
    ]
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for row in zip(*columns, strict=True):
        first = row[0].ljust(widths[0])
        rest = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join([first, *rest]).rstrip())
    return "\n".join(lines)


def describe(name: str, scores: Sequence[PageScore], systems: Sequence[str]) -> Iterator[str]:
    """Yield the tables of one corpus."""
    groups = group_pages(scores)
    for group in dict.fromkeys((next(iter(groups)), "all" if "all" in groups else next(iter(groups)))):
        yield _title(name, f"{group}: {len(groups[group])} pages", _text_table(groups[group], systems))
    if len(groups) > 2:
        yield _title(name, "word F1 by kind", _kind_table(groups, systems))
    if peers.CHAFFINCH not in systems:
        return
    yield from _describe_chaffinch(name, scores)


def _describe_chaffinch(name: str, scores: Sequence[PageScore]) -> Iterator[str]:
    parts = {
        "metadata right": _metadata_table(scores),
        "plain text of resiliparse, before and after clean_text": _plain_table(scores),
        "verdicts by kind": _verdict_table(scores),
        "pages that asked trafilatura": _asked_table(scores),
        "noise inside the bodies of articles, and how much of it is left in": _leak_table(scores),
        "confidence, and the share of pages with word F1 over 0.9": _confidence_table(scores),
        "removals where the text is known (right: not in the truth, or kept elsewhere)": _removal_table(
            scores
        ),
        "rules with wrong removals": _reason_table(scores),
        "targets": _target_table(read_targets(name, scores)),
        "failures": _failure_table(scores),
    }
    for title, table in parts.items():
        if table:
            yield _title(name, title, table)


def to_json(scores: Sequence[PageScore], systems: Sequence[str]) -> dict[str, Any]:
    """Return every figure of a corpus, and the F1 of every page, ready for JSON."""
    groups = group_pages(scores)
    return {
        "pages": len(scores),
        "systems": {
            system: {group: _texts_to_json(sum_texts(members, system)) for group, members in groups.items()}
            for system in systems
        },
        "metadata": {
            system: {fact: _share_to_json(share) for fact, share in sum_metadata(scores, system).items()}
            for system in scores[0].metadata
        },
        "verdicts": count_verdicts(scores),
        "removals": {noise: _share_to_json(share) for noise, share in sum_removals(scores).items()},
        "reasons": {reason: _share_to_json(share) for reason, share in sum_reasons(scores).items()},
        "chaffinch": read_floor_figures(scores) if peers.CHAFFINCH in systems else {},
        "each": [_page_to_json(score) for score in scores],
    }


def _title(corpus: str, what: str, table: str) -> str:
    return f"\n{corpus}, {what}\n\n{table}"


def _text_table(scores: Sequence[PageScore], systems: Sequence[str]) -> str:
    header = ("system", "texts", "precision", "recall", "word F1", "shingle F1", "kept", "leaked", "failed")
    return format_table(header, [_text_row(system, sum_texts(scores, system)) for system in systems])


def _text_row(system: str, texts: TextFigures) -> list[str]:
    overlaps = [texts.words.precision, texts.words.recall, texts.word_f1, texts.shingles.f1]
    return [
        system,
        str(texts.pages) if texts.pages else _UNKNOWN,
        *(_figure(value) if texts.pages else _UNKNOWN for value in overlaps),
        *(_figure(share.value) if share.total else _UNKNOWN for share in (texts.kept, texts.leaked)),
        str(texts.failed) if texts.failed else _UNKNOWN,
    ]


def _kind_table(groups: Mapping[str, Sequence[PageScore]], systems: Sequence[str]) -> str:
    rows = [
        [system, *(_figure(sum_texts(members, system).word_f1) for members in groups.values())]
        for system in systems
    ]
    return format_table(["system", *groups], rows)


def _metadata_table(scores: Sequence[PageScore]) -> str:
    rows = []
    for group, members in group_pages(scores).items():
        for system in scores[0].metadata if group in ("article", "all") else ():
            shares = sum_metadata(members, system)
            if shares:
                cells = (_share(shares[fact]) if fact in shares else _UNKNOWN for fact in FACTS)
                rows.append([f"{group}, {system}", *cells])
    return format_table(["pages, system", *FACTS], rows) if rows else ""


def _plain_table(scores: Sequence[PageScore]) -> str:
    plain = sum_plain(scores)
    if plain is None:
        return ""
    before = (plain.before.precision, plain.before.recall, plain.f1_before)
    after = (plain.after.precision, plain.after.recall, plain.f1_after)
    gains = [f"{new - old:+.4f}" for old, new in zip(before, after, strict=True)]
    rows = [["before", *map(_figure, before)], ["after", *map(_figure, after)], ["gain", *gains]]
    return format_table([f"{plain.pages} articles", "precision", "recall", "word F1"], rows)


def _verdict_table(scores: Sequence[PageScore]) -> str:
    verdicts = count_verdicts(scores)
    rows = [[kind, *(str(counts[each]) for each in _VERDICTS)] for kind, counts in verdicts.items()]
    return format_table(["kind", *_VERDICTS], rows) if rows else ""


def _asked_table(scores: Sequence[PageScore]) -> str:
    rows = [[group, _share(share_asked(members))] for group, members in group_pages(scores).items()]
    return format_table(["pages", "asked"], rows)


def _leak_table(scores: Sequence[PageScore]) -> str:
    ours = sum_leaks(scores, peers.CHAFFINCH)
    others = [name for name in scores[0].texts if name != peers.CHAFFINCH]
    rows = [
        [noise, str(share.total), str(share.found)]
        + [str(sum_leaks(scores, name)[noise].found) for name in others]
        for noise, share in ours.items()
    ]
    return format_table(["noise", "blocks", peers.CHAFFINCH, *others], rows) if rows else ""


def _confidence_table(scores: Sequence[PageScore]) -> str:
    rows = []
    for name, members in group_confidence(scores).items():
        good = sum(score.texts[peers.CHAFFINCH].words.f1 > 0.9 for score in members)  # type: ignore[union-attr]
        said = sum(score.confidence for score in members) / len(members)
        rows.append([f"{name} and more", str(len(members)), _figure(said), _figure(good / len(members))])
    return format_table(["confidence", "pages", "said", "good"], rows) if rows else ""


def _removal_table(scores: Sequence[PageScore]) -> str:
    pages = Counter(noise for score in scores for noise in {each.noise for each in score.removals})
    rows = [
        [noise, str(share.total), str(pages[noise]), _figure(share.value)]
        for noise, share in sum_removals(scores).items()
    ]
    return format_table(["noise", "removals", "pages", "right"], rows) if rows else ""


def _reason_table(scores: Sequence[PageScore]) -> str:
    shares = [(reason, share) for reason, share in sum_reasons(scores).items() if share.found < share.total]
    rows = [[reason, str(share.total - share.found), str(share.total)] for reason, share in shares[:15]]
    return format_table(["reason", "wrong", "removals"], rows) if rows else ""


def _target_table(targets: Sequence[Target]) -> str:
    rows = [
        [each.name, each.aim, f"{each.figure:.4f}", "met" if each.is_met else "MISSED"] for each in targets
    ]
    return format_table(["figure", "target", "reached", ""], rows) if rows else ""


def _failure_table(scores: Sequence[PageScore]) -> str:
    kinds = Counter((system, message) for score in scores for system, message in score.failures.items())
    rows = [[f"{system}: {message}", str(count)] for (system, message), count in kinds.most_common(12)]
    return format_table(["system, error", "pages"], rows) if rows else ""


def _texts_to_json(texts: TextFigures) -> dict[str, float]:
    return {
        "texts": texts.pages,
        "word_precision": texts.words.precision,
        "word_recall": texts.words.recall,
        "word_f1": texts.word_f1,
        "shingle_f1": texts.shingles.f1,
        "kept": texts.kept.value,
        "leaked": texts.leaked.value,
        "failed": texts.failed,
    }


def _page_to_json(score: PageScore) -> dict[str, Any]:
    return {
        "file": score.file,
        "kind": score.kind,
        "verdict": score.verdict,
        "confidence": score.confidence,
        "asked": score.has_asked,
        "leaks": {"of": dict(score.noise), **{name: dict(found) for name, found in score.leaks.items()}},
        "word_f1": {name: round(text.words.f1, 4) for name, text in score.texts.items() if text.words},
        "kept": {name: text.kept for name, text in score.texts.items()} | {"of": score.wanted},
        "leaked": {name: text.leaked for name, text in score.texts.items()} | {"of": score.unwanted},
        "metadata": score.metadata,
        "failures": score.failures,
    }


def _share_to_json(share: Share) -> dict[str, float]:
    return {"found": share.found, "total": share.total, "share": share.value}


def _share(share: Share) -> str:
    return f"{share.value:.3f} of {share.total}"


def _figure(value: float) -> str:
    return f"{value:.4f}"
