"""Covers become half blocks; each is drawn once for a size."""

from __future__ import annotations

from sunotui.core.media.cover_source import Pixels
from sunotui.tui.cover_art import half_blocks
from tests.tui.covers import picture


def test_each_cell_shows_two_pixels() -> None:
    pixels = picture(4, 6)
    strips = half_blocks(pixels)
    assert [strip.text for strip in strips] == ["▀▀▀▀"] * 3
    assert {strip.cell_length for strip in strips} == {4}
    for row, strip in enumerate(strips):
        for x, segment in enumerate(strip):
            style = segment.style
            assert style is not None
            assert style.color is not None and style.bgcolor is not None  # noqa: PT018
            assert tuple(style.color.get_truecolor()) == pixels.at(x, 2 * row)
            assert tuple(style.bgcolor.get_truecolor()) == pixels.at(x, 2 * row + 1)


def test_equal_cells_are_one_segment_of_blanks() -> None:
    strips = half_blocks(Pixels(5, 2, bytes((9, 8, 7) * 10)))
    assert [[segment.text for segment in strip] for strip in strips] == [["     "]]


def test_a_run_of_cells_is_one_segment() -> None:
    upper, lower = (1, 2, 3) * 3 + (9, 9, 9), (4, 5, 6) * 4
    (strip,) = half_blocks(Pixels(4, 2, bytes((*upper, *lower))))
    assert [segment.text for segment in strip] == ["▀▀▀", "▀"]
