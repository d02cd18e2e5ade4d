"""Checks the file of an upload while its path is typed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from sunotui.gateway.upload.audio_file import file_problem


class FileCheck:
    """Finds out whether files can be sent: one at a time, each on a daemon thread. A path on a network disk that does
    not respond blocks neither the event loop nor the end of the program; only later checks wait for it."""

    def __init__(self, changed: Callable[[], object]) -> None:
        """`changed` is called on the event loop after each check."""
        self._changed = changed
        self._checked = ""
        self._problem = ""
        self._wanted = ""
        """The path that is checked next."""
        self._is_running = False

    def problem_of(self, path: str) -> str | None:
        """Why the file cannot be sent, empty if it can; None if that is not known. It may have changed since."""
        return self._problem if path == self._checked else None

    def begin(self, path: str) -> None:
        """Check a path, also one that was checked before: the file may exist by now."""
        self._wanted = path
        if not self._is_running:
            self._start(asyncio.get_running_loop())

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        path, self._wanted, self._is_running = self._wanted, "", True

        def work() -> None:
            problem = file_problem(path)
            # The loop is closed if the program ended in the meantime.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._finish, loop, path, problem)

        threading.Thread(target=work, name="file check", daemon=True).start()

    def _finish(self, loop: asyncio.AbstractEventLoop, path: str, problem: str) -> None:
        self._checked, self._problem, self._is_running = path, problem, False
        if self._wanted:
            self._start(loop)
        self._changed()
