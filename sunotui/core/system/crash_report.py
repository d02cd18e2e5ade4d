"""Reports an unexpected error in one sentence, with the traceback in a private file (K1, Z4); saves unsaved texts."""

from __future__ import annotations

import os
import tempfile
import time
import traceback
from pathlib import Path

from sunotui.storage.paths import write_new_private

NAMED_FILES = ("crash-*.txt", "unsaved-*.txt")
"""Patterns of the files whose paths the sentences name: code that deletes the folder must keep them."""


def report_crash(error: BaseException, folder: Path) -> str:
    """Write a report of where `error` was raised into `folder`, readable by its owner only; returns the sentence to
    show. Neither has the error's own text or any variable, which may quote headers, responses and tokens.
    """
    name = type(error).__name__
    lines = [f"sunotui crashed at {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}: {name}"]
    lines += [f"{_short(at.filename)}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__)]
    try:
        where = f"a report without any of your texts is in {_write(lines, folder)}"
    except OSError:
        where = f"it happened in {lines[-1]}"
    return f"sunotui had to stop ({name}); nothing that was accepted is lost, and {where}."


def write_unsaved_text(text: str, name: str, folder: Path) -> Path:
    """Write the text to a new file in `folder`, readable by its owner only, or in the system's temporary folder if
    `folder` is not writable; returns the file. `name` is one word that describes the text. Raises OSError.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    file_name = f"unsaved-{name}-{stamp}-{os.getpid():x}-{os.urandom(3).hex()}.txt"
    try:
        write_new_private(path := folder / file_name, text)
    except OSError:
        write_new_private(path := Path(tempfile.gettempdir()) / f"sunotui-{file_name}", text)
    return path


def _write(lines: list[str], folder: Path) -> Path:
    path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{os.getpid():x}.txt"
    write_new_private(path, "\n".join(lines) + "\n")
    return path


def _short(filename: str) -> str:
    parts = Path(filename).parts
    for root in ("sunotui", "site-packages"):
        if root in parts:
            return "/".join(parts[parts.index(root) :])
    return parts[-1] if parts else filename
