"""One address to one outcome: a page, unchanged, or why not."""
