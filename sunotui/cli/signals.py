"""Signals that ask a command to end: it unwinds as on Ctrl+C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""The signals, besides that of Ctrl+C, that ask a command to end."""


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Until the end of the block, the signals in ENDING raise SystemExit with the shell's exit code for that signal.

    So helper programs are ended, no half file is left, and a terminal that was asked for a token echoes again. A signal
    that is ignored, as SIGHUP is under nohup, stays so. Outside the main thread, where Python takes no handlers,
    nothing changes.
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
