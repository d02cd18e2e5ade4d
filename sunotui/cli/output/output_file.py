"""Where commands write files: in the place of a named file, or on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

from sunotui.core.transfer.output_path import as_text, open_output
from sunotui.domain.text import printable_lines


@contextmanager
def output_file(name: str) -> Iterator[TextIO]:
    """What to write text to, in UTF-8 whatever the terminal's encoding; "-" is standard output.

    Raises InvalidRequest when a file cannot be written, and OutputUnwritable for standard output.
    """
    with binary_output_file(name) as binary, as_text(binary) as file:
        yield file


@contextmanager
def binary_output_file(name: str) -> Iterator[BinaryIO]:
    """What to write bytes to; "-" is standard output.

    Raises InvalidRequest when a file cannot be written, and OutputUnwritable for standard output.
    """
    if name == "-":
        # Text that was printed before comes first.
        sys.stdout.flush()
        yield sys.stdout.buffer
        return
    with open_output(name) as file:
        yield file


class TerminalFile:
    """Writes without the characters that a terminal obeys."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(printable_lines(text))


def terminal_safe(file: TextIO) -> TextIO | TerminalFile:
    """What to write texts of the library to, so that they reach the file as they are and a terminal as letters."""
    return TerminalFile(file) if file.isatty() else file
