"""What the player reports. The names of the fields are those of the wire (docs/player.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sunotui.named_tuple import NamedTuple


class Ready(NamedTuple):
    """What plays, and where the sound goes; `output` is empty without an output."""

    backend: str
    output: str
    message: str = ""


class State(NamedTuple):
    """The player began to play, or paused; `pos` is in seconds."""

    gen: int
    playing: bool
    pos: float


class Position(NamedTuple):
    """The position, and how much of the file was given to the output since it was loaded; both in seconds."""

    gen: int
    pos: float
    heard: float


class End(NamedTuple):
    """The current file ended, after `decoded` seconds of sound. `err` is a sentence without its full stop, or empty.
    `next` says whether the next file plays now, `damaged` whether the content of the file is the cause of `err`,
    `missing` whether the file no longer exists."""

    gen: int
    decoded: float
    heard: float
    err: str
    next: bool
    damaged: bool = False
    missing: bool = False


class Starved(NamedTuple):
    """A growing file has no more sound yet, or has some again."""

    gen: int
    on: bool


class DeckFailed(NamedTuple):
    """A deck has no sound; `err` is a sentence without its full stop."""

    gen: int
    deck: int
    err: str


class OutputChange(NamedTuple):
    """The output was lost, or is available again; `message` is a sentence without its full stop. `final` says that the
    player has paused and does not retry automatically."""

    lost: bool
    message: str
    final: bool = False


class DesktopCommand(NamedTuple):
    """A request of the desktop: play, pause, toggle, stop, next, previous, seek, seek_by or volume."""

    key: str
    value: float


class Fatal(NamedTuple):
    """The player is about to exit, and only a new process can play; `message` is a sentence without its full stop."""

    message: str


Event = Ready | State | Position | End | Starved | DeckFailed | OutputChange | DesktopCommand | Fatal
Emit = Callable[[Event], None]

_NAMES: dict[type[Event], str] = {
    Ready: "ready",
    State: "state",
    Position: "pos",
    End: "end",
    Starved: "starved",
    DeckFailed: "deck",
    OutputChange: "output",
    DesktopCommand: "media",
    Fatal: "fatal",
}


def message(event: Event) -> dict[str, Any]:
    """The JSON object of an event; seconds are rounded to milliseconds."""
    fields = {name: round(value, 3) if isinstance(value, float) else value for name, value in event._asdict().items()}
    return {"ev": _NAMES[type(event)], **fields}
