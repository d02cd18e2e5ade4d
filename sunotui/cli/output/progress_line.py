"""A line of progress on a terminal, for commands without an event loop."""

from __future__ import annotations

import sys
import time

_STEP_S = 0.1
"""The least time between two updates of the line, in seconds."""


class ProgressLine:
    """A line that is drawn again while something is done, only if standard error is a terminal."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._next_at = 0.0

    def show(self, words: str) -> None:
        """Draw the line, unless it was just drawn."""
        if self._is_shown and time.monotonic() >= self._next_at:
            self._next_at = time.monotonic() + _STEP_S
            print(f"\r\x1b[K{words}", end="", file=sys.stderr, flush=True)

    def erase(self) -> None:
        """Remove the line."""
        if self._is_shown and self._next_at:
            self._next_at = 0.0
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
