"""Covers as terminals take them."""

from __future__ import annotations

import random
from io import BytesIO

import pytest
from PIL import Image

from sunotui.core.media.cover_encodings import indexed, jpeg
from sunotui.core.media.cover_source import Pixels
from tests.tui.covers import picture

_NOISE = Pixels(64, 64, random.Random(1).randbytes(3 * 64 * 64))


@pytest.mark.parametrize("colors", [256, 64, 16, 2])
def test_a_picture_has_at_most_so_many_colors(colors: int) -> None:
    reduced = indexed(_NOISE, colors)
    assert (reduced.width, reduced.height, len(reduced.indices)) == (64, 64, 64 * 64)
    assert max(reduced.indices) < min(colors, len(reduced.palette))


def test_few_colors_stay_what_they_are() -> None:
    pixels = Pixels(2, 2, bytes((255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255)))
    reduced = indexed(pixels, 256)
    assert bytes(part for index in reduced.indices for part in reduced.palette[index]) == pixels.rgb


def test_a_file_shows_the_picture() -> None:
    pixels = picture(64, 48)
    content = jpeg(pixels, 100_000)
    assert content is not None
    with Image.open(BytesIO(content), formats=["JPEG"]) as image:
        assert image.size == (64, 48)
        difference = [abs(one - other) for one, other in zip(image.tobytes(), pixels.rgb, strict=True)]
    assert sum(difference) / len(difference) < 4


def test_a_file_gets_worse_until_it_is_small_enough() -> None:
    best = jpeg(_NOISE, 100_000)
    assert best is not None
    smaller = jpeg(_NOISE, len(best) - 1)
    assert smaller is not None
    assert len(smaller) < len(best)
    assert jpeg(_NOISE, 500) is None
