"""Hostile input: a result or a CleanerError, within bounds of time and memory, and nothing lost in silence."""

import subprocess
import sys

import pytest

from cleaners import clean_html

# Each makes an input named `data` and says how it is cleaned. Every case runs in a process of its own.
CASES = {
    "empty": "data = b''",
    "nested-div": "data = '<div>' * 100_000 + 'text'",
    "nested-b": "data = '<b>' * 100_000 + 'text'",
    "nested-mixed": "data = '<div><b 1><i 2><p>' * 30_000 + 'text'",
    "open-formatting": "data = ''.join(f'<b a{n}>' for n in range(3000)) + '<p>x</p>' * 1000",
    "a-million-siblings": "data = '<p>x' * 1_000_000",
    "many-siblings": "data = '<p>x' * 150_000",
    "one-node-of-50-mb": "data = '<p>' + 'word ' * 10_000_000 + '</p>'",
    "one-node-of-12-mb": "data = '<p>' + 'word ' * 2_400_000 + '</p>'",
    "nul": "data = b'<p>a\\x00b</p>' * 1000",
    "lone-surrogates": "data = '<p>\\ud800 and \\udfff</p>' * 1000",
    "wrong-charset": "data = '<p>Größe</p>'.encode('cp1252') * 1000",
    "attributes": "data = '<p ' + ' '.join(f'a{n}=1' for n in range(60_000)) + '>text</p>'",
    "options": "data = '<select>' + '<option>x' * 50_000 + '</select>'",
    "combining-marks": "data = '<p>a' + chr(0x301) * 300_000 + '</p>'",
    "breaks": "data = '<p>x</p>' + '<br>' * 200_000",
    "deep-lists": "data = '<ul><li>' * 20_000 + 'text'",
    "deep-tables": "data = '<table><tr><td>' * 5_000 + 'text'",
    "huge-comment": "data = '<!--' + 'x' * 5_000_000 + '--><p>text</p>'",
    "unclosed-script": "data = '<script>' + '<p>x</p>' * 10_000",
    "json-ld-depth": "data = '<script type=application/ld+json>' + '[' * 200_000 + '</script><p>text</p>'",
    "json-ld-size": "data = '<script type=application/ld+json>{\"a\":\"' + 'x' * 5_000_000 + '\"}</script><p>a</p>'",
    "angle-brackets": "data = '<p>' + '<' * 500_000",
    "text-labels": "data, kind = 'Name * Email * Website Share this: ' * 60_000, 'text'",
    "text-see-also": "data, kind = 'See also ' * 220_000, 'text'",
    "text-lines": "data, kind = 'word\\n' * 200_000, 'text'",
    "text-spaces": "data, kind = 'a' + ' ' * 2_000_000 + 'b', 'text'",
    "text-brackets": "data, kind = '[a](' * 300_000, 'text'",
    "text-marks": "data, kind = 'a' + chr(0x301) * 300_000, 'text'",
}
_RUN = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
from cleaners import CleanerError, clean_html, clean_text
kind = "html"
{make}
try:
    article = clean_text(data) if kind == "text" else clean_html(data)
    print("article", article.verdict)
except CleanerError as error:
    print("error", error)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
_SECONDS = 60  # A bound for hangs on a busy machine, no measure: bench/speed.py measures.
_MEGABYTES = 1_024


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in CASES.items()])
def test_hostile_input_ends_in_a_result_or_a_cleaner_error(make: str) -> None:
    command = [sys.executable, "-c", _RUN.format(make=make)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    assert ran.returncode == 0, ran.stderr[-400:]
    outcome, memory = ran.stdout.rsplit("\n", 2)[:2]
    assert outcome.startswith(("article", "error"))
    assert int(memory) <= _MEGABYTES


_SENTINEL = "The last sentence of this page is about a lighthouse that nobody had ever put on a map before."
_UNCLOSED = (
    "title script style textarea select option b a table tr td ul li blockquote h2 span pre form button"
)
_SHAPES = {
    **{
        f"depth-{depth}": "<div>" * depth + "deep" + "</div>" * depth
        for depth in (1, 100, 253, 500, 1000, 5000)
    },
    **{f"node-{size}-mb": f"<p>{'word ' * (200_000 * size)}</p>" for size in (1, 10, 20)},
    **{f"unclosed-{name}": f"<{name}>words that begin and do not end<p>" for name in _UNCLOSED.split()},
}


@pytest.mark.parametrize("shape", [pytest.param(shape, id=name) for name, shape in _SHAPES.items()])
def test_what_stands_at_the_end_of_a_page_is_kept_or_accounted_for(shape: str) -> None:
    html = f"<html><body><article>{shape}<p>{_SENTINEL}</p></article></body></html>"
    article = clean_html(html, fields=())
    assert _SENTINEL in "\n".join([article.text, *(gone.text for gone in article.removed)])
