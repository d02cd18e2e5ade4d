"""What plays, as the desktop sees it."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NowPlaying:
    """An immutable value: each change creates a new one, so that another thread can read it."""

    title: str = ""
    artist: str = ""
    cover: str = ""
    """The path of a picture, or empty."""
    length_s: float = 0.0
    """0 if it is not known."""
    number: int = 0
    """Counts the tracks, so that a seek for an earlier track is recognized."""
    is_loaded: bool = False
    is_stopped: bool = False
    """Whether it was stopped, so that it starts again."""
    is_playing: bool = False
    volume: float = 100.0
    speed: float = 1.0
    position_s: float = 0.0
    position_at: float = 0.0
    """When that was the position, on the monotonic clock."""

    def position_now_s(self) -> float:
        """The position at this moment."""
        return self.position_s + (time.monotonic() - self.position_at) * self.speed * self.is_playing
