"""Bytes to text, the way browsers do it: WHATWG labels, byte order mark, meta, and only then a guess."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from cleaners.errors import ParseError
from cleaners.language import spoken_in

# The labels of https://encoding.spec.whatwg.org/#names-and-labels, by Python codec. Each codec is the one
# that browsers mean by the label: iso-8859-1 is windows-1252, gb2312 is gb18030, and so on.
_LABELS = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 "
    "iso_8859-5:1988",
    "iso8859-6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 "
    "iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    "iso8859-7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 "
    "iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek",
    "iso8859-8": "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 "
    "iso88598 iso_8859-8 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical",
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "cp1252": "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 "
    "iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252",
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 "
    "l5 latin5 windows-1254 x-cp1254",
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso2022_jp_2": "csiso2022jp iso-2022-jp",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 "
    "ksc_5601 windows-949",
    "utf-16-be": "unicodefffe utf-16be",
    "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
    "x-user-defined": "x-user-defined",
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"))
_META = re.compile(
    rb"<meta\b[^>]{0,1000}?\bcharset\s*=\s*[\"']?\s*([^\s\"'/>;]+)"
    rb"|<\?xml[^>]{0,1000}?\bencoding\s*=\s*[\"']([^\"']+)",
    re.IGNORECASE,
)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_META_REACH = 65_536  # Browsers look at 1,024 bytes first and re-parse for a later meta.
_WRONG_SHARE = 0.1  # Of the non-ASCII bytes: with more errors a declared encoding is not believed.
_GUESS_REACH = 65_536
_GUESSED = [
    "cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874",
    "koi8_r", "iso8859_2", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949",
]  # fmt: skip
# The encodings of Latin letters look alike to a guess: which it is, the language says, whose short words are
# mostly plain ASCII.
_LATIN_SPEAKERS = (
    (("cp1252",), "en de fr es it pt nl sv no da fi id ca gl is af fy lb ms tl sw eu ga"),
    (("cp1250", "iso8859_2"), "pl cs sk hu ro hr sl"),
    (("cp1254",), "tr az"),
    (("cp1257",), "lt lv et"),
    (("cp1258",), "vi"),
)
_LATIN_GUESSES = frozenset(codec for codecs_, _ in _LATIN_SPEAKERS for codec in codecs_)
_CODECS_OF = {code: codecs_ for codecs_, speakers in _LATIN_SPEAKERS for code in speakers.split()}
_TAG = re.compile(r"<[^<>]*>")
_ASCII = bytes(range(128))
# Characters in good UTF-8 for each bad byte: no legacy encoding looks like that by chance, and even less so
# where none is declared.
_ENOUGH, _ENOUGH_UNDECLARED = 10, 1
# Controls, and the two marks that override the direction of text, which no prose needs.
_CONTROLS = frozenset((*range(9), 11, *range(14, 32), *range(127, 160), 0x202D, 0x202E))
_ANY_CONTROLS = re.compile(f"[{re.escape(''.join(map(chr, sorted(_CONTROLS))))}]+")
_MEANT = re.compile("[\x80\x82-\x84\x86-\x8c\x8e\x91-\x9c\x9e\x9f]")
# The same in UTF-8: all but a few pages are done after one pass over their bytes, which is cheap.
_ASCII_CONTROLS = bytes(sign for sign in _CONTROLS if sign < 128) + b"\x0c"  # noqa: PLR2004
_OTHER_CONTROLS = (re.compile(rb"\xc2[\x80-\x9f]"), re.compile(rb"\xe2\x80[\xad\xae]"))
# The same characters as markup refers to them, but those of C1 that stand for one of windows-1252 there.
_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|11|1[4-9]|2\d|3[01]|127|129|14[134]|157|823[78])(?!\d)"
    r"|[xX]0*(?:[0-8bBeE]|1[0-9a-fA-F]|7[fF]|81|8[dDfF]|90|9[dD]|202[dDeE])(?![0-9a-fA-F]));?"
)
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_LEGACY_GAPS = "chaffinch.c1"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that gave it, whether some bytes could not be read, and whether it is a guess."""

    text: str
    encoding: str
    has_errors: bool = False
    is_guess: bool = False


def decode(data: bytes | str, charset: str | None = None) -> Decoded:
    """Return the text of a page.

    In order: byte order mark, `charset` (of the HTTP header), meta, strict UTF-8, a guess by
    charset-normalizer. A declared legacy encoding yields to UTF-8 where all but a stray byte is valid UTF-8
    and some is not ASCII: no legacy text looks like that by chance. Without one, more good UTF-8 than bad is
    UTF-8, as in a page put together from two sources. Control characters and lone surrogates,
    which no page means, are dropped. Raises ParseError where nothing fits.
    """
    if isinstance(data, str):
        return Decoded(without_controls(_pair_surrogates(data)), "str")
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _decode_as(data[len(mark) :], codec)
    if data.isascii() and b"\x1b" not in data:
        return _decode_as(data, "utf-8")
    as_utf8 = _decode_as(data, "utf-8")
    if not as_utf8.has_errors and b"\0" not in data and b"\x1b" not in data:
        return as_utf8
    declared = [codec for codec in (codec_of(charset), _declared_in(data)) if codec]
    needed = _ENOUGH if set(declared) - {"utf-8"} else _ENOUGH_UNDECLARED
    if _is_utf8(as_utf8, needed) and not (declared and _is_unlike_ascii(declared[0], data)):
        return as_utf8
    attempts = (_decode_as(data, codec) for codec in declared)
    return next((attempt for attempt in attempts if _is_believable(attempt.text, data)), None) or _guess(data)


def notes_on(decoded: Decoded, charset: str | None) -> tuple[str, ...]:
    """Say in words what the reader of a text should know of its bytes, decoded with `charset` as asked."""
    unknown = (
        f"the encoding {charset[:40]!r} is unknown and was ignored"
        if charset and not codec_of(charset)
        else ""
    )
    guess = f"the encoding is a guess: {decoded.encoding}" if decoded.is_guess else ""
    errors = f"some bytes are not valid {decoded.encoding} and stand as U+FFFD" if decoded.has_errors else ""
    return tuple(filter(None, (unknown, guess, errors)))


def codec_of(label: str | None) -> str | None:
    """Return the Python codec of a WHATWG label, None for a label that browsers do not know."""
    return _CODECS.get(label.strip(" \t\r\n\f\"'").lower()) if label else None


def _declared_in(data: bytes) -> str | None:
    for found in _META.finditer(_COMMENT.sub(b"", data[:_META_REACH])):
        label = (found[1] or found[2]).decode("ascii", "replace")
        codec = codec_of(label)
        if codec:
            # A page whose meta could be read is not UTF-16, whatever it says.
            return {"utf-16-be": "utf-8", "utf-16-le": "utf-8", "x-user-defined": "cp1252"}.get(codec, codec)
    return None


def _is_unlike_ascii(codec: str, data: bytes) -> bool:
    """Tell whether `data` may be in an encoding whose bytes can look like ASCII and mean something else."""
    return (codec.startswith("utf-16") and b"\0" in data) or (codec.startswith("iso2022") and b"\x1b" in data)


def _is_utf8(decoded: Decoded, needed: int) -> bool:
    """Tell whether bytes are UTF-8, but for one in so many characters that are not ASCII."""
    if not decoded.has_errors:
        return True
    text = decoded.text
    bad = text.count("\ufffd")
    return len(text) - len(text.encode("ascii", "ignore")) - bad > needed * bad


def _pair_surrogates(text: str) -> str:
    """Return `text` with the halves of a character joined, and halves that stand alone dropped."""
    if text.isascii() or not _SURROGATES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def _decode_as(data: bytes, codec: str) -> Decoded:
    if codec == "x-user-defined":
        return Decoded(
            without_controls("".join(chr(byte if byte in _ASCII else 0xF700 + byte) for byte in data)), codec
        )
    errors = _LEGACY_GAPS if codec.startswith(("cp125", "cp874")) else "replace"
    text = data.decode(codec, errors)
    if codec != "utf-8" or _has_controls(data):
        text = without_controls(text)
    return Decoded(text, codec, "\ufffd" in text)


def _is_believable(text: str, data: bytes) -> bool:
    errors = text.count("\ufffd")
    if not errors:
        return True
    beyond_ascii = len(data) - len(data.translate(None, bytes(range(0x80, 0x100))))
    return errors <= max(2, beyond_ascii * _WRONG_SHARE)


def _guess(data: bytes) -> Decoded:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - 40 ms, and few pages need a guess

    lenient = _decode_as(data, "utf-8")
    if _is_believable(lenient.text, data):
        return lenient
    # A long head of ASCII, as scripts and styles are, says nothing of the rest.
    start = len(data) - len(data.lstrip(_ASCII))
    matches = from_bytes(data[start : start + _GUESS_REACH], cp_isolation=_GUESSED)
    best = matches.best()
    if best is None:
        raise ParseError("cannot be decoded: no encoding is declared and none fits the bytes")
    codec = best.encoding
    if codec in _LATIN_GUESSES:
        fitting = [codec for match in matches for codec in match.could_be_from_charset]
        wanted = _CODECS_OF.get(spoken_in(_TAG.sub(" ", str(best))), ())
        codec = next((one for one in fitting if one in wanted), codec)
    return replace(_decode_as(data, codec), is_guess=True)


def without_controls(text: str) -> str:
    """Return `text` without control characters but tabs and line breaks.

    Those of C1 that windows-1252 has a character for stand for it, as in references: a quotation mark was encoded twice.
    """
    if not _has_controls(text.encode("utf-8", "replace")):
        return text
    # These two part lines. A table of `str.translate` takes five times as long.
    text = _MEANT.sub(lambda found: found[0].encode("latin-1").decode("cp1252"), text.replace("\x85", " "))
    return _ANY_CONTROLS.sub("", text.replace("\x0c", " "))


def _has_controls(data: bytes) -> bool:
    """Tell whether a text in UTF-8 holds characters that no prose needs."""
    return len(data.translate(None, _ASCII_CONTROLS)) < len(data) or any(
        pattern.search(data) for pattern in _OTHER_CONTROLS
    )


def without_control_references(markup: str) -> str:
    """Return markup that refers to no control character, as `&#1;` does."""
    return _REFERENCE.sub("", markup) if "&#" in markup else markup


def _c1_controls(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that Python's windows codecs leave undefined as C1 controls, as WHATWG does."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(map(chr, error.object[error.start : error.end])), error.end


codecs.register_error(_LEGACY_GAPS, _c1_controls)
