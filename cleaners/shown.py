"""What browsers show and the markup alone does not say: quotation marks, powers, formulas, shadow trees in templates."""

from __future__ import annotations

import re

_QUOTE_TAG = re.compile(r"<(/?)(q|pre)(?:\s[^<>]*)?>", re.IGNORECASE)
_OPENS_MARKED = re.compile(r"\s*[\"“”„«»‘「『]")
_CLOSING_MARKS = tuple('"“”«»’」』')
_FEW = 50  # Characters before an end: a mark stands there, white space at most behind it.
_LEVELS = ("“”", "‘’")
# A power stands behind a digit, a bracket or a unit; the tag comes first, for the engine leaps to it.
_POWER = re.compile(
    r"<sup(?:(?<=[\d)]<sup)|(?<=[\s\d][mx]<sup)|(?<=[\s\d][kcdm]m<sup))(?:\s[^<>]*)?>"
    r"\s{0,9}([+−-]?\d{1,3}|n)\s{0,9}</sup\s*>(?!\s?[/⁄])",
    re.IGNORECASE,
)
_PRICE = re.compile(r"[$€£¥]\s?\d{1,7}\Z")
_RAISED = str.maketrans("0123456789+−-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_FORMULA = re.compile(r"<math((?:\s[^<>]*)?)>([^<]*(?:<(?!/?math[\s>])[^<]*)*)</math\s*>", re.IGNORECASE)
# In these the formula stands a second time, for screen readers.
_COPIES = ("katex-mathml", "mjx_assistive_mathml")
_SPOKEN = re.compile(r"""\salttext\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_TEX = re.compile(r"<annotation\s[^<>]*(?:tex|latex)\b[^<>]*>([^<]*)<", re.IGNORECASE)
_STYLED = re.compile(r"\A\s*\{\\(?:display|text)style\s(.*)\}\s*\Z", re.DOTALL)
_NOTES = re.compile(r"<annotation(?:-xml)?[\s>].*", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_TEMPLATE = re.compile(r"<(/?)template(?=[\s>])([^<>]*)>", re.IGNORECASE)
_SHADOW = re.compile(r"\sshadowroot(?:mode)?\s*=", re.IGNORECASE)
_SHADOW_TAG = "chaffinch-shadow"


def as_shown(markup: str) -> str:
    """Return markup with the marks of `q`, and what only its elements say as text.

    Powers (`10<sup>6</sup>`) are raised digits there, formulas their TeX or signs, and open shadow trees elements.
    """
    if "</q>" in markup or "</Q>" in markup:
        markup = _with_quotation_marks(markup)
    if "</sup>" in markup or "</SUP>" in markup:
        markup = _POWER.sub(_raise, markup)
    if "</math>" in markup:
        markup = _FORMULA.sub(_spell_out, markup)
    return _with_shadow_trees(markup) if "shadowroot" in markup else markup


def _with_quotation_marks(markup: str) -> str:
    """Return markup with marks in each `q` that has none of its own, single ones in the inner; code stays as it is."""
    marks: list[tuple[int, bool, bool]] = []
    opened: list[int] = []
    is_code = False
    for tag in _QUOTE_TAG.finditer(markup):
        if len(tag[2]) > len("q"):
            is_code = not tag[1]
        elif not is_code and not tag[1]:
            opened.append(tag.end())
        elif not is_code and opened:
            start, end = opened.pop(), tag.start()
            is_bare = not _has_marks(markup, start, end)
            marks += [(start, False, is_bare), (end, True, is_bare)]
    parts: list[str] = []
    place = depth = 0
    for at, is_end, is_bare in sorted(marks):
        depth -= is_end
        parts += [markup[place:at], _LEVELS[depth % 2][is_end] if is_bare else ""]
        place = at
        depth += not is_end
    return "".join([*parts, markup[place:]])


def _has_marks(markup: str, start: int, end: int) -> bool:
    """Tell whether a quotation has marks of its own."""
    if not _OPENS_MARKED.match(markup, start, end):
        return False
    return markup[max(start, end - _FEW) : end].rstrip().endswith(_CLOSING_MARKS)


def _spell_out(found: re.Match[str]) -> str:
    """Return a formula as a span of text: as it is to be spoken, as its TeX, or as the signs in it."""
    if any(name in found.string[max(0, found.start() - _FEW) : found.start()].lower() for name in _COPIES):
        return found[0]
    spoken = _SPOKEN.search(found[1])
    tex = _TEX.search(found[2])
    text = (spoken[1] or spoken[2] or "" if spoken else "") or (tex[1] if tex else "")
    text = _STYLED.sub(r"\1", text).strip() or _TAG.sub("", _NOTES.sub("", found[2]))
    return f"<span>{' '.join(text.split())}</span>"


def _raise(found: re.Match[str]) -> str:
    if _PRICE.search(found.string, max(0, found.start() - 10), found.start()):
        return f".{found[1]}"
    return found[1].translate(_RAISED)


def _with_shadow_trees(markup: str) -> str:
    """Return markup in which a template that browsers show at once is an element like others, with its own end."""
    is_shadow: list[bool] = []

    def rename(found: re.Match[str]) -> str:
        if found[1]:
            shown = is_shadow.pop() if is_shadow else False
        else:
            shown = bool(_SHADOW.search(found[2]))
            is_shadow.append(shown)
        return f"<{found[1]}{_SHADOW_TAG}{found[2]}>" if shown else found[0]

    return _TEMPLATE.sub(rename, markup)
