"""What a crawl says while it runs."""

import json
import logging
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scraper.cli.reports import JsonLog, Lines, LiveLine, choose_report, summarise, warned_of
from scraper.crawling.events import Tally, Told, Visited

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NEW = Visited(
    NOON, "quay", "https://quay.example/news/fees", "page", "new", title="Fees", words=80, version=1
)
LATE = replace(NEW, change="failed", reason="timeout", detail="no answer within 20 s", version=0)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_every_event_is_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    log = JsonLog()
    log.visited(NEW)
    log.visited(LATE)
    log.told(Told(NOON, "quay", "it sleeps"))
    log.close()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["visited", "visited", "told", "done"]
    assert lines[0]["at"] == "2026-11-22T12:00:00+00:00"
    assert (lines[1]["reason"], lines[1]["detail"]) == ("timeout", "no answer within 20 s")
    assert lines[3] == {"event": "done", "visited": 2, "pages": 2, "changes": {"new": 1, "failed": 1}, "failures": {"timeout": 1}}  # fmt: skip


@pytest.mark.parametrize("is_json", [False, True])
def test_what_is_logged_as_a_warning_is_told_in_the_form_of_the_report(
    capsys: pytest.CaptureFixture[str], *, is_json: bool
) -> None:
    log = logging.getLogger("scraper.manners")
    with warned_of(choose_report(is_json=is_json)):
        log.warning("%s is left alone", "quay.example")
        log.info("nothing to speak of")
    log.debug("nothing at all")
    (line,) = capsys.readouterr().err.splitlines()
    if is_json:
        assert json.loads(line).items() >= {"event": "told", "text": "quay.example is left alone"}.items()
    else:
        assert line == "chaffinch: quay.example is left alone"


def test_a_line_comes_every_ten_seconds_and_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    lines = Lines(clock)
    for second in range(25):
        clock.now = float(second)
        lines.visited(NEW)
    lines.close()
    said = capsys.readouterr().err.splitlines()
    assert [line.split(" pages")[0] for line in said] == ["chaffinch: 11", "chaffinch: 21", "chaffinch: 25"]


def test_a_live_line_is_drawn_in_place_and_leaves_a_summary(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    clock = Clock()
    live = LiveLine(clock)
    for tenth in range(30):
        clock.now = tenth / 10
        live.visited(NEW)
    live.told(Told(NOON, "", "stopping"))
    live.close()
    said = capsys.readouterr().err
    frames, _, summary = said.rpartition("\r\033[K")
    assert frames.count("\r\033[K") >= 15
    assert "https://quay.example/news/fees" in frames
    assert "chaffinch: stopping\n" in said
    assert summary == "chaffinch: 30 pages: 30 new; 10.3/s\n"


def test_a_summary_names_what_came_of_articles_and_the_commonest_failures() -> None:
    tally = Tally(
        pages=1200,
        changes=Counter(new=1000, changed=2),
        failures=Counter({"timeout": 5, "dns": 4, "gone": 3, "tls": 1}),
    )
    assert (
        summarise(tally, 60.0)
        == "1,200 pages: 1,000 new, 2 changed; 13 failed (timeout 5, dns 4, gone 3, …); 20.0/s"
    )


def test_feeds_that_are_only_guessed_at_and_front_pages_do_not_count_as_articles() -> None:
    tally = Tally()
    tally.count(replace(NEW, kind="feed", change="failed", reason="not-found"))
    tally.count(replace(NEW, is_hub=True, change="unchanged"))
    assert (tally.visited, tally.pages, tally.changes.total(), tally.failures.total()) == (2, 1, 0, 0)


def test_without_a_terminal_there_are_lines_and_on_request_json() -> None:
    assert type(choose_report(is_json=False)) is Lines
    assert type(choose_report(is_json=True)) is JsonLog
