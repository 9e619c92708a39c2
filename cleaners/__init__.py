r"""Clean article text from noisy pages and noisy texts, with a reason for every block removed.

>>> from cleaners import clean_text
>>> article = clean_text("Harbour fees rise\n\nThe port raised its fees on Monday.\n\nShare this:")
>>> article.text
'The port raised its fees on Monday.'
>>> article.removed[-1].reason
'rule:en.share'
"""

from cleaners.clean import clean_html, clean_text, explain_layout
from cleaners.errors import CleanerError, ModelError, ParseError, RuleError
from cleaners.memory import SiteMemory
from cleaners.rules import Rules
from cleaners.types import Article, Block, Link, Removal

__all__ = [
    "Article",
    "Block",
    "CleanerError",
    "Link",
    "ModelError",
    "ParseError",
    "Removal",
    "RuleError",
    "Rules",
    "SiteMemory",
    "clean_html",
    "clean_text",
    "explain_layout",
]
