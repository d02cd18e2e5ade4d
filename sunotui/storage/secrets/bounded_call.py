"""Questions to something that may never answer, such as a keyring whose password prompt nobody sees."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class BoundedCall:
    """Asks one question at a time, each on a daemon thread, which a program that ends need not wait for."""

    def __init__(self, limit_s: float) -> None:
        """`limit_s`: seconds after which a question is given up."""
        self._limit_s = limit_s
        self._turn = threading.Lock()

    def ask(self, question: Callable[[], T]) -> T:
        """What `question` returns or raises. Raises TimeoutError after the limit."""
        future = self._begin(question)
        try:
            return future.result(self._limit_s)
        except TimeoutError:
            # One that still waits for its turn is not asked any more, so that nothing is stored behind one's back.
            future.cancel()
            raise

    async def ask_async(self, question: Callable[[], T]) -> T:
        """The same without holding the event loop."""
        return await asyncio.wait_for(asyncio.wrap_future(self._begin(question)), self._limit_s)

    def _begin(self, question: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()

        def work() -> None:
            with self._turn:
                if not future.set_running_or_notify_cancel():
                    return
                try:
                    answer = question()
                except BaseException as error:  # noqa: BLE001 - carried to whoever asked
                    future.set_exception(error)
                else:
                    future.set_result(answer)

        threading.Thread(target=work, name="keyring", daemon=True).start()
        return future
