"""B5: from a key to the painted frame: j in the list of 100,000 tasks, 1,000 of them unfinished and polled, against the
same in a bare OptionList of 1,000 rows.

Both run without a terminal, but draw every frame to text; their frames do not wait for a sixtieth of a second. Ours also
shows the task under the cursor beside the list, which is another frame and not counted.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.big_library import big_library, copy_of, watched_library
from tests.benchmarks.busy_gateway import BusyGateway
from tests.benchmarks.programs import CHECKOUT
from tests.benchmarks.table import Row

_KEYS = 200
_UNFINISHED = 1_000
_TARGET = 1.0
_SAME_FOR = 3


def measure(rounds: int) -> list[Row]:
    """The 95th percentile of each, one after the other."""
    bare = _child("bare", str(_KEYS))
    with tempfile.TemporaryDirectory() as folder, BusyGateway(_SAME_FOR) as gateway:
        library = watched_library(copy_of(big_library(), Path(folder) / "data"), _UNFINISHED)
        ours = _child("ours", str(library), *gateway.environ.values(), str(_KEYS))
    p95 = [statistics.quantiles(found, n=20)[-1] for found in (ours, bare)]
    medians = [statistics.median(found) for found in (ours, bare)]
    note = f"medians {medians[0]:.1f} and {medians[1]:.1f} ms"
    return [Row("B5", "a key to its frame, p95 / a bare OptionList", p95[0], p95[1], _TARGET, note=note)]


def _child(*arguments: str) -> list[float]:
    environ = {**os.environ, "PYTHONPATH": str(CHECKOUT), "TEXTUAL_FPS": "1000"}
    command = [sys.executable, "-m", "tests.benchmarks.keying", *arguments]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=300)
    found: list[float] = json.loads(ended.stdout.splitlines()[-1])
    return found
