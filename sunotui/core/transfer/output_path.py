"""The file that a result is to be written to, before there is anything to write."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sunotui.domain.errors import InvalidRequest
from sunotui.storage.paths import as_text, chosen_binary_file

__all__ = ["as_text", "check_output", "file_name", "is_replaced", "open_output"]

_STEM_BYTES = 120
"""A longer title makes a shorter file name: systems take 255 bytes with the ending."""
_SAFE = frozenset(" -_.,'()&+")


def check_output(name: str) -> None:
    """Raise InvalidRequest where a file of this name could not be written, as far as that shows before the attempt:
    for what costs something before there is anything to write."""
    try:
        path = Path(name).expanduser().resolve()
        if path.exists() and not path.is_file():
            is_possible = not path.is_dir() and os.access(path, os.W_OK)
        else:
            is_possible = os.access(path.parent, os.W_OK | os.X_OK)
    except (OSError, ValueError, RuntimeError):
        is_possible = False
    if not is_possible:
        raise InvalidRequest(f"{name} cannot be written", advice="Choose another file or folder")


@contextmanager
def open_output(name: str) -> Iterator[BinaryIO]:
    """A file that the user named, to write bytes to: put in its place when it is whole, readable by its owner only; a
    pipe or a device gets the bytes. Raises InvalidRequest when it cannot be written, and BrokenPipeError."""
    try:
        with chosen_binary_file(Path(name).expanduser()) as file:
            yield file
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a file name"
        raise InvalidRequest(f"{name} could not be written: {reason.lower()}") from error


def is_replaced(name: str) -> bool:
    """Whether a file of this name is there, which a written one would replace; pipes and devices are not replaced."""
    return Path(name).expanduser().is_file()


def file_name(suffix: str, *texts: str) -> str:
    """A file name with this suffix, from the first of the texts that has letters or digits. It has no characters that
    mean something to a shell or a file system, and no dot or hyphen at its start."""
    for text in texts:
        kept = "".join(one if one in _SAFE or unicodedata.category(one)[0] in "LNM" else " " for one in text)
        stem = " ".join(kept.split()).lstrip(" .-").encode()[:_STEM_BYTES].decode(errors="ignore").rstrip(" .")
        if any(one.isalnum() for one in stem):
            return stem + suffix
    return f"song{suffix}"
