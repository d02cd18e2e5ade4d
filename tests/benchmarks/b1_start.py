"""B1: from the command to the first usable frame of the library screen, on an empty library, in a real tmux pane.

The usable frame counts: the list (here its text for an empty one) and the key bar are written. The second row is
stricter: a key is pressed at that moment, and the time runs until its effect, so that deferred work is included. The
third row is the first start, which creates the library.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from tests.benchmarks.big_library import empty_library
from tests.benchmarks.programs import Programs
from tests.benchmarks.table import Row, in_turn

FRAME = ("Your songs will appear here.", "Commands")
KEY, ANSWER = "h", ";48;2;50;59;87mSongs "
"""The focus moves to the sidebar, whose line gets the colour of the focus."""
_TARGET = 1.15


def measure(rounds: int) -> list[Row]:
    """Compare all with a hello-world app in bare Textual."""
    with tempfile.TemporaryDirectory() as folder:
        programs, data = Programs(Path(folder)), empty_library(Path(folder) / "empty")
        times = in_turn(
            rounds,
            {
                "hello": programs.hello,
                "sunotui": lambda: programs.sunotui(FRAME, KEY, ANSWER, data),
                "first": lambda: programs.sunotui(FRAME, KEY, ANSWER),
            },
        )
    return [
        _row("start to usable frame, empty library / Textual", times["sunotui"], times["hello"], 0),
        _row("the same, until a key is answered", times["sunotui"], times["hello"], 1),
        _row("the very first start, which makes the library", times["first"], times["hello"], 0),
    ]


def _row(what: str, ours: list[tuple[float, float, float]], hello: list[tuple[float, float, float]], at: int) -> Row:
    """The medians, and the fastest starts, which a busy machine disturbs least."""
    mine, theirs = [found[at] * 1e3 for found in ours], [found[at] * 1e3 for found in hello]
    note = f"fastest: {min(mine):.0f} / {min(theirs):.0f} ms = {min(mine) / min(theirs):.2f}"
    cpu, hello_cpu = (statistics.median(found[2] * 1e3 for found in times) for times in (ours, hello))
    medians = statistics.median(mine), statistics.median(theirs)
    return Row("B1", what, *medians, _TARGET, note=note, cpu_ms=cpu, cpu_reference_ms=hello_cpu)
