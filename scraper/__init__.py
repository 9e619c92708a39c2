"""Fetch pages politely."""
