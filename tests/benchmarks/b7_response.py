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
    plain = found["plain"]
    cpu = {name: found[f"{name}_cpu"] for name in ("changed", "committed", "painted", "same", "plain")}
    against_plain = {"cpu_reference_ms": cpu["plain"]}
    return [
        Row(
            "B7",
            "bytes of 50 changed tasks to committed rows / json and executemany",
            found["committed"],
            plain,
            3.0,
            cpu_ms=cpu["committed"],
            **against_plain,
        ),
        Row("B7", "committed rows to the painted screen", found["painted"], None, _PAINTED_MS, cpu_ms=cpu["painted"]),
        Row("B7", "layouts of the whole screen, at most", found["layouts"], None, 0.0, unit=""),
        Row(
            "B7",
            "bytes to the painted screen / json and executemany",
            found["changed"],
            plain,
            5.0,
            cpu_ms=cpu["changed"],
            **against_plain,
        ),
        Row(
            "B8",
            "the same response once more / B7",
            found["same"],
            found["changed"],
            0.25,
            cpu_ms=cpu["same"],
            cpu_reference_ms=cpu["changed"],
        ),
    ]
