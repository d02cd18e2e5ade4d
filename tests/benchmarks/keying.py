"""The child process of B5: keys in our list and in a bare one, each from the key's message to the painted frame.

`ours LIBRARY GATEWAY` or `bare`, then how many keys; prints milliseconds as a line of JSON.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.widgets import OptionList

from sunotui.storage.places import Places
from sunotui.studio.studio import Studio
from sunotui.tui.app import SunoApp
from sunotui.tui.widgets.task_list import TaskList
from tests.benchmarks.frames import Frames, until

SIZE = (120, 40)
BARE_ROWS = 1_000
_APART_S = 0.03
"""Between two keys, as held down."""


class Bare(App[None]):
    """A list of a thousand rows and nothing else."""

    def compose(self) -> ComposeResult:
        """The rows."""
        yield OptionList(*(f"✓ a song with a title {number} v4.5 3:04 2h" for number in range(BARE_ROWS)))


async def press(app: App[Any], keys: int, key: str, is_ready: Callable[[], bool]) -> list[float]:
    """Milliseconds of each key."""
    frames = Frames(app)
    rng = random.Random(5)
    found: list[float] = []
    async with app.run_test(size=SIZE) as pilot:
        await until(is_ready)
        await pilot.pause(1.0)
        for _ in range(keys):
            found.append(await frames.key_seconds(key) * 1e3)
            await asyncio.sleep(_APART_S * rng.uniform(0.7, 1.3))
    return found


async def ours(library: Path, environ: dict[str, str], keys: int) -> list[float]:
    """Our list, on a library."""
    studio = Studio(Places(library, library / "config"), environ)
    app = SunoApp(studio)
    try:
        return await press(app, keys, "j", lambda: app.screen_stack[0].query_one(TaskList).row_count > 0)
    finally:
        await studio.close(1)


def main() -> None:
    """Measure one of the two."""
    which, *rest = sys.argv[1:]
    if which == "bare":
        app = Bare()
        print(json.dumps(asyncio.run(press(app, int(rest[0]), "down", lambda: bool(app.query(OptionList))))))
    else:
        base_url, token = rest[1:3]
        environ = {"SUNOTUI_BASE_URL": base_url, "SUNOTUI_TOKEN": token}
        print(json.dumps(asyncio.run(ours(Path(rest[0]), environ, int(rest[3])))))


if __name__ == "__main__":
    time.sleep(0.2)
    main()
