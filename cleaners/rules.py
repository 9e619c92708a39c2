"""The rule engine: which rule, if any, says that a block is noise.

Phrases, labels and openers of all languages stand in one index, looked up by their first word, so the
number of languages costs nothing; patterns are tried for the page's own languages, English and `und`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cleaners.errors import RuleError
from cleaners.matching import Context, Index, Match
from cleaners.rulebook import FOLDER, shared_lists, shipped_files
from cleaners.rulefile import Rule, RuleFile, parse_rule_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Context", "Match", "NoiseType", "Rules", "noise_types"]


@dataclass(frozen=True, slots=True)
class NoiseType:
    """One row of `noise/types.toml`: its name, its meaning, whether it is removed by default."""

    name: str
    meaning: str
    is_default: bool


@cache
def noise_types() -> Mapping[str, NoiseType]:
    """Return the noise types by name."""
    import tomllib  # noqa: PLC0415

    table = tomllib.loads((FOLDER / "types.toml").read_text("utf-8"))
    return {
        name: NoiseType(name, row["meaning"], row.get("default", True))
        for name, row in table["types"].items()
    }


class Rules:
    """The rules that apply to a page. A value: every method returns new rules.

    >>> Rules.default().without("caption").is_on("caption")
    False
    """

    def __init__(self, files: tuple[RuleFile, ...], off: frozenset[str], host: str = "") -> None:
        """Take rule files and the noise types that are switched off; most callers want `Rules.default`."""
        self._files = files
        self._off = off
        self._host = host
        # By the sites whose files speak: building one takes as long as cleaning some pages.
        self._indexes: dict[tuple[str, ...], Index] = {}

    def __reduce__(self) -> tuple[type[Rules], tuple[tuple[RuleFile, ...], frozenset[str], str]]:
        """Let other processes have them: an index is made anew there."""
        return Rules, (self._files, self._off, self._host)

    @classmethod
    def default(cls) -> Rules:
        """Return the shipped rules of all languages, with the noise types that are on by default."""
        return _default_rules()

    @classmethod
    def none(cls) -> Rules:
        """Return no text rules at all: layout alone decides."""
        return cls((), frozenset())

    def without(self, *noise: str) -> Rules:
        """Return rules that keep these noise types; raises RuleError for an unknown one."""
        return Rules(self._files, self._off | _known(noise), self._host)

    def including(self, *noise: str) -> Rules:
        """Return rules that remove these noise types too; raises RuleError for an unknown one."""
        return Rules(self._files, self._off - _known(noise), self._host)

    def with_file(self, path: str | Path) -> Rules:
        """Return these rules and those of a rule file, after trying the file's own cases.

        Raises RuleError for a file that is missing, malformed, or fails its own `drops` or `keeps`.
        """
        try:
            text = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RuleError(f"{path}: cannot be read: {error}") from error
        file = replace(parse_rule_file(text, str(path), shared_lists()), is_own=True)
        _known(rule.noise for rule in file.rules)
        added = Rules((file, *self._files), frozenset(), file.site or self._host)
        for rule in file.rules:
            added._check_cases(rule)
        return Rules((file, *self._files), self._off, self._host)

    def for_site(self, host: str) -> Rules:
        """Return the rules for a page of `host`: site files of other hosts fall silent."""
        if not any(file.site for file in self._files):
            return self
        rules = Rules(self._files, self._off, host.lower())
        rules._indexes = self._indexes
        return rules

    def is_on(self, noise: str) -> bool:
        """Tell whether blocks of this noise type are removed."""
        return noise not in self._off

    def match(self, text: str, context: Context) -> Match | None:
        """Return the first rule that `text` meets as a whole block, or None."""
        return self._index.match(text, context)

    @cached_property
    def own_reasons(self) -> frozenset[str]:
        """The reasons that rules from `with_file` give: what their user wants gone is never held back."""
        return frozenset(f"rule:{rule.id}" for file in self._files if file.is_own for rule in file.rules)

    def phrase_noise(self, text: str) -> str:
        """Return the noise type that a short text is by its words alone, an empty string for none."""
        return self._index.phrase_noise(text)

    def inline(self, text: str, context: Context) -> list[tuple[Rule, str]]:
        """Return the parts of `text` that inline rules cut out of a block, each with its rule."""
        return self._index.inline(text, context)

    @property
    def selectors(self) -> tuple[tuple[str, Rule], ...]:
        """The CSS selectors of `drop-node` rules, each with its rule."""
        return self._index.selectors

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """All rules in force, in the order of their precedence: sites, languages, `und`."""
        return tuple(rule for file in self._active for rule in file.rules if self.is_on(rule.noise))

    @property
    def _active(self) -> tuple[RuleFile, ...]:
        return tuple(file for file in self._files if not file.site or _is_site(self._host, file.site))

    @cached_property
    def _index(self) -> Index:
        sites = tuple(file.site for file in self._active)
        if sites not in self._indexes:
            reporting = {file.language: file.reporting for file in self._active if file.reporting}
            self._indexes[sites] = Index(self.all_rules, reporting)
        return self._indexes[sites]

    def _check_cases(self, rule: Rule) -> None:
        for case, wanted in [*((text, True) for text in rule.drops), *((text, False) for text in rule.keeps)]:
            if rule.action != "drop-node" and self.meets(rule, case) is not wanted:
                verb = "does not match its own drop" if wanted else "matches its own keep"
                raise RuleError(f"rule {rule.id!r} {verb}: {case!r}")

    def meets(self, rule: Rule, case: str) -> bool:
        """Tell whether `rule` matches a case text, its guards of place and kind taken as met."""
        return rule.id in self._met_in(case, Context.for_case(rule))

    def takers(self, case: str) -> list[Rule]:
        """Return all rules that match a case text, the guards of each taken as met."""
        contexts = {Context.for_case(rule) for rule in self.all_rules}
        met = {context: self._met_in(case, context) for context in contexts}
        return [rule for rule in self.all_rules if rule.id in met[Context.for_case(rule)]]

    def _met_in(self, case: str, context: Context) -> set[str]:
        inline = {rule.id for rule, _ in self._index.inline(case, context)}
        return inline | {match.rule.id for match in self._index.matches(case, context)}


def _is_site(host: str, site: str) -> bool:
    return host == site or host.endswith("." + site)


def _known(noise: Iterable[str]) -> frozenset[str]:
    asked = frozenset(noise)
    if unknown := sorted(asked - noise_types().keys()):
        raise RuleError(f"unknown noise type {unknown[0]!r}; known: {', '.join(sorted(noise_types()))}")
    return asked


@cache
def _default_rules() -> Rules:
    off = frozenset(name for name, kind in noise_types().items() if not kind.is_default)
    return Rules(shipped_files(), off)
