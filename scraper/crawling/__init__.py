"""Runs over sources: lease, fetch, clean in a worker, settle; and when the next is due."""
