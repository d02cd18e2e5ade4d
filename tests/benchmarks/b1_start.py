"""B1: from the command to the first usable frame of the library screen, on an empty library, in a real tmux pane.

The frame that counts is the one a person can use: the list (here its words for an empty one) and the key bar have been
written. The second row is stricter: a key is pressed at that very moment, and the clock runs until its answer, so that
work which was only put off until after the frame shows. The third is the very first start, which makes the library.
"""

import statistics
import tempfile
from pathlib import Path

from tests.benchmarks.big_library import empty_library
from tests.benchmarks.programs import Programs
from tests.benchmarks.table import Row, in_turn

FRAME = ("No songs yet.", "Palette")
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
    hello, ours, first = (
        [statistics.median(found) * 1e3 for found in zip(*times[name], strict=True)] for name in times
    )
    return [
        Row("B1", "start to usable frame, empty library / Textual", ours[0], hello[0], _TARGET),
        Row("B1", "the same, until a key is answered", ours[1], hello[1], _TARGET),
        Row("B1", "the very first start, which makes the library", first[0], hello[0], _TARGET),
    ]
