"""Several processes clean files ahead of their turn: nothing of what comes out depends on them."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import wait
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cleaners import Article, Rules, clean_text
from scraper.cli.ahead import ReaderAhead
from scraper.cli.app import main
from scraper.cli.inputs import Reader
from scraper.errors import InputError

SPAWNED = """
import multiprocessing
from scraper.cli.app import main
if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    main()
"""
TEXT = "The tide turns at {hour}\n\nAt {hour} the tide turned, and {count} boats left the harbour with it, said Osric Pell.\n"


@dataclass(frozen=True, slots=True)
class Mortal(Reader):
    """A reader whose process dies of some files."""

    def read(self, name: str) -> Article:
        if "poison" in name:
            os._exit(9)
        return clean_text(name)


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    for hour in range(23):
        (tmp_path / f"{hour}.txt").write_text(TEXT.format(hour=hour, count=hour * 3 + 2), "utf-8")
    (tmp_path / "empty.txt").touch()
    return [f"{hour}.txt" for hour in reversed(range(23))]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["clean", *arguments], input="A line from elsewhere\n")


@pytest.mark.parametrize("options", [["--format", "json"], ["--explain"], ["--keep", "byline"]])
def test_the_output_is_the_same_as_of_one_process_complaints_in_their_place(
    names: list[str], options: list[str]
) -> None:
    inputs = [*names[:9], "nowhere.txt", "-", *names[9:], "empty.txt", names[0]]
    alone, together = run(*options, *inputs), run(*options, "--jobs", "3", *inputs)
    assert together.output == alone.output
    assert together.exit_code == alone.exit_code == 1


@pytest.mark.parametrize(
    "is_slow", [False, True], ids=["asked at once", "asked when all under way has ended"]
)
def test_a_file_that_ends_its_process_is_named_and_costs_no_other(*, is_slow: bool) -> None:
    inputs = [*"abcdefgh", "poison", *"ijklmnop", "poison too", *"qrs"]

    def outcomes() -> Iterator[str]:
        with ReaderAhead(Mortal(Rules.none()), inputs, jobs=2) as reader:
            for name in inputs:
                if is_slow:
                    wait([article for _, article in reader._under_way])
                try:
                    yield reader.read(name).text
                except InputError as error:
                    yield str(error)

    died = "cleaning it ended its process, perhaps for want of memory"
    assert list(outcomes()) == [died if "poison" in name else name for name in inputs]


def test_what_lies_in_the_present_folder_is_not_taken_for_a_module(names: list[str], tmp_path: Path) -> None:
    for name in ("scraper", "struct", "calendar"):
        (tmp_path / f"{name}.py").write_text("open('was-run', 'w').close()\n", "utf-8")
    start = tmp_path / "bin" / "start.py"
    start.parent.mkdir()
    start.write_text(SPAWNED, "utf-8")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, str(start), "clean", "--jobs", "2", *names[:2]]
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, check=True, timeout=60
    )
    assert ended.stdout.count(b"the tide turned") == 2
    assert not (tmp_path / "was-run").exists()


def test_less_than_one_process_is_wrong_use() -> None:
    result = run("--jobs", "0", "-")
    assert result.exit_code == 2
    assert "--jobs" in result.stderr


def test_rules_can_be_handed_to_another_process() -> None:
    rules = Rules.default().without("caption").for_site("quay.example")
    copy = pickle.loads(pickle.dumps(rules))
    assert not copy.is_on("caption")
    assert [rule.id for rule in copy.all_rules] == [rule.id for rule in rules.all_rules]
