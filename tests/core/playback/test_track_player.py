"""From the download to the player: streams, files that follow, ends, cuts, and what goes wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sunotui.core.events import MediaCacheFailed, SubmissionChanged
from sunotui.core.playback.leveling import RAMP_STEP_S, RAMP_STEPS
from sunotui.core.playback.player import (
    PlayerDied,
    PlayerOutput,
    PlayerPosition,
    PlayerReady,
    PlayerStarved,
    PlayerState,
    PlayerSwapped,
)
from sunotui.core.playback.tracks.current_track import LOST_PLAYER_S, STALL_TIMEOUT_S
from sunotui.core.playback.tracks.next_track import PRELOAD_S
from sunotui.core.submissions.pending_rows import row_id
from sunotui.domain.errors import MediaError, NetworkError
from sunotui.domain.playback import PlayState, RepeatMode
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.domain.tasks.task import Task, TaskReport, TaskStatus
from tests.core.playback.harness import PlaybackHarness, song, streaming, take


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
    await playing.put(song("d", clips=tuple(replace(clip, title="long " * 500) for clip in clips)))
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


def queued(task_id: str, **changes: Any) -> Task:
    """A song whose takes have no audio yet."""
    made = song(task_id)
    clips = tuple(replace(clip, audio_url=None, status=ClipStatus.QUEUED) for clip in made.clips)
    return replace(made, **{"clips": clips, "status": TaskStatus.IN_PROGRESS, **changes})


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


# --- songs without takes ----------------------------------------------------------------------------------------------


async def test_a_song_without_takes_plays_as_soon_as_it_has_one(playing: PlaybackHarness) -> None:
    await playing.put(queued("d", clips=()))
    await playing.play("a1")
    playing.playback.play_when_ready("d")
    await playing.put(queued("d"))
    assert playing.shown == ("a1", "playing", 0.0), "the sound does not stop"
    await playing.put(streaming("d"))
    assert playing.queue == "[d1]"
    assert playing.playback.awaited == ""


@pytest.mark.parametrize("command", ["pause", "toggle", "stop", "clear", "next", "forget_awaited"])
async def test_a_song_without_takes_is_forgotten_when_something_else_is_chosen(
    playing: PlaybackHarness, command: str
) -> None:
    await playing.put(queued("d", clips=()))
    await playing.play("a1", "b1")
    playing.playback.play_when_ready("d")
    getattr(playing.playback, command)()
    await playing.put(streaming("d"))
    assert "d1" not in playing.queue


async def test_a_submission_plays_once_it_is_a_song(playing: PlaybackHarness) -> None:
    submission = Submission("s1", "main", MusicRequest(), "/p", "{}", SubmissionState.ACCEPTED, 1_000.0, task_id="d")
    await playing.put(queued("d", clips=()))
    playing.playback.play_when_ready(row_id(submission))
    playing.core.core.events.publish(SubmissionChanged(submission))
    await playing.put(streaming("d"))
    assert playing.queue == "[d1]"


async def test_an_expired_link_is_asked_for_again_once(playing: PlaybackHarness) -> None:
    playing.media.broken["https://cdn.example/a1.mp3"] = "The link has expired"
    fresh = song("a")
    clips = tuple(replace(clip, audio_url=f"https://cdn.example/new/{clip.id}.mp3") for clip in fresh.clips)
    playing.core.gateway.reports["a"] = TaskReport("a", TaskStatus.SUCCESS, clips=clips)
    await playing.play("a1")
    assert [source.url for source in playing.media.sources] == [
        "https://cdn.example/a1.mp3",
        "https://cdn.example/new/a1.mp3",
    ]
    assert playing.player.take_calls() == ["load a1.mp3 0"]
    assert playing.status.problem == ""
    assert playing.core.gateway.asked == [["a"]]


async def test_a_gateway_without_a_response_changes_nothing_about_the_sentence(playing: PlaybackHarness) -> None:
    playing.media.broken["https://cdn.example/a1.mp3"] = "The link has expired"
    playing.core.gateway.error = NetworkError()
    await playing.play("a1")
    assert playing.status.problem == "The link has expired"
    assert len(playing.media.sources) == 1


async def test_a_broken_take_of_an_album_is_skipped_but_not_two_in_a_row(playing: PlaybackHarness) -> None:
    for name in ("a2", "b2", "c1"):
        playing.media.broken[f"https://cdn.example/{name}.mp3"] = "The server sent a web page"
    await playing.play("a1", "a2", "b1", "b2", "c1", "c2")
    await playing.end(120.0)
    assert playing.queue == "a1 a2 [b1] b2 c1 c2"
    assert playing.status.problem == "“Song a” was skipped: The server sent a web page"
    await playing.play_until(5.0)
    await playing.end(120.0)
    assert playing.queue == "a1 a2 b1 b2 [c1] c2"
    assert playing.shown == ("c1", "stopped", 0.0)
    assert playing.status.problem == "The server sent a web page"


async def test_a_file_that_the_player_cannot_read_is_one_sentence(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    await playing.end(0.0, error="This is no audio file")
    assert playing.shown == ("a1", "stopped", 0.0)
    assert playing.status.problem == "This is no audio file"


async def test_a_damaged_file_that_was_just_fetched_is_not_fetched_again(playing: PlaybackHarness) -> None:
    """Such as an MP4 file, which may be complete before it can be played. Fails if that counts as one of the cache:
    it was fetched without end."""
    playing.media.whole.add("a1")
    await playing.play("a1")
    await playing.end(0.0, error="This is no audio file", is_damaged=True)
    (damaged,) = playing.media.opened
    assert damaged.is_discarded
    assert (playing.shown, playing.status.problem) == (("a1", "stopped", 0.0), "This is no audio file")


async def test_a_short_file_that_was_just_fetched_is_not_fetched_again(playing: PlaybackHarness) -> None:
    playing.media.whole.add("a1")
    await playing.play("a1")
    await playing.play_until(30.0)
    await playing.end(30.0)
    assert len(playing.media.opened) == 1
    assert playing.shown[:2] == ("a1", "stopped")
    assert playing.status.problem == "“Song a” was cut off at 0:30"


async def test_a_file_that_stays_shorter_than_reported_is_kept(playing: PlaybackHarness) -> None:
    """The length that the gateway reported is wrong. Without this, each time it is played it is fetched again."""
    playing.media.whole.add("a1")
    await playing.play("a1")
    await playing.end(30.0)
    assert playing.media.opened[-1].is_discarded
    for _ in range(2):
        await playing.play("a1")
        await playing.end(30.0)
        playing.media.whole.discard("a1")
        assert playing.status.problem == "“Song a” was cut off at 0:30"
        assert not playing.media.opened[-1].is_discarded
    assert len(playing.media.opened) == 3


async def test_a_damaged_file_of_the_cache_is_fetched_again_once(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    playing.player.take_calls()
    playing.media.growing.add("a1")
    await playing.end(0.0, error="This is no audio file", is_damaged=True)
    damaged, fresh = playing.media.opened
    assert damaged.is_discarded
    assert damaged.is_closed
    assert playing.player.take_calls() == ["load a1.mp3 0 growing"]
    assert (playing.shown, playing.status.problem) == (("a1", "loading", 0.0), "")
    await playing.end(0.0, error="This is no audio file", is_damaged=True)
    assert fresh.is_discarded
    assert playing.shown == ("a1", "stopped", 0.0)
    assert playing.status.problem == "This is no audio file"
    assert len(playing.media.opened) == 2


GONE = "This file is not there any more"


async def test_a_file_that_was_deleted_from_outside_is_fetched_again_once(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    await playing.play_until(8.0)
    playing.player.take_calls()
    playing.media.growing.add("a1")
    await playing.end(0.0, error=GONE, is_missing=True)
    gone, fresh = playing.media.opened
    assert gone.is_closed
    assert not gone.is_discarded, "nothing is known against the file"
    assert playing.player.take_calls() == ["load a1.mp3 8 growing"]
    assert (playing.shown, playing.status.problem) == (("a1", "loading", 8.0), "")
    await playing.end(0.0, error=GONE, is_missing=True)
    assert fresh.is_closed
    assert (playing.shown, playing.status.problem) == (("a1", "stopped", 8.0), GONE)
    playing.playback.toggle()
    await playing.core.settle()
    assert playing.player.take_calls()[-1] == "load a1.mp3 8 growing"
    playing.player.emit(PlayerState(True))
    await playing.play_until(9.0)
    await playing.end(0.0, error=GONE, is_missing=True)
    assert playing.player.take_calls() == ["load a1.mp3 9 growing"], "it was played in between"


@pytest.mark.parametrize("is_restarted", [True, False])
async def test_a_file_that_is_gone_after_the_player_died_is_fetched_again(
    playing: PlaybackHarness, is_restarted: bool
) -> None:
    await playing.play("a1", "b1")
    await playing.play_until(8.0)
    playing.player.take_calls()
    playing.player.emit(PlayerDied("The player ended unexpectedly", is_restarted))
    if is_restarted:
        assert playing.player.take_calls() == ["load a1.mp3 8 paused"]
        await playing.end(0.0, error=GONE, is_missing=True)
        assert (playing.shown, playing.status.problem) == (("a1", "paused", 8.0), "The player ended unexpectedly")
        playing.playback.toggle()
    else:
        playing.playback.toggle()
        assert playing.player.take_calls() == ["load a1.mp3 8"]
        await playing.end(0.0, error=GONE, is_missing=True)
    await playing.core.settle()
    assert playing.player.take_calls() == ["load a1.mp3 8"]
    assert len(playing.media.opened) == 2
    assert playing.status.problem == ""


async def test_a_file_that_needs_another_player_is_kept(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    await playing.end(0.0, error="Only mpv can play this file")
    assert playing.shown == ("a1", "stopped", 0.0)
    assert not playing.media.opened[0].is_discarded


# --- the file that follows --------------------------------------------------------------------------------------------


async def test_the_next_take_follows_without_a_gap(playing: PlaybackHarness) -> None:
    await playing.play("a1", "a2", "b1")
    await playing.play_until(120.0 - PRELOAD_S - 1, step_s=1.0)
    assert [media.path.name for media in playing.media.opened] == ["a1.mp3"]
    await playing.play_until(120.0 - PRELOAD_S + 1, step_s=1.0)
    assert playing.player.take_calls() == ["load a1.mp3 0", "next a2.mp3"]
    playing.core.events.clear()
    await playing.end(120.0, has_next=True)
    assert playing.player.take_calls() == [], "it plays already"
    assert playing.shown == ("a2", "playing", 0.0)
    assert playing.status.length_s == 60.0
    assert playing.queue == "a1 [a2] b1"
    assert playing.media.opened[0].is_closed
    assert PlayState.LOADING not in [one.state for one in playing.published()]
    await playing.play_until(31.0, played_s=0.0)
    assert (await playing.rating("a2")).plays == 1
    assert (await playing.rating("a1")).plays == 1


async def test_what_follows_changes_with_the_queue(playing: PlaybackHarness) -> None:
    await playing.play("a2", "b1")
    await playing.play_until(35.0)
    playing.player.take_calls()
    await playing.playback.add_next([take("c1")])
    await playing.core.settle()
    assert playing.player.take_calls() == ["next none", "next c1.mp3"]
    playing.playback.remove(1)
    playing.playback.remove(1)
    assert playing.player.take_calls() == ["next none"]
    playing.playback.set_repeat(RepeatMode.ONE)
    await playing.core.settle()
    assert playing.player.take_calls() == ["next a2.mp3"]
    await playing.end(60.0, has_next=True)
    assert playing.shown == ("a2", "playing", 0.0)


async def test_a_next_take_that_comes_too_late_follows_with_a_gap(playing: PlaybackHarness) -> None:
    playing.media.growing.add("b1")
    await playing.play("a2", "b1")
    await playing.play_until(59.0)
    await playing.end(60.0)
    assert playing.shown == ("b1", "loading", 0.0)
    assert playing.player.take_calls() == ["load a2.mp3 0", "stop", "load b1.mp3 0 growing"]


# --- songs that are being generated -----------------------------------------------------------------------------------


async def test_a_stream_continues_in_the_final_file(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1")
    assert playing.player.take_calls() == ["load s1-live.mp3 0 growing"]
    assert (playing.status.is_live, playing.status.length_s) == (True, None)
    await playing.play_until(12.0)
    await playing.put(song("s"))
    assert playing.player.take_calls() == ["swap s1.mp3"]
    stream, final = playing.media.opened
    assert not stream.is_closed, "it plays until the player has the file"
    assert playing.status.is_live
    playing.player.emit(PlayerSwapped())
    assert playing.shown == ("s1", "playing", 12.0)
    assert (playing.status.is_live, playing.status.length_s) == (False, 120.0)
    assert stream.is_closed
    assert not final.is_closed
    await playing.play_until(31.0)
    assert (await playing.rating("s1")).plays == 1, "what was played of the stream counts"


async def test_a_stream_closed_for_the_final_file_is_not_cut_off(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1")
    await playing.play_until(12.0)
    await playing.put(song("s", (None, None)))
    playing.player.emit(PlayerSwapped())
    await playing.core.settle()
    assert playing.media.opened[0].cut is not None
    await playing.play_until(90.0, step_s=10.0)
    await playing.end(105.0)
    assert playing.status.problem == ""


async def test_half_of_a_song_that_was_a_stream_counts_once_its_length_is_known(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1")
    await playing.play_until(12.0)
    await playing.put(song("s", (40.0, 40.0)))
    playing.player.emit(PlayerSwapped())
    await playing.play_until(19.0)
    assert (await playing.rating("s1")).plays == 0
    await playing.play_until(21.0)
    assert (await playing.rating("s1")).plays == 1


NO_AUDIO = "This file is not audio that can be played"


async def test_a_stream_plays_to_its_end_if_the_final_file_cannot_follow_it(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1", "a1")
    await playing.play_until(12.0)
    await playing.put(song("s"))
    stream, final = playing.media.opened
    playing.player.emit(PlayerSwapped(NO_AUDIO))
    assert (playing.shown, playing.status.problem) == (("s1", "playing", 12.0), "")
    assert (stream.is_closed, final.is_closed, playing.status.is_live) == (False, True, True)
    playing.player.take_calls()
    stream.finish()
    await playing.core.settle()
    assert playing.player.take_calls() == ["complete"], "the player knows that the stream has ended"
    await playing.play_until(40.0, step_s=10.0)
    await playing.end(42.0)
    assert stream.is_closed
    assert playing.player.take_calls() == ["load s1.mp3 42"], "another player may play it from its start"
    assert (playing.shown, playing.status.problem) == (("s1", "loading", 42.0), "")
    await playing.end(0.0, error=NO_AUDIO, is_damaged=True)
    assert (playing.shown, playing.status.problem) == (("s1", "stopped", 42.0), NO_AUDIO)
    assert playing.queue == "[s1] a1"


async def test_a_stream_that_ends_before_the_final_file_follows_goes_on_in_it(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1")
    await playing.play_until(12.0)
    await playing.put(song("s"))
    stream, _ = playing.media.opened
    playing.player.take_calls()
    await playing.end(42.0)
    assert playing.player.take_calls() == ["load s1.mp3 42"]
    assert len(playing.media.opened) == 2, "it is not fetched again"
    assert (stream.is_closed, playing.status.is_live) == (True, False)
    assert (playing.shown, playing.status.problem) == (("s1", "loading", 42.0), "")


@pytest.mark.parametrize("is_restarted", [True, False])
async def test_a_player_that_dies_before_the_final_file_gets_it_afterwards(
    playing: PlaybackHarness, is_restarted: bool
) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1")
    await playing.play_until(12.0)
    await playing.put(song("s"))
    stream, final = playing.media.opened
    playing.player.take_calls()
    playing.player.emit(PlayerDied("The player ended unexpectedly", is_restarted))
    if not is_restarted:
        playing.playback.toggle()
    assert playing.player.take_calls() == ["load s1.mp3 12" + (" paused" if is_restarted else "")]
    assert (stream.is_closed, final.is_closed, playing.status.is_live) == (True, False, False)


async def test_a_final_file_that_never_followed_is_closed_with_its_take(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1", "a1")
    await playing.put(song("s"))
    await playing.put(song("s"))
    assert playing.player.take_calls().count("swap s1.mp3") == 1
    playing.playback.next()
    assert all(media.is_closed for media in playing.media.opened)
    await playing.core.settle()
    playing.player.emit(PlayerSwapped(NO_AUDIO))
    assert playing.shown[0] == "a1"


async def test_a_stream_that_ends_before_the_song_is_done_waits_for_it(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1")
    await playing.play_until(40.0, step_s=10.0)
    playing.media.opened[0].finish()
    await playing.end(42.0)
    assert playing.shown == ("s1", "waiting", 42.0)
    assert playing.status.problem == "The stream ended at 0:42; it resumes there when the song is done"
    playing.player.take_calls()
    await playing.put(song("s"))
    assert playing.player.take_calls() == ["load s1.mp3 42"]
    assert playing.status.problem == ""


async def test_a_stream_whose_network_is_away_says_why_it_waits(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1")
    playing.media.opened[0].cut = MediaError("The audio server could not be reached")
    playing.media.opened[0].finish()
    await playing.core.settle()
    await playing.end(42.0)
    assert playing.shown == ("s1", "waiting", 42.0)
    assert playing.status.problem == (
        "The stream was cut off at 0:42: The audio server could not be reached; "
        "it resumes there when the song is done and can be fetched"
    )
    playing.player.take_calls()
    await playing.put(song("s"))
    assert playing.player.take_calls() == ["load s1.mp3 42"]
    assert playing.status.problem == ""


async def test_a_stream_that_had_the_whole_song_is_followed_by_the_next_take(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1", "a1")
    playing.media.opened[0].finish()
    await playing.end(119.0)
    await playing.put(song("s"))
    assert playing.shown == ("a1", "loading", 0.0)


async def test_a_song_that_fails_after_its_stream_ended_is_one_sentence(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1")
    playing.media.opened[0].finish()
    await playing.end(42.0)
    failed = streaming("s")
    await playing.put(replace(failed, status=TaskStatus.FAILURE))
    assert playing.shown == ("s1", "stopped", 42.0)
    assert playing.status.problem == "The song has ended, and its gateway has only the stream of it"


async def test_a_final_file_that_failed_is_requested_again_at_the_position(
    playing: PlaybackHarness,
) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1")
    playing.media.opened[0].finish()
    playing.media.broken["https://cdn.example/s1.mp3"] = "The server sent a web page"
    await playing.end(42.0)
    await playing.put(song("s"))
    assert playing.shown == ("s1", "stopped", 42.0)
    assert playing.status.problem == "The server sent a web page"
    playing.media.broken.clear()
    playing.player.take_calls()
    playing.playback.toggle()
    await playing.core.settle()
    assert playing.player.take_calls() == ["load s1.mp3 42"]


async def test_a_final_file_that_cannot_be_fetched_leaves_the_stream_alone(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1")
    playing.media.broken["https://cdn.example/s1.mp3"] = "The server sent a web page"
    await playing.put(song("s"))
    assert playing.shown == ("s1", "playing", 0.0)
    assert playing.status.problem == ""
    playing.media.broken.clear()
    await playing.end(42.0)
    assert playing.player.take_calls()[-1] == "load s1.mp3 42"


async def test_a_paused_stream_stays_paused_when_the_song_is_done(playing: PlaybackHarness) -> None:
    await playing.put(streaming("s"))
    await playing.play("s1")
    await playing.play_until(5.0)
    playing.playback.toggle()
    playing.player.take_calls()
    await playing.put(song("s"))
    assert playing.player.take_calls() == ["swap s1.mp3"]
    assert playing.shown == ("s1", "paused", 5.0)


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
