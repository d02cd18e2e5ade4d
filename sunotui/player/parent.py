"""Ends this process together with the app, also when the app is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int | None) -> None:
    """On Linux, let the kernel kill this process when the thread that started it ends; a stopped process ends, too.

    `parent` is the process id of the app. Exits at once if that has already ended.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        # It ended before the kernel was told. Elsewhere, end of file on standard input says so.
        os._exit(0)


def ignore_interrupts() -> None:
    """Ctrl+C in the terminal is a key of the app, which decides what ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
