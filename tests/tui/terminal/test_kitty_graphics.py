"""Real pictures: only where the terminal is known to show them, and drawn as cells of text."""

from __future__ import annotations

import asyncio
import re
import zlib
from base64 import b64decode
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.color import Color

from sunotui.tui import cover_art
from sunotui.tui.cover_art import CoverArt
from sunotui.tui.terminal.kitty_graphics import CELL, MOST_CELLS, deletion, find_support, placeholders, transmission
from sunotui.tui.terminal.output_sanitizer import ControlCharFilter
from tests.tui.covers import art_in, picture, source

_SEQUENCE = re.compile("\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\\\")


def _kitty(folder: Path, output: str) -> str:
    """A folder with a program `kitty` that prints its version."""
    program = folder / "kitty"
    program.write_text(f"#!/bin/sh\necho '{output}'\n")
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


@pytest.mark.parametrize(
    ("environ", "version", "is_supported"),
    [
        ({"TERM": "xterm-kitty"}, "kitty 0.41.1 created by Kovid Goyal", True),
        ({"TERM": "xterm-kitty"}, "kitty 0.28.0 created by Kovid Goyal", True),
        ({"TERM": "xterm-kitty"}, "kitty 0.26.5 created by Kovid Goyal", False),
        ({"TERM": "xterm-kitty"}, "1.0", False),
        ({"TERM": "xterm-kitty"}, "", False),
        ({"TERM": "xterm-ghostty"}, "", True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "", True),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty 0.41.1 created by Kovid Goyal", False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "", False),
        ({"TERM": "foot"}, "", False),
        ({}, "", False),
    ],
)
def test_a_terminal_is_known_by_its_variables(
    environ: dict[str, str], version: str, is_supported: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", _kitty(tmp_path, version))
    assert find_support({**environ, "PATH": _kitty(tmp_path, version)}) is is_supported


def test_without_its_program_kitty_shows_half_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not find_support({"TERM": "xterm-kitty", "PATH": str(tmp_path)})


def test_a_picture_is_sent_in_chunks_without_an_answer() -> None:
    pixels = picture(160, 320)
    sent = transmission(0x12AB34, pixels, 10, 10)
    sequences = _SEQUENCE.findall(sent)
    assert "".join(f"\x1b_G{keys}{';' * bool(data)}{data}\x1b\\" for keys, data in sequences) == sent
    keys = [dict(pair.split("=") for pair in one.split(",")) for one, _ in sequences]
    assert keys[0] == {
        "a": "t", "f": "24", "o": "z", "s": "160", "v": "320", "i": str(0x12AB34), "m": "1", "q": "2",
    }  # fmt: skip
    assert all(one == {"m": "1", "q": "2"} for one in keys[1:-2])
    assert keys[-2] == {"m": "0", "q": "2"}
    assert keys[-1] == {"a": "p", "U": "1", "i": str(0x12AB34), "c": "10", "r": "10", "q": "2"}
    data = [part for _, part in sequences[:-1]]
    assert all(
        0 < len(part) <= 4_096 and (len(part) == 4_096 or index == len(data) - 1) for index, part in enumerate(data)
    )
    assert zlib.decompress(b64decode("".join(data))) == pixels.rgb


def test_a_picture_of_one_chunk_is_complete() -> None:
    (head, _), (place, _) = _SEQUENCE.findall(transmission(7, picture(2, 2), 1, 1))
    assert "i=7,m=0,q=2" in head
    assert place.startswith("a=p,")


def test_each_cell_names_its_place_and_survives_the_filters() -> None:
    strips = placeholders(0x12AB34, 18, 9)
    assert {strip.cell_length for strip in strips} == {18}
    cells = [segment for strip in strips for segment in strip]
    assert len({segment.text for segment in cells}) == 18 * 9
    assert {segment.text[0] for segment in cells} == {"\U0010eeee"}
    assert {cell_len(segment.text) for segment in cells} == {1}
    assert {segment.style and segment.style.color and segment.style.color.get_truecolor() for segment in cells} == {
        (0x12, 0xAB, 0x34)
    }
    assert ControlCharFilter().apply(cells, Color(0, 0, 0)) == cells


def test_a_covered_part_leaves_whole_cells() -> None:
    (strip,) = placeholders(1, 10, 1)
    texts = [segment.text for segment in strip]
    for start in range(10):
        for end in range(start + 1, 11):
            assert [segment.text for segment in strip.crop(start, end)] == texts[start:end]


@pytest.fixture
def art(tmp_path: Path) -> CoverArt:
    """Covers in a terminal that shows pictures."""
    return art_in(tmp_path)


async def test_a_picture_is_sent_once_and_deleted_in_the_end(art: CoverArt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cover_art, "_KEPT", 2)
    written: list[str] = []
    art.use_terminal(written.append, {"TERM": "xterm-ghostty"})
    for number in (1, 2, 1, 3):
        assert await art.draw(source(number), 18, 9) is not None
    sent = [one for one in written if "a=t" in one]
    assert len(sent) == 3
    assert f"s={18 * CELL[0]},v={9 * CELL[1]}" in sent[0]
    numbers = [int(re.findall(r"i=(\d+)", one)[0]) for one in sent]
    assert len(set(numbers)) == 3
    # The least recently drawn one made room.
    assert written[-1] == deletion(numbers[1])
    assert art.drawn(source(2), 18, 9) is None
    art.forget()
    assert sorted(written[-2:]) == sorted([deletion(numbers[0]), deletion(numbers[2])])
    assert art.drawn(source(1), 18, 9) is None


@pytest.mark.parametrize(("setting", "term"), [("half", "xterm-ghostty"), ("auto", "xterm-256color")])
async def test_otherwise_half_blocks_are_drawn(art: CoverArt, setting: str, term: str) -> None:
    art._core.settings = art._core.settings._replace(covers=setting)
    written: list[str] = []
    art.use_terminal(written.append, {"TERM": term})
    drawn = await art.draw(source(1), 18, 9)
    assert drawn is not None
    assert "▀" in drawn.strips[0].text
    assert not drawn.overlay
    art.forget()
    assert not written


async def test_a_picture_of_too_many_cells_is_drawn_in_half_blocks(art: CoverArt) -> None:
    written: list[str] = []
    art.use_terminal(written.append, {"TERM": "xterm-ghostty"})
    drawn = await art.draw(source(1), MOST_CELLS + 1, 20)
    assert drawn is not None
    assert "▀" in drawn.strips[0].text


async def test_two_who_draw_the_same_cover_share_it(art: CoverArt) -> None:
    written: list[str] = []
    art.use_terminal(written.append, {"TERM": "xterm-ghostty"})
    one, other = await asyncio.gather(art.draw(source(1), 18, 9), art.draw(source(1), 18, 9))
    assert one is other
    art.forget()
    sent = {int(re.findall(r"i=(\d+)", one)[0]) for one in written if "a=t" in one}
    gone = {int(re.findall(r"i=(\d+)", one)[0]) for one in written if "a=d" in one}
    assert sent == gone
