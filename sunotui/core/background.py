"""Small work in the background that nobody waits for: named, kept until it is done, given up at the close."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import ParamSpec

from sunotui.core.event_bus import EventBus
from sunotui.domain.errors import SunotuiError

P = ParamSpec("P")

_log = logging.getLogger(__name__)


class BackgroundTasks:
    """Runs them. One that fails is in the log, is told, and disturbs nobody (T7)."""

    def __init__(self, news: EventBus) -> None:
        self._news = news
        self._running: set[asyncio.Task[None]] = set()
        self._brief: set[asyncio.Task[None]] = set()
        self._is_closed = False

    def start(self, name: str, work: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Begin an errand; after `close` nothing is begun any more."""
        self._start(name, lambda: work(*args, **kwargs), self._running)

    def start_brief(self, name: str, work: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Begin one that only writes down what is known already: a command that ends at once must not lose it."""
        self._start(name, lambda: work(*args, **kwargs), self._brief)

    def _start(self, name: str, work: Callable[[], Awaitable[object]], kept: set[asyncio.Task[None]]) -> None:
        if self._is_closed:
            return
        errand = asyncio.create_task(self._carefully(name, work), name=name)
        kept.add(errand)
        errand.add_done_callback(kept.discard)

    async def close(self) -> None:
        """Give up what is still running, but for the brief ones, which are waited for."""
        self._is_closed = True
        running = (*self._running, *self._brief)
        for errand in self._running:
            errand.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _carefully(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except SunotuiError as trouble:
            _log.info("%s: %s", name, trouble.code)
        except Exception as error:  # noqa: BLE001 - nobody waits for it, so nobody else would tell
            _log.exception("%s: unexpected error: %s", name, type(error).__name__)
            from sunotui.core.events import BackgroundTaskFailed

            self._news.publish(BackgroundTaskFailed(name, type(error).__name__))
