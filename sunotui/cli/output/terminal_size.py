"""Removes stale terminal sizes in COLUMNS and LINES."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping


def drop_stale_size(environ: MutableMapping[str, str]) -> None:
    """Remove COLUMNS and LINES if standard output is a terminal with a known size. Python, Rich and Textual prefer the
    variables to the terminal; if a shell, `tmux new` or `su` exports them, they have the size of another window or an
    earlier size.
    """
    try:
        size = os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ is not None else -1)
    except (ValueError, OSError):
        return
    if size.columns > 0 and size.lines > 0:
        environ.pop("COLUMNS", None)
        environ.pop("LINES", None)
