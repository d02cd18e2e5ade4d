"""A clip's notes as a MIDI file, read back by the rules of Standard MIDI Files 1.0."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import NamedTuple

import pytest

from sunotui.core.transfer.midi_file import count_notes, midi_bytes, write_midi
from sunotui.domain.errors import InvalidRequest, NotFound
from sunotui.domain.music.midi import Instrument, Note, notes_to_json


class Event(NamedTuple):
    """One event of a track; for a meta event `data` is its content and `kind` 0xFF with its type."""

    tick: int
    kind: int
    data: bytes


def number_at(content: bytes, at: int) -> tuple[int, int]:
    """A variable-length number, and its end."""
    value = 0
    while True:
        value, at = value << 7 | content[at] & 0x7F, at + 1
        if content[at - 1] < 0x80:
            return value, at


def events_of(content: bytes) -> list[Event]:
    found: list[Event] = []
    at, tick = 0, 0
    while at < len(content):
        delta, at = number_at(content, at)
        tick += delta
        if content[at] == 0xFF:
            length, start = number_at(content, at + 2)
            found.append(Event(tick, 0xFF00 | content[at + 1], content[start : start + length]))
            at = start + length
        else:
            # A program change has one byte, a note two.
            size = 1 if content[at] & 0xF0 == 0xC0 else 2
            found.append(Event(tick, content[at], content[at + 1 : at + 1 + size]))
            at += 1 + size
    return found


def read(content: bytes) -> tuple[tuple[int, int, int], list[list[Event]]]:
    """The header's numbers and each track's events."""
    assert content[:8] == b"MThd\x00\x00\x00\x06"
    header = struct.unpack(">HHH", content[8:14])
    at, tracks = 14, []
    while at < len(content):
        name, length = struct.unpack(">4sI", content[at : at + 8])
        assert name == b"MTrk"
        tracks.append(events_of(content[at + 8 : at + 8 + length]))
        assert tracks[-1][-1] == Event(tracks[-1][-1].tick, 0xFF2F, b"")
        at += 8 + length
    assert at == len(content)
    return header, tracks


def tracks_of(*instruments: Instrument) -> list[list[Event]]:
    return read(midi_bytes(notes_to_json(instruments)))[1]


def test_a_file_byte_by_byte() -> None:
    content = midi_bytes(notes_to_json((Instrument("Bass", (Note(40, 0.0, 0.25, 90),)),)))
    assert content.hex(" ") == (
        "4d 54 68 64 00 00 00 06 00 01 00 02 01 e0 "
        "4d 54 72 6b 00 00 00 0b 00 ff 51 03 07 a1 20 00 ff 2f 00 "
        "4d 54 72 6b 00 00 00 18 00 ff 03 04 42 61 73 73 00 c0 21 00 90 28 5a 81 70 80 28 00 00 ff 2f 00"
    )


def test_a_name_that_is_not_utf_8_is_encodable() -> None:
    content = midi_bytes(notes_to_json((Instrument("Bass \ud800", (Note(40, 0.0, 0.25, 90),)),)))
    assert b"\xff\x03\x06Bass ?" in content


def test_notes_have_their_times_in_ticks_of_120_beats_a_minute() -> None:
    late = 20_000.0
    lead = Instrument("é", (Note(60, 1.5, 2.0, 1), Note(0, late, late, 127)))
    header, tracks = read(midi_bytes(notes_to_json((lead,))))
    assert header == (1, 2, 480)
    assert tracks[0][0] == Event(0, 0xFF51, (500_000).to_bytes(3, "big"))
    assert tracks[1] == [
        Event(0, 0xFF03, "é".encode()),
        Event(1_440, 0x90, bytes((60, 1))),
        Event(1_920, 0x80, bytes((60, 0))),
        Event(19_200_000, 0x90, bytes((0, 127))),
        Event(19_200_001, 0x80, bytes((0, 0))),
        Event(19_200_001, 0xFF2F, b""),
    ]


def test_a_note_ends_before_the_next_one_of_its_pitch_begins() -> None:
    _, played = tracks_of(Instrument("Lead", (Note(60, 0.5, 1.0, 90), Note(60, 0.0, 0.5, 80))))
    assert [(event.tick, event.kind) for event in played[2:-1]] == [(0, 0x90), (480, 0x80), (480, 0x90), (960, 0x80)]


def test_the_tempo_is_that_of_the_take_and_the_times_stay() -> None:
    text = notes_to_json((Instrument("Piano", (Note(60, 1.5, 2.0, 90),)),))
    for bpm, tempo_us, tick in (
        (90.0, 666_667, 1_080),
        (None, 500_000, 1_440),
        (5.0, 500_000, 1_440),
        (9e9, 500_000, 1_440),
    ):
        _, (tempo, piano) = read(midi_bytes(text, bpm))
        assert int.from_bytes(tempo[0].data, "big") == tempo_us
        assert piano[1].tick == tick


def test_an_instrument_has_the_program_of_its_name() -> None:
    note = (Note(60, 0.0, 1.0, 90),)
    names = ("Electric Bass", "Acoustic guitar", "Piano", "Drums")
    programs = [
        [event.data[0] for event in track if event.kind & 0xF0 == 0xC0]
        for track in tracks_of(*(Instrument(name, note) for name in names))[1:]
    ]
    assert programs == [[33], [24], [], []]


def test_drums_are_on_channel_10_and_nothing_else_is() -> None:
    note = (Note(60, 0.0, 1.0, 90),)
    names = ["Drums", *(f"Part {number}" for number in range(16)), "latin percussion"]
    tracks = tracks_of(*(Instrument(name, note) for name in names))[1:]
    channels = [track[1].kind & 0x0F for track in tracks]
    assert channels == [9, *range(9), *range(10, 16), 0, 9]


def test_empty_instruments_are_left_out_and_no_notes_are_an_error() -> None:
    silent, played = Instrument("Silent", ()), Instrument("Bass", (Note(40, 0.0, 1.0, 90), Note(41, 1.0, 2.0, 90)))
    assert [track[0].data for track in tracks_of(silent, played)[1:]] == [b"Bass"]
    assert count_notes(notes_to_json((silent, played))) == (2, 1)
    with pytest.raises(NotFound, match="no notes"):
        midi_bytes(notes_to_json((silent,)))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"instruments": [{"name": "x", "notes": [{"pitch": 1}]}]}'])
def test_a_text_without_notes_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match=r"notes|Expecting"):
        midi_bytes(text)


def test_the_file_is_written_and_an_invalid_path_is_reported(tmp_path: Path) -> None:
    notes = notes_to_json((Instrument("Bass", (Note(40, 0.0, 1.0, 90),)),))
    write_midi(notes, str(tmp_path / "a.mid"))
    assert (tmp_path / "a.mid").read_bytes() == midi_bytes(notes)
    with pytest.raises(InvalidRequest, match="could not be written: no such file"):
        write_midi(notes, str(tmp_path / "no" / "a.mid"))


def test_a_pipe_or_a_device_is_written_directly(tmp_path: Path) -> None:
    result = notes_to_json((Instrument("Piano", (Note(60, 0.0, 1.0, 90),)),))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InvalidRequest, match="no program reads"):
        write_midi(result, str(pipe))
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_midi(result, str(pipe), may_replace=False)
    assert os.read(reader, 65_536) == midi_bytes(result)
    os.close(reader)
    assert pipe.is_fifo()
    (tmp_path / "null").symlink_to("/dev/null")
    write_midi(result, str(tmp_path / "null"))
    assert Path("/dev/null").is_char_device()
    assert (tmp_path / "null").is_symlink()


def test_a_file_created_in_the_meantime_is_not_replaced(tmp_path: Path) -> None:
    result = notes_to_json((Instrument("Piano", (Note(60, 0.0, 1.0, 90),)),))
    (tmp_path / "song.mid").write_text("mine")
    with pytest.raises(InvalidRequest, match="in the meantime"):
        write_midi(result, str(tmp_path / "song.mid"), may_replace=False)
    assert (tmp_path / "song.mid").read_text() == "mine"
