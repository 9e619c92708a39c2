"""What browsers show and the markup alone does not say: quotation marks, powers, shadow trees in templates."""

from __future__ import annotations

import re

_QUOTE = re.compile(r"<q(?:\s[^<>]*)?>(?P<has_mark>\s*[\"'“”„«»‘「『])?", re.IGNORECASE)
_QUOTE_END = re.compile(r"(?P<has_mark>[\"'“”„«»’」』]\s{0,9})?</q\s*>", re.IGNORECASE)
# Behind the end of a sentence it is the mark of a note. The tag comes first, for the engine leaps to it.
_POWER = re.compile(
    r"<sup(?<![.,;:!?\"'”’»]<sup)(?:\s[^<>]*)?>\s{0,9}([+−-]?\d{1,3}|n)\s{0,9}</sup\s*>", re.IGNORECASE
)
_RAISED = str.maketrans("0123456789+−-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_TEMPLATE = re.compile(r"<(/?)template(?=[\s>])([^<>]*)>", re.IGNORECASE)
_SHADOW = re.compile(r"\sshadowroot(?:mode)?\s*=", re.IGNORECASE)
_SHADOW_TAG = "chaffinch-shadow"


def as_shown(markup: str) -> str:
    """Return markup with the marks of `q`, powers (`10<sup>6</sup>`) as raised digits, and open shadow trees as elements."""
    if "</q>" in markup:
        markup = _QUOTE.sub(lambda found: found[0] if found["has_mark"] else f"{found[0]}“", markup)
        markup = _QUOTE_END.sub(lambda found: found[0] if found["has_mark"] else f"”{found[0]}", markup)
    if "</sup>" in markup:
        markup = _POWER.sub(lambda found: found[1].translate(_RAISED), markup)
    return _with_shadow_trees(markup) if "shadowroot" in markup else markup


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
