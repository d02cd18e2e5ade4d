"""B12: memory with 100,000 tasks after ten minutes of polling 20 of them, compared with the same app with an empty
library. The app's clock runs 20 times as fast, so that ten of its minutes take half a minute; every response is
different.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.big_library import MANY, big_library, copy_of, watched_library
from tests.benchmarks.busy_gateway import BusyGateway
from tests.benchmarks.pane import Pane
from tests.benchmarks.programs import environ
from tests.benchmarks.table import Row
from tests.benchmarks.usage import own_memory_mb

SPEED = 20.0
POLLED_S = 600.0
_WATCHED = 20
_SETTLE_S = 5.0
_SWIFT = f"""
import sunotui.core.core as core
from tests.support.fast_clock import FastClock
core.Clock = lambda: FastClock({SPEED})
from sunotui.cli.main import main
raise SystemExit(main([]))
"""


def measure(rounds: int) -> list[Row]:
    """One after the other; the second row is the increase during ten minutes of polling."""
    with tempfile.TemporaryDirectory() as folder, BusyGateway(1) as gateway:
        command = [sys.executable, "-c", _SWIFT]
        with Pane(command, environ(Path(folder) / "empty", Path(folder) / "config")) as empty:
            empty.seconds_to("Help")
            time.sleep(_SETTLE_S)
            bare = own_memory_mb(empty.pid)
        large = watched_library(copy_of(big_library(), Path(folder) / "large"), _WATCHED)
        with Pane(command, environ(large, Path(folder) / "config") | gateway.environ) as ours:
            ours.seconds_to("Help")
            time.sleep(_SETTLE_S)
            first, polls = own_memory_mb(ours.pid), gateway.polls
            ours.press("G")
            time.sleep(1.0)
            ours.press("g")
            time.sleep(POLLED_S / SPEED)
            last, polls = own_memory_mb(ours.pid), gateway.polls - polls
    if not polls:
        raise RuntimeError("the gateway was not asked")
    return [
        Row("B12", f"memory: {MANY:,} tasks, {polls} polls / empty library", last, bare, 1.15, "MB"),
        Row("B12", "the same / before the polling", last, first, 1.05, "MB"),
    ]
