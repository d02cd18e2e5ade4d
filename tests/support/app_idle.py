"""Whether an app under test is idle, judged by its event loop and not by processor time. Textual's pilot considers a
process idle if it used little processor time for a moment. On a busy machine that is also true of a process that is not
scheduled, and then the next key comes too early.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual._context import active_app

from sunotui.storage.worker import StorageThread
from sunotui.tui.base import BaseApp
from tests.support.waiting import HANG_S

SOON_S = 0.02
"""Timers that are due within this time, in seconds, are waited for: Textual draws with one of 1/60 s."""
_MOST_ROUNDS = 2_000
"""The maximum number of rounds of the loop: a task that waits in the same way keeps it busy forever."""
_MOST_TIMERS = 5
"""The limit for timers, which may repeat as long as the app runs."""
_LOOK_S = 0.001
_HELD_S = HANG_S / 50
"""Work of another thread that takes longer is blocked by its test on purpose and no longer waited for."""


class Elsewhere:
    """Tracks work on other threads that tasks of the loop wait for."""

    def __init__(self) -> None:
        self._open: set[object] = set()
        self._held: set[object] = set()

    async def wait(self, work: Awaitable[Any]) -> Any:
        """Await the result of the work, which counts as open until the loop has the result."""
        entry = object()
        self._open.add(entry)
        try:
            return await work
        finally:
            self._open.discard(entry)
            self._held.discard(entry)

    async def until_done(self) -> bool:
        """Wait for open work; returns whether there was any."""
        if not self._open - self._held:
            return False
        for _ in range(int(_HELD_S / _LOOK_S)):
            await asyncio.sleep(_LOOK_S)
            if not self._open - self._held:
                return True
        self._held |= self._open
        return True


async def until_idle(elsewhere: Elsewhere) -> None:
    """Wait until no callback is ready, no other thread works for the loop and no timer is about to fire."""
    loop: Any = asyncio.get_running_loop()
    timers = 0
    for _ in range(_MOST_ROUNDS):
        await asyncio.sleep(0)
        if loop._ready or await elsewhere.until_done():
            continue
        next_s = min((timer.when() - loop.time() for timer in loop._scheduled if not timer.cancelled()), default=HANG_S)
        if next_s > SOON_S or timers == _MOST_TIMERS:
            return
        timers += 1
        await asyncio.sleep(max(0.0, next_s))


def judge_idle_by_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the pilot wait until the loop is idle."""
    elsewhere = Elsewhere()
    result_of, to_thread = StorageThread.result_of, asyncio.to_thread

    held: set[BaseApp] = set()

    async def wait_for_idle(min_sleep: float = 0.0, max_sleep: float = 0.0) -> None:
        await until_idle(elsewhere)
        app = active_app.get(None)
        if isinstance(app, BaseApp) and app not in held:
            for _ in range(int(_HELD_S / SOON_S)):
                if not app.key_queue.is_busy:
                    return
                await asyncio.sleep(SOON_S)
                await until_idle(elsewhere)
            # Its test keeps a screen from taking keys.
            held.add(app)

    def counted(work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        return lambda *arguments, **named: elsewhere.wait(work(*arguments, **named))

    monkeypatch.setattr("textual.app.wait_for_idle", wait_for_idle)
    monkeypatch.setattr("textual.pilot.wait_for_idle", wait_for_idle)
    monkeypatch.setattr(StorageThread, "result_of", lambda storage, begun: elsewhere.wait(result_of(storage, begun)))
    monkeypatch.setattr(asyncio, "to_thread", counted(to_thread))
