"""Kill processes that settle visits, and check after each what the store holds: run by test_store_safety.py.

Writes one line a check to standard output; ends with an error where one fails.
"""

import os
import random
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

from visits import FAR, article, found, lease_all, visit_of

from scraper.store import open_store
from scraper.store.base import Lease, Store, Visit
from scraper.store.sql import SqlStore

ADDRESSES = 2000


def tell(*words: object) -> None:
    sys.stdout.write(f"{' '.join(map(str, words))}\n")
    sys.stdout.flush()


def forked(work: Callable[[int], None]) -> int:
    """Run `work` in a process of its own, with the end of a pipe to write to; return the other end."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        try:
            work(writing)
        finally:
            os._exit(0)
    os.close(writing)
    return reading


def lines_of(pipe: int) -> Iterator[str]:
    with os.fdopen(pipe) as lines:
        yield from (line.rstrip("\n") for line in lines)


def visit_to(lease: Lease) -> Visit:
    text = "\n\n".join(f"Paragraph {number} of {lease.url}" for number in range(20))
    links = tuple(found(f"{lease.url}/{number}") for number in range(20))
    written = article(text, lease.url)
    return visit_of(lease, article=written, fingerprints=None, found=links, keeps_page=True, next_visit=FAR)


def settle_on(store: Store, pipe: int) -> None:
    """Settle one visit after the other, and say of each that it is settled."""
    while leases := lease_all(store, limit=4):
        for lease in leases:
            store.settle(visit_to(lease))
            os.write(pipe, f"{lease.url}\n".encode())


def settle_until(step: int, path: str) -> Callable[[int], None]:
    """Return work that settles one visit and is killed before the given statement of it."""

    def work(pipe: int) -> None:
        store = open_store(path)
        (lease,) = lease_all(store, limit=1)
        left = step

        def count(_statement: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        raw = store._database._connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.set_trace_callback(count)
        store.settle(visit_to(lease))
        raw.set_trace_callback(None)
        os.write(pipe, f"{lease.url}\n".encode())

    return work


def check(path: str, settled: set[str]) -> None:
    """Raise unless the store is whole, and holds each settled article once, and all of it."""
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        visits = dict(
            raw.execute("SELECT url, count(*) FROM visits JOIN urls ON urls.id = url_id GROUP BY url")
        )
    with open_store(path, must_exist=True) as store:
        articles = Counter(record.url for record in store.records())
        assert settled <= articles.keys()
        # What was settled but not yet said to be is there whole, too.
        assert {*articles.values()} <= {1}
        assert visits == articles
        assert Counter(page.url for page in store.pages()) == articles
        assert store.repeated("quay.example", [])[0] == len(articles)
        # What the killed process had leased is free at once.
        assert lease_all(store, limit=1)


def fill(path: str) -> SqlStore:
    store = open_store(path)
    store.add(
        "quay",
        [found(f"https://quay.example/{number}", host=f"h{number % 8}") for number in range(ADDRESSES)],
    )
    return store


def kill_at_random(path: str, rounds: int) -> None:
    fill(path).close()
    dice, settled = random.Random(7), set[str]()
    for _ in range(rounds):
        process = 0

        def work(pipe: int) -> None:
            os.write(pipe, f"{os.getpid()}\n".encode())
            settle_on(open_store(path), pipe)

        lines = lines_of(forked(work))
        process = int(next(lines))
        for _ in range(dice.randrange(12)):
            settled.add(next(lines))
        for _ in range(dice.randrange(20_000)):
            pass
        os.kill(process, signal.SIGKILL)
        settled |= {*lines}
        os.waitpid(process, 0)
        check(path, settled)
        tell("killed after", len(settled))


def kill_at_each_step(path: str) -> None:
    fill(path).close()
    settled: set[str] = set()
    for step in range(100):
        said = {*lines_of(forked(settle_until(step, path)))}
        os.wait()
        settled |= said
        check(path, settled)
        tell("step", step, "settled" if said else "killed")
        if said:
            return


if __name__ == "__main__":
    kill_at_random(f"{sys.argv[1]}/random.db", int(sys.argv[2]))
    kill_at_each_step(f"{sys.argv[1]}/steps.db")
    tell("done")
