"""Calls functions that may never return, such as those of a keyring that waits for a password prompt."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class BoundedCall:
    """Runs one function at a time, each on a daemon thread, so that the program can exit without waiting for it."""

    def __init__(self, limit_s: float) -> None:
        """`limit_s` is how many seconds a call may take."""
        self._limit_s = limit_s
        self._lock = threading.Lock()

    def call(self, fn: Callable[[], T]) -> T:
        """Call `fn` and return its result. Raises what `fn` raises, and TimeoutError after the limit."""
        future = self._start(fn)
        try:
            return future.result(self._limit_s)
        except TimeoutError:
            # A call that is still waiting for the lock is dropped, so that it stores nothing later.
            future.cancel()
            raise

    async def call_async(self, fn: Callable[[], T]) -> T:
        """Call `fn` without blocking the event loop and return its result. Raises what `fn` raises, and TimeoutError
        after the limit."""
        return await asyncio.wait_for(asyncio.wrap_future(self._start(fn)), self._limit_s)

    def _start(self, fn: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()

        def work() -> None:
            with self._lock:
                if not future.set_running_or_notify_cancel():
                    return
                try:
                    result = fn()
                except BaseException as error:  # noqa: BLE001 - passed on to the caller
                    future.set_exception(error)
                else:
                    future.set_result(result)

        threading.Thread(target=work, name="keyring", daemon=True).start()
        return future
