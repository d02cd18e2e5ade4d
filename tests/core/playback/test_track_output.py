"""The sound output and the player process may be lost while a take plays."""

from __future__ import annotations

import pytest

from sunotui.core.playback.player import (
    PlayerDied,
    PlayerOutput,
    PlayerReady,
    PlayerStarved,
    PlayerState,
)
from sunotui.core.playback.tracks.current_track import LOST_PLAYER_S, STALL_TIMEOUT_S
from tests.core.playback.harness import PlaybackHarness, take

# --- the output and the player ----------------------------------------------------------------------------------------


async def test_an_output_that_is_lost_is_waited_for(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    await playing.play_until(5.0)
    playing.player.emit(PlayerOutput(True, "The sound server is gone"))
    assert playing.shown == ("a1", "waiting", 5.0)
    assert playing.status.problem == "The sound server is gone"
    playing.player.emit(PlayerOutput(False))
    assert playing.shown == ("a1", "playing", 5.0)
    assert playing.status.problem == ""
    playing.player.emit(PlayerOutput(True))
    await playing.core.clock.advance(STALL_TIMEOUT_S)
    assert playing.shown == ("a1", "paused", 5.0)
    assert playing.status.problem == "The sound output was lost"


async def test_an_output_that_is_not_tried_again_pauses_at_once(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    await playing.play_until(5.0)
    playing.player.emit(PlayerOutput(True, "mpv ended unexpectedly", is_final=True))
    assert playing.shown == ("a1", "paused", 5.0)
    assert playing.status.problem == "mpv ended unexpectedly"


async def test_without_an_output_one_sentence_says_so(playing: PlaybackHarness) -> None:
    await playing.playback.play([take("a1")])
    await playing.core.settle()
    playing.player.emit(PlayerReady("miniaudio", "", "There is no sound output here"))
    assert playing.status.problem == "There is no sound output here"
    assert not playing.status.output
    assert playing.shown == ("a1", "paused", 0.0), "nothing is waited for"
    playing.playback.toggle()
    playing.player.emit(PlayerOutput(True, "There is no sound output here"))
    assert playing.shown == ("a1", "paused", 0.0)
    assert playing.status.problem == "There is no sound output here"


async def test_an_output_that_is_lost_while_nothing_plays_is_not_reported(playing: PlaybackHarness) -> None:
    """Nothing would say when it is back."""
    await playing.play("a1")
    playing.player.emit(PlayerReady("mpv", "PulseAudio"))
    playing.playback.pause()
    playing.player.emit(PlayerOutput(True, "The sound output was lost", is_final=True))
    assert (playing.shown, playing.status.problem) == (("a1", "paused", 0.0), "")
    playing.playback.toggle()
    playing.player.emit(PlayerOutput(True, "The sound output was lost", is_final=True))
    assert (playing.shown, playing.status.problem) == (("a1", "paused", 0.0), "The sound output was lost")


async def test_a_player_that_was_restarted_has_the_take_again(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    await playing.play_until(8.0)
    playing.player.take_calls()
    playing.player.emit(PlayerDied("The player ended unexpectedly", is_restarted=True))
    assert playing.player.take_calls() == ["load a1.mp3 8 paused"]
    assert playing.shown == ("a1", "paused", 8.0)
    assert playing.status.problem == "The player ended unexpectedly"
    playing.playback.toggle()
    assert playing.player.take_calls() == ["play"]
    assert playing.status.problem == ""


async def test_the_report_of_a_restarted_player_ends_after_a_while(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    await playing.play_until(8.0)
    playing.player.emit(PlayerDied("The player ended unexpectedly", is_restarted=True))
    await playing.core.clock.advance(LOST_PLAYER_S - 1)
    assert playing.status.problem == "The player ended unexpectedly"
    await playing.core.clock.advance(2)
    assert (playing.shown, playing.status.problem) == (("a1", "paused", 8.0), "")


async def test_the_report_of_a_player_that_is_off_stays(playing: PlaybackHarness) -> None:
    """Also if it was lost a little earlier, and restarted."""
    await playing.play("a1")
    playing.player.emit(PlayerDied("The player ended unexpectedly", is_restarted=True))
    playing.playback.toggle()
    playing.player.emit(PlayerDied("The player ended unexpectedly"))
    await playing.core.clock.advance(2 * LOST_PLAYER_S)
    assert playing.status.problem == "The player ended unexpectedly"


async def test_the_report_of_a_restarted_player_does_not_end_another_one(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    playing.player.emit(PlayerDied("The player ended unexpectedly", is_restarted=True))
    playing.playback.toggle()
    playing.player.emit(PlayerOutput(True, "The sound output was lost"))
    await playing.core.clock.advance(LOST_PLAYER_S + 1)
    assert playing.status.problem == "The sound output was lost"


async def test_a_player_that_is_off_is_started_when_asked(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    await playing.play_until(8.0)
    playing.player.take_calls()
    playing.player.emit(PlayerDied("The player ended unexpectedly"))
    assert playing.player.take_calls() == []
    assert playing.shown == ("a1", "paused", 8.0)
    playing.player.calls.clear()
    playing.playback.toggle()
    assert playing.player.calls[0] == "start"
    assert playing.player.take_calls() == ["load a1.mp3 8"]


async def test_a_player_that_dies_while_paused_says_nothing_about_playing(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    playing.playback.stop()
    playing.player.emit(PlayerDied("The player ended unexpectedly"))
    assert playing.shown == ("a1", "stopped", 0.0)


@pytest.mark.parametrize("is_restarted", [True, False])
async def test_a_player_that_dies_while_nothing_plays_is_not_reported(
    playing: PlaybackHarness, is_restarted: bool
) -> None:
    await playing.play("a1")
    await playing.end(0.0, error="This file is not audio that can be played")
    playing.player.emit(PlayerDied("The player ended unexpectedly", is_restarted))
    assert playing.status.problem == "This file is not audio that can be played"
    await playing.play("b1")
    playing.playback.pause()
    playing.player.emit(PlayerDied("The player ended unexpectedly", is_restarted))
    assert (playing.shown, playing.status.problem) == (("b1", "paused", 0.0), "")


async def test_a_player_that_dies_before_the_take_plays_says_so(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    playing.media.slow.add("b1")
    await playing.play("b1")
    assert playing.shown[:2] == ("b1", "loading")
    playing.player.emit(PlayerDied("The player ended unexpectedly"))
    assert (playing.shown[:2], playing.status.problem) == (("b1", "paused"), "The player ended unexpectedly")


async def test_a_late_report_changes_nothing_after_the_take_was_changed(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    playing.media.slow.add("b1")
    await playing.play("b1")
    await playing.end(120.0)
    playing.player.emit(PlayerState(True, 55.0))
    playing.player.emit(PlayerStarved(True))
    assert playing.shown == ("b1", "loading", 0.0)
