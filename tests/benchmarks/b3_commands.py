"""B3: commands for scripts, compared with the start of the interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.big_library import MANY, big_library, copy_of
from tests.benchmarks.programs import environ, sunotui_command
from tests.benchmarks.table import Row, in_turn, median_ms

_TARGETS = {"version": 3.0, "tasks": 8.0}


def measure(rounds: int) -> list[Row]:
    """--version, and the newest 20 of 100,000 tasks as JSON."""
    library = big_library()
    with tempfile.TemporaryDirectory() as folder:
        own = environ(copy_of(library, Path(folder) / "large"), Path(folder) / "config")
        commands = {
            "nothing": [sys.executable, "-c", "pass"],
            "version": sunotui_command("--version"),
            "tasks": sunotui_command("tasks", "--limit", "20", "--json"),
        }
        times = in_turn(
            rounds, {name: lambda command=command: _seconds(command, own) for name, command in commands.items()}
        )
    nothing, version, tasks = (median_ms(found) for found in times.values())
    return [
        Row("B3", "sunotui --version / python -c pass", version, nothing, _TARGETS["version"]),
        Row("B3", f"sunotui tasks --json, {MANY:,} tasks / the same", tasks, nothing, _TARGETS["tasks"]),
    ]


def _seconds(command: Sequence[str], own: dict[str, str]) -> float:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SUNOTUI_"))}
    begun = time.perf_counter()
    subprocess.run(command, env=kept | own, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun
