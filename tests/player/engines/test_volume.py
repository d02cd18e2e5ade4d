"""Volume and gain."""

from __future__ import annotations

from array import array

import pytest

from sunotui.player.engines.volume import factor, scaled


def test_the_scale_is_cubic() -> None:
    assert factor(100) == 1
    assert factor(50) == pytest.approx(0.125)
    assert factor(0) == 0
    assert factor(-5) == 0


def test_gain_is_in_decibels() -> None:
    assert factor(100, -20) == pytest.approx(0.1)
    assert factor(100, 6.0206) == pytest.approx(2, abs=1e-4)


def test_samples_are_scaled_and_clipped() -> None:
    samples = array("h", [0, 1, 1_000, -1_000, 32_767, -32_768])
    halved = array("h")
    halved.frombytes(scaled(samples.tobytes(), 0.5))
    assert list(halved) == [0, 0, 500, -500, 16_383, -16_384]
    doubled = array("h")
    doubled.frombytes(scaled(samples.tobytes(), 2.0))
    assert list(doubled) == [0, 2, 2_000, -2_000, 32_767, -32_768]


def test_nothing_is_computed_for_full_volume_and_silence() -> None:
    samples = bytes(range(8))
    assert scaled(samples, 1.0) is samples
    assert scaled(samples, 0.0) == bytes(8)
