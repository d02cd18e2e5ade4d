"""Another speed keeps the pitch."""

from __future__ import annotations

import math
from array import array
from itertools import pairwise

import pytest

from sunotui.player.engines.stretch import Stretch
from sunotui.player.files.decoding import CHANNELS, FRAME_BYTES, RATE

HERTZ = 440.0
SECONDS = 3


def tone() -> bytes:
    samples = array("h")
    for at in range(RATE * SECONDS):
        value = round(12_000 * math.sin(2 * math.pi * HERTZ * at / RATE))
        samples.extend((value, value))
    return samples.tobytes()


def stretched(sound: bytes, speed: float) -> bytes:
    """The whole sound at a speed, read as the device does."""
    stretch, position, made = Stretch(), 0, b""
    while True:
        part, used = stretch.read(
            lambda frame, count: sound[frame * FRAME_BYTES : (frame + count) * FRAME_BYTES], position, 1_764, speed
        )
        if not part:
            return made
        made += part
        position += used


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.25, 2.0])
def test_the_length_changes_and_the_pitch_does_not(speed: float) -> None:
    made = array("h")
    made.frombytes(stretched(tone(), speed))
    left = made[::CHANNELS]
    seconds = len(left) / RATE
    assert seconds == pytest.approx(SECONDS / speed, rel=0.05)
    crossings = sum(1 for before, after in pairwise(left) if before < 0 <= after)
    assert crossings / seconds == pytest.approx(HERTZ, rel=0.02)
    # Pieces that do not fit together would click: a jump no sine of this pitch has.
    steepest = 12_000 * 2 * math.pi * HERTZ / RATE
    assert max(abs(after - before) for before, after in pairwise(left)) < 2 * steepest


def test_what_was_read_ahead_is_known() -> None:
    stretch = Stretch()
    sound = tone()
    part, used = stretch.read(
        lambda frame, count: sound[frame * FRAME_BYTES : (frame + count) * FRAME_BYTES], 0, 1_000, 2.0
    )
    assert used - stretch.left_frames(2.0) == pytest.approx(len(part) // FRAME_BYTES * 2, abs=2)
