"""What the documents say is what happens: their examples run, their lists are whole."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from cleaners.rules import noise_types
from scraper.cli.app import clean

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


class Session(NamedTuple):
    command: str
    output: str


def read_sessions() -> list[Session]:
    blocks = re.findall(r"^```console\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    parts = [
        part.partition("\n") for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE)
    ]
    return [Session(command, output) for command, _, output in parts if command]


def test_the_python_examples_of_the_readme_are_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False, encoding="utf-8")
    assert result.attempted > 5
    assert result.failed == 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="the sessions are those of a shell")
@pytest.mark.parametrize("session", read_sessions(), ids=lambda session: session.command)
def test_the_shell_examples_of_the_readme_are_true(session: Session, tmp_path: Path) -> None:
    (tmp_path / "demo").symlink_to(ROOT / "demo")
    search = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    ran = subprocess.run(
        ["bash", "-c", session.command],
        cwd=tmp_path,
        env=os.environ | {"PATH": search, "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    shown = ran.stdout.decode("utf-8")
    assert doctest.OutputChecker().check_output(session.output, shown, doctest.ELLIPSIS), shown


def test_the_demo_finds_the_article_of_every_page() -> None:
    command = [sys.executable, str(ROOT / "demo" / "run.py")]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode("utf-8")
    names = {path.name for path in (ROOT / "demo" / "pages").iterdir()}
    assert set(re.findall(r"^(\S+) +article +\d+  \S", shown, re.MULTILINE)) == names


def test_the_readme_lists_every_option() -> None:
    flags = {flag for option in clean.params if isinstance(option, click.Option) for flag in option.opts}
    assert {flag for flag in flags if flag not in README} == set()


def test_the_readme_lists_every_noise_type() -> None:
    listed = README.partition("The types of noise:")[2].partition("##")[0]
    assert set(re.findall(r"`([a-z-]+)`", listed)) == noise_types().keys()


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_documents_name_only_targets_that_make_knows(document: str) -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(
        re.findall(r"`?\bmake ([a-z]+)(?:`|$| +#)", (ROOT / document).read_text("utf-8"), re.MULTILINE)
    )
    assert named <= known


def test_every_target_of_make_has_a_help_text() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    assert set(re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE)) == phony


@pytest.mark.parametrize("document", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_links_between_documents_lead_somewhere(document: str) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", (ROOT / document).read_text("utf-8"))
    assert [target for target in targets if not (ROOT / target).exists()] == []
