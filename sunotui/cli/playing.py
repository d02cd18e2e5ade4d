"""Plays in the foreground until the queue has ended: handles keys, and shows a progress line or prints documents."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from rich.cells import cell_len

from sunotui.cli.exits.exit_codes import DONE, GATEWAY
from sunotui.cli.output.streams import OutputUnwritable
from sunotui.cli.output.text import fit, length, one_line_json, say, terminal_width
from sunotui.core.core import Core
from sunotui.core.documents.json_documents import playback_document
from sunotui.core.events import Event, PlaybackChanged
from sunotui.domain.errors import SunotuiError
from sunotui.domain.playback import PlaybackStatus, PlayState, RepeatMode, clock_text
from sunotui.domain.text import clean

VOLUME_STEP = 5
_PAUSE_BEFORE_STOP_S = 0.1
"""Seconds between pausing and stopping the process on ctrl+z, so that the player receives the pause."""
_BAR, _LEAST_BAR = 24, 4
"""The most and the fewest cells of the bar; with less room, the bar is left out."""
_KEYS_HINT = "space pause · ← → seek · ↑ ↓ volume · m mute · n p next, previous · q quit"
_WIDEST = 100
"""The maximum width of the progress line in cells."""
_SIGNS = {
    PlayState.PLAYING: "▶",
    PlayState.PAUSED: "‖",
    PlayState.LOADING: "…",
    PlayState.WAITING: "…",
    PlayState.AWAITED: "…",
    PlayState.STOPPED: "■",
}


class TerminalPlayback:
    """Follows what plays until the queue has ended or the user quits."""

    def __init__(self, core: Core, *, as_json: bool) -> None:
        self._core = core
        self._playback = core.services.playback
        self._as_json = as_json
        self._has_line = not as_json and sys.stderr.isatty()
        """Whether a progress line is shown, which the next one overwrites."""
        self._shown: PlaybackStatus | None = None
        self._has_keys = False
        self._is_silent = False
        """Whether there is no sound output at all."""
        self._has_begun = False
        self._failures: set[int] = set()
        """The positions in the queue of the takes that could not be played."""
        self._ended = asyncio.Event()
        self._unwritable: BrokenPipeError | OutputUnwritable | None = None
        """Why no more documents can be printed."""
        self._keys: dict[str, Callable[[], None]] = {
            " ": self._playback.toggle,
            "\x1b[D": lambda: self._playback.seek_by(-core.settings.player.seek_s),
            "\x1b[C": lambda: self._playback.seek_by(core.settings.player.seek_s),
            "\x1b[A": lambda: self._playback.change_volume(VOLUME_STEP),
            "\x1b[B": lambda: self._playback.change_volume(-VOLUME_STEP),
            "m": self._playback.toggle_mute,
            "n": self._next,
            "p": self._playback.previous,
            "q": self._ended.set,
            "\x04": self._ended.set,
        }

    @contextmanager
    def followed(self) -> Iterator[None]:
        """In this context, what plays is shown; begin to play in it."""
        unsubscribe = self._core.events.subscribe(self._on_event)
        try:
            with _keys_read(self._on_input, self._playback.pause) as has_keys:
                self._has_keys = has_keys
                if has_keys and self._has_line:
                    say(_KEYS_HINT)
                yield
        finally:
            unsubscribe()
            self._erase()

    async def until_ended(self) -> int:
        """Wait for the end; returns the exit code. Prints why takes could not be played. Raises BrokenPipeError and
        OutputUnwritable."""
        self._on_status(self._playback.status)
        if self._has_begun:
            try:
                await self._ended.wait()
            except asyncio.CancelledError:
                # A signal ends the command; unless the output is closed, its reader sees the end.
                with suppress(OSError):
                    self._print_end()
                raise
        if self._unwritable is not None:
            raise self._unwritable
        if not self._has_begun:
            return GATEWAY
        self._print_end()
        if self._is_silent:
            await self._hand_over()
        return GATEWAY if self._failures else DONE

    def _on_input(self, text: str) -> None:
        for key, action in self._keys.items():
            # Several presses may arrive at once; those of other keys are ignored.
            for _ in range(text.count(key)):
                action()

    def _on_event(self, event: Event) -> None:
        if not isinstance(event, PlaybackChanged) or self._unwritable is not None:
            return
        try:
            self._on_status(event.status)
        except (BrokenPipeError, OutputUnwritable) as error:
            # The event bus would suppress it, and playback would continue without output.
            self._unwritable = error
            self._ended.set()

    def _on_status(self, status: PlaybackStatus) -> None:
        before, self._shown = self._shown, status
        if status.problem and (before is None or status.problem != before.problem):
            self._erase()
            say(status.problem)
        if (change := what_changed(before, status)) and not self._ended.is_set():
            self._print_document(status, change)
            self._show(status, change)
        if status.problem and status.backend and not status.output:
            # Nothing can be heard here: waiting for another output would only delay the message that helps.
            self._is_silent = self._has_begun = True
            self._failures.add(status.index)
            self._ended.set()
        elif status.state.is_active:
            self._has_begun = True
        elif status.state is PlayState.PAUSED:
            if status.problem and not self._has_keys:
                # It paused without a command, and the user has no keys to resume it.
                self._failures.add(status.index)
                self._ended.set()
        elif self._has_begun:
            # The queue publishes an end in several steps; the last one counts.
            asyncio.get_running_loop().call_soon(self._resume_or_end)

    def _resume_or_end(self) -> None:
        """Playback has stopped: at the end of the queue, or because a take could not be played."""
        status = self._playback.status
        if status.state is not PlayState.STOPPED or self._ended.is_set():
            return
        has_failed = bool(status.problem) and status.index not in self._failures
        if has_failed:
            self._failures.add(status.index)
        if has_failed and status.index + 1 < len(status.queue):
            self._playback.jump(status.index + 1)
        else:
            self._ended.set()

    async def _hand_over(self) -> None:
        """Print how another program plays the take, on this computer or another one."""
        entry = self._playback.status.entry
        try:
            line = "" if entry is None else await self._playback.hand_over(entry.ref)
        except SunotuiError:
            # The error only says why there is no link to hand over.
            return
        if line:
            self._erase()
            say(f"Where there is sound, this plays it: {line}")

    def _next(self) -> None:
        status = self._playback.status
        if status.index + 1 < len(status.queue) or status.repeat is RepeatMode.ALL:
            self._playback.next()
        else:
            self._ended.set()

    # --- output ------------------------------------------------------------------------------------------------------

    def _print_document(self, status: PlaybackStatus, change: str) -> None:
        if self._as_json:
            print(one_line_json(playback_document(status, change)), flush=True)

    def _print_end(self) -> None:
        # The user or a signal may end the command while it still plays.
        self._print_document(replace(self._playback.status, state=PlayState.STOPPED), "end")

    def _show(self, status: PlaybackStatus, change: str) -> None:
        if self._has_line:
            # A line that wraps could not be overwritten.
            width = min(_WIDEST, (terminal_width(sys.stderr) or _WIDEST + 1) - 1)
            print("\r\x1b[K" + fit(progress_line(status, width), width).rstrip(), end="", file=sys.stderr, flush=True)
        elif change == "take" and not self._as_json and status.entry is not None:
            duration = f" ({length(status.length_s)})" if length(status.length_s) else ""
            say(f"{status.entry.title or 'untitled'}, take {status.entry.take}{duration}")

    def _erase(self) -> None:
        if self._has_line:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def what_changed(before: PlaybackStatus | None, status: PlaybackStatus) -> str:
    """The name of the change in the document of `play --json`; empty for a change that it does not show."""
    if before is None or before.entry != status.entry:
        return "take" if status.entry is not None else ""
    if before.state is not status.state:
        return "state"
    if before.problem != status.problem:
        return "problem"
    if before.position_s != status.position_s:
        return "position"
    return "" if replace(before, queue=()) == replace(status, queue=()) else "settings"


def progress_line(status: PlaybackStatus, width: int = _WIDEST) -> str:
    """What plays, such as "▶ Harbour · take 1 · 1:02 / 3:45 ━━━━━━━───── · 80 % · 2 of 5". The bar gets the cells of
    `width` that the text leaves."""
    entry = status.entry
    if entry is None:
        return ""
    times = clock_text(status.position_s)
    times += f" / {length(status.length_s)}" if status.length_s else ""
    before = f"{_SIGNS[status.state]} {clean(entry.title, 40) or 'untitled'} · take {entry.take} · {times}"
    words = ["live"] if status.is_live else []
    words.append("muted" if status.is_muted else f"{status.volume} %")
    words += [f"{status.index + 1} of {len(status.queue)}"] if len(status.queue) > 1 else []
    after = "".join(f" · {word}" for word in words)
    cells = min(_BAR, width - cell_len(before) - cell_len(after) - 1)
    if status.length_s and cells >= _LEAST_BAR:
        full = int(min(1.0, status.position_s / status.length_s) * cells)
        before += f" {'━' * full}{'─' * (cells - full)}"
    return before + after


@contextmanager
def _keys_read(on_input: Callable[[str], None], pause: Callable[[], None]) -> Iterator[bool]:
    """In this context, pass on what is typed on the terminal, if there is one and this program is in its foreground,
    which the value says. On ctrl+z, `pause` is called before the program stops."""
    terminal = _terminal()
    if terminal is None:
        yield False
        return
    loop = asyncio.get_running_loop()
    settings = termios.tcgetattr(terminal)

    def read() -> None:
        with suppress(OSError):
            if typed := os.read(terminal, 1024):
                on_input(typed.decode("ascii", "ignore"))
                return
        loop.remove_reader(terminal)

    def stop() -> None:
        _set(terminal, settings)
        os.kill(os.getpid(), signal.SIGSTOP)
        # Execution continues here after fg.
        if _has_foreground(terminal):
            tty.setcbreak(terminal, termios.TCSANOW)

    def on_stop() -> None:
        pause()
        loop.call_later(_PAUSE_BEFORE_STOP_S, stop)

    tty.setcbreak(terminal, termios.TCSANOW)
    loop.add_reader(terminal, read)
    loop.add_signal_handler(signal.SIGTSTP, on_stop)
    try:
        yield True
    finally:
        loop.remove_signal_handler(signal.SIGTSTP)
        loop.remove_reader(terminal)
        _set(terminal, settings)
        os.close(terminal)


def _set(terminal: int, settings: list[object]) -> None:
    # The terminal may be gone.
    with suppress(termios.error):
        termios.tcsetattr(terminal, termios.TCSADRAIN, settings)  # type: ignore[arg-type]


def _terminal() -> int | None:
    """A descriptor of the terminal, also when ids come from standard input; None without one, for a program in the
    background, and if standard error goes elsewhere, so that the effect of keys is not visible."""
    if not sys.stderr.isatty():
        return None
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return None
    if _has_foreground(terminal):
        return terminal
    os.close(terminal)
    return None


def _has_foreground(terminal: int) -> bool:
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
