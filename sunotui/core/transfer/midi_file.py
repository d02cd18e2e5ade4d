"""Writes a clip's notes as a standard MIDI file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import mido

from sunotui.domain.errors import InvalidRequest, NotFound
from sunotui.domain.music.midi import Instrument, notes_from_json
from sunotui.storage.paths import chosen_binary_file

TICKS_A_BEAT = 480
USUAL_BPM = 120.0
"""Beats per minute if the tempo is not known, since the notes have times but no beats."""
_SLOWEST_BPM, _FASTEST_BPM = 20.0, 400.0

_DRUM_CHANNEL = 9
_CHANNELS = tuple(channel for channel in range(16) if channel != _DRUM_CHANNEL)
_DRUM_WORDS = ("drum", "percussion")
_PROGRAMS = {
    "bass": 33,
    "guitar": 24,
    "string": 48,
    "violin": 40,
    "cello": 42,
    "voice": 53,
    "vocal": 53,
    "choir": 52,
    "brass": 61,
    "trumpet": 56,
    "sax": 65,
    "flute": 73,
    "wood": 71,
    "organ": 16,
    "lead": 80,
    "synth": 81,
    "pad": 88,
}
"""The programs of General MIDI, from 0, by a part of an instrument's name; the default is the piano."""


def midi_bytes(result: str, bpm: float | None = None) -> bytes:
    """The MIDI file (format 1, one track per instrument) of the notes in the result of a MIDI request
    (`Submission.result`). `bpm` is the tempo of the take, so that the beats of the file are right; it does not change
    the times of the notes. Drums use channel 10, as in General MIDI; the other instruments share the remaining channels
    in turn. Raises NotFound if there are no notes, and ValueError for an invalid text.
    """
    instruments = [one for one in notes_from_json(result) if one.notes]
    if not instruments:
        raise NotFound("The gateway found no notes in this take", advice="")
    file: Any = mido.MidiFile(type=1, ticks_per_beat=TICKS_A_BEAT, charset="utf-8")
    tempo: Any = mido.MidiTrack()
    tempo_us = _tempo_us(bpm)
    tempo.append(mido.MetaMessage("set_tempo", tempo=tempo_us))
    file.tracks.append(tempo)
    melodic = 0
    for one in instruments:
        if any(word in one.name.casefold() for word in _DRUM_WORDS):
            channel = _DRUM_CHANNEL
        else:
            channel, melodic = _CHANNELS[melodic % len(_CHANNELS)], melodic + 1
        file.tracks.append(_track(one, channel, tempo_us))
    written = io.BytesIO()
    file.save(file=written)
    return written.getvalue()


def write_midi(result: str, name: str, *, bpm: float | None = None, may_replace: bool = True) -> None:
    """Write the MIDI file of `midi_bytes`, readable by its owner only. An existing file is replaced if `may_replace` is
    set; a pipe or a device is written directly. Raises NotFound if there are no notes, and InvalidRequest if the file
    cannot be written.
    """
    content = midi_bytes(result, bpm)
    try:
        path = Path(name).expanduser()
        if not may_replace and path.is_file():
            raise InvalidRequest(f"{name} was created by another program in the meantime", advice="Choose another name")
        with chosen_binary_file(path, waits_for_reader=False) as file:
            file.write(content)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "it is not a file name"
        raise InvalidRequest(f"{name} could not be written: {reason.lower()}") from error


def count_notes(result: str) -> tuple[int, int]:
    """The number of notes and of instruments. Raises ValueError for an invalid text."""
    played = [one for one in notes_from_json(result) if one.notes]
    return sum(len(one.notes) for one in played), len(played)


def _tempo_us(bpm: float | None) -> int:
    """Microseconds per beat."""
    known = bpm if bpm is not None and _SLOWEST_BPM <= bpm <= _FASTEST_BPM else USUAL_BPM
    return round(60_000_000 / known)


def _program(name: str) -> int:
    return next((program for word, program in _PROGRAMS.items() if word in name.casefold()), 0)


def _track(instrument: Instrument, channel: int, tempo_us: int) -> Any:
    track: Any = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name=instrument.name.encode("utf-8", "replace").decode("utf-8")))
    if channel != _DRUM_CHANNEL and (program := _program(instrument.name)):
        track.append(mido.Message("program_change", channel=channel, program=program))
    before = 0
    for tick, is_on, pitch, velocity in sorted(_events([instrument], tempo_us)):
        word = "note_on" if is_on else "note_off"
        track.append(mido.Message(word, channel=channel, note=pitch, velocity=velocity, time=tick - before))
        before = tick
    return track


def _events(instruments: Sequence[Instrument], tempo_us: int) -> Iterator[tuple[int, bool, int, int]]:
    """The events of notes: the tick, whether a note begins, its pitch and velocity. At the same tick, a note ends
    before the next one begins; a note lasts at least one tick, so that it does not end before it begins."""
    for one in instruments:
        for note in one.notes:
            start = _ticks(note.start_s, tempo_us)
            yield start, True, note.pitch, note.velocity
            yield max(start + 1, _ticks(note.end_s, tempo_us)), False, note.pitch, 0


def _ticks(seconds: float, tempo_us: int) -> int:
    return round(seconds * 1_000_000 / tempo_us * TICKS_A_BEAT)
