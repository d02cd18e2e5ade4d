"""The file that a command writes, named by a person: put in its place when it is whole, readable by its owner only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

from sunotui.core.transfer.output_path import as_text, open_output


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
        # What was printed before comes first.
        sys.stdout.flush()
        yield sys.stdout.buffer
        return
    with open_output(name) as file:
        yield file
