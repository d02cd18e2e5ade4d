"""Covers are valid PNG files that differ from each other."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from sunotui.demo.media import cover_scenes, covers
from sunotui.demo.media.cover_scenes import Canvas, Palette

_PALETTE = Palette("#141430", "#3b2667", "#93406f", "#f0845c", "#ffe0a3")


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
    assert found[0][0] == b"IHDR"
    assert found[-1][0] == b"IEND"
    assert struct.unpack(">IIBBBBB", found[0][1]) == (covers.SIZE, covers.SIZE, 8, 2, 0, 0, 0)
    with Image.open(BytesIO(covers.paint("one"))) as image:
        image.load()
        assert image.mode == "RGB"


def test_covers_are_small_files() -> None:
    sizes = [len(covers.paint(f"seed-{number}")) for number in range(20)]
    assert max(sizes) < 80_000


@pytest.mark.parametrize("scene", cover_scenes.SCENES, ids=lambda scene: scene.__name__)
def test_a_scene_can_be_seen_in_a_few_pixels(scene: Callable[[Canvas], None]) -> None:
    canvas = Canvas(512, _PALETTE, random.Random(7))
    scene(canvas)
    grey = canvas.picture.resize((18, 18), Image.Resampling.BOX).convert("L")
    pixels = grey.tobytes()
    assert max(pixels) - min(pixels) > 80
    assert len(canvas.picture.resize((18, 18)).getcolors(18 * 18) or ()) > 20


def test_a_seed_always_gives_the_same_cover() -> None:
    first = covers.paint("three")
    covers.paint.cache_clear()
    assert covers.paint("three") == first != covers.paint("four")
