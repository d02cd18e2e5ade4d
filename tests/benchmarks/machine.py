"""What else the machine does while something is measured, and which state of the project is measured."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from pathlib import Path

from tests.support.paths import ROOT

QUIET = 0.05
"""The share of all cores that other processes may use on a quiet machine."""
_WATCHED_S = 2.0
_STAT = Path("/proc/stat")
_IDLE_FIELDS = (3, 4)
"""The fields of idle time and of waiting for a disk, see proc(5)."""


def busy_share(seconds: float = _WATCHED_S) -> float | None:
    """The share of the machine's cores that is in use while this program waits, from 0 to 1; None if the system does
    not report it."""
    if not _STAT.exists():
        return None
    idle, total = _ticks(_STAT.read_text())
    time.sleep(seconds)
    later_idle, later_total = _ticks(_STAT.read_text())
    return busy_between((idle, total), (later_idle, later_total))


def busy_between(first: tuple[int, int], second: tuple[int, int]) -> float:
    """The share of time that was not idle between two readings of idle and total time."""
    total = second[1] - first[1]
    return 1 - (second[0] - first[0]) / total if total > 0 else 0.0


def _ticks(stat: str) -> tuple[int, int]:
    """The idle and the total time of all cores since the system was started."""
    fields = [int(field) for field in stat.split("\n", 1)[0].split()[1:]]
    return sum(fields[at] for at in _IDLE_FIELDS), sum(fields[:8])


def speed_ms() -> float:
    """How long a fixed amount of Python work takes, in milliseconds of processor time: figures of machines of
    different speed are distinguished by it."""
    begun = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return (time.process_time() - begun) * 1e3


def state() -> str:
    """The commit, with "+" if files differ from it, and the machine, such as "1a2b3c4d, 2 cores, Python 3.11.7"."""
    commit = _git("rev-parse", "--short=8", "HEAD") or "no commit"
    changed = "+" if _git("status", "--porcelain", "--untracked-files=no") else ""
    return f"{commit}{changed}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _git(*arguments: str) -> str:
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
