"""A benchmark's app in a process of its own, which carries out commands in lines and responds in JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from tests.benchmarks.usage import cpu_seconds
from tests.support.paths import ROOT


class LineProgram:
    """A module of the benchmarks that runs as a program; its input ends with the context."""

    def __init__(self, module: str, *arguments: str, own: Mapping[str, str]) -> None:
        """`own` is added to its environment. It draws every frame at once."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments],
            env={**os.environ, **own, "PYTHONPATH": str(ROOT), "TEXTUAL_FPS": "1000"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=60)

    @property
    def cpu_seconds(self) -> float:
        """The processor time of the program so far."""
        return cpu_seconds(self._process.pid)

    def ask(self, line: str) -> Any:
        """Send a command, and wait for its response."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())
