"""What Chaffinch does, shown on pages and newspapers that were made up for it; nothing here is installed."""
