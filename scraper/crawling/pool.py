"""Worker processes for what costs time or may never end: each job has a deadline and a memory limit.

A process and not a thread, because only a process can be killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import pickle
import sys
from typing import TYPE_CHECKING, Any, Self

from scraper.crawling.worker import LENGTH

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from types import TracebackType

    from scraper.crawling.refine import Job, Refined

_LOG = logging.getLogger(__name__)
DEADLINE_SECONDS = 20.0
MEMORY_BYTES = 2 * 1024**3  # Of addresses, not of memory in use: numpy and the libraries alone map 0.6 GiB.
_FIRST_DEADLINE_SECONDS = 60.0  # A new process also has to import everything, beside many others.


class WorkerFailed(Exception):  # noqa: N818 - it is not the caller's error
    """A job came to nothing: its process was killed, died, or raised; the message says which."""


class Pool:
    """A number of worker processes, started when first needed and again when one is lost."""

    def __init__(
        self,
        size: int = 0,
        *,
        deadline_seconds: float = DEADLINE_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
        command: tuple[str, ...] = ("-P", "-m", "scraper.crawling.worker"),
    ) -> None:
        """Make room for `size` processes, one a core if 0."""
        self.size = size or os.cpu_count() or 1
        self._deadline = deadline_seconds
        self._arguments = (*command, str(memory_bytes))
        self._idle: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        self._all: set[_Worker] = set()
        for _ in range(self.size):
            self._idle.put_nowait(None)

    async def __aenter__(self) -> Self:
        """Return the pool; processes start with the first jobs."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all processes; jobs that still run are killed."""
        await asyncio.gather(*(worker.stop() for worker in self._all))
        self._all.clear()

    async def refine(self, job: Job) -> Refined:
        """Return what became of a job; raise WorkerFailed if it came to nothing."""
        worker = await self._idle.get()
        try:
            if worker is None:
                worker = await _Worker.start(self._arguments)
                self._all.add(worker)
            answer: Refined = await worker.ask(job, self._deadline)
        except BaseException:
            # Also when the crawl is cancelled: the answer would else be the next job's.
            worker = await self._keep_if_sound(worker)
            raise
        finally:
            self._idle.put_nowait(worker)
        return answer

    async def _keep_if_sound(self, worker: _Worker | None) -> _Worker | None:
        if worker is None or worker.is_sound:
            return worker
        self._all.discard(worker)
        await worker.stop()
        return None


class _Worker:
    """One process, with one job at a time."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._is_new = True
        self.is_sound = True

    @classmethod
    async def start(cls, arguments: tuple[str, ...]) -> _Worker:
        """Start a process, in a session of its own so that Ctrl-C does not reach it.

        It finds modules where this process does, and nowhere else: not in the folder the command runs in.
        """
        pipe = asyncio.subprocess.PIPE
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdin=pipe, stdout=pipe, env=environment, start_new_session=True
        )
        _LOG.debug("started worker %s", process.pid)
        return cls(process)

    async def ask(self, job: object, deadline: float) -> Any:  # noqa: ANN401 - as the worker's function has it
        """Return the answer to a job; raise WorkerFailed if there is none."""
        patience = max(deadline, _FIRST_DEADLINE_SECONDS) if self._is_new else deadline
        self.is_sound = False
        try:
            done, answer = await asyncio.wait_for(self._exchange(job), patience)
        except TimeoutError:
            raise WorkerFailed(f"cleaning took longer than {patience:g} s") from None
        except (asyncio.IncompleteReadError, OSError):
            raise WorkerFailed(f"cleaning ended its process ({await self._ending()})") from None
        self.is_sound = True
        self._is_new = False
        if not done:
            raise WorkerFailed(f"cleaning raised {answer}")
        return answer

    async def _exchange(self, job: object) -> tuple[bool, Any]:
        process = self._process
        assert process.stdin
        assert process.stdout
        message = pickle.dumps(job)
        process.stdin.write(LENGTH.pack(len(message)) + message)
        await process.stdin.drain()
        size = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))[0]
        return pickle.loads(await process.stdout.readexactly(size))  # type: ignore[no-any-return]  # noqa: S301 - our own child's

    async def _ending(self) -> str:
        code = await self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    async def stop(self) -> None:
        """Kill the process and wait for its end."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        # The transport closes its pipes at the next turn of the loop; without it they warn at exit.
        self._process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001
