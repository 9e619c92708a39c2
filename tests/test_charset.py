"""Bytes become the text that a browser would show, whatever they declare."""

import codecs
import json

import pytest
from prose import PROSE

from cleaners import clean_html
from cleaners.charset import codec_of, decode

# Every label of https://encoding.spec.whatwg.org/#names-and-labels, by the encoding that it stands for; the
# six labels of "replacement", which browsers refuse to decode, are left out.
LABELS = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "ibm866": "866 cp866 csibm866 ibm866",
    "iso-8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso-8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso-8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso-8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 "
    "iso_8859-5:1988",
    "iso-8859-6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e "
    "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    "iso-8859-7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 "
    "iso_8859-7 iso_8859-7:1987 sun_eu_greek",
    "iso-8859-8": "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 "
    "iso_8859-8 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical",
    "iso-8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso-8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso-8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso-8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso-8859-16": "iso-8859-16",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "macintosh": "csmacintosh mac macintosh x-mac-roman",
    "windows-874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "windows-1250": "cp1250 windows-1250 x-cp1250",
    "windows-1251": "cp1251 windows-1251 x-cp1251",
    "windows-1252": "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 "
    "iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252",
    "windows-1253": "cp1253 windows-1253 x-cp1253",
    "windows-1254": "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 "
    "latin5 windows-1254 x-cp1254",
    "windows-1255": "cp1255 windows-1255 x-cp1255",
    "windows-1256": "cp1256 windows-1256 x-cp1256",
    "windows-1257": "cp1257 windows-1257 x-cp1257",
    "windows-1258": "cp1258 windows-1258 x-cp1258",
    "x-mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030",
    "big5": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc-jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso-2022-jp": "csiso2022jp iso-2022-jp",
    "shift_jis": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "euc-kr": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 "
    "windows-949",
    "utf-16be": "unicodefffe utf-16be",
    "utf-16le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
}
# A language that each encoding was made for, and the Python codec that writes it.
SPEAKERS = {
    "utf-8": ("hi", "utf-8"), "ibm866": ("ru", "cp866"), "iso-8859-2": ("pl", "iso8859-2"),
    "iso-8859-3": ("tr", "iso8859-3"), "iso-8859-4": ("lt", "iso8859-4"), "iso-8859-5": ("ru", "iso8859-5"),
    "iso-8859-6": ("ar", "iso8859-6"), "iso-8859-7": ("el", "iso8859-7"), "iso-8859-8": ("he", "iso8859-8"),
    "iso-8859-10": ("sv", "iso8859-10"), "iso-8859-13": ("lt", "iso8859-13"), "iso-8859-14": ("de", "iso8859-14"),
    "iso-8859-15": ("es", "iso8859-15"), "iso-8859-16": ("hu", "iso8859-16"), "koi8-r": ("ru", "koi8-r"),
    "koi8-u": ("uk", "koi8-u"), "macintosh": ("fr", "mac-roman"), "windows-874": ("th", "cp874"),
    "windows-1250": ("cs", "cp1250"), "windows-1251": ("uk", "cp1251"), "windows-1252": ("fr", "cp1252"),
    "windows-1253": ("el", "cp1253"), "windows-1254": ("tr", "cp1254"), "windows-1255": ("he", "cp1255"),
    "windows-1256": ("ar", "cp1256"), "windows-1257": ("lt", "cp1257"), "windows-1258": ("de", "cp1258"),
    "x-mac-cyrillic": ("ru", "mac-cyrillic"), "gb18030": ("zh", "gb18030"), "big5": ("zh-hant", "big5hkscs"),
    "euc-jp": ("ja", "euc_jp"), "iso-2022-jp": ("ja", "iso2022_jp"), "shift_jis": ("ja", "cp932"),
    "euc-kr": ("ko", "cp949"), "utf-16be": ("ja", "utf-16-be"), "utf-16le": ("en", "utf-16-le"),
}  # fmt: skip
SAMPLES = {language: texts[0].replace("’", "'") for language, texts in PROSE.items()}
SAMPLES["zh-hant"] = (
    "港務局週一晚上經過四個小時的辯論，決定九年來首次提高渡輪的收費，新的價格從下個月起實行。"
)
ALL_LABELS = [(encoding, label) for encoding, labels in LABELS.items() for label in labels.split()]
LEGACY = [encoding for encoding in LABELS if encoding not in ("utf-8", "utf-16be", "utf-16le")]
HOSTILE = [
    "utf-7", "utf_7", "idna", "punycode", "rot13", "rot_13", "hex", "hex_codec", "base64", "zlib", "bz2", "uu",
    "quopri", "unicode_escape", "raw_unicode_escape", "undefined", "utf-32", "mbcs", "oem", "cp037", "cp500",
    "hz-gb-2312", "iso-2022-kr", "replacement", "../../etc/passwd", "utf-8\x00", "u" * 5_000, "é",
]  # fmt: skip


def encoded(encoding: str, *, head: str = "") -> tuple[str, bytes]:
    """Return a sample text, and a page that holds it in an encoding."""
    language, codec = SPEAKERS[encoding]
    text = SAMPLES[language].encode(codec, "ignore").decode(codec)
    return text, f"<html><head>{head}</head><body><p>{text}</p></body></html>".encode(codec)


@pytest.mark.parametrize(("encoding", "label"), ALL_LABELS, ids=[label for _, label in ALL_LABELS])
def test_a_label_of_the_header_is_read_as_browsers_read_it(encoding: str, label: str) -> None:
    text, data = encoded(encoding)
    decoded = decode(data, label.upper())
    assert text in decoded.text
    assert "\ufffd" not in decoded.text


@pytest.mark.parametrize("encoding", LEGACY)
def test_a_label_of_the_meta_tag_is_read_as_browsers_read_it(encoding: str) -> None:
    text, data = encoded(
        encoding, head=f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}">'
    )
    assert text in decode(data).text


def test_the_header_wins_over_the_meta_tag() -> None:
    text, data = encoded("windows-1251", head='<meta charset="koi8-r">')
    assert text in decode(data, "windows-1251").text


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_wins_over_the_header(codec: str) -> None:
    mark = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}[
        codec
    ]
    text = SAMPLES["ru"]
    assert decode(mark + f"<p>{text}".encode(codec), "koi8-r").text == f"<p>{text}"


@pytest.mark.parametrize("label", ["iso-8859-1", "us-ascii", "latin1", "iso-8859-9"])
def test_latin_1_means_windows_1252_with_its_curly_quotes(label: str) -> None:
    assert decode("<p>“It’s the élève’s”".encode("cp1252"), label).text == "<p>“It’s the élève’s”"


@pytest.mark.parametrize("language", [code for code, texts in PROSE.items() if not "".join(texts).isascii()])
def test_one_stray_byte_garbles_nothing_else(language: str) -> None:
    text = " ".join(PROSE[language])
    head, tail = text[: len(text) // 2], text[len(text) // 2 :]
    data = f"<p>{head}</p><div>".encode() + b"\x92" + f"</div><p>{tail}</p>".encode()
    assert decode(data).text == f"<p>{head}</p><div>\ufffd</div><p>{tail}</p>"


@pytest.mark.parametrize(
    "header", ["iso-8859-1", "windows-1251", "shift_jis", "gbk", "utf-16", "iso-2022-jp"]
)
@pytest.mark.parametrize("stray", [b"", b"\x92"], ids=["clean", "stray byte"])
def test_utf_8_with_a_wrong_legacy_header_stays_utf_8(header: str, stray: bytes) -> None:
    text = " ".join(PROSE["fr"])
    assert text in decode(f"<p>{text}".encode() + stray, header).text


@pytest.mark.parametrize("label", HOSTILE)
@pytest.mark.parametrize("where", ["header", "meta"])
def test_a_hostile_label_never_reaches_a_codec(label: str, where: str) -> None:
    assert codec_of(label) is None
    head = f'<meta charset="{label}">' if where == "meta" else ""
    data = f"<head>{head}</head><p>{SAMPLES['fr']}".encode()
    assert SAMPLES["fr"] in decode(data, label if where == "header" else None).text


def test_a_meta_tag_that_says_utf_16_means_utf_8() -> None:
    assert decode('<meta charset="utf-16"><p>Gebühr'.encode()).text.endswith("Gebühr")


@pytest.mark.parametrize("where", ["header", "meta", "nowhere"])
def test_gb2312_behind_a_long_head_of_ascii_is_read(where: str) -> None:
    head = "<script>" + "var a = 1; " * 1_500 + "</script>"
    meta = '<meta charset="gb2312">' if where == "meta" else ""
    data = f"{meta}{head}<p>{''.join(PROSE['zh'])}".encode("gb18030")
    assert PROSE["zh"][0] in decode(data, "gb2312" if where == "header" else None).text


def test_a_label_in_a_comment_does_not_count() -> None:
    text, data = encoded("windows-1251", head='<!-- <meta charset="koi8-r"> --><meta charset="windows-1251">')
    assert text in decode(data).text


@pytest.mark.parametrize("encoding", ["windows-1251", "shift_jis", "euc-kr", "gb18030", "windows-1252"])
def test_an_undeclared_encoding_is_guessed_from_enough_text(encoding: str) -> None:
    language, codec = SPEAKERS[encoding]
    text = " ".join(PROSE[language]).replace("’", "'")
    assert text in decode(f"<p>{text}</p>".encode(codec)).text


def test_the_halves_of_a_character_are_joined_and_single_ones_dropped() -> None:
    assert decode("<p>a\ud83d\ude00b\ud800c").text == "<p>a\U0001f600bc"


@pytest.mark.parametrize("code", [0, 1, 8, 11, 27, 30, 31, 127, 0x81, 0x90, 0x202D, 0x202E], ids=hex)
@pytest.mark.parametrize("spelling", ["{0:c}", "&#{0};", "&#0{0}", "&#x{0:X};", "&#X00{0:x};"])
def test_no_control_character_comes_through_however_it_is_written(code: int, spelling: str) -> None:
    control = spelling.format(code)
    paragraphs = "".join(f"<p>{text} a{control} b.</p>" for text in PROSE["en"])
    article = clean_html(f"<title>Harbour{control} fees</title>{paragraphs}")
    assert chr(code) not in json.dumps(article.to_dict(), ensure_ascii=False)


def test_marks_that_were_encoded_twice_are_read_as_they_were_meant() -> None:
    twice = "L’été à Brest – « déjà » … l’œuvre".encode("cp1252").decode("latin-1").replace("\x85", "...")
    assert decode(f"<p>{twice}".encode()).text == "<p>L’été à Brest – « déjà » ... l’œuvre"
    assert decode("<p>L\x92été").text == "<p>L’été"


def test_bytes_that_cannot_be_read_are_named_in_the_notes() -> None:
    article = clean_html(
        f"<p>{'</p><p>'.join(PROSE['fr'])} \ufffd".encode().replace("\ufffd".encode(), b"\x92")
    )
    assert article.notes == ("some bytes are not valid utf-8 and stand as U+FFFD",)


@pytest.mark.parametrize(
    ("language", "codec"),
    [("pl", "cp1250"), ("cs", "cp1250"), ("es", "cp1252"), ("it", "cp1252"), ("tr", "cp1254")],
)
def test_the_short_words_of_a_language_tell_which_encoding_of_latin_letters_fits(
    language: str, codec: str
) -> None:
    text = " ".join(PROSE[language]).replace("’", "'")
    assert decode(f"<p>{text}</p>".encode(codec)).text == f"<p>{text}</p>"


def test_a_guessed_encoding_is_named_in_the_notes() -> None:
    article = clean_html(f"<p>{'</p><p>'.join(PROSE['pl'])}".encode("cp1250"))
    assert article.notes == ("the encoding is a guess: cp1250",)


@pytest.mark.parametrize("head", ["<meta charset=utf-8>", ""], ids=["declared", "undeclared"])
def test_a_page_of_two_encodings_garbles_no_more_than_the_bytes_that_are_not_utf_8(head: str) -> None:
    good, other = PROSE["de"][0], "Die Fähre wird für Gäste teurer."
    data = f"{head}<p>{good}</p>".encode() + f"<p>{other}</p>".encode("cp1252")
    decoded = decode(data)
    assert decoded.has_errors
    assert good in decoded.text
    assert "Die F\ufffdhre wird f\ufffdr G\ufffdste teurer." in decoded.text


@pytest.mark.parametrize(("charset", "notes"), [
    ("utf-8", ()), ("LATIN1", ()), ("", ()), (None, ()), ("foo", ("the encoding 'foo' is unknown and was ignored",)),
])  # fmt: skip
def test_an_unknown_encoding_is_told_of(charset: str | None, notes: tuple[str, ...]) -> None:
    assert clean_html("".join(f"<p>{text}</p>" for text in PROSE["en"]), charset=charset).notes == notes
