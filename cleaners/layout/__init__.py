"""Which blocks of a page are its article: the layout judgement."""

from cleaners.layout.judge import Verdicts, judge

__all__ = ["Verdicts", "judge"]
