"""fetch() again and again: one process owes its hosts what one crawl does."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

from hostile_server import MB, Peer, Server, answer, quick, serving
from virtual_time import START

import scraper
from scraper import Failure, FetchConfig, Page
from scraper.manners import ledger
from scraper.manners.ledger import ProcessLedger, process_ledger
from scraper.store.base import CachedRobots, HostState

ROBOTS = answer(b"User-agent: *\nDisallow: /private", "Content-Type: text/plain")
FORKS = """
import os, signal, threading, time
from datetime import UTC, datetime
from scraper.manners.ledger import process_ledger
from scraper.store.base import HostState
NOW, ledger, over = datetime.now(UTC), process_ledger(1), threading.Event()
def work():
    while not over.is_set():
        ledger.release("h", HostState())
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for _ in range(20):
    child = os.fork()
    if not child:
        signal.alarm(5)
        ledger.claim("h", NOW, NOW)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
over.set()
"""


@contextmanager
def timed() -> Iterator[tuple[Server, list[tuple[float, float]]]]:
    """Serve pages that take a moment, and take down when each began and ended."""
    took: list[tuple[float, float]] = []

    def lead(peer: Peer) -> None:
        start = time.monotonic()
        peer.over.wait(0.05)
        took.append((start, time.monotonic()))
        peer.send(ROBOTS if peer.path == "/robots.txt" else answer())

    with serving(lead) as server:
        yield server, took


def config(delay: float) -> FetchConfig:
    return FetchConfig(delay_seconds=delay, allow_private_addresses=True)


def test_calls_in_a_loop_keep_the_delay_and_ask_robots_once() -> None:
    with timed() as (server, took):
        paths = ("/a", "/b", "/private/c")
        outcomes = [scraper.fetch(f"{server.url}{path}", config=config(0.2)) for path in paths]
    assert [type(outcome) for outcome in outcomes] == [Page, Page, Failure]
    assert [peer.path for peer in server.asked] == ["/robots.txt", "/a", "/b"]
    assert all(after[0] - before[1] >= 0.19 for before, after in pairwise(took))


def test_calls_of_several_threads_ask_one_after_the_other() -> None:
    with timed() as (server, took), ThreadPoolExecutor(4) as pool:
        urls = [f"{server.url}/{number}" for number in range(4)]
        pages = list(pool.map(lambda url: scraper.fetch(url, config=config(0.1)), urls))
    assert all(isinstance(page, Page) for page in pages)
    assert [peer.path for peer in server.asked].count("/robots.txt") == 1
    assert all(after[0] - before[1] >= 0.09 for before, after in pairwise(sorted(took)))


def test_calls_with_other_settings_have_a_ledger_of_their_own_and_a_bounded_number_is_kept() -> None:
    assert process_ledger((quick(), "a")) is process_ledger((quick(), "a"))
    assert process_ledger((quick(), "a")) is not process_ledger((quick(), "b"))
    for number in range(200):
        process_ledger(number)
    assert len(ledger._ledgers) == 64


def test_a_host_is_anothers_once_it_is_released_or_its_time_is_over() -> None:
    shared, second = ProcessLedger(), timedelta(seconds=1)
    assert shared.claim("h", START, START + second) == HostState()
    assert shared.claim("h", START, START + second) is None
    assert shared.claim("h", START + second, START + 2 * second) == HostState(ended_at=START + second)
    state = HostState(not_before=START + 2 * second, ended_at=START + second)
    shared.release("h", state)
    assert shared.claim("h", START + second, START + second) == state


def test_the_ledger_of_a_process_does_not_grow_for_ever() -> None:
    shared = ProcessLedger()
    for number in range(10_050):
        shared.release(f"h{number}", HostState())
    for number in range(50):
        shared.keep_robots(f"o{number}", CachedRobots(START, 200, bytes(MB // 2)))
        shared.keep_robots("again", CachedRobots(START, 200, bytes(MB // 2)))
    assert len(shared._states) == 10_000
    assert shared._bytes == sum(len(kept.body) for kept in shared._kept.values()) <= 16 * MB
    assert shared.find_robots("again") is not None
    assert shared.find_robots("o0") is None


def test_a_fork_while_another_thread_uses_the_ledger_blocks_no_child() -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKS], check=False, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
