"""A terminal emulator that keeps only the text of the screen, at a fraction of the processor time of `pyte.Screen`."""

from __future__ import annotations

import re

import pyte
from pyte.charsets import LAT1_MAP
from pyte.modes import IRM
from pyte.screens import Char
from wcwidth import wcwidth

_STYLES = re.compile(rb"\x1b\[[0-9;:]*m")
"""Colours and attributes: most of what a program writes, and no part of the text."""
_NOTHING = b"\0"
"""Takes their place: `pyte` ends a text there, as at a style, and drops what follows an unprintable character in it."""
_CHARS: dict[str, Char] = {chr(code): Char(chr(code)) for code in range(0x20, 0x7F)}
"""The cells of characters that take one column; others are added when they are drawn."""


class _Screen(pyte.Screen):
    """Draws text within a line at once."""

    def draw(self, data: str) -> None:
        """Draw at the cursor. What may wrap, insert, combine or take two columns is left to `pyte`."""
        x = self.cursor.x
        is_plain = x + len(data) <= self.columns and IRM not in self.mode and self._is_latin
        if not is_plain or not all(char in _CHARS or _takes_one_column(char) for char in data):
            super().draw(data)
            return
        self.buffer[self.cursor.y].update(zip(range(x, x + len(data)), map(_CHARS.__getitem__, data), strict=True))
        self.cursor.x = x + len(data)

    @property
    def _is_latin(self) -> bool:
        return not self.charset and self.g0_charset is LAT1_MAP


def _takes_one_column(char: str) -> bool:
    """Whether it takes one column; then it is added to the known cells."""
    if wcwidth(char) != 1:
        return False
    _CHARS[char] = Char(char)
    return True


class TextScreen:
    """The text that a terminal shows after the bytes fed to it."""

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = _Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._text: str | None = None

    def feed(self, written: bytes) -> None:
        """Take bytes that a program wrote."""
        if written:
            self._stream.feed(_STYLES.sub(_NOTHING, written))
            self._text = None

    def resize(self, columns: int, rows: int) -> None:
        """Change the size, in cells."""
        self._screen.resize(rows, columns)
        self._text = None

    @property
    def text(self) -> str:
        """The lines, without blanks at their ends."""
        if self._text is None:
            columns, buffer = range(self._screen.columns), self._screen.buffer
            # The second cell of a wide character is empty.
            lines = (
                "".join([line[x].data for x in columns]) for line in map(buffer.__getitem__, range(self._screen.lines))
            )
            self._text = "\n".join(line.rstrip() for line in lines)
        return self._text
