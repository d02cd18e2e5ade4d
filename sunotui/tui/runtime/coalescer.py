"""Combines many requests for the same work: one run in progress, and one more for everything requested since."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

APART_S = 1 / 30
"""Seconds between the starts of two runs, unless one is urgent: a thousand changes a second are drawn thirty times."""


class Coalescer:
    """Combines requests; the owner starts `run` in a worker when `ask` returns True."""

    def __init__(self, work: Callable[[], Awaitable[None]]) -> None:
        self._work = work
        self._is_running = False
        self._is_wanted = False
        self._is_urgent = asyncio.Event()
        self._is_settled = asyncio.Event()
        self._is_settled.set()
        self._run_ended = asyncio.Event()
        """Set for a moment at the end of each run."""

    def ask(self, *, is_urgent: bool = False) -> bool:
        """Request the work, or another run if one is in progress; True when `run` must be started. An urgent run, which
        a user waits for, starts as soon as the one in progress has ended."""
        self._is_wanted = True
        self._is_settled.clear()
        if is_urgent:
            self._is_urgent.set()
        if self._is_running:
            return False
        self._is_running = True
        return True

    async def run(self) -> None:
        """Do the work until no request is left. Raises whatever the work raises."""
        try:
            while self._is_wanted:
                self._is_wanted = False
                self._is_urgent.clear()
                started_at = time.monotonic()
                await self._work()
                self._let_others_continue()
                if self._is_wanted:
                    await self._pause(started_at + APART_S - time.monotonic())
        finally:
            self._is_running = self._is_wanted = False
            self._is_settled.set()
            self._let_others_continue()

    def _let_others_continue(self) -> None:
        self._run_ended.set()
        self._run_ended.clear()

    async def run_ended(self) -> bool:
        """Wait until one run has ended, whatever is requested in the meantime. False if nothing is requested or in
        progress."""
        return self._is_running and await self._run_ended.wait()

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._is_urgent.wait()
        except TimeoutError:
            pass

    async def catch_up(self) -> None:
        """Wait until all requested work is done."""
        await self._is_settled.wait()
