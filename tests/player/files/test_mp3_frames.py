"""Counting the sound in the bytes of an MP3."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.player.files.mp3_frames import Mp3Frames, frame
from tests.demo.mp3 import frames, seconds
from tests.player.sounds import song

FRAME_S = 0.024


@pytest.mark.parametrize("piece", [1, 7, 96, 1_000, 100_000])
def test_complete_frames_are_counted(piece: int, tmp_path: Path) -> None:
    data = song(tmp_path / "a.mp3", 2).read_bytes()
    counted = Mp3Frames()
    for at in range(0, len(data), piece):
        counted.feed(data[at : at + piece])
    # The last one counts when the next begins.
    assert counted.seconds == pytest.approx(seconds(data) - FRAME_S)


def test_a_tag_before_and_garbage_inside_are_skipped(tmp_path: Path) -> None:
    data = song(tmp_path / "a.mp3", 2).read_bytes()
    counted = Mp3Frames()
    # A tag of 300 bytes that hold what look like frames.
    counted.feed(b"ID3\x04\x00\x00\x00\x00\x02\x2c" + data[:300])
    counted.feed(data[: 96 * 10] + b"garbage" * 20 + data[96 * 10 :])
    assert counted.seconds == pytest.approx(seconds(data) - 2 * FRAME_S)


def test_the_last_frame_counts_at_the_end_and_what_is_in_no_frame_is_junk(tmp_path: Path) -> None:
    data = song(tmp_path / "a.mp3", 2).read_bytes()
    counted = Mp3Frames()
    counted.feed(data[: 96 * 10] + b"\xffgarbage" * 20 + data[96 * 10 :])
    counted.end()
    # The frame before the garbage is not one that another follows.
    assert counted.seconds == pytest.approx(seconds(data) - FRAME_S)
    assert counted.junk == 96 + 20 * 8
    cut = Mp3Frames()
    cut.feed(data[:-1])
    cut.end()
    assert cut.seconds == pytest.approx(seconds(data) - FRAME_S)
    assert cut.junk == 95


@pytest.mark.parametrize("piece", [5, 417, 1_000, 6_000, 1_000_000])
def test_runs_of_equal_frames_end_where_another_frame_or_garbage_begins(piece: int) -> None:
    def of(head: bytes, count: int) -> bytes:
        # The fourth byte of a header may change from frame to frame.
        size = frame(head + b"\0")[0]
        return b"".join((head + bytes([at % 4 << 4])).ljust(size, b"\0") for at in range(count))

    plain, padded, other = b"\xff\xfb\x90", b"\xff\xfb\x92", b"\xff\xfb\xb0"
    pieces = (of(plain, 20), of(padded, 1), of(plain, 9), of(other, 30), bytes(50), of(other, 40), bytes(3))
    data = b"".join(pieces)
    counted = Mp3Frames()
    for at in range(0, len(data), piece):
        counted.feed(data[at : at + piece])
    counted.end()
    # The frame before the garbage is not one that another follows.
    assert counted.seconds == pytest.approx((20 + 1 + 9 + 29 + 40) * 1_152 / 44_100)
    assert counted.junk == frame(other + b"\0")[0] + 50 + 3


def test_sizes_of_frames(tmp_path: Path) -> None:
    data = song(tmp_path / "a.mp3", 1).read_bytes()
    assert frame(data[:4]) == (frames(data)[0].size, FRAME_S)
    assert frame(b"\xff\xfb\x90\x00") == (417, 1_152 / 44_100)
    assert frame(b"\xff\xfb\x92\x00")[0] == 418
    assert frame(b"\xff\xf1\x50\x80") == (0, 0.0)
    assert frame(b"<htm") == (0, 0.0)


@pytest.mark.parametrize("data", [b"", b"\xff", bytes(1_000), b"\xff" * 5_000, b"ID3" + b"\x7f" * 30])
def test_what_is_no_mp3_has_no_sound(data: bytes) -> None:
    counted = Mp3Frames()
    counted.feed(data)
    assert counted.seconds == 0
