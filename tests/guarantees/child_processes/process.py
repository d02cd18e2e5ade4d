"""Real processes that a test may kill at any moment: forked off a warm one, so that a start takes milliseconds."""

from __future__ import annotations

import os
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.support.waiting import HANG_S, until

_WARM = ["tests.guarantees.child_processes.process", "sunotui.core.core", "sunotui.gateway.client"]

_mouth: list[int] = []
"""In a child: the descriptor of the file that it speaks into."""
_context = get_context("forkserver")
_context.set_forkserver_preload(_WARM)


def report(words: str) -> None:
    """Told in one write, as to a terminal: what is said before a kill stays said."""
    os.write(_mouth[-1], f"{words}\n".encode())


class ChildProcess:
    """One process that runs `work(*args)`; what it says is kept in a file."""

    def __init__(self, voice: Path, work: Callable[..., None], *args: object) -> None:
        self._voice = voice
        self._process: BaseProcess = _context.Process(target=_run, args=(voice, work, args), daemon=True)
        self._process.start()

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self._process.kill()
        self._process.join(HANG_S)

    def end(self) -> int | None:
        """Wait for its own end; its exit code."""
        self._process.join(HANG_S)
        return self._process.exitcode

    def until_reported(self, word: str) -> None:
        """Wait until it has said a line that begins with this word."""
        self.until_any(lambda line: line.startswith(word), word)

    def until_any(self, matches: Callable[[str], bool], what: str) -> None:
        """Wait until it has reported a line that matches."""
        self._until(lambda: any(map(matches, self.lines())), what)

    def until_lines(self, count: int) -> None:
        """Wait until it has said so many lines."""
        self._until(lambda: len(self.lines()) >= count, f"{count} lines")

    def _until(self, has_said: Callable[[], bool], what: str) -> None:
        def is_so() -> bool:
            is_alive = self._process.is_alive()
            found = has_said()
            assert found or is_alive, f"It ended before it said {what}"
            return found

        until(is_so, what, every_s=0.001)

    def said(self) -> list[str]:
        """Every whole line so far."""
        text = self._voice.read_text("utf-8") if self._voice.exists() else ""
        return text.split("\n")[:-1]


def _run(voice: Path, work: Callable[..., None], args: tuple[object, ...]) -> None:
    _mouth.append(os.open(voice, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    work(*args)
