"""Checks and opens the output file of a result."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sunotui.domain.errors import InvalidRequest
from sunotui.storage.paths import chosen_binary_file

_STEM_BYTES = 120
"""The maximum length of a title in a file name, in bytes: file systems allow 255 bytes with the extension."""
_SAFE = frozenset(" -_.,'()&+")


def check_output(name: str) -> None:
    """Raise InvalidRequest if a file of this name cannot be written, as far as that is known beforehand; called before
    a request that costs money."""
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
    """Open a file that the user named, for writing bytes: it replaces an existing one when it is complete and is
    readable by its owner only; a pipe or a device is written directly. Raises InvalidRequest if it cannot be written,
    and BrokenPipeError."""
    try:
        with chosen_binary_file(Path(name).expanduser()) as file:
            yield file
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a file name"
        raise InvalidRequest(f"{name} could not be written: {reason.lower()}") from error


def is_replaced(name: str) -> bool:
    """Whether a file of this name exists and would be replaced; pipes and devices are not replaced."""
    return Path(name).expanduser().is_file()


def file_name(suffix: str, *texts: str) -> str:
    """A file name with this suffix, from the first text with letters or digits. It has no characters with a meaning for
    a shell or a file system, and no leading dot or hyphen."""
    for text in texts:
        kept = "".join(one if one in _SAFE or unicodedata.category(one)[0] in "LNM" else " " for one in text)
        stem = " ".join(kept.split()).lstrip(" .-").encode()[:_STEM_BYTES].decode(errors="ignore").rstrip(" .")
        if any(one.isalnum() for one in stem):
            return stem + suffix
    return f"song{suffix}"
