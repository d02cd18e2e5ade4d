"""Covers are valid PNG files."""

from __future__ import annotations

import struct
import zlib

from sunotui.demo.media import covers


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a PNG, their checksums verified."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = [], 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        (crc,) = struct.unpack_from(">I", png, at + 8 + length)
        assert crc == zlib.crc32(kind + data)
        found.append((kind, data))
        at += 12 + length
    return found


def test_a_cover_is_a_valid_png_of_its_size() -> None:
    found = chunks(covers.paint("one"))
    assert [kind for kind, _ in found] == [b"IHDR", b"IDAT", b"IEND"]
    assert struct.unpack(">IIBBBBB", found[0][1]) == (covers.SIZE, covers.SIZE, 8, 2, 0, 0, 0)
    pixels = zlib.decompress(found[1][1])
    assert len(pixels) == covers.SIZE * (1 + covers.SIZE * 3)
    assert set(pixels[:: 1 + covers.SIZE * 3]) == {0}


def test_a_cover_has_many_colours() -> None:
    pixels = zlib.decompress(chunks(covers.paint("two"))[1][1])
    assert len(set(zip(pixels[1::3], pixels[2::3], pixels[3::3], strict=False))) > 50


def test_a_seed_always_gives_the_same_cover() -> None:
    first = covers.paint("three")
    covers.paint.cache_clear()
    assert covers.paint("three") == first != covers.paint("four")
