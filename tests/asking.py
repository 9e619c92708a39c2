"""Asking a server of ours for one address, by the door that a library user takes."""

import asyncio
from datetime import UTC, datetime

from hostile_server import OpenGate, Server, quick, saying, serving

from scraper import CrawlRequest, Failure, FetchConfig, Fetcher, Outcome
from scraper.types import Kind

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def ask(
    server: Server,
    request: CrawlRequest | str = "/",
    config: FetchConfig | None = None,
    gate: OpenGate | None = None,
) -> Outcome:
    """Fetch from a server of ours; a path is asked of it."""

    async def go() -> Outcome:
        asked = f"{server.url}{request}" if isinstance(request, str) else request
        async with Fetcher(config or quick(), gate=gate or OpenGate(), clock=lambda: NOW) as fetcher:
            return await fetcher.fetch(asked)

    return asyncio.run(go())


def ask_once(data: bytes, path: str = "/", kind: Kind = "page") -> Outcome:
    with serving(saying(data)) as server:
        return ask(server, CrawlRequest(f"{server.url}{path}", kind=kind))


def failure(data: bytes, path: str = "/", kind: Kind = "page") -> Failure:
    outcome = ask_once(data, path, kind)
    assert isinstance(outcome, Failure)
    return outcome
