"""A real terminal for tests: tmux runs the program, takes keys, and shows the screen and the clipboard."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from tests.support.canary import CANARY
from tests.support.paths import ROOT
from tests.support.stalls import VARIABLE, stalls_file
from tests.support.token_watch import TokenWatch
from tests.support.waiting import until

MODULE = "tests.support.watched_sunotui"
PROGRAM = f"{sys.executable} -m {MODULE}"
"""The program with the watchdog that times the callbacks of the UI thread."""
_COPIES = re.compile(rb"\x1b]52;c;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\\\)")


def need_tmux() -> None:
    """Skip if there is no tmux; in CI it must be installed."""
    if shutil.which("tmux") is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no tmux")
        pytest.skip("tmux is not installed")


class Terminal:
    """One tmux server with one window; `close` ends it. The token of its program is the canary."""

    watch: ClassVar[TokenWatch | None] = None
    """Searches the output and child processes of programs for the token, in all terminals of the test."""

    def __init__(self, folder: Path, columns: int = 120, rows: int = 40) -> None:
        self._socket = f"sunotui-test-{uuid.uuid4().hex[:12]}"
        self._folder = folder
        self._columns, self._rows = columns, rows
        self.output = folder / "terminal.bytes"

    def run(self, arguments: str, environ: dict[str, str]) -> None:
        """Start `sunotui` with these arguments; its whole output is in `output`. It cannot detect tmux, so that it
        copies through the terminal only.
        """
        self._open(f"env -u TMUX {PROGRAM} {arguments}; echo ended:$?; sleep 600", environ)

    def run_in_shell(self, arguments: str, environ: dict[str, str]) -> None:
        """Start it as a job of an interactive shell, which can be stopped and continued."""
        self._open("bash --norc --noprofile -i", environ)
        self.wait_for("bash-")
        self.run_again(arguments)

    def run_again(self, arguments: str) -> None:
        """Run it again in the same shell."""
        self.type(f"{PROGRAM} {arguments}; echo ended:$?")
        self.keys("Enter")

    def ask(self, form: str) -> str:
        """A format variable of tmux for the window."""
        return self._tmux("display-message", "-p", form).strip()

    @property
    def program(self) -> int:
        """The process id of the program."""
        pane = self._tmux("display-message", "-p", "#{pane_pid}").strip()
        done = subprocess.run(["pgrep", "-P", pane], capture_output=True, text=True, check=True)
        return int(done.stdout.split()[0])

    def _open(self, command: str, environ: dict[str, str]) -> None:
        # COLUMNS and LINES, which a test worker has, would take precedence over the terminal.
        strange = ("SUNOTUI_", "COLUMNS", "LINES")
        env = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
        env.update(SUNOTUI_TOKEN=CANARY, TERM="xterm-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8")
        for name in ("HOME", "TMPDIR"):
            # Then files that it leaves anywhere are found, too.
            (self._folder / name.lower()).mkdir(exist_ok=True)
            env[name] = str(self._folder / name.lower())
        env[VARIABLE] = str(stalls_file(self._folder))
        # From any working directory of the tests.
        env["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [env.get("PYTHONPATH")])])
        env.update(environ)
        self._tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", str(self._columns), "-y", str(self._rows), command, env=env
        )
        self._tmux("set-option", "-g", "set-clipboard", "on")
        self._tmux("pipe-pane", "-o", f"cat >> {self.output}")
        if self.watch is not None:
            self.watch.follow(int(self._tmux("display-message", "-p", "#{pane_pid}")), MODULE)

    def keys(self, *keys: str) -> None:
        """Press keys by tmux's names."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text literally."""
        self._tmux("send-keys", "-l", text)

    def paste(self, text: str) -> None:
        """Paste text as with the mouse, bracketed where the program enabled it."""
        self._tmux("set-buffer", "-b", "pasted", text)
        self._tmux("paste-buffer", "-p", "-d", "-b", "pasted")

    @property
    def screen(self) -> str:
        """The screen as text."""
        return self._tmux("capture-pane", "-p")

    @property
    def copied(self) -> list[str]:
        """The texts that the program sent to the terminal to copy (OSC 52), oldest first."""
        written = self.output.read_bytes() if self.output.exists() else b""
        return [base64.b64decode(packed).decode() for packed in _COPIES.findall(written)]

    @property
    def clipboard(self) -> str:
        """The clipboard of the terminal: the buffer of tmux."""
        done = subprocess.run(["tmux", "-L", self._socket, "show-buffer"], capture_output=True, text=True, check=False)
        return done.stdout

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def wait_until(self, is_there: Callable[[str], bool], what: str) -> str:
        """Wait until the screen fulfils a condition; returns that screen."""
        screen = ""

        def look() -> bool:
            nonlocal screen
            screen = self.screen
            return is_there(screen)

        until(look, lambda: f"On the screen\n{screen}\n{what}", every_s=0.05)
        return screen

    def wait_for(self, text: str) -> str:
        """Wait for a text on the screen."""
        return self.wait_until(lambda screen: text in screen, repr(text))

    def close(self) -> None:
        """Terminate the program and its terminal."""
        subprocess.run(["tmux", "-L", self._socket, "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._socket, *arguments], capture_output=True, text=True, check=True, env=env
        )
        return done.stdout
