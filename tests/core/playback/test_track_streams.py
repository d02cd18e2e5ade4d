"""Songs that are being generated play from their stream, then from their file."""

from __future__ import annotations

import pytest

from sunotui.core.playback.player import (
    PlayerDied,
    PlayerSwapped,
)
from sunotui.domain.errors import MediaError
from sunotui.domain.tasks.task import TaskStatus
from tests.core.playback.harness import PlaybackHarness, song, streaming

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
    await playing.put(failed._replace(status=TaskStatus.FAILURE))
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
