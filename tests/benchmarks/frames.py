"""The frames of an app that runs without a terminal: rendered to text anyway, and timed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from textual._compositor import CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.screen import Screen

LIMIT_S = 10.0


class Frames:
    """Renders every frame of an app to text, as for a terminal, and records when it was done."""

    def __init__(self, app: App[Any]) -> None:
        self.painted_at = self.painted_used = 0.0
        """When the last frame was done, and the processor time of the process until then."""
        self.layouts = 0
        """The number of frames that were written as a whole, after a layout."""
        self.text = ""
        self._app = app
        self._drawn = asyncio.Event()
        app._display = self._display  # type: ignore[method-assign]

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.text += renderable.render_segments(self._app.console)
            self.painted_at, self.painted_used = time.perf_counter(), time.process_time()
            self.layouts += isinstance(renderable, LayoutUpdate)
            self._drawn.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Let the app run until a condition holds after a frame. Raises TimeoutError."""
        async with asyncio.timeout(LIMIT_S):
            while not is_so():
                self._drawn.clear()
                await self._drawn.wait()
