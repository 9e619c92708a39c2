"""The command: what it writes where, how it ends, and what it refuses."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from scraper.cli import batch
from scraper.cli.app import main
from scraper.cli.inputs import read_bytes
from scraper.errors import InputError

PROSE = (
    "The port raised its fees on Monday, and the ships that call there in winter will pay the most, it said. "
    * 4
)
TEXT = (
    f"Harbour fees rise\n\n{PROSE}\n\nREAD MORE: Ferry line to close in May\n\nPhoto: Dov Askell/Quay Post\n"
)
PAGE = (
    "<!doctype html><html lang='en'><head><title>Harbour fees rise</title></head><body><article>"
    f"<h1>Harbour fees rise</h1><p>{PROSE}</p>"
    f"<p>A second report of <a href='/board'>the board</a>: {PROSE}</p>"
    "<p>See also: <a href='/ferry'>Ferry line to close in May</a></p></article></body></html>"
)
START = (sys.executable, "-c", "from scraper.cli.app import main; main(prog_name='chaffinch')")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    (tmp_path / "text.txt").write_text(TEXT, "utf-8")
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    return tmp_path


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["clean", *arguments], input=stdin)


def records(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.usefixtures("folder")
class TestOutput:
    def test_text_is_title_blank_line_text(self) -> None:
        result = run("text.txt")
        assert result.exit_code == 0
        assert result.stdout == f"Harbour fees rise\n\n{PROSE.strip()}\n"
        assert result.stderr == ""

    def test_markdown_has_the_title_as_first_heading(self) -> None:
        assert run("--format", "markdown", "page.html").stdout.startswith("# Harbour fees rise\n\nThe port")

    def test_markdown_keeps_link_targets_if_asked(self) -> None:
        assert "report of the board: " in run("--format", "markdown", "page.html").stdout
        assert "report of [the board](/board): " in run("--format", "markdown", "--links", "page.html").stdout

    def test_a_title_cannot_smuggle_markup_into_markdown(self) -> None:
        Path("page.html").write_text(PAGE.replace("Harbour fees rise", "Fees &lt;script&gt; rise"), "utf-8")
        assert "# Fees \\<script> rise" in run("--format", "markdown", "page.html").stdout

    def test_json_is_one_line_an_input_and_not_escaped(self) -> None:
        Path("text.txt").write_text(TEXT.replace("Harbour", "Hafen für Öl"), "utf-8")
        result = run("--format", "json", "text.txt", "page.html")
        assert [record["input"] for record in records(result)] == ["text.txt", "page.html"]
        assert next(iter(records(result)[0])) == "input"
        assert "Hafen für Öl" in result.stdout

    def test_a_json_record_stays_on_its_line_whatever_separators_the_text_has(self) -> None:
        Path("page.html").write_text(PAGE.replace("Monday", "Mon&#x2028;day"), "utf-8")
        (record,) = records(run("--format", "json", "page.html"))
        assert "Mon\u2028day" in str(record["text"])

    def test_several_inputs_are_told_apart_as_head_does(self) -> None:
        result = run("text.txt", "page.html")
        assert result.stdout.startswith("==> text.txt <==\nHarbour fees rise\n\n")
        assert "\n\n==> page.html <==\nHarbour fees rise\n\n" in result.stdout

    def test_the_address_of_a_page_reaches_the_record(self) -> None:
        (record,) = records(run("--format", "json", "--url", "https://quay.example/fees", "text.txt"))
        assert record["url"] == "https://quay.example/fees"

    def test_a_kept_type_of_noise_stays(self) -> None:
        assert "Ferry line" not in run("text.txt").stdout
        assert "Ferry line" in run("--keep", "related", "text.txt").stdout

    def test_a_kept_type_of_noise_stays_where_the_layout_found_it(self) -> None:
        figure = "<figure><img src='a.jpg'><figcaption>The quay on Monday.</figcaption></figure><p>A second"
        Path("page.html").write_text(PAGE.replace("<p>A second", figure), "utf-8")
        assert "The quay on Monday." not in run("page.html").stdout
        assert "The quay on Monday." in run("--keep", "caption", "page.html").stdout

    def test_a_type_that_stays_by_default_can_be_dropped(self) -> None:
        dated = TEXT.replace("READ MORE", "March 3, 2024\n\nREAD MORE", 1)
        assert "March 3, 2024" in run(stdin=dated.encode()).stdout
        assert "March 3, 2024" not in run("--drop", "timestamp", stdin=dated.encode()).stdout

    def test_a_rule_file_adds_its_rules(self) -> None:
        Path("own.toml").write_text(
            '[[rule]]\nid = "und.own"\nnoise = "chrome"\naction = "drop-block"\nphrases = ["the quay gong"]\n'
            'drops = ["The Quay Gong"]\nkeeps = ["The quay gong rang twice on Monday."]\n',
            "utf-8",
        )
        noisy = f"{TEXT}\n\nThe Quay Gong\n".encode()
        assert "Quay Gong" in run(stdin=noisy).stdout
        assert "Quay Gong" not in run("--rules", "own.toml", stdin=noisy).stdout


@pytest.mark.usefixtures("folder")
class TestInput:
    def test_standard_input_is_read_if_nothing_is_named(self) -> None:
        assert run(stdin=TEXT.encode()).stdout == run("text.txt").stdout

    def test_a_dash_is_standard_input(self) -> None:
        (record,) = records(run("--format", "json", "-", stdin=PAGE.encode()))
        assert (record["input"], record["title"]) == ("-", "Harbour fees rise")

    def test_nothing_named_at_a_terminal_is_wrong_use(self) -> None:
        code = (
            "import sys; sys.stdin.isatty = lambda: True; from scraper.cli.app import main; main(['clean'])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Name a file to clean, or - for standard input." in done.stderr

    @pytest.mark.parametrize(
        "start", ["[1] A note. ", "Ask <b>who</b> pays. ", "import duties rose. ", "A <br> left. "]
    )
    def test_plain_text_is_not_taken_for_data_or_markup(self, start: str) -> None:
        result = run("--format", "json", stdin=f"{start}{PROSE}\n\n{PROSE}\n\nSee also: A ferry".encode())
        (record,) = records(result)
        assert str(record["text"]).startswith(start.strip())

    def test_markup_is_cleaned_as_text_if_so_told(self) -> None:
        assert "<article>" in run("--from", "text", "page.html").stdout

    def test_a_declared_encoding_is_used(self) -> None:
        page = PAGE.replace("Harbour", "Порт").encode("koi8-r")
        assert run("--encoding", "koi8-r", stdin=page).stdout.startswith("Порт fees rise")

    def test_bytes_that_cannot_be_read_are_noted(self) -> None:
        result = run("--format", "json", stdin=TEXT.replace("winter", "wint\u00e9r").encode() + b"\xff\xfe.")
        (record,) = records(result)
        assert record["notes"] == ["some bytes are not valid utf-8 and stand as U+FFFD"]


@pytest.mark.usefixtures("folder")
class TestFailures:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "empty input"),
            (b" \n ", "empty input"),
            (b"%PDF-1.7 ...", "not HTML: a PDF"),
            (b"\x89PNG\r\n", "not HTML: a PNG image"),
            (b'{"title": "Fees"}', "not HTML: JSON"),
            (b"[1, 2, 3]", "not HTML: JSON"),
            (b"<?xml version='1.0'?><rss><channel/></rss>", "not HTML: an RSS feed"),
            (b"<?xml version='1.0'?><invoice>9</invoice>", "not HTML: XML with the root element 'invoice'"),
            (b"\x00\x01\x02" * 50, "not HTML: binary data"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_what_is_no_document_is_named_in_one_line(self, content: bytes, reason: str) -> None:
        Path("input").write_bytes(content)
        result = run("input")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == f"chaffinch: input: {reason}\n"

    def test_plain_text_that_is_said_to_be_html_is_refused(self) -> None:
        result = run("--from", "html", "text.txt")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "not HTML: plain text" in result.stderr

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("nowhere.html", "no such file"),
            (".", "is a directory; name the files in it"),
            ("text.txt/page", "not a directory"),
            (
                "http://127.0.0.1/fees",
                "refused-address: 127.0.0.1 is not a public address; allow_private_addresses permits it",
            ),
            ("https://", "refused-address: '' is no host"),
        ],
    )
    def test_what_cannot_be_read_is_named_in_one_line(self, name: str, reason: str) -> None:
        result = run(name)
        assert (result.exit_code, result.stderr) == (1, f"chaffinch: {name}: {reason}\n")

    def test_a_file_without_permission_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)  # Root may read everything, so chmod proves nothing.
        with pytest.raises(InputError, match=r"^permission denied$"):
            read_bytes("text.txt")

    def test_one_failure_does_not_stop_the_others(self) -> None:
        result = run("nowhere.html", "text.txt")
        assert result.exit_code == 1
        assert result.stdout.startswith("==> text.txt <==\nHarbour fees rise\n")
        assert result.stderr == "chaffinch: nowhere.html: no such file\n"

    def test_a_page_that_is_no_article_is_shown_with_a_warning(self) -> None:
        result = run(stdin=b"Hello there.")
        assert (result.exit_code, result.stdout) == (0, "Hello there.\n")
        assert result.stderr == "chaffinch: standard input: not-article: hardly any running text\n"

    def test_an_empty_article_counts_as_failed(self) -> None:
        result = run(stdin=b"<html><body><script>app()</script><div id='root'></div></body></html>")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == "chaffinch: standard input: empty: no text without JavaScript\n"

    def test_a_bug_on_one_page_does_not_cost_the_others(self, capsys: pytest.CaptureFixture[str]) -> None:
        def read(name: str) -> object:
            raise ZeroDivisionError(name)

        failed = batch.run(["a", "b"], read, lambda *_: "", has_headers=True)  # type: ignore[arg-type]
        told = capsys.readouterr().err
        assert failed == 2
        assert "chaffinch: b: unexpected ZeroDivisionError, a bug in chaffinch: please report it\n" in told
        assert "Traceback" in told


@pytest.mark.usefixtures("folder")
class TestWrongUse:
    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (["--keep", "captions"], "unknown noise type 'captions'; known: advertisement, author-bio, "),
            (["--drop", "noise"], "unknown noise type 'noise'; known: "),
            (["--keep", "share", "--drop", "share"], "--keep share and --drop share contradict one another"),
            (["--rules", "nowhere.toml"], "nowhere.toml: cannot be read: "),
            (["--rules", "text.txt"], "text.txt: not valid TOML: "),
            (["--encoding", "klingon"], "unknown encoding 'klingon'; "),
            (["--explain", "--format", "json"], "--explain is for reading; "),
            (["--links"], "--links needs --format markdown"),
            (
                ["--url", "https://quay.example/", "page.html"],
                "--url is where one page came from, and there are 2",
            ),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_it_is_told_in_one_line(self, arguments: list[str], reason: str) -> None:
        result = run(*arguments, "text.txt")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"chaffinch: {reason}")
        assert result.stderr.count("\n") == 1

    @pytest.mark.parametrize("arguments", [["--from", "pdf"], ["--format", "xml"], ["--no-such-option"]])
    def test_an_unknown_option_or_choice_ends_with_2(self, arguments: list[str]) -> None:
        result = run(*arguments, "text.txt")
        assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.usefixtures("folder")
class TestExplain:
    def test_kept_and_removed_blocks_stand_in_page_order_with_reasons(self) -> None:
        lines = run("--explain", "text.txt").stdout.splitlines()
        marks = [line[:17].strip() for line in lines if line[:2] in ("+ ", "- ")]
        assert marks == ["- title", "+ paragraph", "- related", "- credit"]
        assert "- related        READ MORE: Ferry line to close in May  [rule:en.read-also]" in lines

    def test_it_ends_with_a_summary(self) -> None:
        assert (
            "\n\n1 kept, 3 removed: credit 1, related 1, title 1\nverdict article, confidence 0."
            in run("--explain", "text.txt").stdout
        )

    def test_lines_fit_the_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "50")
        assert max(map(len, run("--explain", "text.txt").stdout.splitlines())) <= 50

    def test_a_pipe_gets_no_colours_unless_asked(self) -> None:
        assert "\033[" not in run("--explain", "text.txt").stdout
        assert "\033[31m" in run("--explain", "--color", "text.txt").stdout

    def test_no_color_is_respected_unless_colours_are_asked_for(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[bool | None] = []

        def note(*_: object, has_headers: bool) -> int:
            seen.append(click.get_current_context().color)
            return 0 if has_headers else 1

        monkeypatch.setattr(batch, "run", note)
        run("text.txt")
        monkeypatch.setenv("NO_COLOR", "1")
        run("text.txt")
        run("--color", "text.txt")
        assert seen == [None, False, True]


HOSTILE = "\033[31m\033]0;gone\007\x9b2J&#27;[2J&#x9b;2J\u202e"


@pytest.mark.parametrize("options", [[], ["--format", "markdown"], ["--format", "json"], ["--explain"]])
def test_nothing_in_a_page_steers_the_terminal(options: list[str], folder: Path) -> None:
    linked = '{"@type":"NewsArticle","headline":"Fees \\u001b[31m rise"}'
    head = f'{HOSTILE}</title><script type="application/ld+json">{linked}</script>'
    page = PAGE.replace("</title>", head).replace("Monday", f"Monday{HOSTILE}")
    (folder / "evil\033[31m.html").write_text(page, "utf-8")
    result = run(*options, "evil\033[31m.html", "nowhere\033[31m.html")
    shown = result.stdout + result.stderr
    assert [character for character in shown if character != "\n" and not character.isprintable()] == []


class TestProcess:
    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}

    def test_output_is_utf_8_whatever_the_locale(self, environment: dict[str, str]) -> None:
        text = TEXT.replace("Harbour", "Гавань 港").encode()
        done = subprocess.run([*START, "clean"], input=text, env=environment, capture_output=True, check=True)
        assert done.stdout.startswith("Гавань 港 fees rise".encode())

    def test_a_reader_that_goes_away_ends_it_quietly(self, folder: Path) -> None:
        with subprocess.Popen(
            [*START, "clean", *["text.txt"] * 200], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout
            assert process.stderr
            process.stdout.readline()
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 141

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
    def test_ctrl_c_ends_it_quietly(self, folder: Path) -> None:
        os.mkfifo(folder / "pipe")
        # A background shell may have SIGINT ignored, and children inherit that.
        heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        command = [*START[:2], heed + START[2], "clean", "pipe"]
        with (
            subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE) as process,
            (folder / "pipe").open("wb"),  # Opens when the command is at its reading.
        ):
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=20)
        assert (process.returncode, told) == (130, b"")

    def test_help_and_version_need_no_cleaner(self) -> None:
        code = (
            "import sys; from scraper.cli.app import main;"
            "main(['clean', '--help'], 'chaffinch', standalone_mode=False);"
            "main(['--version'], 'chaffinch', standalone_mode=False);"
            "print([name for name in sys.modules if name.startswith('cleaners')])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "[]"
        assert "chaffinch 0." in done.stdout


class TestProgress:
    @pytest.fixture
    def clock(self) -> Iterator[float]:
        return iter(range(0, 1000, 5))

    def test_a_long_run_in_a_pipe_says_now_and_then_how_far_it_is(
        self, clock: Iterator[float], capsys: pytest.CaptureFixture[str]
    ) -> None:
        names = [str(number) for number in range(5)]
        assert list(batch.Progress(5, lambda: next(clock)).follow(names)) == names
        assert capsys.readouterr().err == "chaffinch: 1 of 5 done\nchaffinch: 3 of 5 done\n"

    def test_a_terminal_gets_a_bar_and_complaints_stand_above_it(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        progress = batch.Progress(2)
        for name in progress.follow(["a", "b"]):
            progress.complain(name, "no such file")
        told = capsys.readouterr().err
        assert "\r\033[Kchaffinch: a: no such file\n" in told
        assert "100%" in told
