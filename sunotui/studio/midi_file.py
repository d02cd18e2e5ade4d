"""A clip's notes as a standard MIDI file (Standard MIDI Files 1.0, format 1)."""

import struct
from collections.abc import Iterator
from pathlib import Path

from sunotui.domain.errors import NotFound, RequestImpossible
from sunotui.domain.midi import Instrument, notes_from_json
from sunotui.storage.places import private_binary_file

TICKS_A_BEAT = 480
TEMPO_US = 500_000
"""Microseconds a beat, 120 beats a minute: the notes have times and no beats, so the tempo is only a ruler."""

_DRUM_CHANNEL = 9
_CHANNELS = tuple(channel for channel in range(16) if channel != _DRUM_CHANNEL)
_DRUM_WORDS = ("drum", "percussion")

_NOTE_OFF, _NOTE_ON = 0x80, 0x90
_TRACK_NAME, _END_OF_TRACK, _SET_TEMPO = 0x03, 0x2F, 0x51


def midi_bytes(result: str) -> bytes:
    """The file (format 1, one track an instrument) of the notes that a MIDI request came to (`Submission.result`).

    Instruments that play drums go to channel 10, as General MIDI has it; the others share the remaining channels in
    turn. Raises NotFound where there is not one note, and ValueError for a text that is no notes.
    """
    instruments = [one for one in notes_from_json(result) if one.notes]
    if not instruments:
        raise NotFound("The gateway found no notes in this clip")
    tracks = [_track(_meta(_SET_TEMPO, TEMPO_US.to_bytes(3, "big")))]
    melodic = 0
    for one in instruments:
        if any(word in one.name.casefold() for word in _DRUM_WORDS):
            channel = _DRUM_CHANNEL
        else:
            channel, melodic = _CHANNELS[melodic % len(_CHANNELS)], melodic + 1
        tracks.append(_track(_meta(_TRACK_NAME, one.name.encode("utf-8", "replace")) + _notes(one, channel)))
    return _chunk(b"MThd", struct.pack(">HHH", 1, len(tracks), TICKS_A_BEAT)) + b"".join(tracks)


def write_midi(result: str, name: str) -> None:
    """Write the file under this name, in place of one that is there; readable by its owner only.

    Raises NotFound where there is not one note, and RequestImpossible when it cannot be written.
    """
    content = midi_bytes(result)
    try:
        with private_binary_file(Path(name).expanduser()) as file:
            file.write(content)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "that names no file"
        raise RequestImpossible(f"{name} could not be written: {reason.lower()}") from error


def count_notes(result: str) -> tuple[int, int]:
    """How many notes there are, and how many instruments play them. Raises ValueError for a text that is no notes."""
    played = [one for one in notes_from_json(result) if one.notes]
    return sum(len(one.notes) for one in played), len(played)


def _track(events: bytes) -> bytes:
    return _chunk(b"MTrk", events + _meta(_END_OF_TRACK, b""))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack(">I", len(content)) + content


def _meta(kind: int, content: bytes) -> bytes:
    """A meta event at the time of the event before it."""
    return bytes((0, 0xFF, kind)) + _variable_length(len(content)) + content


def _notes(instrument: Instrument, channel: int) -> bytes:
    written = bytearray()
    before = 0
    for tick, is_on, pitch, velocity in sorted(_events(instrument)):
        written += _variable_length(tick - before)
        written += bytes(((_NOTE_ON if is_on else _NOTE_OFF) | channel, pitch, velocity))
        before = tick
    return bytes(written)


def _variable_length(number: int) -> bytes:
    """A number in groups of seven bits, the highest first; every byte but the last has its top bit set."""
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | 0x80)
    return bytes(reversed(groups))


def _events(instrument: Instrument) -> Iterator[tuple[int, bool, int, int]]:
    """Ticks, whether a note begins, its pitch and velocity. At one tick a note ends before the next one begins; a note
    lasts a tick at least, so that none ends before it begins."""
    for note in instrument.notes:
        start = _ticks(note.start_s)
        yield start, True, note.pitch, note.velocity
        yield max(start + 1, _ticks(note.end_s)), False, note.pitch, 0


def _ticks(seconds: float) -> int:
    return round(seconds * 1_000_000 / TEMPO_US * TICKS_A_BEAT)
