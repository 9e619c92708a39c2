"""Train the layout model; nothing here is installed."""
