"""Runs named tasks in the background; those still running are cancelled when the program ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import ParamSpec

from sunotui.core.event_bus import EventBus
from sunotui.core.events import BackgroundTaskFailed
from sunotui.domain.errors import SunotuiError

P = ParamSpec("P")

_log = logging.getLogger(__name__)


class BackgroundTasks:
    """Runs background tasks; a failed one is logged and reported (T7)."""

    def __init__(self, events: EventBus) -> None:
        self._events = events
        self._running: set[asyncio.Task[None]] = set()
        self._brief: set[asyncio.Task[None]] = set()
        self._is_closed = False

    def start(self, name: str, work: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Start a task; does nothing after `close`."""
        self._start(name, lambda: work(*args, **kwargs), self._running)

    def start_brief(self, name: str, work: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Start a short task that only saves known data; `close` waits for it, so that a command that ends immediately
        does not lose the data."""
        self._start(name, lambda: work(*args, **kwargs), self._brief)

    def _start(self, name: str, work: Callable[[], Awaitable[object]], tasks: set[asyncio.Task[None]]) -> None:
        if self._is_closed:
            return
        task = asyncio.create_task(self._run(name, work), name=name)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def close(self) -> None:
        """Cancel the running tasks, but wait for the brief ones."""
        self._is_closed = True
        running = (*self._running, *self._brief)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _run(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except SunotuiError as error:
            _log.info("%s: %s", name, error.code)
        except Exception as error:  # noqa: BLE001 - no caller awaits it, so nothing else would report it
            _log.exception("%s: unexpected error: %s", name, type(error).__name__)
            self._events.publish(BackgroundTaskFailed(name, type(error).__name__))
