"""What the command says of inputs that cannot be read, and where its output cannot be written."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scraper.cli.app import main

COMMAND = (sys.executable, "-c", "from scraper.cli.app import main; main(prog_name='chaffinch')", "clean")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["clean", *arguments])


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("www.quay.example", "; did you mean https://www.quay.example?"),
        ("quay.example/fees", "; did you mean https://quay.example/fees?"),
        ("pages/fees.html", ""),
        ("fees.html", ""),
        ("ftp://quay.example/fees", "; only http:// and https:// addresses are fetched"),
    ],
)
def test_a_name_that_is_no_files_is_taken_for_what_it_may_have_been_meant_for(name: str, hint: str) -> None:
    result = run(name)
    assert (result.exit_code, result.stderr) == (1, f"chaffinch: {name}: no such file{hint}\n")


def test_an_empty_name_is_told_as_such() -> None:
    assert run("").stderr == "chaffinch: '': an input without a name\n"


@pytest.mark.parametrize("url", ["quay", "not a page", "https://", "ftp://quay.example/fees", ""])
def test_an_address_that_is_none_is_wrong_use(url: str) -> None:
    result = run("--url", url, "page.html")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"chaffinch: --url {url!r} is no address of a page; ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("The port raised its fees on Monday, it said.", "utf-8")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *["text.txt"] * 3], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False
        )
    told = b"chaffinch: cannot write to standard output: no space left on device\n"
    assert (done.returncode, done.stderr) == (1, told)
