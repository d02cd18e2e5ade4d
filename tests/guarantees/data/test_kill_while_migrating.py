"""A kill during a migration leaves the whole old version or the whole new one, also with two processes; the next start
succeeds, and the copy of the old version is complete (D4).

Fails with a COMMIT after each statement of the script, with a copy written under its final name (the long run found one
that was cut off), and with a copy made after another process had migrated.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections import Counter
from pathlib import Path

import pytest

from sunotui.storage.db.connection import Database
from sunotui.storage.db.schema import migration_scripts
from sunotui.storage.drafts import DraftStore
from tests.guarantees.child_processes.process import ChildProcess
from tests.guarantees.child_processes.writing import TABLES, migrate_it, migration

pytestmark = pytest.mark.guarantee(
    "D4",
    ordinary="40 kills, half with two processes",
    long="200 kills, half with two processes",
    last_long_run="2026-11-25: 200 kills, 9 s",
)


@pytest.mark.parametrize("kills", [40, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(600)])])
def test_it_is_the_old_version_or_the_new_one_and_opens_again(kills: int, tmp_path: Path) -> None:
    rng = random.Random(kills)
    old = _old_library(tmp_path / "old")
    took = _migrate(tmp_path, old, "whole", [None])
    found: Counter[int] = Counter()
    for kill in range(kills):
        after = [rng.uniform(0, 1.2 * took) for _ in range(1 + kill % 2)]
        _migrate(tmp_path, old, f"run-{kill}", after)
        version = _look(tmp_path / f"run-{kill}" / "library.db")
        found[version] += 1
        # As the machine grows busier or quieter: the later the kills fell, the sooner the next ones.
        took *= 1.1 if version == 1 else 1 / 1.1
    print(dict(found))
    assert min(found[1], found[2]) > kills / 10, "the kills fell all before or all after"


def _old_library(folder: Path) -> bytes:
    db = Database.open(folder / "library.db", scripts=migration_scripts()[:1])
    DraftStore(db).save("a", "text")
    db.close()
    return (folder / "library.db").read_bytes()


def _migrate(folder: Path, old: bytes, run: str, after: list[float | None] | list[float]) -> float:
    """Migrate in one process for each time, killed that long after it began; the seconds it took."""
    path = folder / run / "library.db"
    path.parent.mkdir(mode=0o700)
    path.write_bytes(old)
    children = [ChildProcess(folder / f"{run}-voice-{n}", migrate_it, path) for n in range(len(after))]
    began = time.monotonic()
    for child, seconds in zip(children, after, strict=True):
        child.until_reported("going")
        began = time.monotonic()
        if seconds is None:
            child.until_reported("done")
        else:
            time.sleep(seconds)
            child.kill()
    took = time.monotonic() - began
    for child in children:
        child.end()
    return took


def _look(path: Path) -> int:
    """Check that one whole version is left and that the next start migrates it; that version."""
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    made: int = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name GLOB 'x*'").fetchone()[0]
    connection.close()
    assert (version, made) in {(1, 0), (2, TABLES)}
    db = Database.open(path, scripts=migration())
    assert DraftStore(db).load("a") == "text"
    assert db.query("SELECT a FROM x7")[0][0] == "text"
    db.close()
    copies = list(path.parent.glob("library.version-1*.db"))
    assert copies
    for copy in copies:
        kept = Database.open(copy, scripts=migration_scripts()[:1])
        assert DraftStore(kept).load("a") == "text"
        kept.close()
    return version
