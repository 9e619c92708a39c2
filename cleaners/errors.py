"""What can go wrong while cleaning.

CleanerError
    ParseError   the input is no HTML or text, cannot be decoded, or is beyond the limits
    RuleError    a rule file is wrong: which file, which rule, and why
    ModelError   the layout model's weights are missing or broken
"""


class CleanerError(Exception):
    """Base of every error that the cleaner raises on purpose."""


class ParseError(CleanerError):
    """The input is not a document that can be cleaned."""


class RuleError(CleanerError):
    """A rule file, or a noise type named by the caller, is wrong."""


class ModelError(CleanerError):
    """The layout model cannot be loaded."""
