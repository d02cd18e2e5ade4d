"""The notes of a clip, as a gateway transcribes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Note:
    """One note."""

    pitch: int
    """0 to 127; 60 is middle C."""
    start_s: float
    end_s: float
    """Seconds from the beginning of the clip; the end is never before the start."""
    velocity: int
    """The MIDI velocity, 1 to 127."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """The notes of one instrument."""

    name: str
    notes: tuple[Note, ...]


def notes_to_json(instruments: tuple[Instrument, ...]) -> str:
    """The instruments as one line of JSON, for the journal."""
    document = [{"name": one.name, "notes": [_note_document(note) for note in one.notes]} for one in instruments]
    return json.dumps({"instruments": document}, separators=(",", ":"))


def notes_from_json(text: str) -> tuple[Instrument, ...]:
    """Parse the instruments from the JSON of `notes_to_json`. Raises ValueError if it is invalid."""
    try:
        document: Any = json.loads(text)
        return tuple(
            Instrument(str(one["name"]), tuple(_note_of(note) for note in one["notes"]))
            for one in document["instruments"]
        )
    except (KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("not a list of notes") from None


def _note_document(note: Note) -> dict[str, float]:
    return {"pitch": note.pitch, "start_s": note.start_s, "end_s": note.end_s, "velocity": note.velocity}


def _note_of(fields: Any) -> Note:
    return Note(pitch=fields["pitch"], start_s=fields["start_s"], end_s=fields["end_s"], velocity=fields["velocity"])
