"""Files in memory: whole, growing and long ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sunotui.player.engines import track as track_module
from sunotui.player.engines.engine import Source
from sunotui.player.engines.track import Track
from sunotui.player.files.decoding import FRAME_BYTES, RATE, decoded
from tests.player.sounds import song
from tests.support.waiting import until

OpenTrack = Callable[..., Track]


def is_decoded(track: Track) -> bool:
    return track.is_decoded


@pytest.fixture
def open_track() -> Iterator[OpenTrack]:
    """Opens tracks, and closes them at the end."""
    tracks: list[Track] = []

    def open_one(path: Path, **fields: Any) -> Track:
        tracks.append(Track(Source(str(path), 1)._replace(**fields), lambda _: None))
        return tracks[-1]

    yield open_one
    for track in tracks:
        track.close()


def whole(path: Path) -> bytes:
    with decoded(str(path)) as pieces:
        return b"".join(pieces)


def read_all(track: Track, count: int = 4_410) -> bytes:
    """All that is left, as the device reads it."""
    made = b""
    while not track.is_at_end:
        until(lambda: track.available_frames > 0 or track.is_at_end, "more sound")
        made += track.read(count)
    return made


def test_a_file_is_read_from_its_start(tmp_path: Path, open_track: OpenTrack) -> None:
    path = song(tmp_path / "a.mp3", 3)
    track = open_track(path)
    assert read_all(track) == whole(path)
    assert track.decoded_s == pytest.approx(3, abs=0.03)
    assert track.played_frames == track.position


def test_a_seek_is_exact(tmp_path: Path, open_track: OpenTrack) -> None:
    path = song(tmp_path / "a.mp3", 10)
    track = open_track(path)
    until(lambda: track.is_decoded, "the whole sound")
    for frame in (7 * RATE, 123, 9 * RATE + 1):
        track.seek(frame)
        assert track.read(1_000) == whole(path)[frame * FRAME_BYTES :][: 1_000 * FRAME_BYTES]
    assert track.played_frames == 3_000


def test_a_seek_behind_the_end_ends_it(tmp_path: Path, open_track: OpenTrack) -> None:
    track = open_track(song(tmp_path / "a.mp3", 2))
    until(lambda: track.is_decoded, "the whole sound")
    track.seek(RATE * 1_000)
    assert track.is_at_end
    assert track.position == round(track.decoded_s * RATE)


def test_a_growing_file_is_read_as_it_grows(tmp_path: Path, open_track: OpenTrack) -> None:
    data = song(tmp_path / "a.mp3", 6).read_bytes()
    path = tmp_path / "growing.mp3"
    path.write_bytes(data[: len(data) // 2])
    track = open_track(path, is_growing=True)
    until(lambda: track.available_frames > 2 * RATE, "the first half")
    assert not track.is_decoded
    with path.open("ab") as file:
        file.write(data[len(data) // 2 :])
    track.complete()
    assert read_all(track) == whole(tmp_path / "a.mp3")
    assert track.is_decoded


def test_a_growing_file_that_begins_empty(tmp_path: Path, open_track: OpenTrack) -> None:
    path = tmp_path / "growing.mp3"
    path.write_bytes(b"")
    track = open_track(path, is_growing=True)
    path.write_bytes(song(tmp_path / "a.mp3", 2).read_bytes())
    until(lambda: track.available_frames > RATE, "its sound")
    assert track.error == ""


def test_a_seek_in_a_growing_file_stays_in_what_is_there(tmp_path: Path, open_track: OpenTrack) -> None:
    track = open_track(song(tmp_path / "a.mp3", 10), is_growing=True)
    until(lambda: track.available_frames > 9 * RATE, "its sound")
    track.seek(RATE * 600)
    assert 8 * RATE < track.position < 10 * RATE
    assert track.available_frames > 0
    track.complete()
    track.seek(RATE * 5)
    assert track.position == 5 * RATE


def test_a_seek_before_anything_is_decoded_is_waited_for(tmp_path: Path, open_track: OpenTrack) -> None:
    data = song(tmp_path / "a.mp3", 4).read_bytes()
    path = tmp_path / "growing.mp3"
    path.touch()
    track = open_track(path, is_growing=True)
    track.seek(2 * RATE)
    path.write_bytes(data)
    until(lambda: track.available_frames > 0, "its sound")
    assert track.position == 2 * RATE


def test_a_position_to_begin_at_is_waited_for(tmp_path: Path, open_track: OpenTrack) -> None:
    data = song(tmp_path / "a.mp3", 10).read_bytes()
    path = tmp_path / "growing.mp3"
    path.write_bytes(data[: len(data) // 2])
    track = open_track(path, is_growing=True, position_s=8.0)
    assert track.position == 8 * RATE
    assert track.available_frames == 0
    with path.open("ab") as file:
        file.write(data[len(data) // 2 :])
    until(lambda: track.available_frames > RATE, "the second half")


@pytest.fixture
def small_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only 4 s of a file are kept."""
    monkeypatch.setattr(track_module, "WINDOW_FRAMES", 4 * RATE)
    monkeypatch.setattr(track_module, "_BEHIND_FRAMES", RATE)
    monkeypatch.setattr(track_module, "_CHECK_S", 0.01)


@pytest.mark.usefixtures("small_window")
def test_of_a_long_file_only_a_part_is_kept(tmp_path: Path, open_track: OpenTrack) -> None:
    path = song(tmp_path / "a.mp3", 20)
    track = open_track(path)
    assert read_all(track) == whole(path)
    assert track._sound.end - track._sound.start < 6 * RATE


@pytest.mark.usefixtures("small_window")
def test_in_a_long_file_a_seek_back_decodes_again(tmp_path: Path, open_track: OpenTrack) -> None:
    path = song(tmp_path / "a.mp3", 20)
    track = open_track(path)
    read_all(track)
    track.seek(RATE)
    assert not track.is_at_end
    until(lambda: track.available_frames > 1_000, "the start again")
    # The resampler starts again, and needs a few frames.
    track.read(100)
    assert track.read(1_000) == whole(path)[(RATE + 100) * FRAME_BYTES :][: 1_000 * FRAME_BYTES]
    track.seek(18 * RATE)
    until(lambda: track.available_frames > 1_000, "what is far ahead")
    assert track.read(1_000) == whole(path)[18 * RATE * FRAME_BYTES :][: 1_000 * FRAME_BYTES]


@pytest.mark.parametrize("is_growing", [False, True])
@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><html>" + b"<p>Not found</p>" * 500,
        b'{"error": "not found"}',
        b"#EXTM3U\nhttp://127.0.0.1/a.mp3\n",
        bytes(range(256)) * 40,
        b"",
        bytes(50_000),
        b"RIFF\x24\x00\x00\x00WAVEfmt \xff\xff\xff\xff",
        b"fLaC" + bytes(5_000),
        b"OggS" + bytes(5_000),
        b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + bytes(500),
    ],
)
def test_what_is_no_audio_is_one_sentence(
    content: bytes, is_growing: bool, tmp_path: Path, open_track: OpenTrack
) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    track = open_track(path, is_growing=is_growing)
    track.complete()
    until(lambda: track.is_decoded, "the end of decoding")
    assert track.is_silent
    assert track.error in ("This file is not audio that can be played", "This file has no sound in it")


def test_a_missing_file_is_one_sentence(tmp_path: Path, open_track: OpenTrack) -> None:
    for is_growing in (False, True):
        track = open_track(tmp_path / "missing.mp3", is_growing=is_growing)
        until(partial(is_decoded, track), "the end of decoding")
        assert track.is_silent
        assert (track.error, track.is_missing) == ("This file is not there any more", True)


def test_a_file_that_may_not_be_read_is_one_sentence(tmp_path: Path, open_track: OpenTrack) -> None:
    track = open_track(tmp_path)
    until(lambda: track.is_decoded, "the end of decoding")
    assert (track.error, track.is_missing) == ("This file cannot be read", False)


@pytest.mark.usefixtures("small_window")
def test_a_long_file_that_is_gone_when_it_is_decoded_again_says_so(tmp_path: Path, open_track: OpenTrack) -> None:
    path = song(tmp_path / "a.mp3", 20)
    track = open_track(path)
    read_all(track)
    content = path.read_bytes()
    path.unlink()
    track.seek(RATE)
    until(lambda: track.is_decoded, "the end of decoding")
    assert (track.is_at_end, track.error, track.is_missing) == (True, "This file is not there any more", True)
    path.write_bytes(content)
    track.seek(RATE // 2)
    until(lambda: track.available_frames > 1_000, "the start again")
    assert (track.error, track.is_missing) == ("", False)


def test_garbage_inside_is_played_through(tmp_path: Path, open_track: OpenTrack) -> None:
    data = song(tmp_path / "a.mp3", 6).read_bytes()
    path = tmp_path / "b.mp3"
    path.write_bytes(data[: len(data) // 2] + b"garbage" * 300 + data[len(data) // 2 :])
    track = open_track(path)
    until(lambda: track.is_decoded, "the end of decoding")
    assert track.decoded_s == pytest.approx(6, abs=0.3)


def test_a_cut_file_has_what_is_there(tmp_path: Path, open_track: OpenTrack) -> None:
    data = song(tmp_path / "a.mp3", 8).read_bytes()
    path = tmp_path / "b.mp3"
    path.write_bytes(data[: len(data) // 2 + 17])
    track = open_track(path)
    until(lambda: track.is_decoded, "the end of decoding")
    assert track.decoded_s == pytest.approx(4, abs=0.2)
    assert track.error == ""


def test_a_deleted_file_plays_on(tmp_path: Path, open_track: OpenTrack) -> None:
    path = song(tmp_path / "a.mp3", 5)
    expected = whole(path)
    track = open_track(path)
    until(lambda: track.is_decoded, "the whole sound")
    path.unlink()
    assert read_all(track) == expected


def test_closing_ends_a_decoder_that_waits_for_more(tmp_path: Path) -> None:
    is_decoded: list[Track] = []
    track = Track(Source(str(song(tmp_path / "a.mp3", 3)), 1, is_growing=True), is_decoded.append)
    until(lambda: track.available_frames > RATE, "its sound")
    track.close()
    until(lambda: not track._sound.end, "the end of its thread")
    assert is_decoded == []
