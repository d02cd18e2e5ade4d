"""A program in a real tmux pane, timed: from the command to the text of a frame, and from a key to its effect. A client
in tmux's control mode passes on all output and keys, so that no time is spent on starting tmux for each check.
"""

from __future__ import annotations

import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.benchmarks.table import Skipped

_ESCAPED = re.compile(rb"\\([0-7]{3})")
_LIMIT_S = 60.0
_LEAVING_S = 10.0
_KEPT = ("HOME", "LANG", "LC_ALL", "PATH", "SHELL", "TMPDIR", "USER")
"""The environment of a program: without variables that would change its behaviour."""


class Pane:
    """A tmux server with one pane, in which one program is started when the pane is ready: the time runs from then."""

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], *, columns: int = 120, rows: int = 40
    ) -> None:
        if shutil.which("tmux") is None:
            raise Skipped("tmux is not installed")
        self._written = bytearray()
        self._ended_tasks = threading.Condition()
        self._folder = tempfile.TemporaryDirectory()
        gate = Path(self._folder.name) / "gate"
        os.mkfifo(gate)
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        own = {**kept, "TERM": "tmux-256color", "COLORTERM": "truecolor", **environ}
        says = [word for name, value in own.items() for word in ("-e", f"{name}={value}")]
        # The shell waits at the pipe and then executes the program.
        self._pid_file = Path(self._folder.name) / "pid"
        script = f"echo $$ > {self._pid_file}; read go < {gate}; exec {shlex.join(command)}"
        server = ["tmux", "-L", f"sunotui-bench-{uuid.uuid4().hex[:12]}", "-f", "/dev/null", "-C"]
        session = ["new-session", "-x", str(columns), "-y", str(rows), *says, f"sh -c {shlex.quote(script)}"]
        self._client = subprocess.Popen(
            [*server, *session],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**kept, "TERM": "xterm-256color"},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._say(f"set status off; refresh-client -C {columns}x{rows}")
        # Opened only when the shell is waiting at the pipe.
        with gate.open("w") as opened:
            self._started = time.perf_counter()
            opened.write("go\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pid = self.pid
        try:
            self._say("kill-server")
        except BrokenPipeError:
            pass
        self._client.wait(10)
        _wait_for_the_end_of(pid)
        self._reader.join(10)
        self._folder.cleanup()

    @property
    def pid(self) -> int:
        """The program's process."""
        return int(self._pid_file.read_text())

    def seconds_to(self, *words: str) -> float:
        """Seconds from the start until all of these words have been written."""
        return self._wait_for(words, 0) - self._started

    def seconds_to_reaction(self, key: str, words: str) -> float:
        """Press a key, by tmux's name; returns the seconds from the start until the program has then written
        `words`."""
        before = self.mark()
        self.press(key)
        return self._wait_for((words,), before) - self._started

    def press(self, key: str) -> None:
        """Press a key, by tmux's name."""
        self._say(f"send-keys {key}")

    def mark(self) -> int:
        """How many bytes the program has written so far."""
        with self._ended_tasks:
            return len(self._written)

    def _wait_for(self, words: Sequence[str], since: int) -> float:
        wanted = [word.encode() for word in words]
        until = time.perf_counter() + _LIMIT_S
        with self._ended_tasks:
            while not all(self._written.find(word, since) >= 0 for word in wanted):
                if not self._ended_tasks.wait(until - time.perf_counter()):
                    raise RuntimeError(f"{words} did not come:\n{self._written.decode(errors='replace')[-4_000:]}")
            return time.perf_counter()

    def _read(self) -> None:
        assert self._client.stdout is not None
        for line in self._client.stdout:
            if not line.startswith(b"%output "):
                continue
            escaped = line.split(b" ", 2)[2].rstrip(b"\n")
            data = _ESCAPED.sub(lambda found: bytes([int(found[1], 8)]), escaped)
            with self._ended_tasks:
                self._written += data
                self._ended_tasks.notify_all()

    def _say(self, words: str) -> None:
        assert self._client.stdin is not None
        self._client.stdin.write(words.encode() + b"\n")
        self._client.stdin.flush()


def _wait_for_the_end_of(pid: int) -> None:
    """A program that has lost its terminal takes a while to exit, which must not affect the time of the next one."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        # It is readable when the process has ended.
        if not select.select([descriptor], [], [], _LEAVING_S)[0]:
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    finally:
        os.close(descriptor)
