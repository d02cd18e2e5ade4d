"""The current speed of this machine, as a unit for limits of processor time."""

from __future__ import annotations

import json
import statistics
import time

_ROWS = [{"id": number, "title": "a song of the sea", "tags": ["folk", "slow"]} for number in range(3_400)]
_RUNS = 9


def unit_s() -> float:
    """Processor seconds of a fixed piece of work: about 10 ms on two cores of 2026, the median of several runs."""
    return statistics.median(_run() for _ in range(_RUNS))


def _run() -> float:
    begun = time.thread_time()
    json.loads(json.dumps(_ROWS, indent=1))
    return time.thread_time() - begun
