"""Commands of playback and its queue: what is shown at once, and what the player gets."""

from __future__ import annotations

import pytest

from sunotui.core.events import QueueReplaced
from sunotui.core.playback.player import MediaKey, PlayerPosition, PlayerState
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import MediaError, NotFound
from sunotui.domain.playback import PlayState, RepeatMode
from sunotui.domain.tasks.clip import ClipStatus
from tests.core.playback.harness import PlaybackHarness, song, streaming, take

# --- the current take -------------------------------------------------------------------------------------------------


async def test_a_take_plays(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    assert playing.player.take_calls() == ["load a1.mp3 0"]
    status = playing.status
    assert status.entry is not None
    assert (status.entry.title, status.entry.take, status.entry.profile) == ("Song a", 1, "main")
    assert (status.state, status.length_s, status.is_live) == (PlayState.PLAYING, 120.0, False)
    assert (status.backend, status.output, status.problem) == ("fake", "Nowhere", "")
    states = [one.state for one in playing.published()]
    assert list(dict.fromkeys(states)) == [PlayState.LOADING, PlayState.PLAYING]


async def test_nothing_is_started_before_something_is_played(playing: PlaybackHarness) -> None:
    playing.playback.toggle()
    playing.playback.seek_by(5)
    playing.playback.change_volume(-5)
    playing.playback.next()
    playing.playback.previous()
    playing.playback.stop()
    await playing.core.settle()
    assert not playing.has_player
    assert playing.shown == ("", "stopped", 0.0)
    assert playing.status.volume == 95


async def test_pause_and_go_on_are_shown_at_once(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    await playing.play_until(3.0)
    playing.player.take_calls()
    playing.playback.toggle()
    assert playing.shown == ("a1", "paused", 3.0)
    playing.playback.toggle()
    assert playing.shown == ("a1", "playing", 3.0)
    assert playing.player.take_calls() == ["pause", "play"]


async def test_fifty_presses_of_the_key_end_as_they_should(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    for press in range(51):
        playing.playback.toggle()
        # What the player reports comes late.
        playing.player.emit(PlayerState(press % 2 == 1, 1.0))
    assert playing.status.state is PlayState.PAUSED
    playing.player.emit(PlayerState(True, 77.0))
    assert playing.status.state is PlayState.PAUSED, "it was on its way"
    assert playing.status.position_s == 1.0
    assert playing.player.take_calls()[-1] == "pause"


async def test_a_take_that_is_paused_while_it_loads_stays_paused(playing: PlaybackHarness) -> None:
    playing.media.slow.add("a1")
    await playing.play("a1")
    assert playing.shown == ("a1", "loading", 0.0)
    for _ in range(3):
        playing.playback.toggle()
    await playing.core.settle()
    assert len(playing.media.opened) == 1
    playing.playback.seek_to(20.0)
    playing.media.opened[0].finish()
    await playing.core.settle()
    assert playing.player.take_calls() == ["load a1.mp3 20 paused"]
    assert playing.shown == ("a1", "paused", 20.0)
    playing.playback.toggle()
    assert playing.player.take_calls() == ["play"]


async def test_another_take_switches(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    await playing.play("b2")
    assert playing.player.take_calls() == ["load a1.mp3 0", "stop", "load b2.mp3 0"]
    assert playing.queue == "[b2]"
    assert playing.media.opened[0].is_closed


async def test_of_takes_that_load_slowly_the_last_one_plays(playing: PlaybackHarness) -> None:
    playing.media.slow |= {"a1", "b1"}
    await playing.play("a1")
    await playing.play("b1")
    await playing.play("c1")
    first, second, _ = playing.media.opened
    assert first.is_closed
    assert second.is_closed
    first.finish()
    await playing.core.settle()
    assert playing.player.take_calls() == ["load c1.mp3 0"]


async def test_of_takes_chosen_at_once_the_last_one_plays(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1", "c1", "c2")
    playing.player.take_calls()
    for index in (1, 2, 3):
        playing.playback.jump(index)
    await playing.core.settle()
    assert playing.player.take_calls() == ["stop", "load c2.mp3 0"]
    assert [media.is_closed for media in playing.media.opened][:-1] == [True] * (len(playing.media.opened) - 1)


async def test_seeking_stays_within_the_take(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    playing.player.take_calls()
    playing.playback.seek_by(30.0)
    playing.playback.seek_by(-50.0)
    playing.playback.seek_to(1_000.0)
    assert playing.player.take_calls() == ["seek 30", "seek 0", "seek 120"]
    assert playing.status.position_s == 120.0


async def test_seeking_by_seconds_counts_from_where_the_take_is_now(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    playing.playback.set_speed(2.0)
    await playing.play_until(10.0)
    await playing.core.clock.advance(0.75)
    playing.playback.seek_by(5.0)
    assert playing.status.position_s == 16.5
    playing.playback.seek_by(5.0)
    assert playing.status.position_s == 21.5
    await playing.core.clock.advance(60.0)
    playing.playback.seek_by(-5.0)
    assert playing.status.position_s == 19.5, "the player has reported nothing for long"
    playing.playback.pause()
    await playing.core.clock.advance(0.75)
    playing.playback.seek_by(5.0)
    assert playing.status.position_s == 24.5
    playing.playback.toggle()
    playing.playback.seek_by(5.0)
    assert playing.status.position_s == 29.5


async def test_stop_goes_to_the_start(playing: PlaybackHarness) -> None:
    await playing.play("a1", "a2", start=1)
    await playing.play_until(5.0)
    playing.playback.stop()
    assert playing.shown == ("a2", "stopped", 0.0)
    playing.player.take_calls()
    playing.playback.toggle()
    await playing.core.settle()
    assert playing.player.take_calls() == ["load a2.mp3 0"]


async def test_volume_and_speed_stay_within_their_ranges(playing: PlaybackHarness) -> None:
    playing.playback.change_volume(-30)
    playing.playback.set_speed(9.0)
    await playing.play("a1")
    assert [call for call in playing.player.calls if call.startswith("set_")] == ["set_volume 70", "set_speed 2"]
    playing.player.calls.clear()
    playing.playback.toggle_mute()
    playing.playback.change_volume(500)
    playing.playback.set_speed(0.1)
    volumes = [call for call in playing.player.calls if call.startswith("set_volume")]
    assert volumes == ["set_volume 0", "set_volume 100", "set_volume 100"]
    assert playing.player.calls[-1] == "set_speed 0.5"
    assert (playing.status.volume, playing.status.is_muted, playing.status.speed) == (100, False, 0.5)


async def test_what_is_not_in_the_library_is_left_out(playing: PlaybackHarness) -> None:
    await playing.play("z1", "a1", "z2", "b1", start=3)
    assert playing.queue == "a1 [b1]"
    await playing.play("z1")
    assert playing.status.problem == "There is nothing to play here"
    assert playing.queue == "a1 [b1]"


async def test_a_song_without_a_take_id_is_its_first_take(playing: PlaybackHarness) -> None:
    await playing.playback.play([TakeRef("b")])
    assert playing.queue == "[b1]"


# --- the queue --------------------------------------------------------------------------------------------------------


async def test_next_and_previous(playing: PlaybackHarness) -> None:
    await playing.play("a1", "a2", "b1", start=1)
    playing.playback.next()
    assert playing.queue == "a1 a2 [b1]"
    assert not playing.playback.next(), "this is the last one"
    assert playing.queue == "a1 a2 [b1]"
    playing.playback.previous()
    assert playing.queue == "a1 [a2] b1"
    assert playing.status.problem == ""
    await playing.core.settle()
    await playing.play_until(3.5)
    playing.playback.previous()
    assert playing.shown == ("a2", "playing", 0.0), "later in a take, to its start"
    playing.playback.previous()
    playing.playback.previous()
    assert playing.queue == "[a1] a2 b1"


async def test_takes_are_added_and_the_current_one_plays_on(playing: PlaybackHarness) -> None:
    await playing.play("a1", "a2")
    playing.player.take_calls()
    assert await playing.playback.add_next([take("b1"), take("z1")]) == 1
    assert await playing.playback.add_last([take("c1"), take("c2")]) == 2
    assert playing.queue == "[a1] b1 a2 c1 c2"
    assert playing.player.take_calls() == []


async def test_takes_added_to_an_empty_queue_wait(playing: PlaybackHarness) -> None:
    await playing.playback.add_next([take("b1"), take("b2")])
    assert playing.shown == ("b1", "stopped", 0.0)
    assert not playing.has_player
    playing.playback.toggle()
    await playing.core.settle()
    assert playing.player.take_calls() == ["load b1.mp3 0"]


async def test_takes_are_moved_and_removed(playing: PlaybackHarness) -> None:
    await playing.play("a1", "a2", "b1", "c1")
    playing.player.take_calls()
    assert playing.playback.move(3, -2) == 1
    assert playing.queue == "[a1] c1 a2 b1"
    playing.playback.remove(2)
    playing.playback.remove(9)
    assert playing.queue == "[a1] c1 b1"
    assert playing.player.take_calls() == []
    playing.playback.remove(0)
    await playing.core.settle()
    assert playing.queue == "[c1] b1"
    assert playing.player.take_calls() == ["stop", "load c1.mp3 0"]


async def test_the_last_take_of_the_queue_is_removed(playing: PlaybackHarness) -> None:
    await playing.play("a1", "a2", start=1)
    playing.playback.remove(1)
    assert (playing.queue, playing.status.state) == ("[a1]", PlayState.STOPPED)
    playing.playback.remove(0)
    assert playing.shown == ("", "stopped", 0.0)
    assert playing.status.length_s is None
    await playing.core.settle()
    for queue in ("[a1]", "[a1] a2"):
        await playing.core.core.services.annotations.undo()
        assert (playing.queue, playing.status.state) == (queue, PlayState.STOPPED)


async def test_jump_and_clear(playing: PlaybackHarness) -> None:
    await playing.play("a1", "a2", "b1")
    playing.playback.jump(2)
    playing.playback.jump(7)
    assert playing.queue == "a1 a2 [b1]"
    await playing.core.settle()
    playing.player.take_calls()
    playing.player.emit(PlayerPosition(5.0, 5.0))
    playing.playback.clear()
    await playing.core.settle()
    assert (playing.queue, playing.shown) == ("", ("", "stopped", 0.0))
    assert playing.player.take_calls() == ["stop"]
    undone = await playing.core.core.services.annotations.undo()
    assert undone is not None
    assert undone.undone == "The queue is back"
    assert (playing.queue, playing.status.state) == ("a1 a2 [b1]", PlayState.PAUSED)
    assert playing.status.position_s == pytest.approx(5.0)


async def test_undo_brings_a_replaced_queue_of_several_songs_back(playing: PlaybackHarness) -> None:
    replaced: list[int] = []
    playing.core.core.events.subscribe(
        lambda event: replaced.append(event.takes) if isinstance(event, QueueReplaced) else None
    )
    await playing.play("a1", "b1", "c1", start=1)
    assert replaced == []
    await playing.play("a2")
    assert replaced == [3]
    undone = await playing.core.core.services.annotations.undo()
    assert undone is not None
    assert undone.undone == "The queue is back"
    assert playing.queue == "a1 b1 [a2] c1", "what plays is not interrupted, and the rest follows it"
    assert playing.status.state is PlayState.PLAYING
    await playing.play("c1", "c2")
    await playing.core.core.services.annotations.undo()
    assert playing.queue == "a1 b1 a2 c2 [c1]", "no take is there twice"
    replaced.clear()
    await playing.play("b1", "a1", "c1")
    assert replaced == [], "all songs are in the new one"
    await playing.play("c1")
    await playing.play("b1")
    assert replaced == [3], "the takes of one song are soon found again"


async def test_shuffle_keeps_the_current_take_and_is_taken_back(playing: PlaybackHarness) -> None:
    names = ("a1", "a2", "b1", "b2", "c1", "c2")
    await playing.play(*names, start=2)
    playing.player.take_calls()
    playing.playback.toggle_shuffle()
    assert playing.queue.startswith("[b1] ")
    assert playing.status.is_shuffled
    await playing.play(*names, start=3)
    assert playing.queue.startswith("[b2] "), "a new queue is shuffled, too"
    playing.playback.toggle_shuffle()
    assert playing.queue == "a1 a2 b1 [b2] c1 c2"
    assert not playing.status.is_shuffled


@pytest.mark.parametrize(
    ("repeat", "after"),
    [
        (RepeatMode.OFF, ("a2", "stopped", 0.0)),
        (RepeatMode.ALL, ("a1", "loading", 0.0)),
        (RepeatMode.ONE, ("a2", "loading", 0.0)),
    ],
)
async def test_what_follows_the_end_of_the_queue(
    playing: PlaybackHarness, repeat: RepeatMode, after: tuple[str, str, float]
) -> None:
    await playing.play("a1", "a2", start=1)
    playing.playback.set_repeat(repeat)
    await playing.end(60.0)
    assert playing.shown == after
    assert playing.status.repeat is repeat


async def test_keys_of_the_desktop(playing: PlaybackHarness) -> None:
    await playing.play("a1", "a2")
    steps = [
        (MediaKey("play"), ("a1", "playing", 0.0)),
        (MediaKey("seek", 12.0), ("a1", "playing", 12.0)),
        (MediaKey("seek_by", -2.0), ("a1", "playing", 10.0)),
        (MediaKey("pause"), ("a1", "paused", 10.0)),
        (MediaKey("pause"), ("a1", "paused", 10.0)),
        (MediaKey("play"), ("a1", "playing", 10.0)),
        (MediaKey("toggle"), ("a1", "paused", 10.0)),
        (MediaKey("nonsense"), ("a1", "paused", 10.0)),
        (MediaKey("next"), ("a2", "loading", 0.0)),
        (MediaKey("previous"), ("a1", "loading", 0.0)),
        (MediaKey("stop"), ("a1", "stopped", 0.0)),
    ]
    for key, after in steps:
        playing.player.emit(key)
        assert playing.shown == after, key
    playing.player.emit(MediaKey("volume", 40.0))
    assert playing.status.volume == 40


# --- played -----------------------------------------------------------------------------------------------------------


async def test_a_take_counts_as_played_after_half_of_it(playing: PlaybackHarness) -> None:
    await playing.play("a2")
    await playing.play_until(29.0)
    assert (await playing.rating("a2")).plays == 0
    await playing.play_until(31.0)
    rating = await playing.rating("a2")
    assert (rating.plays, rating.played_at is not None, rating.last_played_at is not None) == (1, True, True)
    await playing.play_until(59.0)
    assert (await playing.rating("a2")).plays == 1, "once each time"
    await playing.play("a2")
    await playing.play_until(31.0)
    assert (await playing.rating("a2")).plays == 2


async def test_seeking_does_not_count(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    for second in range(1, 30):
        playing.playback.seek_to(second * 4.0)
        await playing.core.clock.advance(0.1)
        playing.player.emit(PlayerPosition(second * 4.0, second * 0.1))
    await playing.core.settle()
    assert (await playing.rating("a1")).plays == 0


async def test_a_player_that_lies_about_what_was_played_does_not_count(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    playing.player.emit(PlayerPosition(1.0, 1e9))
    await playing.core.settle()
    assert (await playing.rating("a1")).plays == 0


# --- without a player -------------------------------------------------------------------------------------------------


async def test_a_take_is_handed_over_as_a_command(playing: PlaybackHarness) -> None:
    assert await playing.playback.hand_over(take("a1")) == "mpv https://cdn.example/a1.mp3"
    await playing.put(streaming("s"))
    assert await playing.playback.hand_over(take("s1")) == "mpv 'https://audiopipe.example/?item_id=s1'"


async def test_a_take_without_a_link_cannot_be_handed_over(playing: PlaybackHarness) -> None:
    task = song("d")
    clips = tuple(clip._replace(audio_url=None, status=ClipStatus.QUEUED) for clip in task.clips)
    await playing.put(task._replace(clips=clips))
    with pytest.raises(MediaError, match="has no audio yet"):
        await playing.playback.hand_over(take("d1"))
    with pytest.raises(NotFound):
        await playing.playback.hand_over(take("z1"))


async def test_closing_ends_the_player_and_the_downloads(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    await playing.playback.close()
    assert playing.player.is_closed
    assert playing.media.is_closed
    playing.player.emit(PlayerPosition(5.0, 5.0))
    playing.playback.toggle()


async def test_what_was_said_of_a_take_is_not_said_of_the_next_one(playing: PlaybackHarness) -> None:
    playing.media.broken["https://cdn.example/a1.mp3"] = "The server sent a web page"
    await playing.play("a1", "b1")
    playing.published()
    playing.playback.next()
    said = [status.problem for status in playing.published() if status.entry and status.entry.clip_id == "b1"]
    assert said
    assert set(said) == {""}


async def test_that_a_take_was_skipped_is_said_all_the_time(playing: PlaybackHarness) -> None:
    playing.media.broken["https://cdn.example/a2.mp3"] = "The server sent a web page"
    await playing.play("a1", "a2", "b1")
    playing.published()
    await playing.end(120.0)
    said = {status.problem for status in playing.published() if status.entry and status.entry.clip_id == "b1"}
    assert said == {"“Song a” was skipped: The server sent a web page"}
