"""Which blocks of a page are its article: the layout judgement."""

from cleaners.layout.judge import KEPT_FROM, Verdicts, judge

__all__ = ["KEPT_FROM", "Verdicts", "judge"]
