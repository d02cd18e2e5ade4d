"""Faults of tasks and threads that nobody waits for: in the log and told, and the program goes on (T7)."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_log = logging.getLogger(__name__)


def internal_error(error: str, where: str) -> str:
    """The sentence for a fault of the program that it survives."""
    return f"Something went wrong inside sunotui ({error} in {where}); it goes on. The log has more."


@contextmanager
def unhandled_errors_reported(tell: Callable[[str], object]) -> Iterator[None]:
    """Until the end of the block, log what nobody catches in this loop and in any thread, and `tell` it in a sentence.

    The error's own text is left out of both: it may quote a header or a prompt (K1).
    """
    loop = asyncio.get_running_loop()

    def note(where: str, error: BaseException) -> None:
        _log.error("%s: unexpected error: %s", where, type(error).__name__, exc_info=error)
        tell(internal_error(type(error).__name__, where))

    def in_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            task = context.get("future") or context.get("task")
            note(task.get_name() if isinstance(task, asyncio.Task) else "the loop", error)
        else:
            _log.warning("the loop complains: %s", context.get("message", ""))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not loop.is_closed():
            name = args.thread.name if args.thread is not None else "a thread"
            loop.call_soon_threadsafe(note, name, args.exc_value)

    before = threading.excepthook
    loop.set_exception_handler(in_loop)
    threading.excepthook = in_thread
    try:
        yield
    finally:
        threading.excepthook = before
        loop.set_exception_handler(None)
