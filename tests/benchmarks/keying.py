"""An app that receives keys: the child process of B5 and B6, either sunotui or a bare option list. Its standard input
says how often to press j, or what to search for; it prints the milliseconds from each message to the frame, rendered as
for a terminal, with the moved cursor or the found rows. It runs with a high TEXTUAL_FPS, so that the work up to the
frame is timed and not the wait for the next frame.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.screen import Screen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tests.benchmarks.frames import Frames

_ROWS = 1_000
_APART_S = 0.03
"""The seconds between two keys, as with key repeat."""
_POLLS_APART_S = 2.0
_LIMIT_S = 60.0
_PAUSE_S = 0.5
_BEAT_S = 0.002
_NAMES = {" ": "space", ":": "colon", "-": "minus"}


class Bare(App[None]):
    """An app with an option list only."""

    def compose(self) -> ComposeResult:
        yield _Walked(*(Option(f"Song {number}  v5  2:41  {number}m", id=str(number)) for number in range(_ROWS)))


class _Walked(OptionList):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("j", "cursor_down", "Down")]


class Stopwatch(Frames):
    """Presses keys in an app."""

    def __init__(
        self, app: App[Any], place: Callable[[], object], is_empty: Callable[[], bool] = lambda: False
    ) -> None:
        """`place` returns what a key should change: the cursor position and the listed rows; `is_empty` whether the
        list has no rows."""
        super().__init__(app)
        self._place = place
        self._is_empty = is_empty
        self._from: object = None
        self._painted: asyncio.Future[float] | None = None

    async def press(self, key: str) -> float | None:
        """The milliseconds from a key's message to the end of the first frame with that change; None for a letter that
        leaves an empty list empty, since there is nothing to paint then."""
        self.text = ""
        was_empty = self._is_empty()
        self._from, self._painted = self._place(), asyncio.get_running_loop().create_future()
        begun = time.perf_counter()
        self._app.post_message(Key(key, key))
        async with asyncio.timeout(_LIMIT_S):
            while not self._painted.done():
                await asyncio.wait([self._painted], timeout=_PAUSE_S)
                if was_empty and self._is_empty() and self._place() != self._from:
                    return None
        return (self._painted.result() - begun) * 1e3

    async def tap(self, key: str, letter: str | None = None) -> None:
        """Press a key that is not timed, and wait briefly."""
        self._app.post_message(Key(key, letter))
        await asyncio.sleep(_PAUSE_S)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        # Events and the detail pane cause other frames.
        is_painted = isinstance(renderable, CompositorUpdate) and self._place() != self._from
        if is_painted and self._painted is not None and not self._painted.done():
            self._painted.set_result(self.painted_at)


async def _bare() -> None:
    app = Bare()
    stopwatch = Stopwatch(app, lambda: app.query_one(OptionList).highlighted or 0)
    async with app.run_test(size=(120, 40)):
        app.query_one(OptionList).highlighted = 0
        await _obey(stopwatch)


async def _ours(data: Path) -> None:
    from sunotui.cli.launch import SWITCH_INTERVAL_S
    from sunotui.core.core import Core
    from sunotui.core.paths import AppPaths
    from sunotui.tui.app import SunoApp
    from sunotui.tui.library.task_list.list import TaskList

    sys.setswitchinterval(SWITCH_INTERVAL_S)
    core = Core(AppPaths(data, data / "config"), os.environ)
    app = SunoApp(core)

    def tasks() -> TaskList:
        return app.screen_stack[0].query_one(TaskList)

    stopwatch = Stopwatch(app, lambda: (tasks().cursor, tasks()._highlighted), lambda: not tasks().row_count)
    async with app.run_test(size=(120, 40)) as pilot:
        while not core.is_started:
            await pilot.pause(0.05)
        polling = asyncio.create_task(_poll(core))
        await _obey(stopwatch)
        polling.cancel()
    await core.close(1)


async def _poll(core: Any) -> None:
    """Poll all tasks as often as the budget allows."""
    while True:
        core.services.pollers.resume()
        await asyncio.sleep(_POLLS_APART_S)


async def _obey(stopwatch: Stopwatch) -> None:
    """Execute the command of each line, and print how long it took; exit at the end of the input."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        request_ = json.loads(line)
        held = _Held()
        watching = asyncio.create_task(held.watch())
        if "text" in request_:
            times = await _search(stopwatch, request_["text"])
        else:
            times = await _press_all(stopwatch, "j" * request_["presses"])
        watching.cancel()
        print(json.dumps({"times": times, "held": held.longest_ms}), flush=True)


async def _search(stopwatch: Stopwatch, text: str) -> list[float]:
    """Type into the search line, and clear the search."""
    await stopwatch.tap("slash", "/")
    times = await _press_all(stopwatch, text)
    await stopwatch.tap("escape")
    return times


async def _press_all(stopwatch: Stopwatch, letters: str) -> list[float]:
    times: list[float] = []
    for letter in letters:
        # After these, the search is the same as before.
        if letter in _NAMES:
            await stopwatch.tap(_NAMES[letter], letter)
        else:
            took = await stopwatch.press(letter)
            if took is not None:
                times.append(took)
        await asyncio.sleep(_APART_S)
    return times


class _Held:
    """Measures how long the UI thread worked without a pause. Its own processor time is counted, since other processes
    on the machine do not block the UI."""

    longest_ms = 0.0

    async def watch(self) -> None:
        """Sample every few milliseconds."""
        while True:
            begun = time.thread_time()
            await asyncio.sleep(_BEAT_S)
            self.longest_ms = max(self.longest_ms, (time.thread_time() - begun) * 1e3)


if __name__ == "__main__":
    asyncio.run(_ours(Path(sys.argv[2])) if sys.argv[1] == "ours" else _bare())
