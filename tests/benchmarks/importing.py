"""An import into a new library: the child process of B15, either sunotui's or the minimal one. Prints its figures as
one line of JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

from sunotui.core.library.library import open_library
from sunotui.core.paths import AppPaths
from sunotui.core.transfer.import_progress import ImportProgress
from sunotui.core.transfer.library_transfer import import_library
from tests.benchmarks.bare_import import import_bare


def measure(which: str, file: Path, data: Path) -> dict[str, object]:
    """Import a file; returns the seconds, the processor time of this process and of those that it starts, the memory of
    all of them in MB, and the processor time of this one when so many records were imported."""
    marks: list[tuple[int, float]] = []
    memory_of_children = 0

    def mark(progress: ImportProgress) -> None:
        nonlocal memory_of_children
        marks.append((progress.records, time.process_time()))
        memory_of_children = max(memory_of_children, sum(map(_memory, _children())))

    with open_library(AppPaths(data, data / "config")) as library:
        begun, cpu = time.perf_counter(), time.process_time()
        if which == "ours":
            with file.open("rb") as opened:
                report = import_library(library, opened, lambda number, reason: print(number, reason), mark)
            assert not report.broken
        else:
            import_bare(file, library.db)
        found = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
        of_children = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert library.db.numbers("SELECT count(*) FROM words WHERE words MATCH 'jazz'")[0]
        tasks = library.db.numbers("SELECT count(*) FROM task")[0]
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + memory_of_children) / 1024
    cpu_of_children = of_children.ru_utime + of_children.ru_stime
    return {**found, "cpu_of_children": cpu_of_children, "memory": memory, "marks": marks, "tasks": tasks}


def _children() -> list[str]:
    """The ids of the processes that this one started, on Linux."""
    found = Path(f"/proc/self/task/{os.getpid()}/children")
    return found.read_text().split() if found.exists() else []


def _memory(pid: str) -> int:
    """The most memory that a process has had, in KiB. The one in `getrusage` includes that of its parent."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
