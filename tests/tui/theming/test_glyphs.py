"""The signs of the screens: one cell for a character, and ASCII where the terminal cannot show them."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from sunotui.tui.terminal.ascii_filter import AsciiFilter
from sunotui.tui.theming import glyphs
from tests.tui.harness import open_app

SIGNS = {name: value for name, value in vars(glyphs).items() if name.isupper() and isinstance(value, str)}


@pytest.mark.parametrize("name", SIGNS)
def test_a_character_of_a_sign_has_one_cell_and_an_ascii_replacement(name: str) -> None:
    sign = SIGNS[name]
    assert cell_len(sign) == len(sign)
    assert sign.translate(glyphs.ASCII_TABLE).isascii()
    assert len(sign.translate(glyphs.ASCII_TABLE)) == len(sign)


@pytest.mark.parametrize(
    ("environ", "encoding", "is_needed"),
    [
        ({"TERM": "xterm-256color"}, "utf-8", False),
        ({"TERM": "xterm-256color"}, "UTF8", False),
        ({"TERM": "linux"}, "utf-8", True),
        ({"TERM": "vt220"}, "utf-8", True),
        ({"TERM": "screen"}, "utf-8", False),
        ({"TERM": "xterm"}, "ISO-8859-1", True),
        ({}, "", True),
    ],
)
def test_where_ascii_is_needed(environ: dict[str, str], encoding: str, is_needed: bool) -> None:
    assert glyphs.needs_ascii(environ, encoding) is is_needed


def test_other_characters_and_styles_stay() -> None:
    style = Style(bold=True)
    found = AsciiFilter().apply([Segment("♫ 雨 é ━╸─", style), Segment("plain", style)], Color.parse("black"))
    assert [(segment.text, segment.style) for segment in found] == [("m 雨 é ==-", style), ("plain", style)]


@pytest.mark.parametrize(
    "keys", [(), ("enter",), ("n",), ("question_mark",), ("ctrl+p",), ("b",), ("asterisk",), ("J",)]
)
async def test_the_console_of_linux_gets_ascii(
    keys: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All signs and borders: of the sample library, only a title is not ASCII."""
    monkeypatch.setenv("TERM", "linux")
    async with open_app(tmp_path) as harness:
        await harness.press(*keys)
        text = harness.text().replace("雨の東京", "")
        assert sorted({sign for sign in text if not sign.isascii()}) == []
