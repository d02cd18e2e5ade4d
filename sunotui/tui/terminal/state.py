"""The state of the terminal, and the signals that end the program."""

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
from types import FrameType
from typing import Any, TextIO, cast

_EXIT_CODES = {signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGINT: 130, signal.SIGQUIT: 131}
_INTERRUPTS = (signal.SIGINT, signal.SIGQUIT)
"""Signals from keys, which are sent to the terminal's whole foreground process group."""

CHECK_EVERY_S = 1.0
"""Seconds between two checks whether the terminal still exists."""
_RESETS = (
    # Keyboard protocol, mouse modes, focus events, bracketed paste, size reports, synchronized output.
    "\x1b[<9u"
    + "".join(f"\x1b[?{mode}l" for mode in (1000, 1002, 1003, 1015, 1006, 1016, 1004, 2004, 2048, 2026))
    # The window's title; nothing happens if no title was kept.
    + "\x1b[23;2t"
    # Cursor, text style, character set, line wrap.
    + "\x1b[?25h\x1b[0m\x1b(B\x1b[?7h"
)


def on_signals(leave: Callable[[int], object]) -> None:
    """Call `leave` with the shell's exit code when a signal asks the program to end; it replaces any earlier handler.
    The default action of such a signal would leave the terminal in raw mode (T5)."""
    loop = asyncio.get_running_loop()
    for caught, code in _EXIT_CODES.items():
        try:
            loop.add_signal_handler(caught, leave, code)
        except (NotImplementedError, RuntimeError, ValueError):
            # A loop outside the main thread cannot handle signals.
            return


def leave_waiting_on_signals(waiting: asyncio.Task[object]) -> None:
    """Let signals cancel `waiting`, the wait for responses after the screens are closed. A hangup does not cancel it:
    it often arrives twice, and the responses are paid for."""
    on_signals(lambda code: None if code == _EXIT_CODES[signal.SIGHUP] else waiting.cancel())


def resume_after_suspension_only() -> None:
    """Make SIGCONT start the screens again only if SIGTSTP has stopped them before.

    A terminal that hangs up sends SIGCONT after SIGHUP. Textual's handler would then start a second thread that reads
    the terminal, also while the program ends, and nothing would stop that thread (T6). A driver without a terminal
    handles neither signal, and nothing changes.
    """
    suspend, resume = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)
    if not callable(suspend) or not callable(resume):
        return
    is_suspended = False

    def on_stop(number: int, frame: FrameType | None) -> None:
        nonlocal is_suspended
        is_suspended = True
        # It stops the process and returns when the process continues.
        suspend(number, frame)

    def on_continue(number: int, frame: FrameType | None) -> None:
        nonlocal is_suspended
        if is_suspended:
            is_suspended = False
            resume(number, frame)

    signal.signal(signal.SIGTSTP, on_stop)
    signal.signal(signal.SIGCONT, on_continue)


@contextmanager
def interrupts_ignored() -> Iterator[None]:
    """In this context, ignore SIGINT and SIGQUIT, since their keys are meant for another program that uses the
    terminal. A program started in it handles them as usual; other signals are handled afterwards.

    For the main thread only. The signals have an empty handler instead of SIG_IGN, which a started program would
    inherit; they are removed from the wakeup descriptor, from which the event loop reads all caught signals.
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
    """Whether the terminal hung up, so that it will never respond again."""
    if sys.__stdin__ is None:
        return True
    try:
        poll = select.poll()
        poll.register(sys.__stdin__.fileno(), select.POLLHUP)
        return any(flags & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, flags in poll.poll(0))
    except (OSError, ValueError):
        return True


class TolerantOutput:
    """The output to a terminal; after the terminal is gone, everything written is dropped.

    Textual writes from a thread. An error would end it, and the screens would wait for it forever while a paid
    response is on its way (T6).
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write the text if the terminal still exists."""
        try:
            return self._file.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        """Flush the output if the terminal still exists."""
        try:
            self._file.flush()
        except OSError:
            pass

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextmanager
def tolerant_output() -> Iterator[None]:
    """In this context, the screens write to a TolerantOutput."""
    before = sys.__stderr__
    if before is not None:
        sys.__stderr__ = cast(Any, TolerantOutput(before))  # type: ignore[misc]
    try:
        yield
    finally:
        sys.__stderr__ = before  # type: ignore[misc]


def name() -> str:
    """The device name of the terminal, such as /dev/pts/3; empty without one."""
    try:
        return os.ttyname(0)
    except OSError:
        return ""


def reset() -> None:
    """Reset the terminal after a sunotui process was killed: a process cannot clean up after SIGKILL (T5).

    The alternate screen is not closed: this run is about to use it, and closes it at its end. Closing it twice would
    move the cursor of a terminal that was reset by hand.
    """
    try:
        line = termios.tcgetattr(0)
        if not line[3] & termios.ICANON:
            # No shell has restored the settings in the meantime. Textual removes these flags.
            line[0] |= termios.ICRNL | termios.IXON
            line[3] |= termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN
            termios.tcsetattr(0, termios.TCSANOW, line)
        os.write(1, _RESETS.encode())
    except (OSError, termios.error):
        # Start even if the terminal cannot be reset.
        return
