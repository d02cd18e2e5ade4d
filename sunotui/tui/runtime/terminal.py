"""The terminal as the system sees it: whether it is still there, and the signals that end the program."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, cast

_EXIT_CODES = {signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGINT: 130, signal.SIGQUIT: 131}
_INTERRUPTS = (signal.SIGINT, signal.SIGQUIT)
"""Signals of keys, which go to every program of the terminal's foreground."""

CHECK_EVERY_S = 1.0
"""How often it is looked whether the terminal is still there."""
_RESETS = (
    # The keyboard's own protocol, the mouse in all its ways, focus, pasting in brackets, sizes told, frames held back.
    "\x1b[<9u"
    + "".join(f"\x1b[?{mode}l" for mode in (1000, 1002, 1003, 1015, 1006, 1016, 1004, 2004, 2048, 2026))
    # The cursor, ordinary letters, lines that wrap.
    + "\x1b[?25h\x1b[0m\x1b(B\x1b[?7h"
)


def on_signals(leave: Callable[[int], object]) -> None:
    """Call `leave`, and nothing that was called before, with the shell's exit code for a signal that asks the program
    to end. None of them may do what it does by itself: that leaves the terminal raw (T5)."""
    loop = asyncio.get_running_loop()
    for caught, code in _EXIT_CODES.items():
        try:
            loop.add_signal_handler(caught, leave, code)
        except (NotImplementedError, RuntimeError, ValueError):
            # Such a loop, as in another thread than the first, has no signals to hear.
            return


def leave_waiting_on_signals(waiting: asyncio.Task[object]) -> None:
    """From now on a signal cancels `waiting`, the wait for answers after the screens are gone. A hangup does not: it
    often comes twice, and the answers are paid for."""
    on_signals(lambda code: None if code == _EXIT_CODES[signal.SIGHUP] else waiting.cancel())


@contextmanager
def interrupts_ignored() -> Iterator[None]:
    """Until the end of the block, SIGINT and SIGQUIT do nothing here, as their keys are another program's that has the
    terminal. A program started in the block handles them as usual, and other signals are handled after it.

    For the main thread only. They are caught and not ignored (SIG_IGN), which a started program would inherit; the
    event loop, which reads of every caught signal from the wakeup descriptor, never reads of these.
    """
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    wakeup = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    handlers = {caught: signal.signal(caught, lambda *_: None) for caught in _INTERRUPTS}
    try:
        yield
    finally:
        for caught, handler in handlers.items():
            signal.signal(caught, handler)
            signal.siginterrupt(caught, wakeup == -1)
        signal.set_wakeup_fd(wakeup)
        with reader, writer, suppress(BlockingIOError):
            others = bytes(number for number in reader.recv(4096) if number not in _INTERRUPTS)
            if wakeup != -1 and others:
                os.write(wakeup, others)


def is_there() -> bool:
    """Whether the program's input is a terminal."""
    return sys.__stdin__ is not None and sys.__stdin__.isatty()


def is_gone() -> bool:
    """Whether the terminal hung up, so that it will never answer again."""
    if sys.__stdin__ is None:
        return True
    try:
        poll = select.poll()
        poll.register(sys.__stdin__.fileno(), select.POLLHUP)
        return any(flags & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, flags in poll.poll(0))
    except (OSError, ValueError):
        return True


class LastingOutput:
    """The output of a terminal; when that is gone, what is written is dropped.

    Textual writes from a thread, which the error would end, and the screens would wait for that thread for ever, with
    an answer under way that is paid for (T6).
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write it while there is somebody to read it."""
        try:
            return self._file.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        """Send what was written, to whom it may concern."""
        try:
            self._file.flush()
        except OSError:
            pass

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextmanager
def output_that_lasts() -> Iterator[None]:
    """Until the end of the block, the screens write to an output that outlives its terminal."""
    before = sys.__stderr__
    if before is not None:
        sys.__stderr__ = cast(Any, LastingOutput(before))  # type: ignore[misc]
    try:
        yield
    finally:
        sys.__stderr__ = before  # type: ignore[misc]


def name() -> str:
    """The system's name of the terminal, such as /dev/pts/3; empty where it has none."""
    try:
        return os.ttyname(0)
    except OSError:
        return ""


def take_back() -> None:
    """Undo what a sunotui that was killed left of the terminal: nothing in a process helps against SIGKILL (T5).

    The alternate screen is left as it is: this run is about to use it and goes back from it when it ends, to what was
    on the ordinary one before. Leaving it twice would move the cursor of a terminal that was reset by hand.
    """
    try:
        line = termios.tcgetattr(0)
        if not line[3] & termios.ICANON:
            # No shell has mended it meanwhile. These are what Textual takes away.
            line[0] |= termios.ICRNL | termios.IXON
            line[3] |= termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN
            termios.tcsetattr(0, termios.TCSANOW, line)
        os.write(1, _RESETS.encode())
    except (OSError, termios.error):
        # What cannot be set is no reason not to start.
        return
