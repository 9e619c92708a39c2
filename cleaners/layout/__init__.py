"""Which blocks of a page are its article: the layout judgement."""

from cleaners.layout.judge import Verdicts, judge
from cleaners.layout.rescue import KEPT_FROM
from cleaners.layout.stories import other_stories

__all__ = ["KEPT_FROM", "Verdicts", "judge", "other_stories"]
