"""B10: an idle minute without unfinished tasks: processor time and bytes written, compared with bare Textual. The tasks
are days old, since an age that changes from 25m to 26m is drawn.
"""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
import time
from pathlib import Path

from tests.benchmarks.big_library import big_library, copy_of
from tests.benchmarks.pane import Pane
from tests.benchmarks.programs import Programs, environ, sunotui_command
from tests.benchmarks.table import Row
from tests.benchmarks.usage import cpu_seconds

IDLE_S = 60.0
_SETTLE_S = 5.0
_COUNT = 1_000


def measure(rounds: int) -> list[Row]:
    """Both at once, each in its own pane: they are idle and do not disturb each other."""
    with tempfile.TemporaryDirectory() as folder:
        programs = Programs(Path(folder))
        data = copy_of(big_library(_COUNT), Path(folder) / "data")
        with contextlib.closing(sqlite3.connect(data / "library.db")) as library, library:
            library.execute("UPDATE task SET added_at = added_at - 10 * 86400")
        own = environ(data, Path(folder) / "config")
        with Pane(sunotui_command(), own) as ours, programs.hello_pane() as bare:
            ours.seconds_to("Help")
            time.sleep(_SETTLE_S)
            before = [(cpu_seconds(pane.pid), pane.mark()) for pane in (ours, bare)]
            time.sleep(IDLE_S)
            after = [(cpu_seconds(pane.pid), pane.mark()) for pane in (ours, bare)]
    cpu, written = ([now[at] - then[at] for now, then in zip(after, before, strict=True)] for at in (0, 1))
    allowed = 1.2 * cpu[1] + 0.05
    return [
        Row("B10", f"idle for {IDLE_S:.0f} s: processor time / 1.2 of Textual's + 50 ms", cpu[0], allowed, 1.0, "s"),
        Row("B10", "the same: written to the terminal", written[0], None, 0.0, "bytes"),
    ]
