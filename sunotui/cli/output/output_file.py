"""The file that a command writes, named by a person: put in its place when it is whole, readable by its owner only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from sunotui.domain.errors import InvalidRequest
from sunotui.storage.paths import as_text, chosen_binary_file


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
    try:
        with chosen_binary_file(Path(name).expanduser()) as file:
            yield file
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that names no file"
        raise InvalidRequest(f"{name} could not be written: {reason.lower()}") from error
