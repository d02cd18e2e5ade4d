"""The frames of an app that runs without a terminal: rendered to text anyway, and timed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from textual._compositor import CompositorUpdate
from textual.app import App
from textual.screen import Screen

LIMIT_S = 10.0


class Frames:
    """Renders every frame of an app to text, as for a terminal, and records when it was done."""

    def __init__(self, app: App[Any]) -> None:
        self.painted_at = 0.0
        self.text = ""
        self._app = app
        app._display = self._display  # type: ignore[method-assign]

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.text += renderable.render_segments(self._app.console)
            self.painted_at = time.perf_counter()


async def until(is_so: Callable[[], bool]) -> None:
    """Let the app run until a condition holds. Raises TimeoutError."""
    limit = time.monotonic() + LIMIT_S
    while not is_so():
        if time.monotonic() > limit:
            raise TimeoutError("it did not come to the screen")
        await asyncio.sleep(0.0002)
