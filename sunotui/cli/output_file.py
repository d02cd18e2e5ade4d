"""The file that a command writes, named by a person: put in its place when it is whole, readable by its owner only."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from sunotui.domain.errors import RequestImpossible
from sunotui.storage.places import as_text, private_binary_file


def check_output(name: str) -> None:
    """Raise RequestImpossible where `output_file` could not write, as far as that shows before the attempt: for what
    costs something before there is anything to write."""
    try:
        path = Path(name).expanduser()
        is_possible = not path.is_dir() and os.access(path.parent, os.W_OK | os.X_OK)
    except (OSError, ValueError, RuntimeError):
        is_possible = False
    if not is_possible:
        raise RequestImpossible(f"{name} cannot be written", advice="Choose another file or folder")


@contextmanager
def output_file(name: str) -> Iterator[TextIO]:
    """What to write text to, in UTF-8 whatever the terminal's encoding; "-" is standard output.

    Raises RequestImpossible when a file cannot be written, and OutputUnwritable for standard output.
    """
    with binary_output_file(name) as binary, as_text(binary) as file:
        yield file


@contextmanager
def binary_output_file(name: str) -> Iterator[BinaryIO]:
    """What to write bytes to; "-" is standard output.

    Raises RequestImpossible when a file cannot be written, and OutputUnwritable for standard output.
    """
    if name == "-":
        # What was printed before comes first.
        sys.stdout.flush()
        yield sys.stdout.buffer
        return
    try:
        path = Path(name).expanduser()
        if path.exists() and not path.is_file() and not path.is_dir():
            # A pipe or a device is written to as it is: nothing may be put in its place.
            with path.open("wb") as file:
                yield file
            return
        if path.is_dir():
            raise IsADirectoryError(21, "It is a folder")
        with private_binary_file(path) as file:
            yield file
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that names no file"
        raise RequestImpossible(f"{name} could not be written: {reason.lower()}") from error
