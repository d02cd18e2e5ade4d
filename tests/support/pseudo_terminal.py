"""A bare pseudo-terminal: every byte that was written, and the final settings of the line."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.support.text_screen import TextScreen
from tests.support.waiting import Message, until

_ESCAPE = "\x1b[27u"
"""The escape key as terminals with the kitty keyboard protocol send it."""
_SWITCHED_ON = re.compile(rb"\x1b\[\?(\d+)([hl])")
MODES = (b"1049", b"1000", b"1003", b"1006", b"2004")
"""The alternate screen, three mouse modes, bracketed paste."""


class PseudoTerminal:
    """Runs one program as the leader of its own session on its own terminal."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        columns: int = 120,
        rows: int = 40,
        ignores_hangup: bool = False,
        folder: Path | None = None,
    ) -> None:
        """`folder` is the working directory of the program; by default the one of the test."""
        self._master, line = pty.openpty()
        # The line stays open, so that its settings can be read after the program has ended.
        self._line: int | None = line
        self._size(columns, rows)
        self.settings = termios.tcgetattr(line)
        """The settings of the line before the program started."""
        self.written = bytearray()
        """Every byte that the program wrote."""
        self._screen = TextScreen(columns, rows)
        self._fed = 0
        # COLUMNS and LINES would take precedence over the terminal.
        strange = ("SUNOTUI_", "TMUX", "COLUMNS", "LINES")
        env = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
        usual = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        env.update({**usual, **environ})

        def take_the_line() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if ignores_hangup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)

        self.process = subprocess.Popen(
            command,
            stdin=line,
            stdout=line,
            stderr=line,
            env=env,
            cwd=folder,
            start_new_session=True,
            preexec_fn=take_the_line,
        )
        self._is_open = True
        self._reading = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while self._is_open:
            try:
                if self._has_output(100):
                    with self._reading:
                        self.written += os.read(self._master, 65_536)
            except OSError:
                return

    def _has_output(self, within_ms: int) -> bool:
        # Not `select.select`, which refuses descriptors from 1,024 on: a run of all tests may have as many.
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        return bool(poll.poll(within_ms))

    # --- input and output -------------------------------------------------------------------------------------------

    def type(self, text: str | bytes) -> None:
        """Type a text, or send the bytes of a key."""
        os.write(self._master, text.encode() if isinstance(text, str) else text)

    @property
    def screen(self) -> str:
        """The screen as text."""
        fresh = bytes(self.written[self._fed :])
        self._fed += len(fresh)
        self._screen.feed(fresh)
        return self._screen.text

    def wait_until(self, is_so: Callable[[], bool], what: Message) -> None:
        """Wait until a condition holds."""
        until(is_so, lambda: f"On the screen\n{self.screen}\n{what if isinstance(what, str) else what()}")

    def wait_for(self, words: str) -> None:
        """Wait for a text on the screen."""
        self.wait_until(lambda: words in self.screen, repr(words))

    def wait_quiet(self, quiet_s: float = 0.15, limit_s: float = 20.0) -> None:
        """Wait until nothing has been written for a while."""
        end = time.monotonic() + limit_s
        length, since = len(self.written), time.monotonic()
        while time.monotonic() - since < quiet_s and time.monotonic() < end:
            time.sleep(0.004)
            if len(self.written) != length:
                length, since = len(self.written), time.monotonic()

    def press(self, key: str | bytes, quiet_s: float = 0.012, answer_s: float = 0.2) -> None:
        """Send a key and wait until its output is drawn; a key without output takes `answer_s`."""
        length, end = len(self.written), time.monotonic() + answer_s
        # A single escape also begins other keys: a busy program reads it together with the next key, as alt and that
        # key.
        self.type(_ESCAPE if key in ("\x1b", b"\x1b") else key)
        while len(self.written) == length and time.monotonic() < end:
            time.sleep(0.003)
        self.wait_quiet(quiet_s)

    def resize(self, columns: int, rows: int) -> None:
        """Change the size; the system sends SIGWINCH."""
        self._screen.resize(columns, rows)
        self._size(columns, rows)

    def _size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    # --- the end -----------------------------------------------------------------------------------------------------

    def ended(self) -> int:
        """Wait for the end of the program; returns its exit code, negative for an unhandled signal."""
        self.wait_until(lambda: self.process.poll() is not None, "the end of the program")
        code = self.process.wait()
        until(self._is_all_read, "the last of what was written")
        self.wait_quiet(0.05, 2.0)
        return code

    def _is_all_read(self) -> bool:
        with self._reading:
            return not self._has_output(0)

    @property
    def is_restored(self) -> bool:
        """Whether the line has its original settings."""
        assert self._line is not None
        return termios.tcgetattr(self._line) == self.settings

    @property
    def left_on(self) -> list[bytes]:
        """The modes that were enabled and not disabled again."""
        return switched_on(bytes(self.written))

    @property
    def was_raw(self) -> bool:
        """Whether the program used the whole screen; otherwise a test of the restored modes proves nothing."""
        return b"\x1b[?1049h" in self.written

    def hang_up(self) -> None:
        """Close the terminal, as when its window is closed."""
        self._close_line()
        self._is_open = False
        self._reader.join()
        os.close(self._master)
        self._master = -1

    def close(self) -> None:
        """Terminate every process of the session."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._is_open = False
        self._reader.join()
        self._close_line()
        if self._master >= 0:
            os.close(self._master)

    def _close_line(self) -> None:
        if self._line is not None:
            os.close(self._line)
            self._line = None


@contextlib.contextmanager
def opened_screens(environ: Mapping[str, str], *shown: str) -> Iterator[PseudoTerminal]:
    """The screens, once they show some words; at the end they are quit."""
    terminal = PseudoTerminal(sunotui(), environ)
    try:
        for words in shown:
            terminal.wait_for(words)
        yield terminal
        terminal.type(b"\x11")
        assert terminal.ended() == 0
        assert terminal.is_restored
    finally:
        terminal.close()


def switched_on(written: bytes) -> list[bytes]:
    """The modes that these bytes leave enabled."""
    last = dict(_SWITCHED_ON.findall(written))
    found = [mode for mode in MODES if last.get(mode) == b"h"]
    found += [b"no cursor"] if last.get(b"25") == b"l" else []
    # The window's title is put on a stack and taken back.
    return [*found, b"title"] if written.count(b"\x1b[22;2t") > written.count(b"\x1b[23;2t") else found


def sunotui(*arguments: str) -> list[str]:
    """The command line that runs this checkout."""
    return [sys.executable, "-m", "sunotui", *arguments]


def places(folder: Path) -> dict[str, str]:
    """Environment variables for the folders of a test."""
    return {"SUNOTUI_DATA_DIR": str(folder / "data"), "SUNOTUI_CONFIG_DIR": str(folder / "config")}
