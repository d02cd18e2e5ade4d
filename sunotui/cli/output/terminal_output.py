"""Exports keep every text as it is; those that go to a terminal are made harmless on the way (T1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from sunotui.domain.text import printable_lines

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class _Terminal:
    """Writes without the characters that a terminal obeys."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(printable_lines(text))


def harmless(file: TextIO) -> SupportsWrite[str]:
    """What to write texts of the library to, so that they reach the file as they are and a terminal as letters."""
    return _Terminal(file) if file.isatty() else file
