"""The directory of one test run: temporary files, home and sockets of all its processes are in it. A separate process
(tests/support/cleanup.py) removes it and terminates all processes of the run, even after a SIGKILL.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support import cleanup

_MEMORY = Path("/dev/shm")
_PREFIX = "sunotui-tests-"
_GRACE_S = 10.0
"""How long a process of the run may take to end after the last test before it counts as left running."""
_OF_PYTHON = ("multiprocessing.forkserver", "multiprocessing.resource_tracker")
"""Helpers of `multiprocessing`, which end with the process that started them."""


def memory_directory() -> Path | None:
    """A directory of this run in memory, or None if the system does not offer one. For thousands of small libraries, in
    tests that are not about the disk; call it while a test runs, since modules are imported before the run has a
    directory.
    """
    return _MEMORY / Path(tempfile.gettempdir()).name if _MEMORY.is_dir() else None


class RunDirectory:
    """Created by the process that starts the run; its workers and their children inherit it as TMPDIR."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        tempfile.tempdir = str(self.path)
        directories = [self.path, *filter(None, [memory_directory()])]
        # Started first: from here on there may be files to remove.
        self._cleanup = subprocess.Popen(
            [sys.executable, "-I", cleanup.__file__, str(os.getpid()), *map(str, directories)],
            stdin=subprocess.PIPE,
            cwd="/",
            env={},
            start_new_session=True,
        )
        for directory in directories:
            directory.mkdir(exist_ok=True, mode=0o700)
        environ = {"TMPDIR": self.path, "TMUX_TMPDIR": self.path}
        for name, folder in {"HOME": "home", "XDG_RUNTIME_DIR": "runtime"}.items():
            environ[name] = self.path / folder
            environ[name].mkdir(mode=0o700)
        os.environ.update({name: str(value) for name, value in environ.items()})
        for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            os.environ.pop(name, None)

    @staticmethod
    def is_set() -> bool:
        """Whether this process already belongs to a run, as a worker does."""
        return Path(os.environ.get("TMPDIR", "")).name.startswith(_PREFIX)

    def left_running(self) -> list[str]:
        """The command lines of the processes that the tests left running. The end of this process terminates them and
        removes the directory: `multiprocessing` removes its own folder there later than any hook of pytest."""
        until = time.monotonic() + _GRACE_S
        while (left := self._left_running()) and time.monotonic() < until:
            time.sleep(0.02)
        return left

    def _left_running(self) -> list[str]:
        found = cleanup.processes_of(str(self.path), besides=[os.getpid()])
        return [command for command in found.values() if not any(part in command for part in _OF_PYTHON)]
