"""What plays a file: the interface of the engines, and the commands that they carry out."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

DECKS = 2
"""Each deck holds one file; one of them is heard."""

Post = Callable[[Callable[[], None]], None]
"""Runs a function later in the main thread; may be called from any thread."""
Done = Callable[[str], None]
"""Receives the outcome of a request that takes time: empty, or why it failed."""


class Source(NamedTuple):
    """A file to play."""

    path: str
    gen: int
    """The number that events about this file carry."""
    position_s: float = 0.0
    is_growing: bool = False
    """Whether it is still being written, until `complete`."""
    gain_db: float = 0.0


class Engine(Protocol):
    """Plays files. All methods are called from the main thread and return at once; what follows is an event."""

    @property
    def name(self) -> str:
        """The library or program."""

    def open(self) -> None:
        """Prepare the output; reported by Ready."""

    def load(self, deck: int, source: Source, *, plays: bool) -> None:
        """Load a file into a deck and make that the current one; the next file is forgotten."""

    def complete(self, deck: int) -> None:
        """The growing file of a deck has its full length now."""

    def swap(self, deck: int, path: str, done: Done) -> None:
        """Go on in another file of the same sound at the same position, as soon as that is decoded so far."""

    def set_next(self, source: Source | None) -> None:
        """Set the file that follows the current one without a gap."""

    def play(self) -> None:
        """Play, or go on; a file that has ended begins anew."""

    def pause(self) -> None:
        """Pause; the output stays open, and asks for no sound."""

    def stop(self) -> None:
        """Stop, and forget all files."""

    def seek(self, position_s: float) -> None:
        """Go to a position; one behind the end ends the file."""

    def set_speed(self, speed: float) -> None:
        """Set the speed, 0.5 to 2; the pitch stays."""

    def set_volume(self, volume: float) -> None:
        """Set the volume, 0 to 100, on a cubic scale."""

    def set_gain(self, deck: int, gain_db: float) -> None:
        """Set the gain of a deck in dB."""

    def flip(self, deck: int) -> None:
        """Make another deck current, at the position of the current one."""

    def position_s(self) -> float:
        """The position that is heard."""

    def is_playing(self) -> bool:
        """Whether it plays, or will as soon as it can."""

    def wait_s(self) -> float | None:
        """The seconds until `tick` is due; None while nothing is."""

    def tick(self) -> None:
        """Report the position, and check that the output still plays."""

    def close(self) -> None:
        """Release the output and end all that runs."""
