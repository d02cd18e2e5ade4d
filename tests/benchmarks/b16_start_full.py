"""B16: a start as in B2 with a library as after years of use: 100,000 tasks with their requests, labels, ratings,
plays, albums and saved files.
"""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from pathlib import Path

from tests.benchmarks.b2_start_large import compare_starts
from tests.benchmarks.big_library import MANY, copy_of
from tests.benchmarks.full_library import full_library
from tests.benchmarks.table import Row

_NEWEST = "SELECT title FROM task WHERE trashed_at IS NULL ORDER BY added_at DESC, seq DESC LIMIT 20"


def measure(rounds: int) -> list[Row]:
    """Compare with the start with an empty library."""
    with tempfile.TemporaryDirectory() as folder:
        data = copy_of(full_library(), Path(folder) / "full")
        with contextlib.closing(sqlite3.connect(data / "library.db")) as library:
            titles = [title for (title,) in library.execute(_NEWEST)]
        # The numbers in the titles of the newest row and of one further down on the first page.
        frame = (*(f" {title.split()[-1]}" for title in (titles[0], titles[-1])), "Help")
        return compare_starts("B16", f"{MANY:,} tasks of years of use", data, frame, rounds, Path(folder))
