"""Playing in the foreground: what is shown, and how it ends, by the states of playback."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sunotui.cli.playing import TerminalPlayback, progress_line, what_changed
from sunotui.core.core import Core
from sunotui.core.event_bus import EventBus
from sunotui.core.events import PlaybackChanged
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import MediaError
from sunotui.domain.playback import PlaybackStatus, PlayState, QueueEntry, RepeatMode
from sunotui.storage.config.settings import PlayerSettings, Settings

QUEUE = tuple(QueueEntry(f"task-{n}", f"clip-{n}", f"Song {n}", 1, "main", 120.0) for n in (1, 2, 3))
PLAYING = PlaybackStatus(
    QUEUE[0], PlayState.PLAYING, 30.0, 120.0, index=0, queue=QUEUE, backend="miniaudio", output="PulseAudio"
)


class FakePlayback:
    """Records what the keys ask for; the test says what becomes of it."""

    def __init__(self) -> None:
        self.events = EventBus()
        self.status = PLAYING
        self.calls: list[str] = []
        self.link = "mpv https://x.example/a.mp3"

    def __getattr__(self, name: str) -> Any:
        return lambda *values: self.calls.append(" ".join([name, *map(str, values)]))

    def show(self, **changes: Any) -> None:
        """Publish a change."""
        self.status = replace(self.status, **changes)
        self.events.publish(PlaybackChanged(self.status))

    async def hand_over(self, take: TakeRef) -> str:
        """The line for another program."""
        if not self.link:
            raise MediaError("There is no link")
        return self.link


@pytest.fixture
def playback() -> FakePlayback:
    return FakePlayback()


def core_of(playback: FakePlayback) -> Core:
    """A core with this playback, and with another step for the arrow keys than usual."""
    settings = Settings(player=PlayerSettings(seek_s=7))
    return cast(
        Core, SimpleNamespace(services=SimpleNamespace(playback=playback), events=playback.events, settings=settings)
    )


async def played(playback: FakePlayback, *steps: dict[str, Any], as_json: bool = False) -> int:
    """Follow these changes to the end; returns the exit code."""
    core = core_of(playback)
    terminal = TerminalPlayback(core, as_json=as_json)
    with terminal.followed():
        ending = asyncio.create_task(terminal.until_ended())
        await asyncio.sleep(0)
        for step in steps:
            playback.show(**step)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        return await ending


async def test_the_end_of_the_queue_ends_it(playback: FakePlayback) -> None:
    assert await played(playback, {"entry": QUEUE[2], "index": 2}, {"state": PlayState.STOPPED}) == 0


async def test_a_take_that_fails_is_followed_by_the_next_one(
    playback: FakePlayback, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await played(
        playback,
        {"state": PlayState.STOPPED, "problem": "The server answered 403"},
        {"state": PlayState.PLAYING, "problem": "", "entry": QUEUE[1], "index": 1},
        {"state": PlayState.STOPPED},
    )
    assert code == 5
    assert playback.calls == ["jump 1"]
    assert capsys.readouterr().err.splitlines() == [
        "Song 1, take 1 (2:00)",
        "The server answered 403",
        "Song 2, take 1 (2:00)",
    ]


async def test_takes_that_all_fail_end_it_even_if_the_queue_repeats(playback: FakePlayback) -> None:
    """Fails if `_resume_or_end` follows a repeating queue: it would never end."""
    steps: list[dict[str, Any]] = [{"repeat": RepeatMode.ALL}]
    for index in range(3):
        steps += [
            {"state": PlayState.LOADING, "problem": "", "index": index, "entry": QUEUE[index]},
            {"state": PlayState.STOPPED, "problem": "The server answered 403"},
        ]
    assert await played(playback, *steps) == 5
    assert playback.calls == ["jump 1", "jump 2"]


@pytest.mark.parametrize("link", ["mpv https://x.example/a.mp3", ""])
async def test_without_any_output_it_says_how_to_play_elsewhere(
    playback: FakePlayback, capsys: pytest.CaptureFixture[str], link: str
) -> None:
    """It does not wait for one."""
    playback.link = link
    assert await played(playback, {"state": PlayState.WAITING, "output": "", "problem": "No sound output"}) == 5
    assert capsys.readouterr().err.splitlines()[1:] == [
        "No sound output",
        *([f"Where there is sound, this plays it: {link}"] if link else []),
    ]


async def test_an_unrequested_pause_ends_playing_without_a_keyboard(playback: FakePlayback) -> None:
    assert await played(playback, {"state": PlayState.PAUSED, "problem": "No more audio has come since 0:30"}) == 5


async def test_nothing_to_play_ends_at_once(playback: FakePlayback) -> None:
    playback.status = PlaybackStatus(problem="There is nothing to play here")
    assert await played(playback) == 5


async def test_keys_arrive_together_and_unknown_ones_do_nothing(playback: FakePlayback) -> None:
    core = core_of(playback)
    terminal = TerminalPlayback(core, as_json=False)
    terminal._on_input("  m\x1b[C\x1b[A\x1b[Z\x1b[5~zz")
    assert sorted(playback.calls) == ["change_volume 5", "seek_by 7", "toggle", "toggle", "toggle_mute"]


def test_the_change_has_a_name() -> None:
    assert what_changed(None, PLAYING) == "take"
    assert what_changed(None, PlaybackStatus()) == ""
    assert what_changed(PLAYING, PLAYING) == ""
    assert what_changed(PLAYING, replace(PLAYING, state=PlayState.PAUSED, position_s=31.0)) == "state"
    assert what_changed(PLAYING, replace(PLAYING, position_s=31.0)) == "position"
    assert what_changed(PLAYING, replace(PLAYING, problem="x")) == "problem"
    assert what_changed(PLAYING, replace(PLAYING, volume=3)) == "settings"
    assert what_changed(PLAYING, replace(PLAYING, queue=QUEUE[:1])) == ""


def test_the_progress_line() -> None:
    assert progress_line(PLAYING) == "▶ Song 1 · take 1 · 0:30 / 2:00 ━━━━━━────────────────── · 100 % · 1 of 3"
    hostile = replace(PLAYING, entry=QUEUE[0]._replace(title="a\x1b[31m\r\n" + "b" * 500), queue=QUEUE[:1])
    assert len(progress_line(PLAYING, 60)) == 60, "the bar gives way"
    assert "━" not in progress_line(PLAYING, 40)
    assert "\x1b" not in progress_line(hostile)
    live = replace(PLAYING, length_s=None, is_live=True, is_muted=True, state=PlayState.WAITING)
    assert progress_line(live) == "… Song 1 · take 1 · 0:30 · live · muted · 1 of 3"
