"""From the download to the player: streams, files that follow, ends, cuts, and what goes wrong."""

from __future__ import annotations

import pytest

from sunotui.core.events import MediaCacheFailed
from sunotui.core.playback.player import (
    PlayerPosition,
    PlayerStarved,
    PlayerState,
)
from sunotui.core.playback.tracks.current_track import STALL_TIMEOUT_S
from sunotui.domain.errors import MediaError
from sunotui.domain.playback import PlayState
from sunotui.domain.tasks.task import TaskStatus
from tests.core.playback.harness import PlaybackHarness, queued, song, streaming, take


async def play_fetched(playing: PlaybackHarness, *names: str) -> None:
    """Play takes whose first one is not in the cache, and is downloaded while it plays."""
    playing.media.growing.add(names[0])
    await playing.play(*names)
    playing.media.opened[-1].finish()
    await playing.core.settle()


# --- downloads --------------------------------------------------------------------------------------------------------


async def test_a_file_plays_while_it_is_downloaded(playing: PlaybackHarness) -> None:
    playing.media.growing.add("a1")
    await playing.play("a1")
    assert playing.player.take_calls() == ["load a1.mp3 0 growing"]
    playing.media.opened[0].finish()
    await playing.core.settle()
    assert playing.player.take_calls() == ["complete"]


async def test_a_cache_that_cannot_be_used_is_said_once(playing: PlaybackHarness) -> None:
    playing.media.problem = "Audio is not kept after playing"
    await playing.play("a1")
    await playing.play("b1")
    assert [one.message for one in playing.core.events if isinstance(one, MediaCacheFailed)] == [playing.media.problem]
    assert (playing.shown, playing.status.problem) == (("b1", "playing", 0.0), "")


async def test_a_download_that_is_cut_pauses_where_it_came_and_is_fetched_again(playing: PlaybackHarness) -> None:
    playing.media.growing.add("a1")
    await playing.play("a1", "b1")
    playing.media.opened[0].cut = MediaError("The download broke off")
    playing.media.opened[0].finish()
    await playing.core.settle()
    assert playing.player.take_calls()[-1] == "complete"
    await playing.play_until(105.0, step_s=15.0)
    assert len(playing.media.opened) == 1, "the next take is not prepared"
    await playing.end(105.2)
    assert playing.status.problem == "The download broke off: “Song a” was cut off at 1:45"
    assert playing.media.opened[0].is_discarded
    assert playing.media.opened[0].is_closed
    assert playing.shown == ("a1", "paused", 105.2)
    assert playing.queue == "[a1] b1"
    playing.player.take_calls()
    playing.playback.toggle()
    await playing.core.settle()
    assert playing.player.take_calls() == ["load a1.mp3 105.2 growing"]
    assert playing.status.problem == ""
    playing.media.opened[1].cut = MediaError("The download broke off")
    playing.media.opened[1].finish()
    await playing.core.settle()
    await playing.end(60.0)
    assert playing.shown == ("a1", "paused", 105.2), "it came less far than the first time"


@pytest.mark.parametrize("has_given_up", [False, True])
async def test_a_stalled_network_pauses_and_keeps_the_position(playing: PlaybackHarness, has_given_up: bool) -> None:
    playing.media.growing.add("a1")
    await playing.play("a1", "b1")
    await playing.play_until(8.0)
    playing.player.emit(PlayerStarved(True))
    await playing.core.clock.advance(STALL_TIMEOUT_S if has_given_up else STALL_TIMEOUT_S - 1)
    playing.media.opened[0].cut = MediaError("The audio server sent nothing for 30 seconds")
    playing.media.opened[0].finish()
    await playing.core.settle()
    await playing.core.clock.advance(STALL_TIMEOUT_S)
    assert playing.shown == ("a1", "paused", 8.0)
    assert playing.status.problem == "The audio server sent nothing for 30 seconds: “Song a” was cut off at 0:08"
    playing.player.take_calls()
    playing.playback.toggle()
    await playing.core.settle()
    assert playing.player.take_calls() == ["load a1.mp3 8 growing"]
    assert len(playing.media.opened) == 2


async def test_a_seek_back_while_audio_is_missing_plays_what_has_come(playing: PlaybackHarness) -> None:
    playing.media.growing.add("a1")
    await playing.play("a1")
    await playing.play_until(8.0)
    playing.player.emit(PlayerStarved(True))
    playing.playback.seek_to(2.0)
    playing.media.opened[0].cut = MediaError("The download broke off")
    playing.media.opened[0].finish()
    await playing.core.settle()
    assert playing.player.take_calls()[-1] == "complete"
    assert not playing.media.opened[0].is_closed


async def test_a_seek_back_while_audio_is_missing_is_no_longer_waiting(playing: PlaybackHarness) -> None:
    playing.media.growing.add("a1")
    await playing.play("a1")
    await playing.play_until(8.0)
    playing.player.emit(PlayerStarved(True))
    playing.playback.seek_to(2.0)
    playing.player.emit(PlayerStarved(False))
    assert playing.shown == ("a1", "playing", 2.0)
    await playing.play_until(2.0 + STALL_TIMEOUT_S, step_s=1.0)
    assert playing.shown == ("a1", "playing", 2.0 + STALL_TIMEOUT_S)
    assert playing.status.problem == ""


async def test_a_position_that_moves_shows_that_it_plays(playing: PlaybackHarness) -> None:
    playing.media.growing.add("a1")
    await playing.play("a1")
    await playing.play_until(8.0)
    playing.player.emit(PlayerStarved(True))
    for _ in range(3):
        playing.player.emit(PlayerPosition(8.4, 8.4))
        assert playing.shown == ("a1", "waiting", 8.4), "it had moved on a little before it stood still"
    playing.playback.seek_to(44.0)
    playing.player.emit(PlayerPosition(44.0, 8.4))
    assert playing.shown == ("a1", "waiting", 44.0), "a seek is no sound"
    playing.player.emit(PlayerPosition(45.0, 9.4))
    assert playing.shown == ("a1", "playing", 45.0)
    await playing.core.clock.advance(STALL_TIMEOUT_S)
    assert playing.shown == ("a1", "playing", 45.0)


async def test_going_on_while_audio_is_missing_waits_again(playing: PlaybackHarness) -> None:
    playing.media.growing.add("a1")
    await playing.play("a1")
    await playing.play_until(8.0)
    playing.player.emit(PlayerStarved(True))
    playing.playback.toggle()
    playing.playback.toggle()
    assert playing.shown == ("a1", "waiting", 8.0)
    await playing.core.clock.advance(STALL_TIMEOUT_S)
    assert playing.shown == ("a1", "paused", 8.0)
    assert playing.status.problem == "No more audio has come since 0:08"


async def test_a_file_of_the_cache_that_lost_its_end_is_fetched_again_at_once(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    playing.player.take_calls()
    playing.media.growing.add("a1")
    await playing.end(30.0)
    assert playing.media.opened[0].is_discarded
    assert playing.player.take_calls() == ["load a1.mp3 30 growing"]
    assert playing.queue == "[a1] b1"
    assert playing.status.problem == ""


async def test_a_file_that_is_shorter_than_reported_was_cut_off(playing: PlaybackHarness) -> None:
    await play_fetched(playing, "a1")
    await playing.end(117.9)
    assert playing.status.problem == "“Song a” was cut off at 1:57"
    assert playing.media.opened[0].is_discarded


async def test_a_file_of_the_reported_length_was_not_cut_off(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    await playing.end(118.1)
    assert playing.status.problem == ""
    assert not playing.media.opened[0].is_discarded


async def test_a_song_that_is_longer_than_reported_has_the_played_length(playing: PlaybackHarness) -> None:
    await playing.put(song("d", (111.0,)))
    await playing.play("d1")
    await playing.play_until(110.0, step_s=10.0)
    assert playing.status.length_s == 111.0
    await playing.play_until(122.0, step_s=1.0)
    assert (playing.status.position_s, playing.status.length_s) == (122.0, 122.0)
    playing.playback.seek_to(118.0)
    assert (playing.status.position_s, playing.status.length_s) == (118.0, 122.0)


async def test_a_long_title_leaves_room_for_what_is_said_of_it(playing: PlaybackHarness) -> None:
    clips = song("d", (111.0,)).clips
    await playing.put(song("d", clips=tuple(clip._replace(title="long " * 500) for clip in clips)))
    await play_fetched(playing, "d1")
    await playing.end(50.0)
    assert playing.status.problem.endswith("…” was cut off at 0:50")
    assert len(playing.status.problem) < 80


async def test_no_more_audio_comes(playing: PlaybackHarness) -> None:
    playing.media.growing.add("a1")
    await playing.play("a1")
    await playing.play_until(8.0)
    playing.player.emit(PlayerStarved(True))
    assert playing.shown == ("a1", "waiting", 8.0)
    await playing.core.clock.advance(STALL_TIMEOUT_S - 1)
    playing.player.emit(PlayerStarved(False))
    assert playing.shown == ("a1", "playing", 8.0)
    playing.player.emit(PlayerStarved(True))
    await playing.core.clock.advance(STALL_TIMEOUT_S - 1)
    assert playing.shown == ("a1", "waiting", 8.0)
    await playing.core.clock.advance(1)
    assert playing.shown == ("a1", "paused", 8.0)
    assert playing.status.problem == "No more audio has come since 0:08"
    playing.player.take_calls()
    playing.playback.toggle()
    assert playing.status.problem == ""
    assert playing.player.take_calls() == ["play"]


async def test_a_pause_while_audio_is_missing_is_a_pause(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    playing.player.emit(PlayerStarved(True))
    playing.playback.toggle()
    playing.player.emit(PlayerStarved(False))
    await playing.core.clock.advance(STALL_TIMEOUT_S)
    assert playing.status.state is PlayState.PAUSED
    assert playing.status.problem == ""


# --- what cannot be played --------------------------------------------------------------------------------------------


async def test_a_take_that_cannot_be_fetched_is_one_sentence(playing: PlaybackHarness) -> None:
    playing.media.broken["https://cdn.example/a1.mp3"] = "The server sent a web page"
    await playing.play("a1", "b1")
    assert playing.shown == ("a1", "stopped", 0.0)
    assert playing.status.problem == "The server sent a web page"
    playing.media.broken.clear()
    playing.playback.toggle()
    await playing.core.settle()
    assert playing.player.take_calls() == ["load a1.mp3 0"]
    assert playing.status.problem == ""


async def test_a_take_without_a_link_says_why(playing: PlaybackHarness) -> None:
    await playing.put(queued("d", status=TaskStatus.SUCCESS))
    await playing.play("d1")
    assert playing.status.problem == "This take has no audio yet"
    assert playing.status.state is PlayState.STOPPED
    assert not playing.has_player


async def test_a_take_being_generated_plays_with_the_first_sound(playing: PlaybackHarness) -> None:
    await playing.put(queued("d"))
    await playing.play("d1")
    assert playing.shown == ("d1", "awaited", 0.0)
    assert playing.status.problem == ""
    await playing.put(queued("d", progress="50%"))
    assert playing.status.state is PlayState.AWAITED, "it has changed, but there is no audio yet"
    await playing.put(streaming("d"))
    assert playing.player.take_calls() == ["load d1-live.mp3 0 growing"]
    assert playing.status.state is PlayState.LOADING
    playing.player.emit(PlayerState(True))
    assert playing.shown == ("d1", "playing", 0.0)
    assert not any(status.problem for status in playing.published())


async def test_audio_that_comes_while_its_gateway_is_asked_is_played(playing: PlaybackHarness) -> None:
    await playing.put(queued("d"))
    await playing.playback.play([take("d1")])
    await playing.put(streaming("d"))
    await playing.core.settle()
    assert playing.player.take_calls() == ["load d1-live.mp3 0 growing"]


async def test_what_was_chosen_meanwhile_plays_on(playing: PlaybackHarness) -> None:
    await playing.put(queued("d"))
    await playing.play("d1")
    await playing.play("a1")
    await playing.put(streaming("d"))
    assert playing.shown == ("a1", "playing", 0.0)


@pytest.mark.parametrize("command", ["pause", "toggle", "stop", "clear"])
async def test_a_take_that_was_stopped_before_its_audio_came_stays_silent(
    playing: PlaybackHarness, command: str
) -> None:
    await playing.put(queued("d"))
    await playing.play("d1")
    getattr(playing.playback, command)()
    await playing.put(streaming("d"))
    assert not playing.has_player
    assert not playing.status.state.is_active


async def test_a_take_that_is_awaited_says_that_its_song_has_failed(playing: PlaybackHarness) -> None:
    await playing.put(queued("d"))
    await playing.play("d1")
    await playing.put(queued("d", status=TaskStatus.FAILURE))
    assert playing.status.state is PlayState.STOPPED
    assert playing.status.problem == "This take has no audio yet"


async def test_the_next_take_without_audio_is_skipped_and_the_last_one_awaited(playing: PlaybackHarness) -> None:
    await playing.put(queued("d"))
    await playing.play("a1", "d1", "b1")
    playing.playback.seek_to(110.0)
    await playing.end(120.0)
    assert playing.status.problem == "“Song d” was skipped: This take has no audio yet"
    await playing.play("a1", "d1")
    await playing.end(120.0)
    assert playing.shown == ("d1", "awaited", 0.0)


async def test_without_a_poller_nothing_is_awaited(playing: PlaybackHarness) -> None:
    playing.playback.wait_for_nothing()
    await playing.put(queued("d"))
    await playing.play("d1")
    assert playing.status.state is PlayState.STOPPED
    assert playing.status.problem == "This take has no audio yet"
