"""Functions run by the processes killed in the tests of D6: a repair, daily backups, a repair that exits at a step."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

from sunotui.storage.backup import back_up
from sunotui.storage.repair import repair as repairing
from sunotui.storage.repair import replace_file
from tests.guarantees.child_processes.process import report


def repair_library(path: Path, now: float) -> None:
    """Repair the library."""
    report("started")
    repairing.repair(path, now)
    report("done")


def repair_and_exit_at_step(path: Path, now: float, step: int) -> None:
    """Repair the library, but exit before the n-th rename, link, deletion or sync while the file is replaced."""
    counter = itertools.count(1)

    def counted(name: str, owner: object) -> None:
        real = getattr(owner, name)

        def do(*args: object, **kwargs: object) -> object:
            if next(counter) == step:
                os._exit(9)
            return real(*args, **kwargs)

        setattr(owner, name, do)

    real_swap = replace_file.swap_in

    def swap_in(fresh: Path, library: Path, stamp: str) -> Path | None:
        for name in ("rename", "hardlink_to", "unlink"):
            counted(name, Path)
        counted("sync_folder", replace_file)
        return real_swap(fresh, library, stamp)

    repairing.swap_in = swap_in  # type: ignore[attr-defined, assignment]
    repairing.repair(path, now)
    report("done")


def back_up_for_days(path: Path, now: float, days: int) -> None:
    """Make a daily backup for `days` days from `now`."""
    report("started")
    for day in range(days):
        if back_up(path, now + day * 86_400.0) is not None:
            report(f"made {day}")
    report("done")
