"""A page saved as one file, or sent as an e-mail, is cleaned like the page that is packed into it."""

import base64
import quopri
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from prose import PROSE, page_of, paragraphs

from cleaners import ParseError, clean_html
from cleaners.archives import unpack
from scraper.cli.app import main

PAGE = page_of(*paragraphs("de"), language="de")
PLAIN = "Content-Type: text/plain\n\nDie Seite ohne Bilder."


def part_of(
    page: str = PAGE, *, codec: str = "utf-8", encoding: str = "quoted-printable", name: str = ""
) -> str:
    data = page.encode(codec)
    packed = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(
        data
    )
    kind = f"text/html; charset={name}" if name else "text/html"
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n" + packed.decode("latin-1")


def packed_in(*parts: str, kind: str = "related", mark: str = "----Mark--abc----") -> str:
    inner = "".join(f"--{mark}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind};\n\tboundary="{mark}"\n\n\n{inner}--{mark}--\n'


def saved(body: str) -> bytes:
    return f"From: <Saved by Blink>\nSubject: =?utf-8?Q?Geb=C3=BChren?=\nMIME-Version: 1.0\n{body}".encode(
        "latin-1"
    )


PICTURE = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
SAVED = {
    "as Chrome does": saved(packed_in(part_of(), PICTURE)),
    "with line ends of Windows": saved(packed_in(part_of(), PICTURE)).replace(b"\n", b"\r\n"),
    "in base64": saved(packed_in(part_of(encoding="base64"))),
    "in bytes as they are": saved(packed_in(part_of(encoding="8bit"))),
    "behind its images": saved(packed_in(PICTURE, part_of())),
    "behind a great many images": saved(packed_in(*[PICTURE] * 300, part_of())),
    "with its frames behind it": saved(packed_in(part_of(), part_of(page_of("<p>Reklame")))),
    "in an encoding that only the part names": saved(
        packed_in(part_of(PAGE.replace('<meta charset="utf-8">', ""), codec="cp1252", name="iso-8859-1"))
    ),
    "as one part": saved(part_of()),
    "as an e-mail": saved(
        packed_in(packed_in(PLAIN, part_of(), kind="alternative", mark="in"), PICTURE, kind="mixed")
    ),
    "cut off": saved(packed_in(part_of()))[:-30],
}
WITHOUT_PAGE = {
    "an e-mail of plain text": packed_in(PLAIN, kind="alternative"),
    "pictures alone": packed_in(PICTURE),
    "no parts": 'Content-Type: multipart/related; boundary="x"\n\nNothing.',
    "no boundary": "Content-Type: multipart/related\n\n<p>x",
    "an empty boundary": 'Content-Type: multipart/related; boundary=""\n\n<p>x',
}
HOSTILE = {
    "parts without end": packed_in(*[PLAIN] * 200_000),
    "one in another": "".join(f"Content-Type: multipart/mixed; boundary={n}\n\n--{n}\n" for n in range(20_000)),
    "the same boundary in itself": "Content-Type: multipart/mixed; boundary=x\n\n--x\n" * 50_000,
    "parts within parts without end": packed_in(*[packed_in(PLAIN, mark="in")] * 50_000),
    "headers without end": "Content-Type: multipart/mixed; boundary=x\n" + "A: b\n" * 500_000,
    "blank lines": "Content-Type: multipart/mixed; boundary=x\n\n" + "\n \n" * 500_000,
}  # fmt: skip


@pytest.mark.parametrize("data", SAVED.values(), ids=SAVED)
def test_a_saved_page_gives_the_article_of_the_page(data: bytes) -> None:
    article = clean_html(data)
    assert article.text == clean_html(PAGE).text
    assert (article.title, article.verdict) == ("Harbour fees to rise", "article")


@pytest.mark.parametrize("data", SAVED.values(), ids=SAVED)
def test_a_saved_page_that_was_read_as_text_gives_it_too(data: bytes) -> None:
    encoding = "cp1252" if b"iso-8859-1" in data else "utf-8"
    assert clean_html(data.decode(encoding)).text == clean_html(PAGE).text


@pytest.mark.parametrize("body", WITHOUT_PAGE.values(), ids=WITHOUT_PAGE)
def test_what_holds_no_page_is_refused_in_one_line(body: str) -> None:
    with pytest.raises(ParseError, match=r"^not HTML: an e-mail or saved page without HTML in it$"):
        clean_html(saved(body))


def test_a_damaged_part_is_refused() -> None:
    body = "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nabcde"
    with pytest.raises(ParseError, match=r"^not HTML: a saved page that is damaged$"):
        clean_html(saved(body))


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_soon(body: str) -> None:
    begun = time.process_time()
    with pytest.raises(ParseError):
        clean_html(saved(body))
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "text",
    [PAGE, "Note: <p>fees</p>", "From: the board\n\n<p>fees", f"Content-Type: text/html\n\n{PAGE}", ""],
)
def test_what_only_looks_like_an_e_mail_is_none(text: str) -> None:
    assert unpack(text.encode()) is None


def test_the_command_unpacks_a_saved_page(tmp_path: Path) -> None:
    path = tmp_path / "page.mhtml"
    path.write_bytes(SAVED["in base64"])
    shown = CliRunner().invoke(main, ["clean", str(path)])
    assert PROSE["de"][3] in shown.output
    assert "MIME-Version" not in shown.output
