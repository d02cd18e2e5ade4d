"""Covers become half blocks, and pictures over them; each is drawn once for a size."""

from __future__ import annotations

import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from sunotui.core.media.cover_provider import Pixels
from sunotui.tui import cover_drawing
from sunotui.tui.cover_drawing import half_blocks
from sunotui.tui.terminal import sixel
from tests.tui.covers import art_in, picture, source


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


async def test_a_sixel_has_the_pixels_of_its_cells_and_half_blocks_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells: list[tuple[int, int] | None] = [(9, 18)]
    monkeypatch.setattr(cover_drawing, "cell_pixels", lambda _: cells[0])
    art = art_in(tmp_path)
    written: list[str] = []
    art.use_terminal(written.append, {"TERM": "foot"})
    drawn = await art.draw(source(1), 18, 9)
    assert drawn is not None
    assert '"1;1;162;162#' in drawn.overlay
    assert len(drawn.overlay) <= sixel.MOST_BYTES
    assert drawn.strips == half_blocks(picture(18, 18))
    assert await art.draw(source(1), 18, 9) is drawn
    # The overlay writes it with the frames.
    assert not written
    assert not art.has_outgrown_cells()
    cells[0] = (12, 24)
    assert art.has_outgrown_cells()
    art.forget()
    again = await art.draw(source(1), 18, 9)
    assert again is not None
    assert '"1;1;216;216#' in again.overlay
    assert not art.has_outgrown_cells()


async def test_a_sixel_that_is_too_large_has_fewer_colors_or_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cover_drawing, "cell_pixels", lambda _: (9, 18))
    art = art_in(tmp_path, "sixel")
    art.use_terminal(lambda _: None, {})
    whole = await art.draw(source(1), 18, 9)
    assert whole is not None
    monkeypatch.setattr(sixel, "MOST_BYTES", len(whole.overlay) - 1)
    smaller = await art.draw(source(2), 18, 9)
    assert smaller is not None
    assert 0 < len(smaller.overlay) < len(whole.overlay)
    monkeypatch.setattr(sixel, "MOST_BYTES", 100)
    none = await art.draw(source(3), 18, 9)
    assert none is not None
    assert not none.overlay
    assert none.strips == whole.strips


async def test_without_the_size_of_a_cell_half_blocks_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cover_drawing, "cell_pixels", lambda _: None)
    art = art_in(tmp_path)
    art.use_terminal(lambda _: None, {"TERM": "foot"})
    drawn = await art.draw(source(1), 18, 9)
    assert drawn is not None
    assert not drawn.overlay
    assert not art.has_outgrown_cells()


async def test_iterm2_gets_a_file(tmp_path: Path) -> None:
    art = art_in(tmp_path)
    art.use_terminal(lambda _: None, {"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"})
    drawn = await art.draw(source(1), 18, 9)
    assert drawn is not None
    sent = re.fullmatch(r"\x1b]1337;File=.*width=18;height=9;.*:([A-Za-z0-9+/=]+)\x07", drawn.overlay)
    assert sent is not None
    with Image.open(BytesIO(b64decode(sent[1])), formats=["JPEG"]) as image:
        assert image.size == (18 * 16, 9 * 32)
    assert drawn.strips == half_blocks(picture(18, 18))
