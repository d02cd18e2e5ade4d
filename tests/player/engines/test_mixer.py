"""What the device gets: tracks one after the other, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sunotui.player.engines.engine import Source
from sunotui.player.engines.mixer import Mixer
from sunotui.player.engines.track import Track
from sunotui.player.engines.track_group import TrackGroup
from sunotui.player.files.decoding import FRAME_BYTES, RATE
from tests.player.sounds import growing_file, song, tones
from tests.support.waiting import until

PERIOD = 1_764


class Listener:
    """Remembers what is reported to it."""

    def __init__(self) -> None:
        self.reported: list[tuple[object, ...]] = []

    def track_ended(self, track: Track | TrackGroup, next_track: Track | None) -> None:
        self.reported.append(("ended", track, next_track))

    def starved(self, track: Track | TrackGroup, is_starved: bool) -> None:
        self.reported.append(("starved", is_starved))


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def mixer(listener: Listener) -> Iterator[Mixer]:
    mixer = Mixer(listener)
    yield mixer
    for track in (mixer.current, mixer.next):
        if track is not None:
            track.close()


def track_of(path: Path, **fields: Any) -> Track:
    """A track; unless it grows, it is decoded."""
    track = Track(Source(str(path), 1)._replace(**fields), lambda _: None)
    if not track.source.is_growing:
        until(lambda: track.is_decoded, "the whole sound")
    return track


def rendered(mixer: Mixer, frames: int) -> bytes:
    made = b""
    while len(made) < frames * FRAME_BYTES:
        made += mixer.render(PERIOD)
    return made


def sound_of(track: Track) -> bytes:
    return track.peek(0, 1 << 40)


def test_the_next_track_follows_in_the_same_frame(mixer: Mixer, listener: Listener, tmp_path: Path) -> None:
    first, second = track_of(song(tmp_path / "a.mp3", 1)), track_of(song(tmp_path / "b.mp3", 1, "pulse"))
    joined = sound_of(first) + sound_of(second)
    mixer.set_current(first)
    mixer.set_next(second)
    made = rendered(mixer, 3 * RATE)
    assert made[: len(joined)] == joined
    assert not any(made[len(joined) :])
    assert listener.reported == [("ended", first, second), ("ended", second, None)]


def test_a_next_track_without_sound_is_left_out(mixer: Mixer, listener: Listener, tmp_path: Path) -> None:
    text = tmp_path / "b.mp3"
    text.write_text("not a song")
    first = track_of(song(tmp_path / "a.mp3", 1))
    mixer.set_current(first)
    mixer.set_next(track_of(text))
    rendered(mixer, 2 * RATE)
    assert listener.reported == [("ended", first, None)]


def test_the_end_is_reported_once_and_a_seek_continues(mixer: Mixer, listener: Listener, tmp_path: Path) -> None:
    track = track_of(song(tmp_path / "a.mp3", 1))
    mixer.set_current(track)
    rendered(mixer, 5 * RATE)
    assert len(listener.reported) == 1
    mixer.seek(0)
    assert rendered(mixer, PERIOD) == sound_of(track)[: PERIOD * FRAME_BYTES]
    rendered(mixer, 5 * RATE)
    assert len(listener.reported) == 2


def test_a_file_of_the_same_sound_takes_over(mixer: Mixer, tmp_path: Path) -> None:
    path = song(tmp_path / "a.mp3", 2)
    old, new = track_of(path), track_of(path)
    mixer.set_current(old)
    made = rendered(mixer, PERIOD)
    assert mixer.replace(old, new)
    made += rendered(mixer, PERIOD)
    assert made == sound_of(new)[: 2 * PERIOD * FRAME_BYTES]
    assert new.played_frames == 2 * PERIOD
    assert not mixer.replace(old, new)


def test_volume_and_gain_are_applied(mixer: Mixer, tmp_path: Path) -> None:
    track = track_of(tones(tmp_path / "a.wav", [(300, 1)], level=0.5), gain_db=-6.0206)
    mixer.set_current(track)
    mixer.set_volume(50)
    made = memoryview(rendered(mixer, RATE // 2)).cast("h")
    assert max(made) == pytest.approx(32_767 * 0.5 * 0.5 * 0.125, abs=3)


def starved_track(mixer: Mixer, folder: Path) -> tuple[Track, Path, bytes]:
    """A track that plays and has no more sound; its growing file, of which a quarter is there, and the rest."""
    path, rest = growing_file(song(folder / "a.mp3", 8))
    track = track_of(path, is_growing=True)
    until(lambda: track.available_frames > 1.7 * RATE, "its sound")
    mixer.set_current(track)
    rendered(mixer, 4 * RATE)
    return track, path, rest


def test_a_growing_track_is_starved_once_and_fed(mixer: Mixer, listener: Listener, tmp_path: Path) -> None:
    track, path, rest = starved_track(mixer, tmp_path)
    assert listener.reported == [("starved", True)]
    position = track.position
    with path.open("ab") as file:
        file.write(rest[: len(rest) // 3])
    until(lambda: track.available_frames > 1.5 * RATE, "more sound")
    rendered(mixer, PERIOD)
    assert listener.reported == [("starved", True), ("starved", False)]
    assert track.position == position + PERIOD


def test_a_seek_ends_starvation(mixer: Mixer, listener: Listener, tmp_path: Path) -> None:
    starved_track(mixer, tmp_path)
    mixer.seek(0)
    assert listener.reported == [("starved", True), ("starved", False)]
    rendered(mixer, 4 * RATE)
    assert listener.reported == [("starved", True), ("starved", False), ("starved", True)]


def test_a_growing_track_that_ends_short_ends(mixer: Mixer, listener: Listener, tmp_path: Path) -> None:
    track = track_of(song(tmp_path / "a.mp3", 2), is_growing=True)
    until(lambda: track.available_frames > 1.7 * RATE, "its sound")
    mixer.set_current(track)
    rendered(mixer, 4 * RATE)
    track.complete()
    until(lambda: track.is_decoded, "the end of decoding")
    rendered(mixer, RATE)
    assert listener.reported == [("starved", True), ("starved", False), ("ended", track, None)]


def test_what_was_not_played_is_played_again(mixer: Mixer, tmp_path: Path) -> None:
    track = track_of(song(tmp_path / "a.mp3", 2))
    mixer.set_current(track)
    rendered(mixer, 4 * PERIOD)
    mixer.rewind(PERIOD)
    assert (track.position, track.played_frames, track.floor) == (3 * PERIOD, 3 * PERIOD, 3 * PERIOD)
    start = 3 * PERIOD * FRAME_BYTES
    assert rendered(mixer, PERIOD) == sound_of(track)[start : start + PERIOD * FRAME_BYTES]


def test_going_back_stops_at_the_last_seek(mixer: Mixer, tmp_path: Path) -> None:
    track = track_of(song(tmp_path / "a.mp3", 2))
    mixer.set_current(track)
    mixer.seek(RATE)
    rendered(mixer, PERIOD)
    mixer.rewind(10 * PERIOD)
    assert track.position == RATE


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_speed_uses_up_the_sound_faster_or_slower(
    speed: float, mixer: Mixer, listener: Listener, tmp_path: Path
) -> None:
    track = track_of(song(tmp_path / "a.mp3", 3))
    mixer.set_current(track)
    mixer.set_speed(speed)
    rendered(mixer, RATE)
    assert track.position / RATE == pytest.approx(speed, abs=0.1)
    rendered(mixer, 8 * RATE)
    assert listener.reported == [("ended", track, None)]
    assert track.played_frames == track.position


def test_a_change_of_speed_loses_nothing(mixer: Mixer, tmp_path: Path) -> None:
    track = track_of(song(tmp_path / "a.mp3", 30))
    mixer.set_current(track)
    for number in range(40):
        mixer.set_speed(2.0 if number % 2 else 1.0)
        rendered(mixer, PERIOD)
    assert track.position == pytest.approx(40 * PERIOD * 1.5, rel=0.02)


def test_nothing_is_silence(mixer: Mixer, listener: Listener) -> None:
    mixer.seek(5)
    mixer.set_volume(20)
    mixer.set_speed(2)
    assert mixer.render(100) == bytes(400)
    assert listener.reported == []
