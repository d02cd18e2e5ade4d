"""Sixels, decoded again as terminals decode them."""

from __future__ import annotations

import re

import pytest

from sunotui.core.media import cover_pixels
from sunotui.core.media.cover_provider import IndexedPixels, Pixels
from sunotui.tui.terminal.sixel import sixel
from tests.tui.covers import picture

_WHOLE = re.compile(r'\x1bP7;1q"1;1;(\d+);(\d+)([!-~]*)\x1b\\')
_TOKEN = re.compile(r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|([$-])")


def _decoded(sequence: str) -> tuple[Pixels, tuple[int, int]]:
    """The picture, and the row and the column of the last band and pixel that were drawn. Every pixel is drawn once."""
    whole = _WHOLE.fullmatch(sequence)
    assert whole is not None
    width, height = int(whole[1]), int(whole[2])
    palette: dict[int, tuple[int, ...]] = {}
    drawn: dict[tuple[int, int], tuple[int, ...]] = {}
    x = y = color = end = 0
    for token in _TOKEN.finditer(whole[3]):
        assert token.start() == end
        end = token.end()
        defined, red, green, blue, chosen, count, repeated, single, move = token.groups()
        if defined:
            palette[int(defined)] = (int(red), int(green), int(blue))
        elif chosen:
            color = int(chosen)
        elif move:
            x, y = 0, y + 6 * (move == "-")
        else:
            for _ in range(int(count or 1)):
                bits = ord(repeated or single) - ord("?")
                for bit in range(6):
                    if bits >> bit & 1:
                        assert (x, y + bit) not in drawn
                        drawn[x, y + bit] = palette[color]
                x += 1
    assert end == len(whole[3])
    rgb = bytes(
        round(part * 255 / 100) for row in range(height) for column in range(width) for part in drawn[column, row]
    )
    assert len(drawn) == width * height
    return Pixels(width, height, rgb), (y, x)


@pytest.mark.parametrize(("width", "height"), [(18, 12), (1, 1), (7, 6), (300, 5), (40, 31)])
def test_a_picture_is_drawn_pixel_by_pixel(width: int, height: int) -> None:
    reduced = cover_pixels.indexed(picture(width, height), 256)
    pixels, (last_band, _) = _decoded(sixel(reduced))
    assert (pixels.width, pixels.height) == (width, height)
    expected = bytes(part for index in reduced.indices for part in reduced.palette[index])
    # A sixel has colours in percents.
    assert max(abs(one - other) for one, other in zip(pixels.rgb, expected, strict=True)) <= 1
    # After a band more the terminal would scroll.
    assert last_band <= height - 1


def test_equal_columns_are_counted() -> None:
    sequence = sixel(IndexedPixels(200, 12, ((255, 0, 0),), bytes(200 * 12)))
    assert sequence == '\x1bP7;1q"1;1;200;12#0;2;100;0;0#0!200~-#0!200~\x1b\\'


def test_only_colors_that_are_used_are_sent() -> None:
    sequence = sixel(IndexedPixels(2, 1, ((0, 0, 0), (255, 255, 255), (9, 9, 9)), bytes((1, 1))))
    assert sequence == '\x1bP7;1q"1;1;2;1#1;2;100;100;100#1@@\x1b\\'
