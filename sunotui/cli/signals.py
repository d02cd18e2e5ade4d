"""Handles termination signals: a command unwinds as on Ctrl+C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""The termination signals, other than that of Ctrl+C."""


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """In this context, the signals in ENDING raise SystemExit with the shell's exit code for that signal, so that
    helper programs are terminated, no partial file is left, and the terminal's echo is restored after a token prompt.
    An ignored signal, such as SIGHUP under nohup, stays ignored. Outside the main thread, where Python allows no
    handlers, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in ENDING}
    for number, handler in before.items():
        if handler == signal.SIG_DFL:
            signal.signal(number, end_command)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_command(number: int, _frame: object) -> NoReturn:
    """The handler of these signals."""
    raise SystemExit(128 + number)
