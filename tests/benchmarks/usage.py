"""The resource usage of a process, as counted by the kernel."""

from __future__ import annotations

import os
import time
from pathlib import Path

_CPU_CLOCK = 2
"""The kind of clock in the number of a process's clock, see clock_getcpuclockid(3)."""
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


def cpu_seconds(pid: int) -> float:
    """The processor time of all its threads, also of those that have ended. Raises OSError after the process."""
    return time.clock_gettime(~pid << 3 | _CPU_CLOCK)


def own_memory_mb(pid: int) -> float:
    """Its private memory: resident, without shared pages such as mapped files."""
    _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    return (int(resident) - int(shared)) * _PAGE_MB
