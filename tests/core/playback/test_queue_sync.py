"""The queue follows the library: takes that are deleted, restored or renamed while it plays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sunotui.core.events import LibraryChanged
from sunotui.core.playback.playback_saver import QUIET_S
from sunotui.domain.playback import PlayState, RepeatMode
from tests.core.playback.harness import PlaybackHarness, another_program, next_run, song, take, write_queue_elsewhere


async def test_a_deleted_take_plays_on_and_leaves_the_queue_after_it(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1", "c1")
    playing.player.take_calls()
    await playing.core.core.services.annotations.trash(["a", "c"])
    await playing.core.settle()
    assert playing.queue == "[a1] b1"
    assert playing.shown[1] == "playing"
    assert playing.player.take_calls() == []
    await playing.end(120.0)
    assert playing.queue == "[b1]"


async def test_the_only_take_is_deleted_while_it_plays(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    await playing.core.core.services.annotations.trash(["a"])
    await playing.core.settle()
    await playing.end(120.0)
    assert (playing.queue, playing.shown) == ("", ("", "stopped", 0.0))


async def test_a_take_that_is_restored_stays(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    await playing.core.core.services.annotations.trash(["a"])
    await playing.core.settle()
    await playing.core.core.services.annotations.restore(["a"])
    await playing.core.settle()
    playing.playback.next()
    assert playing.queue == "a1 [b1]"


async def test_takes_that_left_the_queue_come_back_with_their_song(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1", "c1", "b2")
    annotations = playing.core.core.services.annotations
    for ids in (["b"], ["a", "c"]):
        await annotations.trash(ids)
        await playing.core.settle()
    await playing.end(120.0)
    assert (playing.queue, playing.status.state) == ("", PlayState.STOPPED)
    for queue in ("[a1] c1", "[a1] b1 c1 b2"):
        await annotations.undo()
        await playing.core.settle()
        assert (playing.queue, playing.status.state) == (queue, PlayState.STOPPED)


async def test_a_new_title_is_shown(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    changed = song("a")
    await playing.put(changed._replace(clips=tuple(clip._replace(title="Renamed") for clip in changed.clips)))
    assert [entry.title for entry in playing.status.queue] == ["Renamed", "Song b"]


def stored(playing: PlaybackHarness) -> list[str]:
    """The takes of the stored queue."""
    ((text,),) = playing.core.core.stores.database.query("SELECT value FROM playback WHERE name = 'queue'")
    return [clip_id for _, clip_id in json.loads(text)]


# --- a deleted take and what follows ----------------------------------------------------------------------------------


async def trash(playing: PlaybackHarness, *ids: str) -> None:
    """Move songs to the trash."""
    await playing.core.core.services.annotations.trash(ids)
    await playing.core.settle()


@pytest.mark.parametrize(
    ("repeat", "names", "after"),
    [
        (RepeatMode.OFF, ("a1", "b1"), "[b1]"),
        (RepeatMode.ALL, ("a1", "b1"), "[b1]"),
        (RepeatMode.ALL, ("a1",), ""),
        (RepeatMode.ALL, ("a1", "a2"), ""),
        (RepeatMode.ONE, ("a1", "b1"), "[b1]"),
        (RepeatMode.ONE, ("a1",), ""),
        (RepeatMode.ONE, ("a1", "a1"), ""),
    ],
)
async def test_a_deleted_take_is_not_repeated(
    playing: PlaybackHarness, repeat: RepeatMode, names: tuple[str, ...], after: str
) -> None:
    await playing.play(*names)
    playing.playback.set_repeat(repeat)
    await trash(playing, "a")
    assert playing.shown[:2] == ("a1", "playing")
    playing.player.take_calls()
    await playing.end(120.0)
    assert playing.queue == after
    assert playing.shown[1] == ("loading" if after else "stopped")
    assert playing.player.take_calls() == (["stop", "load b1.mp3 0"] if after else ["stop"])


@pytest.mark.parametrize("repeat", [RepeatMode.ALL, RepeatMode.ONE])
async def test_the_last_take_of_a_repeated_queue_is_deleted(playing: PlaybackHarness, repeat: RepeatMode) -> None:
    await playing.play("b1", "a1", start=1)
    playing.playback.set_repeat(repeat)
    await trash(playing, "a")
    await playing.end(120.0)
    assert playing.queue == "[b1]"
    assert playing.shown[1] == ("loading" if repeat is RepeatMode.ALL else "stopped")


async def test_a_deleted_take_that_was_prepared_to_be_repeated_is_taken_back(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    playing.playback.set_repeat(RepeatMode.ONE)
    await playing.play_until(110.0, step_s=10.0)
    assert playing.player.take_calls()[-1] == "next a1.mp3"
    await trash(playing, "a")
    await playing.core.settle()
    assert playing.player.take_calls() == ["next none", "next b1.mp3"]
    await playing.end(120.0, has_next=True)
    assert (playing.queue, playing.shown[1]) == ("[b1]", "playing")


async def test_a_deleted_take_of_a_shuffled_queue_is_not_repeated(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1", "c1")
    playing.playback.set_repeat(RepeatMode.ALL)
    playing.playback.toggle_shuffle()
    await trash(playing, "a")
    played = set()
    for _ in range(4):
        await playing.end(120.0)
        played.add(playing.shown[0])
    assert played == {"b1", "c1"}
    playing.playback.toggle_shuffle()
    assert playing.queue.replace("[", "").replace("]", "") == "b1 c1"


@pytest.mark.parametrize("command", ["next", "previous"])
async def test_no_command_leads_from_a_deleted_take_to_itself(playing: PlaybackHarness, command: str) -> None:
    await playing.play("a1")
    playing.playback.set_repeat(RepeatMode.ALL)
    await playing.play_until(2.0)
    await trash(playing, "a")
    playing.player.take_calls()
    assert not getattr(playing.playback, command)()
    assert playing.player.take_calls() == ([] if command == "next" else ["seek 0"]), "it is played once more at most"
    await playing.end(120.0)
    assert (playing.queue, playing.shown[1]) == ("", "stopped")


async def test_a_deleted_take_that_is_chosen_again_leaves_after_that(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    playing.playback.set_repeat(RepeatMode.ONE)
    await trash(playing, "a")
    playing.playback.jump(0)
    await playing.core.settle()
    assert playing.shown[:2] == ("a1", "loading")
    await playing.end(120.0)
    assert playing.queue == "[b1]"


async def test_a_deleted_take_that_cannot_be_played_is_not_tried_again(playing: PlaybackHarness) -> None:
    await playing.play("b1", "a1")
    playing.playback.set_repeat(RepeatMode.ALL)
    await playing.end(120.0)
    await trash(playing, "a", "b")
    await playing.end(0.0, error="This is no audio file")
    assert playing.shown == ("a1", "stopped", 0.0)
    assert playing.status.problem == "This is no audio file"


async def test_a_deleted_removed_and_restored_take_stays_when_it_is_added(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    await trash(playing, "a")
    playing.playback.remove(0)
    await playing.core.core.services.annotations.restore(["a"])
    await playing.core.settle()
    await playing.playback.add_last([take("a1")])
    playing.playback.next()
    playing.playback.previous()
    assert playing.queue == "[b1] a1"


async def test_deleted_takes_are_not_in_the_queue_after_a_restart(
    playing: PlaybackHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await playing.play("a1", "b1", "c1")
    await playing.play_until(5.0)
    await trash(playing, "a")
    second = await next_run(playing, tmp_path, monkeypatch)
    assert (second.queue, second.shown) == ("[b1] c1", ("b1", "paused", 0.0))
    await second.core.core.services.annotations.restore(["a"])
    await second.core.settle()
    assert second.queue == "a1 [b1] c1"
    await second.core.core.close(1)


async def test_deleted_takes_in_the_queue_of_another_program_are_left_out(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    await playing.core.clock.advance(QUIET_S)
    await trash(playing, "c")
    await write_queue_elsewhere(playing, "c1", "a1", "b1")
    assert playing.queue == "[a1] b1"


async def test_a_take_that_another_program_deletes_is_not_repeated(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    playing.playback.set_repeat(RepeatMode.ONE)
    with playing.core.core.stores.database.write() as connection:
        connection.execute("DELETE FROM task WHERE id = 'a'")
    playing.core.core.events.publish(LibraryChanged())
    await playing.core.settle()
    await playing.end(120.0)
    assert playing.queue == "[b1]"


async def test_a_take_that_another_program_took_out_is_not_repeated(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    playing.playback.set_repeat(RepeatMode.ALL)
    await playing.core.clock.advance(QUIET_S)
    await write_queue_elsewhere(playing)
    assert playing.shown[:2] == ("a1", "playing")
    await playing.end(120.0)
    assert (playing.queue, playing.shown[1]) == ("", "stopped")


@pytest.mark.parametrize("names", [("a1", "b1", "c1"), ("b1", "a1", "c1")])
async def test_a_deleted_take_comes_back_after_another_program_added_one(
    playing: PlaybackHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    """Also if it is the current one. Fails if the queue is stored without takes that may come back."""
    await playing.play(*names)
    await playing.core.clock.advance(QUIET_S)
    await trash(playing, "b")
    await playing.core.clock.advance(QUIET_S)
    other = await another_program(tmp_path, monkeypatch)
    await other.playback.add_last([take("c2")])
    assert other.queue.replace("[", "").replace("]", "") == "a1 c1 c2"
    await other.core.core.close(1)
    playing.core.core.events.publish(LibraryChanged())
    await playing.core.settle()
    assert playing.shown[:2] == (names[0], "playing")
    await playing.core.core.services.annotations.restore(["b"])
    await playing.core.settle()
    assert playing.queue == " ".join([f"[{names[0]}]", *names[1:], "c2"])


async def test_a_deleted_take_comes_back_after_a_change_in_another_run(
    playing: PlaybackHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await playing.play("a1", "b1", "c1")
    await trash(playing, "b")
    second = await next_run(playing, tmp_path, monkeypatch)
    await second.playback.add_last([take("c2")])
    third = await next_run(second, tmp_path, monkeypatch)
    await third.core.core.services.annotations.restore(["b"])
    await third.core.settle()
    assert third.queue == "[a1] b1 c1 c2"
    for run in (second, third):
        await run.core.core.close(1)


async def test_a_deleted_take_does_not_come_back_into_a_queue_that_was_emptied(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    await playing.core.clock.advance(QUIET_S)
    await trash(playing, "b")
    await write_queue_elsewhere(playing)
    await playing.core.core.services.annotations.restore(["b"])
    await playing.core.settle()
    assert playing.queue == "[a1]", "it plays to its end"


async def test_a_queue_that_another_program_emptied_stays_empty_after_a_restart(
    playing: PlaybackHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await playing.play("a1", "b1")
    await playing.core.clock.advance(QUIET_S)
    await write_queue_elsewhere(playing)
    await playing.play_until(50.0)
    assert playing.shown == ("a1", "playing", 50.0)
    assert stored(playing) == []
    await playing.core.clock.advance(QUIET_S)
    assert stored(playing) == []
    second = await next_run(playing, tmp_path, monkeypatch)
    assert (second.queue, second.shown) == ("", ("", "stopped", 0.0))
    await second.core.core.close(1)


async def test_what_is_saved_without_the_take_that_plays_begins_at_its_start(
    playing: PlaybackHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await playing.play("a1", "b1")
    await playing.core.clock.advance(QUIET_S)
    await write_queue_elsewhere(playing, "b1")
    await playing.play_until(50.0)
    second = await next_run(playing, tmp_path, monkeypatch)
    assert (second.queue, second.shown) == ("[b1]", ("b1", "paused", 0.0))
    await second.core.core.close(1)


async def test_a_take_that_was_taken_out_and_put_back_stays(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    await playing.core.clock.advance(QUIET_S)
    await write_queue_elsewhere(playing, "b1")
    await write_queue_elsewhere(playing, "a1", "b1")
    await playing.core.clock.advance(QUIET_S)
    playing.playback.next()
    assert playing.queue == "a1 [b1]"
    await playing.core.clock.advance(QUIET_S)
    assert stored(playing) == ["a1", "b1"]
