"""The gain of each take follows its loudness."""

from __future__ import annotations

import pytest

from sunotui.core.playback.leveling import RAMP_STEP_S, RAMP_STEPS
from sunotui.core.playback.player import (
    PlayerDied,
    PlayerSwapped,
)
from sunotui.domain.errors import MediaError
from tests.core.playback.harness import PlaybackHarness, song, streaming

# --- loudness ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lufs", "peak_db", "gain"),
    [(-20.0, -8.0, " +6.0dB"), (-20.0, -2.0, " +2.0dB"), (-8.0, 0.0, " -6.0dB"), (-14.0, -1.0, ""), (None, None, "")],
)
async def test_a_take_is_measured_once_and_then_played_equally_loud(
    playing: PlaybackHarness, lufs: float | None, peak_db: float | None, gain: str
) -> None:
    await playing.play("a1")
    playing.player.loudness = playing.player.loudness._replace(lufs=lufs, peak_db=peak_db)
    for _ in range(2):
        await playing.play("b1")
        assert playing.player.take_calls()[-1] == f"load b1.mp3 0{gain}"
    assert playing.player.measured == ["a1.mp3", "b1.mp3"]


async def test_a_take_measured_while_it_plays_becomes_equally_loud_at_once(playing: PlaybackHarness) -> None:
    playing.media.growing.add("a1")
    await playing.play("a1")
    playing.player.loudness = playing.player.loudness._replace(lufs=-20.0, peak_db=-20.0)
    playing.media.opened[0].finish()
    await playing.core.settle()
    playing.player.take_calls()
    await playing.core.clock.advance(RAMP_STEPS * RAMP_STEP_S)
    calls = playing.player.take_calls()
    assert calls[-1] == "set_gain 0 6"
    assert calls == [f"set_gain 0 {0.6 * step:g}" for step in range(2, 11)], "gradually"
    playing.player.emit(PlayerDied("The player ended unexpectedly", is_restarted=True))
    assert playing.player.take_calls() == ["load a1.mp3 0 paused +6.0dB"]


async def test_a_take_that_continues_while_it_is_measured_is_loaded_once(playing: PlaybackHarness) -> None:
    await playing.play("b1")
    playing.player.take_calls()
    playing.player.may_measure.clear()
    await playing.play("a1")
    playing.playback.toggle()
    playing.playback.toggle()
    assert playing.player.take_calls() == ["stop"]
    playing.player.may_measure.set()
    await playing.core.settle()
    assert playing.player.take_calls() == ["load a1.mp3 0"]


async def test_another_take_keeps_its_own_gain(playing: PlaybackHarness) -> None:
    playing.media.growing.add("a1")
    await playing.play("a1")
    playing.player.loudness = playing.player.loudness._replace(lufs=-20.0, peak_db=-20.0)
    playing.media.opened[0].finish()
    await playing.core.settle()
    playing.media.slow.add("b1")
    await playing.play("b1")
    playing.player.take_calls()
    await playing.core.clock.advance(RAMP_STEPS * RAMP_STEP_S)
    assert playing.player.take_calls() == []


async def test_a_song_that_was_a_stream_is_measured_in_its_final_file(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1")
    playing.player.loudness = playing.player.loudness._replace(lufs=-20.0, peak_db=-20.0)
    await playing.put(song("s"))
    playing.player.emit(PlayerSwapped())
    await playing.core.settle()
    await playing.core.clock.advance(RAMP_STEPS * RAMP_STEP_S)
    assert playing.player.measured == ["s1.mp3"]
    assert playing.player.take_calls()[-1] == "set_gain 0 6"


async def test_a_damaged_file_does_not_keep_the_next_one_from_being_measured(playing: PlaybackHarness) -> None:
    await playing.play("b1")
    playing.player.cannot_measure = True
    await playing.play("a1")
    playing.player.cannot_measure = False
    await playing.end(0.0, error="This is no audio file", is_damaged=True)
    assert playing.player.measured == ["b1.mp3", "a1.mp3"]


async def test_a_take_that_follows_is_measured_before(playing: PlaybackHarness) -> None:
    await playing.play("a2", "b1")
    playing.player.loudness = playing.player.loudness._replace(lufs=-20.0, peak_db=-20.0)
    await playing.play_until(35.0)
    assert playing.player.take_calls()[-1] == "next b1.mp3 +6.0dB"


async def test_a_stream_and_a_cut_file_are_not_measured(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1")
    playing.media.opened[0].finish()
    playing.media.growing.add("a1")
    await playing.play("a1")
    playing.media.opened[1].cut = MediaError("cut")
    playing.media.opened[1].finish()
    await playing.core.settle()
    assert playing.player.measured == []


async def test_what_cannot_be_measured_is_tried_once(playing: PlaybackHarness) -> None:
    await playing.play("b1")
    playing.player.cannot_measure = True
    await playing.play("a1")
    playing.player.cannot_measure = False
    await playing.play("a1")
    assert playing.player.measured == ["b1.mp3"]
    assert playing.status.problem == ""
