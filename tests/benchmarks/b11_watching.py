"""B11: a minute of polling 20 unfinished tasks: the total processor time as a share of one core. Every third response
is different, which is far more than with real songs.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.benchmarks.big_library import watched_library
from tests.benchmarks.busy_gateway import BusyGateway
from tests.benchmarks.pane import Pane
from tests.benchmarks.programs import environ, sunotui_command
from tests.benchmarks.table import Row
from tests.benchmarks.usage import cpu_seconds

WATCHED = 20
_WATCH_S = 60.0
_SETTLE_S = 5.0
_SAME_FOR = 3


def measure(rounds: int) -> list[Row]:
    """The app in a pane, the gateway in this process."""
    with tempfile.TemporaryDirectory() as folder, BusyGateway(_SAME_FOR) as gateway:
        own = environ(watched_library(Path(folder) / "data", WATCHED), Path(folder) / "config") | gateway.environ
        with Pane(sunotui_command(), own) as ours:
            ours.seconds_to("Help")
            time.sleep(_SETTLE_S)
            before, polls = cpu_seconds(ours.pid), gateway.polls
            time.sleep(_WATCH_S)
            used, polls = cpu_seconds(ours.pid) - before, gateway.polls - polls
    if not polls:
        raise RuntimeError("the gateway was not asked")
    what = f"watching {WATCHED} tasks for a minute, {polls} polls: of one core"
    return [Row("B11", what, used / _WATCH_S * 100, None, 2.0, "%")]
