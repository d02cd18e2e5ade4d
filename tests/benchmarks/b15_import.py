"""B15: importing the export of 100,000 tasks with their requests, responses, labels, ratings and albums into an empty
library. The reference parses the same lines with json.loads and writes the same rows with the same full-text index, in
as many transactions. Both are run one after the other in a process of their own.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.big_library import MANY
from tests.benchmarks.full_library import full_export
from tests.benchmarks.table import Row
from tests.support.paths import ROOT

_MS_A_TASK = 1 / 2.5
"""2,500 tasks a second."""
_TARGET = 3.0
_NO_DECAY = 1.15
_MEMORY_MB = 150.0
_MOST_ROUNDS = 3
"""The maximum number of rounds: each writes 200,000 tasks, and more rounds add no precision."""


def measure(rounds: int) -> list[Row]:
    """Import with both programs."""
    file = full_export()
    pairs = [(_run("ours", file), _run("bare", file)) for _ in range(min(rounds, _MOST_ROUNDS))]
    ours, bare = zip(*pairs, strict=True)
    times, cpu, plain = _medians(ours, "seconds"), _medians(ours, "cpu"), _medians(bare, "seconds")
    fifths = [_first_and_last(one["marks"]) for one in ours]
    first, last = (statistics.median(part) for part in zip(*fifths, strict=True))
    beside = _medians(ours, "cpu_of_children")
    note = f"{MANY / times:,.0f} a second; {MANY / cpu:,.0f} by processor time, and {beside:,.0f} s in a second process"
    what = f"import of {MANY:,} tasks with requests, labels and ratings"
    both: dict[str, Any] = {"cpu_ms": cpu * 1e3, "cpu_reference_ms": _medians(bare, "cpu") * 1e3}
    return [
        Row("B15", f"{what} / json.loads and executemany", times * 1e3, plain * 1e3, _TARGET, **both),
        Row("B15", "the same, each task", times * 1e3 / MANY, None, _MS_A_TASK, note=note),
        Row("B15", "processor time, the last fifth of the tasks / the first", last, first, _NO_DECAY),
        Row("B15", "memory of both processes", _medians(ours, "memory"), None, _MEMORY_MB, "MB"),
    ]


def _run(which: str, file: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.benchmarks.importing", which, str(file), folder]
        done = subprocess.run(
            command, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT, stdout=subprocess.PIPE, check=True
        )
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["tasks"] == MANY
    return found


def _first_and_last(marks: list[tuple[int, float]]) -> tuple[float, float]:
    """The milliseconds of processor time for the first and for the last fifth of the tasks, which come after as many
    requests."""
    songs = [(records, cpu) for records, cpu in marks if records > MANY]
    fifth = len(songs) // 5
    return (songs[fifth][1] - songs[0][1]) * 1e3, (songs[-1][1] - songs[-1 - fifth][1]) * 1e3


def _medians(found: tuple[dict[str, Any], ...], name: str) -> float:
    return statistics.median(float(one[name]) for one in found)
