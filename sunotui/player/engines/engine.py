"""What plays a file: the interface of the engines, and the commands that they carry out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from sunotui.named_tuple import NamedTuple

DECKS = 16
"""The maximum number of files that play together."""

Post = Callable[[Callable[[], None]], None]
"""Schedules a function in the main thread; may be called from any thread."""
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
    is_muted: bool = False
    """Whether it is not audible, of several that play together."""


class Engine(Protocol):
    """Plays files. All methods are called from the main thread and return at once; outcomes are events."""

    @property
    def name(self) -> str:
        """The library or program."""

    def open(self) -> None:
        """Prepare the output; reported by Ready."""

    def load(self, source: Source, *, plays: bool) -> None:
        """Load a file instead of all others; the next file is forgotten."""

    def complete(self) -> None:
        """The growing file has its full length now."""

    def swap(self, path: str, done: Done) -> None:
        """Continue in another file of the same sound at the same position, as soon as it is decoded up to there."""

    def set_next(self, source: Source | None) -> None:
        """Set the file that follows the current one without a gap."""

    def play(self) -> None:
        """Play, or resume; a file that has ended starts again."""

    def pause(self) -> None:
        """Pause; the output stays open, and asks for no sound."""

    def stop(self) -> None:
        """Stop, and forget all files."""

    def seek(self, position_s: float) -> None:
        """Go to a position; a position after the end ends the file."""

    def set_speed(self, speed: float) -> None:
        """Set the speed, 0.5 to 2; the pitch stays."""

    def set_volume(self, volume: float) -> None:
        """Set the volume, 0 to 100, on a cubic scale."""

    def set_gain(self, deck: int, gain_db: float) -> None:
        """Set the gain of a deck in dB; a file that plays alone is deck 0."""

    def position_s(self) -> float:
        """The position that is heard."""

    def is_playing(self) -> bool:
        """Whether it plays, or will as soon as it can."""

    def wait_s(self) -> float | None:
        """The seconds until `tick` is due; None while nothing is."""

    def tick(self) -> None:
        """Report the position, and check that the output still plays."""

    def close(self) -> None:
        """Release the output and stop everything that runs."""


class DeckEngine(Engine, Protocol):
    """An engine that also plays several files together, each in a deck: they have one position."""

    def load_decks(self, sources: Sequence[Source], *, plays: bool) -> None:
        """Load these files, at most DECKS of the same generation, instead of all others; the first is deck 0. They
        begin at the position of the first, and what plays ends when the last one that is not muted does."""

    def set_muted(self, deck: int, is_muted: bool) -> None:
        """Mute or unmute a deck."""

    def flip(self, deck: int) -> None:
        """Hear only this deck, from the same sample on."""
