"""The player process as the app sees it: requests in, lines out. Waits for conditions, never for a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT
from tests.support.waiting import HANG_S, until

Line = dict[str, Any]


class PlayerUnderTest:
    """A started player; `lines` is all that it wrote."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.lines: list[Line] = []
        self.is_closed = False
        self._last_id = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def send(self, command: str, **fields: Any) -> int:
        """Send a request; returns its number."""
        self._last_id += 1
        self.send_raw(json.dumps({"id": self._last_id, "cmd": command, **fields}).encode() + b"\n")
        return self._last_id

    def send_raw(self, data: bytes) -> None:
        """Write bytes to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def ask(self, command: str, **fields: Any) -> Line:
        """Send a request and wait for its answer."""
        number = self.send(command, **fields)
        return self.wait_for(lambda line: line.get("re") == number)

    def wait_for(self, matches: Callable[[Line], bool], *, after: int = 0) -> Line:
        """The first line that matches, of those behind the first `after`."""
        found: list[Line] = []

        def is_there() -> bool:
            # In this order: the last lines are there before it counts as closed.
            is_closed = self.is_closed
            found.extend(line for line in self.lines[after:] if matches(line))
            assert found or not is_closed, f"it ended; its last lines: {self.lines[-20:]}"
            return bool(found)

        until(is_there, lambda: f"such a line, in {self.lines[-20:]},")
        return found[0]

    def wait_for_event(self, name: str, *, after: int = 0, **fields: Any) -> Line:
        """The first event of a name with these fields, of the lines behind the first `after`."""
        return self.wait_for(lambda line: line.get("ev") == name and fields.items() <= line.items(), after=after)

    def wait_for_position(self, position_s: float, *, after: int = 0) -> Line:
        """The first position that is not before `position_s`."""
        return self.wait_for(lambda line: line.get("ev") == "pos" and line["pos"] >= position_s, after=after)

    def events(self, name: str) -> list[Line]:
        """All events of a name so far."""
        return [line for line in self.lines if line.get("ev") == name]

    def close_input(self) -> int:
        """Close its standard input, as the app does when it ends; returns the exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(HANG_S)

    def end(self) -> None:
        """Kill it, if it still runs, and free what belongs to it."""
        self.process.kill()
        self.process.wait(HANG_S)
        self._reader.join(HANG_S)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    pass

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(json.loads(line))
        self.is_closed = True


@contextmanager
def player(*arguments: str, env: Mapping[str, str] | None = None, output: str = "null") -> Iterator[PlayerUnderTest]:
    """A player that has answered hello; it is killed at the end."""
    with _started([sys.executable, "-m", "sunotui.player", *arguments], env, output) as under_test:
        yield under_test


_WITHOUT = """
import sys
sys.modules["miniaudio"] = None
from sunotui.player.__main__ import main
sys.argv = ["player"]
sys.exit(main())
"""


@contextmanager
def without_miniaudio(*, env: Mapping[str, str] | None = None, output: str = "null") -> Iterator[PlayerUnderTest]:
    """A player on a platform for which miniaudio has no wheels."""
    with _started([sys.executable, "-c", _WITHOUT], env, output) as under_test:
        yield under_test


@contextmanager
def _started(command: list[str], env: Mapping[str, str] | None, output: str) -> Iterator[PlayerUnderTest]:
    started = PlayerUnderTest(
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, **(env or {})}
        )
    )
    try:
        assert started.ask("hello", output=output)["ok"]
        yield started
    finally:
        started.end()


def is_running(pid: int) -> bool:
    """Whether a process exists and is more than an entry that its parent has not read."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def cpu_ticks(pid: int) -> int:
    """The processor time that a process has used, in clock ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
