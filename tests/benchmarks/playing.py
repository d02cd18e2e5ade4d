"""An app that plays: the child process of B17. Each line of its standard input is one command: "play" moves down and
plays the take there, "pause" pauses or resumes, "walk" presses j. It prints the milliseconds from the message of a key
to the first sound, which plays into nothing, or to the painted frame.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path

from textual.events import Key

from sunotui.core.core import Core
from sunotui.core.events import Event, PlaybackChanged
from sunotui.core.paths import AppPaths
from sunotui.domain.playback import PlayState
from sunotui.tui.app import SunoApp
from sunotui.tui.library.task_list.list import TaskList
from tests.benchmarks.keying import Stopwatch

PRESSES = 20
_APART_S = 0.03
_LIMIT_S = 30.0
_MOVE_S = 0.3


class Listener:
    """Presses keys in the app and waits for what becomes of them."""

    def __init__(self, app: SunoApp, core: Core) -> None:
        self._app = app
        self._core = core
        self._stopwatch = Stopwatch(app, lambda: (self._tasks.cursor, self._tasks._highlighted))
        self._state = PlayState.STOPPED
        """The state that is waited for, of another take than `_clip`."""
        self._clip = ""
        self._reached: asyncio.Future[float] | None = None
        core.events.subscribe(self._on_event)

    @property
    def _tasks(self) -> TaskList:
        return self._app.screen_stack[0].query_one(TaskList)

    async def play(self, key: str) -> float:
        """Move, and play the take under the cursor; returns the milliseconds to its sound."""
        await self._stopwatch.tap(key, key)
        await asyncio.sleep(_MOVE_S)
        entry = self._core.services.playback.status.entry
        return await self._space_until(PlayState.PLAYING, "" if entry is None else entry.clip_id)

    async def toggle(self) -> float:
        """Pause, or resume."""
        is_playing = self._core.services.playback.status.state is PlayState.PLAYING
        return await self._space_until(PlayState.PAUSED if is_playing else PlayState.PLAYING)

    async def walk(self, key: str) -> list[float]:
        """Press a key that moves the cursor; returns the milliseconds of each to its frame."""
        times: list[float] = []
        for _ in range(PRESSES):
            took = await self._stopwatch.press(key)
            times += [] if took is None else [took]
            await asyncio.sleep(_APART_S)
        return times

    async def _space_until(self, state: PlayState, clip: str = "") -> float:
        self._state, self._clip = state, clip
        self._reached = asyncio.get_running_loop().create_future()
        begun = time.perf_counter()
        self._app.post_message(Key("space", " "))
        async with asyncio.timeout(_LIMIT_S):
            return (await self._reached - begun) * 1e3

    def _on_event(self, event: Event) -> None:
        if not isinstance(event, PlaybackChanged) or self._reached is None or self._reached.done():
            return
        entry = event.status.entry
        if event.status.state is self._state and entry is not None and entry.clip_id != self._clip:
            self._reached.set_result(time.perf_counter())


async def _run(data: Path) -> None:
    core = Core(AppPaths(data, data / "config"), os.environ)
    app = SunoApp(core)
    listener = Listener(app, core)
    async with app.run_test(size=(120, 40)) as pilot:
        while not core.is_started:
            await pilot.pause(0.05)
        await _obey(listener)
    await core.close(1)


async def _obey(listener: Listener) -> None:
    while line := await asyncio.to_thread(sys.stdin.readline):
        command, _, key = line.strip().partition(" ")
        if command == "walk":
            result: object = await listener.walk(key)
        else:
            result = await (listener.play(key) if command == "play" else listener.toggle())
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1])))
