"""The process that cleans: jobs come in on standard input, what became of them goes out on standard output.

Each message is its length in four bytes and a pickle. The process ends when its input does, so that none is
left behind however the crawl ends.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import signal
import struct
import sys
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable

LENGTH = struct.Struct(">I")


def main() -> None:
    """Refine jobs until the input ends; the one argument is the memory limit in bytes."""
    _limit_memory(int(sys.argv[1]))
    # Ctrl-C is for the crawl, which then lets its workers finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What libraries find odd about a page is not for the log of the crawl.
    logging.getLogger().addHandler(logging.NullHandler())
    # What a library prints must not get between the messages.
    os.dup2(2, 1)
    from scraper.crawling.refine import refine  # noqa: PLC0415 - under the limit, and not in the parent

    with contextlib.suppress(BrokenPipeError):
        serve(source, target, refine)


def serve(source: BinaryIO, target: BinaryIO, work: Callable[[Any], Any]) -> None:
    """Answer each message of `source` on `target` until there are no more.

    An exception is the answer `(False, text)`; a page's bug must not cost the others.
    """
    while message := _read(source):
        try:
            answer = pickle.dumps((True, work(pickle.loads(message))))  # noqa: S301 - our own parent's
        except MemoryError:
            answer = pickle.dumps((False, "out of memory"))
        except Exception as error:  # noqa: BLE001 - the crawl's one guard
            answer = pickle.dumps((False, f"{type(error).__name__}: {error}"))
        target.write(LENGTH.pack(len(answer)) + answer)
        target.flush()


def _read(source: BinaryIO) -> bytes:
    head = source.read(LENGTH.size)
    return source.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""


def _limit_memory(limit: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    main()
