"""The emulator of the terminal tests shows the text that `pyte.Screen` shows."""

from __future__ import annotations

import pyte
import pytest

from tests.support.text_screen import TextScreen

COLUMNS, ROWS = 12, 4
WRITTEN = {
    "styles": "\x1b[1;31mred\x1b[38;2;1;2;3m on \x1b[0mgrey",
    "unprintable": "a\u202ebc\x1b[31mde\x1b[0m\x1b[1mf",
    "wide characters": "a日本語b\r\n雨の東京の雨",
    "wrapping": "a line that is longer than the screen is wide",
    "without wrapping": "\x1b[?7la line that is longer\x1b[?7h.",
    "scrolling": "\r\n".join("abcdef"),
    "combining": "cafe\u0301 a\u200bb",
    "places": "\x1b[2;3Hthere\x1b[1;1Hhere\x1b[4;12H!\x1b[99;99H?",
    "erasing": "one\r\ntwo two\x1b[2;3H\x1b[K\x1b[1;1H\x1b[1P",
    "inserting": "abc\x1b[1;2H\x1b[4hXY\x1b[4lZ\x1b[2@",
    "drawn lines": "\x1b(0lqqk\x1b(Blqqk\x0elqqk\x0flqqk",
    "blocks": "│─█▄ ╭╮ é",
    "cleared": "abc\x1b[2J\x1b[Hd",
}


@pytest.mark.parametrize("step", [1, 5, 1_000])
@pytest.mark.parametrize("name", WRITTEN)
def test_the_text_is_that_of_a_complete_emulator(name: str, step: int) -> None:
    """Also when a sequence arrives in parts."""
    complete, quick = pyte.Screen(COLUMNS, ROWS), TextScreen(COLUMNS, ROWS)
    stream, written = pyte.ByteStream(complete), WRITTEN[name].encode()
    for start in range(0, len(written), step):
        stream.feed(written[start : start + step])
        quick.feed(written[start : start + step])
        assert quick.text == "\n".join(line.rstrip() for line in complete.display)
    complete.resize(ROWS + 2, COLUMNS - 3)
    quick.resize(COLUMNS - 3, ROWS + 2)
    assert quick.text == "\n".join(line.rstrip() for line in complete.display)
