"""B1: from the command to the first usable frame of the library screen, on an empty library, in a real tmux pane.

The frame that counts is the usable one: the list (here its words for an empty one) and the key bar have been
written. The second row is stricter: a key is pressed at that very moment, and the clock runs until its answer, so that
work which was only put off until after the frame shows. The third is the very first start, which makes the library.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from tests.benchmarks.big_library import empty_library
from tests.benchmarks.programs import Programs
from tests.benchmarks.table import Row, in_turn

FRAME = ("Your songs will appear here.", "Commands")
KEY, ANSWER = "h", ";48;2;57;71;105m▌All"
"""The keyboard goes to the views, whose line gets the colour of one that is awake."""
_TARGET = 1.15


def measure(rounds: int) -> list[Row]:
    """All against a hello-world of bare Textual."""
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


def _row(what: str, ours: list[tuple[float, float]], hello: list[tuple[float, float]], at: int) -> Row:
    """Medians; and what the fastest starts say, which a busy machine disturbs least."""
    mine, theirs = [found[at] * 1e3 for found in ours], [found[at] * 1e3 for found in hello]
    note = f"fastest: {min(mine):.0f} / {min(theirs):.0f} ms = {min(mine) / min(theirs):.2f}"
    return Row("B1", what, statistics.median(mine), statistics.median(theirs), _TARGET, note=note)
