"""Content codings: whole bodies come back whole, cut or false ones not at all, and never much at once."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd
from hostile_server import bomb
from hypothesis import given
from hypothesis import strategies as st

from scraper.net.decoding import DecodingError, decoder_for


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


CODERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("X-GZip", gzip.compress),
    "gzip in members": ("gzip", lambda data: b"".join(gzip.compress(data[i : i + 50]) for i in range(0, len(data) or 1, 50))),
    "deflate": ("deflate", zlib.compress),
    "deflate, bare": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
    "zstd in frames": ("zstd", lambda data: b"".join(zstd.compress(data[i : i + 50]) for i in range(0, len(data) or 1, 50))),
    "identity": ("identity", bytes),
}  # fmt: skip
CUTTABLE = [name for name in CODERS if name != "identity" and " in " not in name]


def decode(coding: str, data: bytes, step: int = 1_000) -> bytes:
    decoder = decoder_for(coding)
    kept = b"".join(piece for i in range(0, len(data), step) for piece in decoder.feed(data[i : i + step]))
    decoder.finish()
    return kept


@pytest.mark.parametrize("name", CODERS)
@given(data=st.binary(max_size=300), step=st.integers(1, 400))
def test_what_was_coded_comes_back_however_it_arrives(name: str, data: bytes, step: int) -> None:
    coding, code = CODERS[name]
    assert decode(coding, code(data), step) == data


@pytest.mark.parametrize("name", CUTTABLE)
def test_a_coded_body_that_is_cut_anywhere_is_an_error(name: str) -> None:
    coding, code = CODERS[name]
    whole = code(b"The harbour raised its fees on Monday. " * 20)
    for end in range(len(whole)):
        with pytest.raises(DecodingError):
            decode(coding, whole[:end])


@pytest.mark.parametrize("name", ["gzip in members", "zstd in frames"])
def test_a_body_that_is_cut_within_a_later_part_is_an_error(name: str) -> None:
    coding, code = CODERS[name]
    whole = code(bytes(range(150)))
    for end in (len(whole) - 1, len(whole) - 9, len(whole) - 15):
        with pytest.raises(DecodingError, match="too early"):
            decode(coding, whole[:end])


def test_a_gzip_body_that_ends_with_the_first_byte_of_another_member_is_an_error() -> None:
    with pytest.raises(DecodingError, match="too early"):
        decode("gzip", gzip.compress(b"fees") + b"\x1f")


@pytest.mark.parametrize("padding", [b"\0", b"\0" * 600, b"\n", b"\x1fx", b"nonsense"])
def test_padding_behind_gzip_is_no_part_of_the_body(padding: bytes) -> None:
    for step in (1, 7, 1_000):
        assert decode("gzip", gzip.compress(b"fees") + padding, step) == b"fees"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@given(data=st.binary(max_size=200))
def test_nonsense_is_an_error_or_decodes_but_nothing_else_is_raised(coding: str, data: bytes) -> None:
    with suppress(DecodingError):
        decode(coding, data)


@pytest.mark.parametrize("coding", ["gzip, gzip", "br,gzip", "gzip, identity, deflate"])
def test_stacked_codings_are_not_undone(coding: str) -> None:
    with pytest.raises(DecodingError, match="stacked"):
        decoder_for(coding)


@pytest.mark.parametrize("coding", ["rot13", "compress", "gzipx", "exi"])
def test_an_unknown_coding_is_an_error(coding: str) -> None:
    with pytest.raises(DecodingError, match="unknown"):
        decoder_for(coding)


@pytest.mark.parametrize("coding", ["", "identity", "none", "UTF-8", " , ", "identity, identity"])
def test_what_is_no_coding_leaves_the_body_as_it_is(coding: str) -> None:
    assert decode(coding, b"\x1f\x8bfees") == b"\x1f\x8bfees"


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_of_a_bomb_never_more_than_a_piece_is_held(coding: str) -> None:
    data = bomb(coding)
    decoder = decoder_for(coding)
    tracemalloc.start()
    try:
        seen = largest = 0
        for piece in (
            piece for i in range(0, len(data), 65_536) for piece in decoder.feed(data[i : i + 65_536])
        ):
            seen += len(piece)
            largest = max(largest, len(piece))
            if seen > 20_000_000:
                break
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert seen > 20_000_000
    assert largest < 200_000
    assert peak < 1_000_000


def test_a_zstd_window_beyond_8_megabytes_is_refused() -> None:
    options: dict[int, int] = {zstd.CompressionParameter.window_log: 27}
    stream = zstd.ZstdCompressor(options=options)
    coded = stream.compress(b"x" * 1_000_000) + stream.compress(b"y" * 9_000_000) + stream.flush()
    with pytest.raises(DecodingError, match="damaged"):
        decode("zstd", coded, 100_000)
