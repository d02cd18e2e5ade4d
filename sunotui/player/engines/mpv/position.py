"""Where mpv is in a file: what it reported last and what the clock has added since, and how much was played."""

from __future__ import annotations

import time

_TOLERANCE_S = 0.5
"""How far a position may differ from the clock without counting as a seek."""
_STILL_S = 0.02
"""A position that has moved by no more than this in a second stands still."""


class MpvPosition:
    """The position in one file after the other. All times are in seconds."""

    def __init__(self) -> None:
        self.seconds = 0.0
        """The last known position."""
        self.played_s = 0.0
        """How much of the file was played; seeking adds nothing."""
        self.speed = 1.0
        self.still_reports = 0
        """How many times in a row the same position was reported."""
        self._at = 0.0
        self._reported_s = -1.0
        """The position that mpv reported last; negative since a seek."""

    def now_s(self, *, is_moving: bool) -> float:
        """The position at this moment."""
        return self.seconds + (time.monotonic() - self._at) * self.speed if is_moving else self.seconds

    def settle(self, *, is_moving: bool) -> None:
        """Make the current position the known one."""
        position_s = self.now_s(is_moving=is_moving)
        self.played_s += position_s - self.seconds
        self.move_to(position_s)

    def move_to(self, position_s: float) -> None:
        """Move to a position without counting what is before it as played."""
        self.seconds, self._at = position_s, time.monotonic()

    def begin(self, position_s: float, *, must_move: bool = False) -> None:
        """Load a file at a position; with `must_move`, the first report counts as moving only if it is after this
        position."""
        self.move_to(position_s)
        self._reported_s = position_s if must_move else -1.0
        self.still_reports = 0

    def begin_file(self) -> None:
        """Start with another file, of which nothing was played yet."""
        self.played_s = 0.0

    def restart_clock(self) -> None:
        """The position moves from now on."""
        self._at = time.monotonic()

    def forget_report(self) -> None:
        """The next report may be anywhere, such as after a seek."""
        self._reported_s = -1.0

    def report(self, position_s: float, *, is_playing: bool) -> bool:
        """Take over a position that mpv reported; returns whether it has moved since the previous report."""
        is_moving = position_s > self._reported_s + _STILL_S
        if is_playing:
            # The clock may have added too much since then.
            possible = (time.monotonic() - self._at) * self.speed + _TOLERANCE_S
            self.played_s = max(0.0, self.played_s + min(max(-_TOLERANCE_S, position_s - self.seconds), possible))
            self.still_reports = 0 if is_moving else self.still_reports + 1
        self._reported_s = position_s
        self.move_to(position_s)
        return is_moving

    def end(self, duration_s: float, early_s: float) -> None:
        """The file was played to its end: the rest of its length also counts as played, if it is shorter than
        `early_s`."""
        left = duration_s - self.seconds
        if 0.0 < left < early_s * self.speed:
            self.played_s += left
            self.seconds = duration_s
