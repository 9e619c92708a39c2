"""Judge blocks by trafilatura's opinion joined with evidence of our own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cleaners.layout import evidence

if TYPE_CHECKING:
    from cleaners.html import Draft, Page

_PROSE_WORDS = 12
_LONG_WORDS = 25
_LINKED = 0.5
_CORE_SHARE = 0.6
_LEAD_REACH = 12  # Blocks before the first paragraph in which a standfirst may stand.
_SQUEEZE = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Verdicts:
    """For each block: how likely it is article text, and what noise its surroundings make of it."""

    scores: list[float] = field(default_factory=list)
    noises: list[str] = field(default_factory=list)


def judge(page: Page, opinion: list[bool] | None) -> Verdicts:
    """Score the blocks of a page; `opinion` says which of them trafilatura would keep, if asked."""
    noises = _noises(page)
    core = _core(page, noises, opinion)
    scores = _Scorer(page, noises, core, opinion).scores() if core else [0.0] * len(page.drafts)
    return Verdicts(scores, noises)


def is_prose(draft: Draft) -> bool:
    """Tell whether a block reads as running text: long enough, few links."""
    block = draft.block
    if block.kind not in ("paragraph", "quote", "item") or block.link_density >= _LINKED:
        return False
    if draft.words >= _LONG_WORDS:
        return True
    return draft.words >= _PROSE_WORDS and block.text.rstrip("\"'”’»)").endswith((".", "!", "?", "…", "。", "।", "؟"))


def _noises(page: Page) -> list[str]:
    """Return for each block the noise type of its nearest ancestor whose tag or names speak of one."""
    of_element: list[str] = []
    for number, tag in enumerate(page.tags):
        own = evidence.noise_of_tag(tag)
        if not own and page.names[number] and tag not in ("html", "body", "main", "article"):
            own = evidence.noise_of_names(page.names[number])
        parent = page.parents[number]
        of_element.append(own or (of_element[parent] if parent >= 0 else ""))
    return ["caption" if draft.block.kind == "caption" else of_element[draft.element] for draft in page.drafts]


def _core(page: Page, noises: list[str], opinion: list[bool] | None) -> list[int]:
    """Return the blocks that are surely the article's: its running text."""
    prose = [
        number
        for number, draft in enumerate(page.drafts)
        if is_prose(draft) and not draft.is_hidden and not (noises[number] and draft.block.kind != "quote")
    ]
    if opinion is not None:
        asked = [number for number in prose if opinion[number]]
        if asked:
            return asked
        return [number for number, draft in enumerate(page.drafts) if opinion[number] and not draft.is_hidden]
    return _densest(page, prose)


def _densest(page: Page, prose: list[int]) -> list[int]:
    """Return the prose inside the deepest element that holds most of the page's prose."""
    words: dict[int, int] = {}
    total = 0
    for number in prose:
        draft = page.drafts[number]
        total += draft.words
        element = draft.element
        while element >= 0:
            words[element] = words.get(element, 0) + draft.words
            element = page.parents[element]
    holders = [element for element, count in words.items() if count >= _CORE_SHARE * total]
    if not holders:
        return prose
    deepest = max(holders)
    return [number for number in prose if _is_inside(page, page.drafts[number].element, deepest)]


def _is_inside(page: Page, element: int, holder: int) -> bool:
    while element > holder:
        element = page.parents[element]
    return element == holder


class _Scorer:
    """Joins the opinion with the neighbourhood of the core."""

    def __init__(self, page: Page, noises: list[str], core: list[int], opinion: list[bool] | None) -> None:
        self.page = page
        self.noises = noises
        self.core = set(core)
        self.first, self.last = min(core), max(core)
        self.opinion = opinion
        self.near: dict[int, int] = {}
        self.signatures: set[tuple[str, str]] = set()
        for number in core:
            for element in self._holders(number):
                self.near[element] = self.near.get(element, 0) + 1
        self.signatures = {
            (page.tags[element], page.names[element].strip())
            for element, count in self.near.items()
            if count > 1 and page.names[element].strip()
        }
        self.description = _SQUEEZE.sub(
            "", next((value for name, value in page.metas if name.endswith("description")), "").lower()
        )

    def scores(self) -> list[float]:
        scores = [self._score(number, draft) for number, draft in enumerate(self.page.drafts)]
        self._rescue_introduced_lists(scores)
        return scores

    def _holders(self, number: int) -> list[int]:
        """Return the element of a block's paragraph, its parent and grandparent."""
        element = self.page.drafts[number].element
        found = []
        for _ in range(3):
            element = self.page.parents[element] if element >= 0 else -1
            if element < 0 or self.page.tags[element] in ("html", "body"):
                break
            found.append(element)
        return found

    def _score(self, number: int, draft: Draft) -> float:
        if draft.is_hidden:
            return 0.0
        if number in self.core:
            return 1.0
        noise = self.noises[number]
        asked = self.opinion[number] if self.opinion is not None else False
        if noise and not (asked and is_prose(draft)):
            return 0.2 if asked else 0.0
        if asked:
            return 0.9 if self.first <= number <= self.last + 12 or draft.words > _LONG_WORDS else 0.6
        if self._is_lead(number, draft):
            return 0.8
        return 0.7 if self._is_at_home(number, draft) else 0.1

    def _is_lead(self, number: int, draft: Draft) -> bool:
        if not self.first - _LEAD_REACH <= number < self.first or draft.words < 6 or draft.block.link_density >= _LINKED:
            return False
        if draft.block.kind == "heading" and draft.block.level == 1:
            return False
        element = draft.element
        for _ in range(3):
            if element >= 0 and evidence.is_lead_name(self.page.names[element]):
                return True
            element = self.page.parents[element] if element >= 0 else -1
        squeezed = _SQUEEZE.sub("", draft.block.text.lower())
        return len(squeezed) > 30 and squeezed[:60] == self.description[:60]

    def _is_at_home(self, number: int, draft: Draft) -> bool:
        """Tell whether a block stands among the core's paragraphs, or in a wrapper like theirs."""
        if draft.block.link_density >= _LINKED:
            return False
        inside = self.first < number < self.last
        for distance, element in enumerate(self._holders(number)[:2]):
            if inside and self.near.get(element, 0) >= 2 + distance:
                return is_prose(draft) or draft.block.kind in ("heading", "item", "quote", "code", "table")
            if is_prose(draft) and (self.page.tags[element], self.page.names[element].strip()) in self.signatures:
                return True
        return False

    def _rescue_introduced_lists(self, scores: list[float]) -> None:
        """Keep a list that a kept sentence announces with a colon."""
        drafts = self.page.drafts
        for number in range(self.first, min(self.last + 2, len(drafts) - 1)):
            if scores[number] < 0.5 or not drafts[number].block.text.rstrip().endswith((":", "：")):
                continue
            group = drafts[number + 1].block.group
            place = number + 1
            while group and place < len(drafts) and drafts[place].block.group == group and not self.noises[place]:
                scores[place] = max(scores[place], 0.7)
                place += 1
