"""What can go wrong outside the cleaner.

ScraperError
    InputError   an input cannot be read: no such file, no permission, an address
"""


class ScraperError(Exception):
    """Base of every error that the scraper raises on purpose."""


class InputError(ScraperError):
    """An input named by the user cannot be read; the message says why, without its name."""
