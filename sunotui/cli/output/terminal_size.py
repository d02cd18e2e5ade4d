"""A terminal's size in COLUMNS and LINES, which outlives the terminal that it was true of."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping


def drop_stale_size(environ: MutableMapping[str, str]) -> None:
    """Remove COLUMNS and LINES where standard output is a terminal that knows its size.

    Python, Rich and Textual believe the variables more than the terminal; exported by a shell, by `tmux new` or by
    `su`, they hold the size of another window or of an earlier hour.
    """
    try:
        size = os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ is not None else -1)
    except (ValueError, OSError):
        return
    if size.columns > 0 and size.lines > 0:
        environ.pop("COLUMNS", None)
        environ.pop("LINES", None)
