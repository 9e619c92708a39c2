"""What browsers show and the markup alone does not say: quotation marks, powers, shadow trees in templates."""

from __future__ import annotations

import re

# None within another, for browsers give the inner ones other marks.
_QUOTED = re.compile(r"(<q(?:\s[^<>]*)?>)([^<]*(?:<(?!/?q[\s>])[^<]*)*)(</q\s*>)", re.IGNORECASE)
_MARKED = re.compile(r"\s*[\"“”„«»‘「『].*[\"“”«»’」』]\s*\Z", re.DOTALL)
# A power stands behind a digit, a bracket or a unit; the tag comes first, for the engine leaps to it.
_POWER = re.compile(
    r"<sup(?:(?<=[\d)]<sup)|(?<=[\s\d][mx]<sup)|(?<=[\s\d][kcdm]m<sup))(?:\s[^<>]*)?>"
    r"\s{0,9}([+−-]?\d{1,3}|n)\s{0,9}</sup\s*>(?!\s?[/⁄])",
    re.IGNORECASE,
)
_PRICE = re.compile(r"[$€£¥]\s?\d{1,7}\Z")
_RAISED = str.maketrans("0123456789+−-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_TEMPLATE = re.compile(r"<(/?)template(?=[\s>])([^<>]*)>", re.IGNORECASE)
_SHADOW = re.compile(r"\sshadowroot(?:mode)?\s*=", re.IGNORECASE)
_SHADOW_TAG = "chaffinch-shadow"


def as_shown(markup: str) -> str:
    """Return markup with the marks of `q`, powers (`10<sup>6</sup>`) as raised digits, and open shadow trees as elements."""
    if "</q>" in markup:
        markup = _QUOTED.sub(
            lambda found: found[0] if _MARKED.match(found[2]) else f"{found[1]}“{found[2]}”{found[3]}", markup
        )
    if "</sup>" in markup:
        markup = _POWER.sub(_raise, markup)
    return _with_shadow_trees(markup) if "shadowroot" in markup else markup


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
