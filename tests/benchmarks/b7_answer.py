"""B7 and B8: an answer of 50 tasks with two clips each, from its bytes to committed rows and painted screen.

Every task's title, tags, links and lengths are other ones each time, and all 50 are in sight: nothing is spared the
parsing, the saving, the search's index or the painting. The reference reads the same bytes with json.loads and writes
the same values with one executemany a table, synced as ours are, and paints nothing. B8 is the same answer once more,
until the watch has done with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.benchmarks.table import Row
from tests.support.paths import ROOT

_TARGETS = {"changed": 3.0, "same": 0.25}


def measure(rounds: int) -> list[Row]:
    """Both, in a process of their own whose frames do not wait for a sixtieth of a second."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "TEXTUAL_FPS": "1000"}
    command = [sys.executable, "-m", "tests.benchmarks.answering", str(max(15, rounds))]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=300)
    found = json.loads(ended.stdout.splitlines()[-1])
    return [
        Row(
            "B7",
            "an answer of 50 changed tasks / json and executemany",
            found["changed"],
            found["plain"],
            _TARGETS["changed"],
        ),
        Row("B8", "the same answer once more / B7", found["same"], found["changed"], _TARGETS["same"]),
    ]
