"""Opens the output of commands: a named file, which is replaced, or standard output."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

from sunotui.core.transfer.output_path import open_output
from sunotui.domain.text import printable_lines


@contextmanager
def output_file(name: str) -> Iterator[TextIO]:
    """Open a file for text in UTF-8, whatever the terminal's encoding; "-" is standard output. Raises InvalidRequest if
    a file cannot be written, and OutputUnwritable for standard output.
    """
    with binary_output_file(name) as binary, _as_text(binary) as file:
        yield file


@contextmanager
def binary_output_file(name: str) -> Iterator[BinaryIO]:
    """Open a file for bytes; "-" is standard output. Raises InvalidRequest if a file cannot be written, and
    OutputUnwritable for standard output.
    """
    if name == "-":
        # Text that was printed before comes first.
        sys.stdout.flush()
        yield sys.stdout.buffer
        return
    with open_output(name) as file:
        yield file


class TerminalFile:
    """Writes text without characters that control a terminal."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(printable_lines(text))


def terminal_safe(file: TextIO) -> TextIO | TerminalFile:
    """A writer for texts of the library: unchanged for a file, sanitized for a terminal."""
    return TerminalFile(file) if file.isatty() else file


@contextmanager
def _as_text(binary: BinaryIO) -> Iterator[TextIO]:
    """The binary file as a text file in UTF-8 with unchanged newlines. Raises OSError."""
    file = io.TextIOWrapper(binary, encoding="utf-8", newline="")
    try:
        yield file
        file.flush()
    finally:
        # The caller closes the binary file.
        file.detach()
