"""Worker processes: what a page can do to one, and that the next page does not notice."""

import asyncio
import textwrap
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prose import page_of, paragraphs

from scraper.config import Source
from scraper.crawling.pool import Pool, WorkerFailed
from scraper.crawling.refine import Job, Refined
from scraper.types import Page

# A worker that does to itself what the job says.
BAD_WORKER = """
    import io, os, signal, sys
    from scraper.crawling.worker import serve

    def work(job):
        kind, _, value = job.partition(":")
        if kind == "hang":
            signal.pause()
        if kind == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == "exit":
            os._exit(3)
        if kind == "raise":
            raise ValueError(value)
        if kind == "hog":
            raise MemoryError
        return value or os.getpid()

    serve(sys.stdin.buffer, sys.stdout.buffer, work)
"""

Ask = Callable[[str], Coroutine[None, None, object]]


@pytest.fixture
def command(tmp_path: Path) -> tuple[str, ...]:
    path = tmp_path / "bad_worker.py"
    path.write_text(textwrap.dedent(BAD_WORKER), encoding="utf-8")
    return (str(path),)


def with_pool(
    command: tuple[str, ...], work: Callable[[Ask], Coroutine[None, None, None]], size: int = 1
) -> None:
    async def main() -> None:
        async with Pool(size, deadline_seconds=0.3, command=command) as pool:

            async def ask(job: str) -> object:
                return await pool.refine(job)  # type: ignore[arg-type]

            await work(ask)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("job", "told"),
    [
        ("die", "cleaning ended its process (signal 9)"),
        ("exit", "cleaning ended its process (exit code 3)"),
        ("raise:a bug", "cleaning raised ValueError: a bug"),
        ("hog", "cleaning raised out of memory"),
        ("hang", "cleaning took longer than 0.3 s"),
    ],
)
def test_a_job_that_comes_to_nothing_says_why_and_the_next_one_works(
    job: str, told: str, command: tuple[str, ...]
) -> None:
    async def work(ask: Ask) -> None:
        assert await ask("echo:before") == "before"
        with pytest.raises(WorkerFailed) as caught:
            await ask(job)
        assert str(caught.value) == told
        assert await ask("echo:after") == "after"

    with_pool(command, work)


def test_an_answer_is_never_given_to_another_job(command: tuple[str, ...]) -> None:
    async def work(ask: Ask) -> None:
        jobs = [f"echo:{number}" for number in range(40)] + ["raise:no", "die"] * 3
        answers = await asyncio.gather(*map(ask, jobs), return_exceptions=True)
        assert answers[:40] == [str(number) for number in range(40)]
        assert all(isinstance(answer, WorkerFailed) for answer in answers[40:])

    with_pool(command, work, size=3)


def test_a_cancelled_job_costs_its_process_and_nothing_else(command: tuple[str, ...]) -> None:
    async def work(ask: Ask) -> None:
        first = await ask("pid")
        hanging = asyncio.ensure_future(ask("hang"))
        await asyncio.sleep(0)
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)
        assert await ask("echo:after") == "after"
        assert await ask("pid") != first

    with_pool(command, work)


def test_as_many_processes_as_asked_for_are_used_again_and_again(command: tuple[str, ...]) -> None:
    async def work(ask: Ask) -> None:
        pids = await asyncio.gather(*(ask("pid") for _ in range(30)))
        assert 1 <= len(set(pids)) <= 2

    with_pool(command, work, size=2)


def test_a_page_too_large_for_the_memory_of_its_worker_fails_alone() -> None:
    async def main() -> None:
        async with Pool(1, memory_bytes=1) as pool:
            with pytest.raises(WorkerFailed):
                await pool.refine("anything")  # type: ignore[arg-type]

    asyncio.run(main())


async def refine_a_page() -> Refined:
    source = Source("a", "https://example.org/")
    html = page_of(*paragraphs())
    page = Page(source.url, source.url, 200, html.encode(), datetime.now(UTC), content_type="text/html")
    async with Pool(1) as pool:
        return await pool.refine(Job(page, "page", 1, source))


def test_the_real_worker_refines_a_page() -> None:
    refined = asyncio.run(refine_a_page())
    assert refined.article is not None
    assert refined.article.verdict == "article"
    assert refined.fingerprints is not None


def test_what_lies_in_the_present_folder_is_not_taken_for_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("scraper", "struct", "calendar"):
        (tmp_path / f"{name}.py").write_text("open('was-run', 'w').close()\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert asyncio.run(refine_a_page()).article is not None
    assert not (tmp_path / "was-run").exists()


def test_a_worker_finds_modules_where_its_parent_does(
    tmp_path: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "added").mkdir()
    (tmp_path / "added" / "only_here.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path / "added"))
    Path(command[0]).write_text("import only_here\n" + Path(command[0]).read_text("utf-8"), encoding="utf-8")

    async def work(ask: Ask) -> None:
        assert await ask("echo:found") == "found"

    with_pool(command, work)
