"""Pages, feeds and sitemaps to the addresses that they lead to."""
