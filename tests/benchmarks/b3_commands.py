"""B3: commands for scripts, compared with the start of the interpreter."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
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
        times = in_turn(rounds, {name: partial(_seconds, command, own) for name, command in commands.items()})
    nothing, version, tasks = (median_ms([seconds for seconds, _ in found]) for found in times.values())
    idle, *cpu = (median_ms([used for _, used in found]) for found in times.values())
    rows = (
        ("sunotui --version / python -c pass", version, _TARGETS["version"]),
        (f"sunotui tasks --json, {MANY:,} tasks / the same", tasks, _TARGETS["tasks"]),
    )
    return [
        Row("B3", what, took, nothing, target, cpu_ms=used, cpu_reference_ms=idle)
        for (what, took, target), used in zip(rows, cpu, strict=True)
    ]


def _seconds(command: Sequence[str], own: dict[str, str]) -> tuple[float, float]:
    """The time and the processor time, in seconds."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SUNOTUI_"))}
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=kept | own, stdout=subprocess.DEVNULL, check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, cpu
