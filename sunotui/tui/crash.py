"""A crash told without secrets: the kind of error and where it happened, never the values of variables (K1, Z4)."""

import os
import sys
import time
import traceback
from pathlib import Path

from rich.text import Text

from sunotui.domain.text import clean


def report_crash(folder: Path) -> Text:
    """Write a report of the exception being handled into `folder`, readable by its owner only, and say where it is."""
    kind, _, trace = sys.exc_info()
    frames = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    name = kind.__name__ if kind is not None else "unknown error"
    lines = [f"sunotui crashed at {time.strftime('%Y-%m-%d %H:%M:%S')}: {name}", *frames]
    path = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}.txt"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as report:
            report.write("\n".join(lines) + "\n")
        where = f"A report without any of your texts is in {path}."
    except OSError:
        where = "\n".join(lines[1:][-8:])
    return Text(clean(f"sunotui had to stop: {name}. Nothing that was accepted is lost.", 300) + "\n" + where + "\n")


def _short(filename: str) -> str:
    """A file's path from its package on."""
    parts = Path(filename).parts
    for root in ("sunotui", "site-packages"):
        if root in parts:
            return "/".join(parts[parts.index(root) :])
    return parts[-1] if parts else filename
