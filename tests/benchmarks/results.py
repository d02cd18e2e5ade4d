"""Keeps measurements in RESULTS.md, newest first, each with the commit and the machine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import machine
from tests.benchmarks.table import Row, cpu_text, ours_text, ratio_text, reference_text, target_text

FILE = Path(__file__).with_name("RESULTS.md")
HEAD = """# Measurements

`python -m tests.benchmarks --keep` adds to this file, newest first. Only ratios of the same run are comparable:
machines differ, and so does one machine from hour to hour. "Work" is the processor time of a fixed piece of Python;
"busy" is the share of the machine that other processes used at the beginning.
"""
_COLUMNS = (
    "| row | what | ours | reference | ratio | target | processor time | met |\n|---|---|---|---|---|---|---|---|\n"
)


def keep(rows: Sequence[Row], rounds: int, busy: float | None, file: Path = FILE) -> None:
    """Add a section with these rows."""
    sections = file.read_text(encoding="utf-8").removeprefix(HEAD) if file.exists() else ""
    file.write_text(HEAD + section(rows, rounds, busy) + sections, encoding="utf-8")


def section(rows: Sequence[Row], rounds: int, busy: float | None) -> str:
    """The section of one run."""
    busy_share = "unknown" if busy is None else f"{busy:.0%}"
    head = (
        f"\n## {time.strftime('%Y-%m-%d %H:%M')}, {machine.state()}\n\n"
        f"{rounds} rounds, work {machine.speed_ms():.0f} ms, busy {busy_share}.\n\n"
    )
    return head + _COLUMNS + "".join(map(_line, rows))


def _line(row: Row) -> str:
    note = f" ({row.note})" if row.note else ""
    texts = (ours_text(row), reference_text(row), ratio_text(row), target_text(row), cpu_text(row))
    cells = (row.id, row.what + note, *texts)
    return f"| {' | '.join(cells)} | {'yes' if row.is_ok else '**no**'} |\n"
