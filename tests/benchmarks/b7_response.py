"""B7 and B8: a response with 50 tasks with two clips each, from its bytes to committed rows and the painted screen. The
title, tags, links and lengths of every task change each time, and all 50 are visible, so that everything is parsed,
saved, indexed and painted. The reference parses the same bytes with json.loads and writes the same values with one
executemany per table, with the same sync settings, and paints nothing. B8 is the same response again, until the poller
has processed it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.benchmarks.table import Row
from tests.support.paths import ROOT

_PAINTED_MS = 12.0


def measure(rounds: int) -> list[Row]:
    """Measure both in a separate process whose frames are not limited to 60 per second."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "TEXTUAL_FPS": "1000"}
    command = [sys.executable, "-m", "tests.benchmarks.responding", str(max(15, rounds))]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=300)
    found = json.loads(ended.stdout.splitlines()[-1])
    changed, committed, plain = found["changed"], found["committed"], found["plain"]
    return [
        Row("B7", "bytes of 50 changed tasks to committed rows / json and executemany", committed, plain, 3.0),
        Row("B7", "committed rows to the painted screen", found["painted"], None, _PAINTED_MS),
        Row("B7", "bytes to the painted screen / json and executemany", changed, plain, 5.0),
        Row("B8", "the same response once more / B7", found["same"], changed, 0.25),
    ]
