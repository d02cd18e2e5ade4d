"""B2: a start as in B1 with a library of 100,000 tasks; the usable frame has the first rows and the key bar."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import b1_start
from tests.benchmarks.big_library import MANY, big_library, copy_of, empty_library
from tests.benchmarks.programs import Programs
from tests.benchmarks.table import Row, in_turn

_TARGET = 1.10
_FRAME = (f" {MANY - 1}", f" {MANY - 20}", "Help")
"""The numbers in the titles of the newest row and of one further down on the first page."""


def measure(rounds: int) -> list[Row]:
    """Compare with the start with an empty library."""
    with tempfile.TemporaryDirectory() as folder:
        data = copy_of(big_library(), Path(folder) / "large")
        return compare_starts("B2", f"{MANY:,} tasks", data, _FRAME, rounds, Path(folder))


def compare_starts(id: str, what: str, data: Path, frame: Sequence[str], rounds: int, folder: Path) -> list[Row]:
    """Start with a library until its frame is there, and with an empty one."""
    programs = Programs(folder)
    empty = empty_library(folder / "empty")
    times = in_turn(
        rounds,
        {
            "empty": lambda: programs.sunotui(b1_start.FRAME, b1_start.KEY, b1_start.ANSWER, empty),
            "large": lambda: programs.sunotui(frame, b1_start.KEY, b1_start.ANSWER, data),
        },
    )
    small, large = ([statistics.median(found) * 1e3 for found in zip(*times[name], strict=True)] for name in times)
    both = {"cpu_ms": large[2], "cpu_reference_ms": small[2]}
    return [
        Row(id, f"start to usable frame, {what} / empty", large[0], small[0], _TARGET, **both),
        Row(id, "the same, until a key is answered", large[1], small[1], _TARGET),
    ]
