"""The `chaffinch` command."""
