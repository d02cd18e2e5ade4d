"""An import into a new library: the child process of B15, either sunotui's or the minimal one. Prints its figures as
one line of JSON.
"""

from __future__ import annotations

import json
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
    """Import a file; returns the seconds, the processor time, the memory in MB, and the processor time at which so many
    records were read."""
    marks: list[tuple[int, float]] = []

    def mark(progress: ImportProgress) -> None:
        marks.append((progress.records, time.process_time()))

    with open_library(AppPaths(data, data / "config")) as library:
        begun, cpu = time.perf_counter(), time.process_time()
        if which == "ours":
            with file.open("rb") as opened:
                report = import_library(library, opened, lambda number, reason: print(number, reason), mark)
            assert not report.broken
        else:
            import_bare(file, library.db)
        found = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
        assert library.db.numbers("SELECT count(*) FROM words WHERE words MATCH 'jazz'")[0]
        tasks = library.db.numbers("SELECT count(*) FROM task")[0]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**found, "memory": memory, "marks": marks, "tasks": tasks}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
