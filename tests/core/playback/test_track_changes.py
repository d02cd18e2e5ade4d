"""Songs without takes, and the file that follows the one that plays."""

from __future__ import annotations

import pytest

from sunotui.core.events import SubmissionChanged
from sunotui.core.playback.player import (
    PlayerDied,
    PlayerState,
)
from sunotui.core.playback.tracks.next_track import PRELOAD_S
from sunotui.core.submissions.pending_rows import row_id
from sunotui.domain.errors import NetworkError
from sunotui.domain.playback import PlayState, RepeatMode
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import TaskReport, TaskStatus
from tests.core.playback.harness import PlaybackHarness, queued, song, streaming, take

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
    clips = tuple(clip._replace(audio_url=f"https://cdn.example/new/{clip.id}.mp3") for clip in fresh.clips)
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


async def test_a_cached_file_that_stays_short_is_fetched_again_once(
    playing: PlaybackHarness,
) -> None:
    await playing.play("a1")
    playing.media.whole.add("a1")
    await playing.end(30.0)
    cached, fetched = playing.media.opened
    assert cached.is_discarded
    for _ in range(2):
        await playing.end(30.0)
        assert playing.status.problem == "“Song a” was cut off at 0:30"
        await playing.play("a1")
    assert not fetched.is_discarded
    assert len(playing.media.opened) == 4, "twice from the start"


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
