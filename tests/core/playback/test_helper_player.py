"""The process of the player, watched: one that hangs, lies or dies; and which of its lines count."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from sunotui.core.playback import helper_player
from sunotui.core.playback.helper_connection import HelperConnection, player_command
from sunotui.core.playback.helper_player import HelperPlayer
from sunotui.core.playback.player import (
    Loudness,
    MediaKey,
    PlayerDied,
    PlayerEnded,
    PlayerEvent,
    PlayerOutput,
    PlayerPosition,
    PlayerReady,
    PlayerStarved,
    PlayerState,
    PlayerSwapped,
    PlayerUnavailable,
)
from sunotui.core.system.helper_process import module_environment
from tests.support.processes import is_alive
from tests.support.waiting import until_async

SCRIPT = Path(__file__).with_name("scripted_player.py")
SONG = Path("/music/song.mp3")


class Watched:
    """A player with a scripted process."""

    def __init__(self, behaviour: str) -> None:
        self.events: list[PlayerEvent] = []
        self.pids: list[int] = []
        self.behaviour = behaviour
        self.player = HelperPlayer(self.events.append, os.environ, start_connection=self._start)

    def _start(
        self, on_message: Callable[[dict[str, object]], None], on_lost: Callable[[str], None]
    ) -> HelperConnection:
        made = HelperConnection([sys.executable, str(SCRIPT), self.behaviour], os.environ, on_message, on_lost)
        self.pids.append(made.pid)
        return made

    async def until(self, kind: type[PlayerEvent], number: int = 1) -> PlayerEvent:
        """The latest event of a kind, once there are `number` of them."""
        await until_async(lambda: len(self.all(kind)) >= number, lambda: f"{kind.__name__} in {self.events}")
        return self.all(kind)[-1]

    def all(self, kind: type[PlayerEvent]) -> list[PlayerEvent]:
        """All events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
async def watched() -> AsyncIterator[Callable[[str], Watched]]:
    made: list[Watched] = []

    def make(behaviour: str) -> Watched:
        made.append(Watched(behaviour))
        return made[-1]

    yield make
    for one in made:
        await one.player.close()
        assert not any(map(is_alive, one.pids))


@pytest.fixture(autouse=True)
def fast_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four ticks, as usual, but shorter ones."""
    monkeypatch.setattr(helper_player, "_TICK_S", 0.25)
    monkeypatch.setattr(helper_player, "SILENT_S", 1.0)


Make = Callable[[str], Watched]

# --- the process ------------------------------------------------------------------------------------------------------


async def test_a_player_starts_once_and_ends(watched: Make) -> None:
    one = watched("well")
    assert one.player.pid is None
    one.player.start()
    one.player.start()
    assert await one.until(PlayerReady) == PlayerReady("scripted", "auto")
    assert len(one.pids) == 1
    await one.player.close()
    one.player.start()
    assert len(one.pids) == 1, "it is closed"
    assert one.all(PlayerDied) == []


@pytest.mark.guarantee("A3", ordinary="players that die, hang, and break the protocol in 5 ways")
@pytest.mark.parametrize(
    ("behaviour", "sentence"),
    [
        ("dies", "The player ended unexpectedly"),
        ("hangs", "The sound system does not respond"),
        ("garbage", "The player sent what is not understood"),
        ("endless", "The player sent what is not understood"),
        ("silent", "The player did not respond"),
        ("deaf", "The player did not respond"),
    ],
)
async def test_a_lost_player_is_started_again_once_and_then_when_asked(
    watched: Make, behaviour: str, sentence: str
) -> None:
    one = watched(behaviour)
    one.player.start()
    await one.until(PlayerReady)
    one.player.load(SONG)
    one.player.play()
    assert await one.until(PlayerDied) == PlayerDied(sentence, is_restarted=True)
    await one.until(PlayerReady, 2)
    one.player.load(SONG)
    one.player.play()
    assert await one.until(PlayerDied, 2) == PlayerDied(sentence, is_restarted=False)
    assert one.player.pid is None
    # Nothing is there to receive this.
    one.player.play()
    one.player.seek(5.0)
    one.player.swap(SONG)
    one.behaviour = "well"
    one.player.start()
    await one.until(PlayerReady, 3)
    await until_async(lambda: not any(map(is_alive, one.pids[:2])), "the end of both")
    assert len(one.pids) == 3


async def test_a_player_that_is_lost_seldom_is_always_started_again(
    watched: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helper_player, "RESTART_WITHIN_S", 0.0)
    one = watched("dies")
    one.player.start()
    for time in range(1, 4):
        await one.until(PlayerReady, time)
        one.player.play()
        assert await one.until(PlayerDied, time) == PlayerDied("The player ended unexpectedly", is_restarted=True)


async def test_a_title_of_any_length_does_not_blame_the_player(watched: Make) -> None:
    made = watched("well")
    made.player.start()
    await made.until(PlayerReady)
    made.player.describe(title="歌\x1b[2J" * 300_000, artist="a\n" * 300_000)
    assert await made.player.measure(SONG) == Loudness(-12.5, None)
    assert made.all(PlayerDied) == []


async def test_the_desktop_gets_short_texts_on_one_line(line: Line) -> None:
    line.player.describe(title="歌\x1b\n" * 300_000, artist="a" * 300_000)
    title, artist = line.sent[-1]["title"], line.sent[-1]["artist"]
    assert max(len(title), len(artist)) <= 200
    assert title.startswith("歌")
    assert title.isprintable()


async def test_a_player_that_cannot_be_started_is_one_sentence() -> None:
    events: list[PlayerEvent] = []

    def fail(*_: object) -> HelperConnection:
        raise OSError

    player = HelperPlayer(events.append, {}, start_connection=fail)
    player.start()
    player.load(SONG)
    assert events == [], "not before the caller is done"
    await until_async(lambda: bool(events), "the sentence")
    assert events == [PlayerDied("The player could not be started")]
    with pytest.raises(PlayerUnavailable):
        await player.measure(SONG)
    await player.close()


async def test_a_paused_player_is_not_watched(watched: Make) -> None:
    """A timer would use the processor. The player may be silent as long as no message is due."""
    one = watched("well")
    one.player.start()
    one.player.load(SONG, plays=False)
    await until_async(lambda: one.player._ticking is None, "the end of the timer")
    one.player.play()
    assert one.player._ticking is not None
    # The scripted player reports no positions: it is asked whether it works, and answers.
    for _ in range(3):
        sent = one.player._next_id
        await until_async(lambda sent=sent: one.player._next_id > sent, "a ping")  # type: ignore[misc]
    assert one.all(PlayerDied) == []
    one.player.pause()
    await until_async(lambda: one.player._ticking is None, "the end of the timer")


async def test_a_program_that_was_stopped_does_not_blame_the_player(watched: Make) -> None:
    """After ctrl+z and fg, the time is over but the answers are not read yet."""
    one = watched("well")
    one.player.start()
    await one.until(PlayerReady)
    one.player.load(SONG)
    time_before = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() < time_before + 0.5:
        pass
    await one.until(PlayerState)
    assert one.all(PlayerDied) == []


async def test_a_player_that_never_starts_to_answer_is_lost_later(
    watched: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be loading from a slow disk."""
    monkeypatch.setattr(helper_player, "SILENT_S", 0.0)
    monkeypatch.setattr(helper_player, "START_LIMIT_S", 1.5)
    one = watched("mute")
    one.player.start()
    assert await one.until(PlayerDied) == PlayerDied("The player did not respond", is_restarted=True)


@pytest.mark.guarantee("A1", ordinary="a player that ignores signals and the end of its input")
async def test_a_player_that_ignores_everything_ends_all_the_same(watched: Make) -> None:
    one = watched("deaf")
    one.player.start()
    await one.until(PlayerReady)
    await one.player.close()
    assert not is_alive(one.pids[0])


@pytest.mark.guarantee("A3")
async def test_values_of_wrong_types_do_no_harm(watched: Make) -> None:
    one = watched("lies")
    one.player.start()
    await one.until(PlayerReady)
    one.player.load(SONG)
    lost = await one.until(PlayerOutput)
    assert isinstance(lost, PlayerOutput)
    assert len(lost.message) <= 200
    assert "\x1b" not in lost.message
    assert [event for event in one.events if isinstance(event, PlayerEnded)] == [PlayerEnded(0.0, 0.0, "", False)]
    assert one.all(MediaKey) == [MediaKey("", 0.0)]
    one.player.pause()
    await until_async(lambda: one.player._ticking is None, "an answer")


async def test_a_measurement(watched: Make) -> None:
    one = watched("well")
    assert await one.player.measure(SONG) == Loudness(-12.5, None)


async def test_a_measurement_that_never_comes_ends_with_the_player(watched: Make) -> None:
    one = watched("silent")
    one.player.start()
    await one.until(PlayerReady)
    measuring = asyncio.create_task(one.player.measure(SONG))
    await asyncio.sleep(0)
    one.player.play()
    with pytest.raises(PlayerUnavailable, match="did not respond"):
        await measuring


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.guarantee("A2", ordinary="arguments, environment and requests of the real player while it plays")
def test_the_token_is_not_in_the_environment() -> None:
    env = module_environment({"SUNOTUI_TOKEN": "secret", "HOME": "/home/nina"})
    assert "secret" not in str(env)
    assert env["HOME"] == "/home/nina"
    assert str(os.getpid()) in player_command()


# --- which lines count ------------------------------------------------------------------------------------------------


class Line:
    """A player whose lines the test writes."""

    def __init__(self) -> None:
        self.events: list[PlayerEvent] = []
        self.sent: list[dict[str, Any]] = []
        self.player = HelperPlayer(self.events.append, {}, start_connection=self._start)
        self.player.start()
        self.answer_all()

    def _start(self, on_message: Callable[[dict[str, object]], None], _: object) -> Any:
        self.receive = on_message
        return self

    def send(self, message: dict[str, Any]) -> None:
        """A request of the player."""
        self.sent.append(message)

    async def close(self) -> None:
        """Closed."""

    def answer_all(self) -> None:
        """Answer all requests."""
        for message in self.sent:
            self.receive({"re": message["id"], "ok": True})

    def event(self, name: str, **fields: Any) -> list[PlayerEvent]:
        """Receive an event; returns what was reported."""
        self.events.clear()
        self.receive({"ev": name, **fields})
        return self.events

    def generation(self, command: str) -> int:
        """The generation in the latest request of a kind."""
        found: int = [message["gen"] for message in self.sent if message["cmd"] == command][-1]
        return found


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    made = Line()
    yield made
    await made.player.close()


async def test_events_of_an_earlier_file_are_dropped(line: Line) -> None:
    line.player.load(SONG)
    earlier = line.generation("load")
    line.player.load(SONG)
    current = line.generation("load")
    line.answer_all()
    for name in ("state", "pos", "starved", "end"):
        assert line.event(name, gen=earlier, pos=5.0, on=True, playing=True) == []
    assert line.event("pos", gen=current, pos=5.0, heard=4.0) == [PlayerPosition(5.0, 4.0)]
    assert line.event("starved", gen=current, on=True) == [PlayerStarved(True)]
    line.player.stop()
    assert line.event("pos", gen=current, pos=6.0, heard=5.0) == []


async def test_a_position_from_before_a_seek_is_dropped(line: Line) -> None:
    line.player.load(SONG)
    line.answer_all()
    generation = line.generation("load")
    line.player.seek(60.0)
    line.player.seek(65.0)
    assert line.event("pos", gen=generation, pos=5.0, heard=5.0) == []
    assert line.event("state", gen=generation, playing=True, pos=5.0) == [PlayerState(True, None)]
    line.receive({"re": line.sent[-2]["id"], "ok": True})
    assert line.event("pos", gen=generation, pos=60.0, heard=5.0) == [], "there was another one"
    line.receive({"re": line.sent[-1]["id"], "ok": True})
    assert line.event("pos", gen=generation, pos=65.0, heard=5.0) == [PlayerPosition(65.0, 5.0)]


async def test_a_file_that_follows_has_its_own_generation(line: Line) -> None:
    line.player.load(SONG)
    line.answer_all()
    line.player.set_next(Path("/music/next.mp3"))
    first, second = line.generation("load"), line.generation("next")
    assert line.event("end", gen=first, decoded=60.0, heard=58.0, err="", next=True) == [
        PlayerEnded(60.0, 58.0, "", has_next=True)
    ]
    assert line.event("pos", gen=first, pos=60.0, heard=60.0) == []
    assert line.event("pos", gen=second, pos=1.0, heard=1.0) == [PlayerPosition(1.0, 1.0)]


async def test_a_file_that_was_taken_back_too_late_does_not_play_on(line: Line) -> None:
    line.player.load(SONG)
    line.player.set_next(Path("/music/next.mp3"))
    line.player.set_next(None)
    line.answer_all()
    assert line.event("end", gen=line.generation("load"), decoded=60.0, heard=60.0, err="", next=True) == [
        PlayerEnded(60.0, 60.0, "", has_next=False)
    ]
    assert line.sent[-1]["cmd"] == "stop"


async def test_a_file_that_was_replaced_too_late_is_replaced_again(line: Line) -> None:
    """The player continued with the first file before it read the request for the second."""
    line.player.load(SONG)
    line.player.set_next(Path("/music/old.mp3"))
    old = line.generation("next")
    line.player.set_next(Path("/music/new.mp3"), gain_db=2.0)
    line.answer_all()
    (ended,) = line.event("end", gen=line.generation("load"), decoded=60.0, heard=60.0, err="", next=True)
    assert ended == PlayerEnded(60.0, 60.0, "", has_next=True)
    assert line.event("pos", gen=old, pos=0.1, heard=0.1) == []
    assert (line.sent[-1]["cmd"], line.sent[-1]["path"], line.sent[-1]["gain"]) == ("load", "/music/new.mp3", 2.0)
    assert line.event("pos", gen=old, pos=1.0, heard=1.0) == []


async def test_a_damaged_file_differs_from_one_that_needs_something_else(line: Line) -> None:
    line.player.load(SONG)
    ended = {"gen": line.generation("load"), "decoded": 0, "heard": 0, "next": False}
    (damaged,) = line.event("end", err="no audio", damaged=True, **ended)
    (other,) = line.event("end", err="install mpv", damaged=False, **ended)
    assert isinstance(damaged, PlayerEnded)
    assert isinstance(other, PlayerEnded)
    assert (damaged.is_damaged, other.is_damaged) == (True, False)


async def test_the_answer_to_a_swap_is_reported_once(line: Line) -> None:
    line.player.load(SONG, is_growing=True)
    line.answer_all()
    for answer, swapped in (
        ({"ok": True}, PlayerSwapped()),
        ({"ok": False, "err": "This file has no sound in it"}, PlayerSwapped("This file has no sound in it")),
        ({"ok": "yes", "err": 7}, PlayerSwapped("The file cannot be played")),
    ):
        line.player.swap(Path("/music/final.mp3"))
        number = line.sent[-1]["id"]
        line.events.clear()
        line.receive({"re": number, **answer})
        line.receive({"re": number, **answer})
        assert line.events == [swapped]


@pytest.mark.parametrize("command", ["load", "stop"])
async def test_the_answer_to_a_swap_of_an_earlier_file_is_dropped(line: Line, command: str) -> None:
    line.player.load(SONG, is_growing=True)
    line.player.swap(Path("/music/final.mp3"))
    number = line.sent[-1]["id"]
    line.player.load(SONG) if command == "load" else line.player.stop()
    line.events.clear()
    line.receive({"re": number, "ok": False, "err": "Nothing is loaded"})
    assert line.events == []


async def test_the_desktop_is_informed_that_there_is_nothing_to_play(line: Line) -> None:
    line.player.clear_description()
    assert (line.sent[-1]["cmd"], line.sent[-1]["title"]) == ("meta", None)


async def test_unknown_events_and_keys_of_the_desktop(line: Line) -> None:
    assert line.event("nonsense", gen=0) == []
    assert line.event("media", key="seek_by", value=-5) == [MediaKey("seek_by", -5.0)]
    assert line.event("output", lost=False, message="") == [PlayerOutput(False)]
    assert line.event("output", lost=True, message="x", final=True) == [PlayerOutput(True, "x", is_final=True)]
    assert line.event("ready", backend="mpv", output="", message="No sound here") == [
        PlayerReady("mpv", "", "No sound here")
    ]
