"""B6: typing searches, letter by letter, in 100,000 tasks: from the letter's message to the repainted list. The words
occur in titles, tags and lyrics, most of them in a tenth of all tasks or more, which is the worst case of a search;
1,000 unfinished tasks are polled at the same time. The second row: how long the UI thread was blocked.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks.b5_key import UNFINISHED, Walked, share
from tests.benchmarks.big_library import MANY, big_library, copy_of
from tests.benchmarks.busy_gateway import BusyGateway
from tests.benchmarks.programs import environ
from tests.benchmarks.table import Row

TYPED = ("electric river", "tag:jazz -paper", "東京 neon", "señorita", "model:v5 is:unplayed moon", "paper in the 4999")
_TARGET_MS = 50.0
_MOST_ROUNDS = 5


def measure(rounds: int) -> list[Row]:
    """Measure the 95th percentile of 100 letters."""
    library = big_library(unfinished=UNFINISHED)
    with tempfile.TemporaryDirectory() as folder, BusyGateway(1) as gateway:
        data = copy_of(library, Path(folder) / "large")
        with Walked("ours", str(data), own=environ(data, data / "config") | gateway.environ) as ours:
            ours.type(TYPED[0])
            before = ours.cpu_seconds
            document = [ours.type(text) for _ in range(min(rounds, _MOST_ROUNDS)) for text in TYPED]
            cpu = ours.cpu_seconds - before
    letters = sorted(ms for times, _ in document for ms in times)
    held = max(longest for _, longest in document)
    note = f"median {share(letters, 0.5):.1f} ms, longest {letters[-1]:.1f} ms, {len(letters)} letters"
    return [
        Row(
            *("B6", f"letter to repainted list, {MANY:,} tasks, p95", share(letters, 0.95), None, _TARGET_MS),
            note=note,
            # Of the whole program, its polls included.
            cpu_ms=cpu * 1e3 / len(letters),
        ),
        Row("B6", "the longest that the screen was held while searching", held, None, _TARGET_MS),
    ]
