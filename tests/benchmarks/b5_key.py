"""B5: j in the list of 100,000 tasks while 1,000 unfinished ones are polled, compared with j in a bare list of 1,000
options. Timed from the key's message to the frame with the moved cursor, drawn as for a terminal. Both programs run at
once and get keys in turn, so that disturbances of the machine affect both.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.big_library import MANY, big_library, copy_of
from tests.benchmarks.busy_gateway import BusyGateway
from tests.benchmarks.line_program import LineProgram
from tests.benchmarks.programs import environ
from tests.benchmarks.table import Row

UNFINISHED = 1_000
_PRESSES = 40
"""The number of keys in one turn."""
_SAME_FOR = 1


class Walked(LineProgram):
    """A program that receives keys (tests/benchmarks/keying.py)."""

    def __init__(self, *arguments: str, own: Mapping[str, str]) -> None:
        super().__init__("keying", *arguments, own=own)

    def walk(self) -> list[float]:
        """Move down; returns the milliseconds of each key."""
        return list(self.ask(json.dumps({"presses": _PRESSES}))["times"])

    def type(self, text: str) -> tuple[list[float], float]:
        """Type a search; returns the milliseconds of each letter, and the longest time that the UI thread was
        blocked."""
        document = self.ask(json.dumps({"text": text}))
        return list(document["times"]), float(document["held"])


def measure(rounds: int) -> list[Row]:
    """Measure the 95th percentile of 100 keys."""
    library = big_library(unfinished=UNFINISHED)
    with tempfile.TemporaryDirectory() as folder, BusyGateway(_SAME_FOR) as gateway:
        data = copy_of(library, Path(folder) / "large")
        own = environ(data, data / "config") | gateway.environ
        with Walked("bare", own={}) as bare, Walked("ours", str(data), own=own) as ours:
            bare.walk(), ours.walk()
            polls, before = gateway.polls, (ours.cpu_seconds, bare.cpu_seconds)
            times = [(ours.walk(), bare.walk()) for _ in range(rounds)]
            polls = gateway.polls - polls
            after = ours.cpu_seconds, bare.cpu_seconds
    if not polls:
        raise RuntimeError("the gateway was not asked")
    mine, theirs = (sorted(ms for turn in found for ms in turn) for found in zip(*times, strict=True))
    what = f"j to frame, {MANY:,} tasks, {UNFINISHED:,} polled / bare, p95"
    note = (
        f"{polls} polls; median {share(mine, 0.5):.1f} and {share(theirs, 0.5):.1f} ms, "
        f"longest {mine[-1]:.1f} and {theirs[-1]:.1f} ms"
    )
    # Of the whole program, its polls included.
    cpu, bare_cpu = ((now - then) * 1e3 / len(mine) for now, then in zip(after, before, strict=True))
    return [
        Row(
            *("B5", what, share(mine, 0.95), share(theirs, 0.95), 1.0),
            note=note,
            cpu_ms=cpu,
            cpu_reference_ms=bare_cpu,
        )
    ]


def share(ordered: list[float], part: float) -> float:
    """The value that the given share of all values does not exceed."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
