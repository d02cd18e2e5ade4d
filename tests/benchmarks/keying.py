"""An app whose list is walked with j: the child process of B5, either ours or a bare option list.

Told over its standard input how often to press; prints the milliseconds from each key's message to the frame, drawn as
for a terminal, on which the cursor has moved. Run with TEXTUAL_FPS high, so that what is timed is the work up to the
frame and not the wait for the frame's turn.
"""

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

_ROWS = 1_000
_APART_S = 0.03
"""Between two keys, as a key repeats that is held down."""
_POLLS_APART_S = 2.0
_LIMIT_S = 60.0


class Bare(App[None]):
    """An option list and nothing else."""

    def compose(self) -> ComposeResult:
        yield _Walked(*(Option(f"Song {number}  v5  2:41  {number}m", id=str(number)) for number in range(_ROWS)))


class _Walked(OptionList):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("j", "cursor_down", "Down")]


class Stopwatch:
    """Presses keys in an app and draws its frames to text."""

    def __init__(self, app: App[Any], place: Callable[[], int]) -> None:
        """`place` tells where the cursor is."""
        self._app = app
        self._place = place
        self._from: int | None = None
        self._painted: asyncio.Future[float] | None = None
        app._display = self._display  # type: ignore[method-assign]

    async def press(self, key: str) -> float:
        """Milliseconds from the key to the frame on which the cursor is elsewhere."""
        self._from, self._painted = self._place(), asyncio.get_running_loop().create_future()
        begun = time.perf_counter()
        self._app.post_message(Key(key, key))
        return (await asyncio.wait_for(self._painted, _LIMIT_S) - begun) * 1e3

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if not isinstance(renderable, CompositorUpdate):
            return
        renderable.render_segments(self._app.console)
        if self._painted is not None and not self._painted.done() and self._place() != self._from:
            self._painted.set_result(time.perf_counter())


async def _bare() -> None:
    app = Bare()
    stopwatch = Stopwatch(app, lambda: app.query_one(OptionList).highlighted or 0)
    async with app.run_test(size=(120, 40)):
        app.query_one(OptionList).highlighted = 0
        await _obey(stopwatch)


async def _ours(data: Path) -> None:
    from sunotui.storage.places import Places
    from sunotui.studio.studio import Studio
    from sunotui.tui.app import SunoApp
    from sunotui.tui.widgets.task_list import TaskList

    studio = Studio(Places(data, data / "config"), os.environ)
    app = SunoApp(studio)
    stopwatch = Stopwatch(app, lambda: app.screen_stack[0].query_one(TaskList).cursor)
    async with app.run_test(size=(120, 40)) as pilot:
        while not studio.is_started:
            await pilot.pause(0.05)
        polling = asyncio.create_task(_poll(studio))
        await _obey(stopwatch)
        polling.cancel()
    await studio.close(1)


async def _poll(studio: Any) -> None:
    """Ask the gateway for everything as often as it may be asked."""
    while True:
        studio.ask_now()
        await asyncio.sleep(_POLLS_APART_S)


async def _obey(stopwatch: Stopwatch) -> None:
    """Press as often as each line says, and print how long each took; end with the input."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        times = []
        for _ in range(int(line)):
            times.append(await stopwatch.press("j"))
            await asyncio.sleep(_APART_S)
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    asyncio.run(_ours(Path(sys.argv[2])) if sys.argv[1] == "ours" else _bare())
