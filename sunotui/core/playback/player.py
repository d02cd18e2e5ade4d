"""The interface of players, and the events that they report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from sunotui.named_tuple import NamedTuple

DECKS = 16
"""The maximum number of files that play together."""


class DeckFile(NamedTuple):
    """A file that plays together with others."""

    path: Path
    gain_db: float = 0.0
    is_muted: bool = False
    """Whether it plays muted."""


class PlayerReady(NamedTuple):
    """The player can play."""

    backend: str
    """The library or program that plays, such as "miniaudio" or "mpv"."""
    output: str
    """Where the sound goes, such as "PulseAudio"; empty without an output."""
    message: str = ""
    """Why nothing can be heard, as a sentence without its full stop; otherwise empty."""


class PlayerState(NamedTuple):
    """The player began to play, or paused."""

    is_playing: bool
    position_s: float | None = None
    """The position that is heard; None while a seek is in progress."""


class PlayerPosition(NamedTuple):
    """The position that is heard; reported once a second while playing, and after each seek."""

    position_s: float
    played_s: float
    """How much of the file was given to the output since it was loaded, in seconds; seeking does not add to it."""


class PlayerEnded(NamedTuple):
    """The file of the current deck ended; if a next one was set, that plays."""

    decoded_s: float
    """How much sound the file had, in seconds."""
    played_s: float
    """How much of it was given to the output since it was loaded, in seconds."""
    error: str = ""
    """Why it could not be played, as a sentence without its full stop; empty for a file that was played to its end."""
    has_next: bool = False
    """Whether the file set by `set_next` plays now."""
    is_damaged: bool = False
    """Whether the content of the file is the cause of the error."""
    is_missing: bool = False
    """Whether the cause of the error is that the file no longer exists."""


class PlayerSwapped(NamedTuple):
    """The answer to `swap`: the other file plays, or the previous one continues."""

    error: str = ""
    """Why the other file cannot be played, as a sentence without its full stop; empty if it plays."""


class PlayerStarved(NamedTuple):
    """A growing file has no more sound yet, or has some again."""

    is_starved: bool


class PlayerDeckFailed(NamedTuple):
    """The file of a deck has no sound; the others play, if they have any."""

    deck: int
    error: str
    """A sentence without its full stop."""


class PlayerOutput(NamedTuple):
    """The output was lost, or is available again."""

    is_lost: bool
    message: str = ""
    """A sentence without its full stop."""
    is_final: bool = False
    """Whether the player has paused and does not retry automatically."""


class MediaKey(NamedTuple):
    """A request of the desktop: "play", "pause", "toggle", "stop", "next", "previous", "seek" (to `value` seconds),
    "seek_by" (`value` seconds) or "volume" (`value` 0 to 100)."""

    key: str
    value: float = 0.0


class PlayerDied(NamedTuple):
    """The player ended or did not respond, and was restarted at most once; it is paused or off."""

    message: str
    """A sentence without its full stop."""
    is_restarted: bool = False
    """Whether a new player runs; it has no file loaded."""


PlayerEvent = (
    PlayerReady
    | PlayerState
    | PlayerPosition
    | PlayerEnded
    | PlayerSwapped
    | PlayerStarved
    | PlayerDeckFailed
    | PlayerOutput
    | MediaKey
    | PlayerDied
)
PlayerListener = Callable[[PlayerEvent], None]


class Loudness(NamedTuple):
    """How loud a file is by EBU R 128."""

    lufs: float | None
    """Integrated loudness in LUFS; None for silence."""
    peak_db: float | None
    """The highest sample in dB below full scale; None for silence."""


class PlayerUnavailable(Exception):
    """The player cannot do what was asked; the text is a sentence without its full stop."""


class Player(Protocol):
    """Plays local files. Methods return at once, unless they are coroutines; the outcome of a request is reported as an
    event to the listener, on the event loop. Positions are seconds from the start of the file."""

    def start(self) -> None:
        """Start the player's process, if it does not run; reported by PlayerReady or PlayerDied."""

    def load(
        self,
        path: Path,
        *,
        position_s: float = 0.0,
        is_growing: bool = False,
        gain_db: float = 0.0,
        plays: bool = True,
    ) -> None:
        """Load a file instead of all others, whose events are no longer reported. `is_growing` says that the file gets
        longer until `complete`."""

    def load_decks(self, files: Sequence[DeckFile], *, position_s: float = 0.0, plays: bool = True) -> None:
        """Load 1 to DECKS complete files that play together at one position, instead of all others. The first is deck
        0. Commands for a single file control them together; they end when the longest that is heard does."""

    def complete(self) -> None:
        """A growing file has its full length now."""

    def swap(self, path: Path) -> None:
        """Continue in another file of the same sound, at the same position; answered by PlayerSwapped, unless the
        player is lost or something else is loaded before."""

    def set_next(self, path: Path | None, *, gain_db: float = 0.0) -> None:
        """Set the file that follows the current one without a gap; None if nothing follows."""

    def play(self) -> None:
        """Play, or resume."""

    def pause(self) -> None:
        """Pause; the output stays open, and costs nothing."""

    def stop(self) -> None:
        """Stop and unload all files."""

    def seek(self, position_s: float) -> None:
        """Go to a position; a position after the end ends the file."""

    def set_speed(self, speed: float) -> None:
        """Set the speed, 0.5 to 2; the pitch stays."""

    def set_volume(self, volume: int) -> None:
        """Set the volume, 0 to 100."""

    def set_gain(self, deck: int, gain_db: float) -> None:
        """Set the gain of a deck in dB; a file that plays alone is deck 0."""

    def set_muted(self, deck: int, is_muted: bool) -> None:
        """Mute or unmute a deck."""

    def flip(self, deck: int) -> None:
        """Hear only this deck, from the same sample on."""

    def describe(
        self, *, title: str, artist: str = "", cover: Path | None = None, length_s: float | None = None
    ) -> None:
        """Tell the desktop what plays; after `stop`, the desktop can start the last described take again."""

    def clear_description(self) -> None:
        """Tell the desktop that there is nothing to play."""

    async def measure(self, path: Path) -> Loudness:
        """Measure the loudness of a file; takes about a second. Raises PlayerUnavailable."""

    async def close(self) -> None:
        """End the player's process."""
