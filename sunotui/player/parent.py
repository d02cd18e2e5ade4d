"""Ends this process together with the app, and its children together with this process, also when one is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int | None) -> None:
    """On Linux, let the kernel kill this process when the thread that started it ends; a stopped process ends, too.

    `parent` is the process id of the app. Exits at once if that has already ended.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        # It ended before the request reached the kernel. On other systems, end of file on standard input shows that.
        os._exit(0)


def end_child_with_us() -> Callable[[], None] | None:
    """A function for `preexec_fn` that makes the kernel kill the new child when the thread that started it ends; a
    stopped child ends, too. None on systems other than Linux, which do not support this.
    """
    if sys.platform != "linux":
        return None
    # Looked up here, to do as little as possible between fork and exec.
    prctl, us = ctypes.CDLL(None).prctl, os.getpid()

    def end_with_us() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != us:
            os._exit(1)

    return end_with_us


def ignore_interrupts() -> None:
    """Ignore SIGINT: Ctrl+C in the terminal is a key of the app, which decides what ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
