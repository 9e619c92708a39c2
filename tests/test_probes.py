"""Noise that only its words betray, prose that looks like it, and names that must not cost a paragraph."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from prose import PROSE, page_of

from cleaners import Article, clean_html, clean_text

PROBES = Path(__file__).resolve().parent.parent.parent / "shared" / "probes" / "words.json"
OWN = json.loads(Path(__file__).with_name("probes.json").read_text("utf-8"))
HEADLINES = {
    "en": "Old bridge to close in spring", "zh": "老桥明年春天关闭", "ja": "古い橋、春に閉鎖へ", "ko": "오래된 다리 봄에 폐쇄",
    "ru": "Старый мост закроют весной", "uk": "Старий міст закриють навесні", "ar": "إغلاق الجسر القديم في الربيع", "hi": "पुराना पुल वसंत में बंद होगा",
}  # fmt: skip


def _load() -> list[dict[str, object]]:
    return [OWN, *([json.loads(PROBES.read_text("utf-8"))] if PROBES.is_file() else [])]


def _noise() -> Iterator[tuple[str, str, bool]]:
    for probes in _load():
        for kind, entries in probes["noise"].items():  # type: ignore[attr-defined]
            for entry in entries:
                yield entry["lang"], entry["text"], kind.startswith("read-also")


def _prose(language: str) -> list[str]:
    return PROSE.get(language, PROSE["en"])[:6]


def _as_page(language: str, markup: str, prose: list[str]) -> Article:
    blocks = [f"<p>{text}</p>" for text in prose]
    return clean_html(page_of(*blocks[:3], markup, *blocks[3:], language=language), fields=())


def _as_text(line: str, prose: list[str]) -> Article:
    return clean_text("\n\n".join(["Harbour fees to rise again", *prose[:3], line, *prose[3:]]))


def _misses(prose_language: str | None) -> list[str]:
    missed = []
    for language, text, is_label in _noise():
        spoken = prose_language or language
        prose, headline = _prose(spoken), HEADLINES.get(language, HEADLINES["en"])
        markup = f'<p>{text} <a href="/x">{headline}</a></p>' if is_label else f"<p>{text}</p>"
        pages = (_as_page(spoken, markup, prose), _as_text(f"{text} {headline}" if is_label else text, prose))
        missed += [f"{language}: {text}" for article in pages if article.text != "\n\n".join(prose)]
    return missed


@pytest.mark.parametrize("language", [None, "en"], ids=["in its own language", "on an English page"])
def test_noise_goes_and_the_paragraphs_beside_it_stay_byte_for_byte(language: str | None) -> None:
    missed = _misses(language)
    assert len(missed) <= 0.02 * 2 * len(list(_noise())), missed


@pytest.mark.parametrize(
    ("language", "text"), [(entry["lang"], entry["text"]) for probes in _load() for entry in probes["keep"]]  # type: ignore[attr-defined]
)  # fmt: skip
def test_prose_that_looks_like_noise_stays(language: str, text: str) -> None:
    prose = _prose(language)
    for article in (_as_page(language, f"<p>{text}</p>", prose), _as_text(text, prose)):
        assert article.text == "\n\n".join([*prose[:3], text, *prose[3:]])


@pytest.mark.parametrize(
    ("attribute", "value"), [(name["attribute"], name["value"]) for probes in _load() for name in probes["names"]]  # type: ignore[attr-defined]
)  # fmt: skip
def test_a_name_does_not_cost_a_paragraph(attribute: str, value: str) -> None:
    prose = PROSE["en"]
    for markup in (
        f'<div {attribute}="{value}"><p>{prose[5]}</p></div>',
        f'<p {attribute}="{value}">{prose[5]}</p>',
    ):
        assert prose[5] in _as_page("en", markup, prose[:5]).text
