"""The queue, the position and the volume survive a restart."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sunotui.core.events import LibraryChanged
from sunotui.core.playback.playback_saver import LONGEST_S, QUEUE_QUIET_S, QUIET_S
from sunotui.core.playback.service import PlaybackService
from sunotui.domain.errors import LibraryError
from sunotui.domain.playback import RepeatMode
from sunotui.storage.playback.playback_store import PlaybackStore
from tests.core.harness import CoreHarness
from tests.core.playback.harness import (
    PlaybackHarness,
    another_program,
    next_run,
    replace_parts,
    take,
    write_queue_elsewhere,
)
from tests.support.waiting import HANG_S


def saved(playing: PlaybackHarness) -> dict[str, Any]:
    rows = playing.core.core.stores.database.query("SELECT name, value FROM playback")
    return {name: json.loads(value) for name, value in rows}


async def test_the_next_run_continues_where_this_one_ended(
    playing: PlaybackHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await playing.play("a1", "b1", "b2", "c1", start=1)
    playing.playback.toggle_shuffle()
    shuffled = playing.queue
    playing.playback.change_volume(-35)
    playing.playback.toggle_mute()
    playing.playback.set_speed(1.25)
    playing.playback.set_repeat(RepeatMode.ALL)
    await playing.play_until(12.4, step_s=0.4)
    second = await next_run(playing, tmp_path, monkeypatch)
    assert second.queue == shuffled
    assert second.shown == ("b1", "paused", 12.4)
    status = second.status
    assert (status.volume, status.is_muted, status.speed) == (65, True, 1.25)
    assert (status.repeat, status.is_shuffled, status.length_s) == (RepeatMode.ALL, True, 120.0)
    assert not second.has_player, "nothing plays by itself"
    second.playback.toggle()
    await second.core.settle()
    assert second.player.take_calls() == ["load b1.mp3 12.4"]
    second.playback.toggle_shuffle()
    assert second.queue == "a1 [b1] b2 c1"
    await second.core.core.close(1)


async def test_what_was_deleted_meanwhile_is_left_out(
    playing: PlaybackHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await playing.play("a1", "b1", "c1", start=1)
    await playing.play_until(9.0)
    await playing.playback.close()
    with playing.core.core.stores.database.write() as connection:
        connection.execute("DELETE FROM task WHERE id IN ('a', 'b')")
    second = await next_run(playing, tmp_path, monkeypatch)
    assert second.queue == "[c1]"
    assert second.status.position_s == 0.0, "the position was that of another take"
    await second.core.core.close(1)


async def test_it_is_written_when_nothing_has_changed_for_a_while(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    assert saved(playing) == {}
    await playing.core.clock.advance(QUIET_S)
    assert saved(playing)["queue"] == [["a", "a1"]]
    for _ in range(5):
        playing.playback.change_volume(-1)
        await playing.core.clock.advance(QUIET_S / 2)
    assert "volume" not in saved(playing)
    await playing.core.clock.advance(QUIET_S / 2)
    assert saved(playing)["volume"] == 95


async def test_it_is_written_after_a_while_although_it_still_changes(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    await playing.core.clock.advance(QUIET_S)
    for _ in range(8):
        playing.playback.change_volume(-1)
        await playing.core.clock.advance(QUIET_S / 2)
    assert "volume" not in saved(playing)
    for _ in range(round(2 * LONGEST_S / QUIET_S) - 8):
        playing.playback.change_volume(-1)
        await playing.core.clock.advance(QUIET_S / 2)
    assert saved(playing)["volume"] <= 92
    playing.playback.set_speed(1.5)
    await playing.core.clock.advance(QUIET_S)
    assert saved(playing)["speed"] == 1.5


async def test_the_position_is_written_now_and_then_while_it_plays(playing: PlaybackHarness) -> None:
    await playing.play("a1")
    await playing.play_until(29.0)
    assert saved(playing).get("position_s", 0.0) < 5.0
    await playing.play_until(35.0)
    assert saved(playing)["position_s"] >= 30.0


async def test_nothing_is_written_if_nothing_was_played(playing: PlaybackHarness) -> None:
    await playing.playback.restore()
    await playing.core.clock.advance(100.0)
    await playing.playback.close()
    assert saved(playing) == {}


@pytest.mark.parametrize(
    "values",
    [
        {"queue": 7, "index": "x", "unshuffled": {}, "position_s": None, "volume": True, "speed": [], "repeat": 3},
        {"queue": [["a"], "b", ["a", 1], None, ["a", "a1", "x"]], "volume": 1e99, "speed": -1, "repeat": "often"},
        {"queue": [["a", "a1"]], "index": 99, "unshuffled": [0, 0], "position_s": -5, "volume": -1},
        {"queue": [["a", "a1"], ["b", "b1"]], "index": -3, "unshuffled": ["x", None], "position_s": 1e400},
    ],
)
async def test_what_no_version_writes_is_taken_for_nothing(playing: PlaybackHarness, values: dict[str, Any]) -> None:
    database = playing.core.core.stores.database
    with database.write() as connection:
        rows = [(name, json.dumps(value)) for name, value in values.items()]
        connection.executemany("INSERT INTO playback VALUES (?, ?)", [*rows, ("broken", "{no JSON")])
    await playing.playback.restore()
    status = playing.status
    assert 0 <= status.volume <= 100
    assert 0.5 <= status.speed <= 2.0
    assert status.repeat is RepeatMode.OFF
    assert not status.is_shuffled
    assert 0.0 <= status.position_s <= 1e6
    await playing.play("c1")
    assert playing.queue == "[c1]"


async def test_a_library_that_cannot_be_written_costs_only_what_is_saved(
    playing: PlaybackHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LibraryError("The disk is full")

    monkeypatch.setattr("sunotui.storage.playback.playback_store.PlaybackStore.change", full)
    await playing.play("a1")
    await playing.core.clock.advance(QUIET_S)
    assert playing.shown[1] == "playing"


async def test_a_volume_chosen_before_it_was_read_stays(
    playing: PlaybackHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await playing.play("a1")
    playing.playback.change_volume(-80)
    await playing.playback.close()
    players, fetchers = replace_parts(monkeypatch)
    core = CoreHarness(tmp_path)
    await core.open()
    second = PlaybackHarness(core, players, fetchers)
    second.playback.change_volume(-10)
    await second.playback.restore()
    assert second.status.volume == 90
    assert second.queue == "[a1]"
    await core.core.close(1)


async def test_a_queue_that_another_program_changed_is_taken_over(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    await playing.core.clock.advance(QUIET_S)
    playing.player.take_calls()
    await write_queue_elsewhere(playing, "c1", "a1", "b1", "b2")
    assert playing.queue == "c1 [a1] b1 b2"
    await write_queue_elsewhere(playing, "c1", "b2")
    assert playing.queue == "c1 [a1] b2", "what plays stays until it has ended"
    assert playing.player.take_calls() == []
    await playing.end(120.0)
    assert playing.queue == "c1 [b2]"
    playing.playback.clear()
    await playing.core.clock.advance(QUIET_S)
    await write_queue_elsewhere(playing, "a1")
    assert playing.queue == "[a1]"
    assert playing.shown == ("a1", "stopped", 0.0)


@pytest.mark.parametrize(
    ("here", "elsewhere", "merged"),
    [
        (lambda playback: playback.remove(1), ("a1", "b1", "c1", "c2"), "[a1] c1 c2"),
        (lambda playback: playback.move(2, -1), ("a1", "b1", "c1", "b1"), "[a1] c1 b1 b1"),
        (lambda playback: playback.move(2, -1), ("a1", "c1"), "[a1] c1"),
        (lambda playback: playback.jump(2), ("b1", "c1", "a2"), "b1 [c1] a2"),
        (lambda playback: playback.move(2, -1), ("b1", "c1", "a2"), "[a1] c1 b1 a2"),
        (lambda playback: playback.clear(), ("a1", "b1", "c1", "c2"), "[c2]"),
        (lambda playback: playback.remove(0), (), "[b1]"),
    ],
)
async def test_changes_of_two_programs_at_the_same_time_are_merged(
    playing: PlaybackHarness, here: Callable[[PlaybackService], object], elsewhere: tuple[str, ...], merged: str
) -> None:
    """What plays here stays until it has ended, even if the other program took it out."""
    await playing.play("a1", "b1", "c1")
    await playing.core.clock.advance(QUIET_S)
    here(playing.playback)
    await write_queue_elsewhere(playing, *elsewhere)
    await playing.core.clock.advance(QUEUE_QUIET_S)
    await playing.core.settle()
    assert playing.queue == merged


async def test_a_shuffled_queue_keeps_its_order_when_it_is_merged(
    playing: PlaybackHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await playing.play("a1", "b1", "b2", "c1")
    await playing.core.clock.advance(QUIET_S)
    playing.playback.toggle_shuffle()
    shuffled = playing.queue
    await write_queue_elsewhere(playing, "a1", "b1", "b2", "c1", "c2")
    await playing.core.clock.advance(QUEUE_QUIET_S)
    await playing.core.settle()
    assert playing.queue == f"{shuffled} c2"
    playing.playback.toggle_shuffle()
    assert playing.queue == "[a1] b1 b2 c1 c2"


async def test_takes_that_two_programs_add_at_the_same_time_are_both_there(
    playing: PlaybackHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await playing.play("a1")
    await playing.core.clock.advance(QUIET_S)
    other = await another_program(tmp_path, monkeypatch)
    await other.playback.restore()
    await playing.playback.add_last([take("b1")])
    await playing.core.clock.advance(QUEUE_QUIET_S)
    await other.playback.add_last([take("c1")])
    await other.core.core.close(1)
    playing.core.core.events.publish(LibraryChanged())
    await playing.core.settle()
    assert playing.queue == "[a1] c1 b1"


async def test_a_write_that_quitting_interrupts_is_not_merged_with_itself(
    playing: PlaybackHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await playing.play("a1", "b1")
    await playing.core.clock.advance(QUIET_S)
    begun, goes_on = threading.Event(), threading.Event()
    change = PlaybackStore.change

    def slow(self: PlaybackStore, work: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Mapping[str, Any]:
        begun.set()
        goes_on.wait(HANG_S)
        return change(self, work)

    monkeypatch.setattr(PlaybackStore, "change", slow)
    saver = playing.playback._saver
    playing.playback.remove(1)
    await playing.playback.add_last([take("c1")])
    writing = asyncio.create_task(saver.write())
    await asyncio.to_thread(begun.wait, HANG_S)
    writing.cancel()
    again = asyncio.create_task(saver.write())
    await asyncio.sleep(0)
    goes_on.set()
    await asyncio.gather(writing, again, return_exceptions=True)
    assert saved(playing)["queue"] == [["a", "a1"], ["c", "c1"]]


async def test_the_queue_is_there_soon_after_the_start(
    playing: PlaybackHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await playing.play("a1", "b1", start=1)
    await playing.playback.close()
    players, fetchers = replace_parts(monkeypatch)
    core = CoreHarness(tmp_path)
    await core.open()
    await core.core.start()
    await core.settle()
    second = PlaybackHarness(core, players, fetchers)
    assert second.queue == "a1 [b1]"
    assert second.published()[-1] == second.status
    await core.core.close(1)
