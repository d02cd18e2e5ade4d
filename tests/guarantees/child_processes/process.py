"""Real processes that a test can kill at any moment, forked from a server with all imports done."""

from __future__ import annotations

import os
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.support.waiting import HANG_S, until

_PRELOADED = ["tests.guarantees.child_processes.process", "sunotui.core.core", "sunotui.gateway.client"]

_output: list[int] = []
"""In a child: the descriptor of the file that it reports to."""
_context = get_context("forkserver")
_context.set_forkserver_preload(_PRELOADED)


def report(text: str) -> None:
    """Write a line with one system call, so that every line reported before a kill is in the file."""
    os.write(_output[-1], f"{text}\n".encode())


class ChildProcess:
    """One process that runs `work(*args)`; the lines that it reports are kept in a file."""

    def __init__(self, output: Path, work: Callable[..., None], *args: object) -> None:
        self._output = output
        self._process: BaseProcess = _context.Process(target=_run, args=(output, work, args), daemon=True)
        self._process.start()

    def kill(self) -> None:
        """Send SIGKILL and wait until the process is gone."""
        self._process.kill()
        self._process.join(HANG_S)

    def end(self) -> int | None:
        """Wait until the process ends on its own; return its exit code."""
        self._process.join(HANG_S)
        return self._process.exitcode

    def until_reported(self, word: str) -> None:
        """Wait until it has reported a line that starts with `word`."""
        self.until_any(lambda line: line.startswith(word), word)

    def until_any(self, matches: Callable[[str], bool], what: str) -> None:
        """Wait until it has reported a line that matches."""
        self._until(lambda: any(map(matches, self.lines())), what)

    def until_lines(self, count: int) -> None:
        """Wait until it has reported this many lines."""
        self._until(lambda: len(self.lines()) >= count, f"{count} lines")

    def _until(self, is_reported: Callable[[], bool], what: str) -> None:
        def check() -> bool:
            is_alive = self._process.is_alive()
            found = is_reported()
            assert found or is_alive, f"the process ended before it reported {what}"
            return found

        until(check, what, every_s=0.001)

    def lines(self) -> list[str]:
        """Every complete line so far."""
        text = self._output.read_text("utf-8") if self._output.exists() else ""
        return text.split("\n")[:-1]


def _run(output: Path, work: Callable[..., None], args: tuple[object, ...]) -> None:
    _output.append(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    work(*args)
