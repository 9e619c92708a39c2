"""What can go wrong outside the cleaner.

ScraperError
    InputError    an input cannot be read: no such file, no permission, an address
    ConfigError   a configuration file is wrong; the message names file, key and what is allowed
    StoreError    a store cannot be opened, read or written; the message names it and the cause
        PassingStoreError   the same, but it may pass by itself: locked, full, the connection lost
    ExportError   an export cannot be written, or needs a library that is not installed
"""


class ScraperError(Exception):
    """Base of every error that the scraper raises on purpose."""


class InputError(ScraperError):
    """An input named by the user cannot be read; the message says why, without its name."""


class ConfigError(ScraperError):
    """A configuration file is wrong: one line that names file, key and what is allowed."""


class StoreError(ScraperError):
    """A store cannot be opened, read or written: one line that names it and the cause."""


class PassingStoreError(StoreError):
    """A store cannot be used now, and may be later: locked by another process, full, its server gone."""


class ExportError(ScraperError):
    """An export cannot be written: one line that names the file and the cause."""
