"""B6: searches as they are typed, letter by letter, in 100,000 tasks: from the search to the rows of a window.

What the storage thread does, on which a screen waits: the library is written to before every letter, as it is while
songs are being made, so that nothing is remembered. The words occur in titles, tags and lyrics; most of them in a tenth
of all tasks or more, which is the worst that a search can ask for.
"""

import statistics
import tempfile
import time
from pathlib import Path

from sunotui.domain.listing import Listing
from sunotui.storage.database import Database
from sunotui.storage.desk import Desk
from sunotui.storage.journal import Journal
from sunotui.storage.listings import Listings
from sunotui.studio.catalogue import Catalogue
from tests.benchmarks.big_library import MANY, big_library, copy_of
from tests.benchmarks.table import Row

_TARGET_MS = 50.0
_TYPED = ("electric river", "tag:jazz -paper", "東京 neon", "señorita", "model:v5 is:unheard moon", "paper in the 4999")
_ROWS = 60
_MOST_ROUNDS = 5


def measure(rounds: int) -> list[Row]:
    """The 95th of 100 letters."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database.open(copy_of(big_library(), Path(folder) / "large") / "library.db")
        try:
            times = [ms for _ in range(min(rounds, _MOST_ROUNDS)) for text in _TYPED for ms in _type(db, text)]
        finally:
            db.close()
    times.sort()
    note = f"median {statistics.median(times):.1f} ms, longest {times[-1]:.1f} ms, {len(times)} letters"
    return [
        Row("B6", f"letter to rows, {MANY:,} tasks, p95", times[len(times) * 95 // 100], None, _TARGET_MS, note=note)
    ]


def _type(db: Database, text: str) -> list[float]:
    times = list[float]()
    catalogue = Catalogue(Desk(), Listings(db, time.time), Journal(db), time.time)
    around: str | None = None
    for length in range(1, len(text) + 1):
        with db.write() as connection:
            connection.execute("UPDATE task SET checked_at = ? WHERE seq = 1", (time.time(),))
        begun = time.perf_counter()
        window = catalogue._window(Listing(search=text[:length]), around, 0, _ROWS, _ROWS)
        times.append((time.perf_counter() - begun) * 1e3)
        # The cursor stays on its task as long as that is found.
        around = window.rows[len(window.rows) // 2].id if window.rows else None
    return times
