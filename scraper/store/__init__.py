"""What a crawl remembers, in SQLite or PostgreSQL."""
