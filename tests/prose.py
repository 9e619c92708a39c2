"""Running text in many languages, for tests that need an article to put something into."""

import tomllib
from pathlib import Path

PROSE: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def page_of(*blocks: str, language: str = "en", title: str = "Harbour fees to rise") -> str:
    """Return a plain page whose article holds these pieces of markup."""
    body = "\n".join(blocks)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>\n{body}\n</article></body></html>"
    )


def paragraphs(language: str = "en", count: int = 6) -> list[str]:
    """Return the prose of a language as paragraphs of a page."""
    return [f"<p>{text}</p>" for text in PROSE[language][:count]]
