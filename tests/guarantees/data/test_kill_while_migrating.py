"""A kill during a migration leaves either the complete old version or the complete new one, also with two processes;
the next start succeeds, and the copy of the old version is complete (D4).

Fails with a COMMIT after each statement of the script, if the copy is written under its final name (the long run found
a truncated one), and if the copy is made after another process has migrated.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from sunotui.storage.db.connection import Database
from sunotui.storage.db.schema import migration_scripts
from sunotui.storage.drafts import DraftStore
from tests.guarantees.child_processes.process import ChildProcess
from tests.guarantees.child_processes.writing import TABLES, migrate_library, migration

pytestmark = pytest.mark.guarantee(
    "D4",
    ordinary="40 kills, half with two processes",
    long="200 kills, half with two processes",
    last_long_run="2026-11-25: 200 kills, 9 s",
)


@pytest.mark.parametrize("kills", [40, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(600)])])
def test_a_killed_migration_leaves_one_version_that_opens(kills: int, tmp_path: Path) -> None:
    rng = random.Random(kills)
    old = _old_library(tmp_path / "old")
    duration_s = _migrate(tmp_path, old, "whole", [None])
    found: Counter[int] = Counter()
    for kill in range(kills):
        after = [rng.uniform(0, 1.2 * duration_s) for _ in range(1 + kill % 2)]
        _migrate(tmp_path, old, f"run-{kill}", after)
        version = _check(tmp_path / f"run-{kill}" / "library.db")
        found[version] += 1
        # Adapts to the load of the machine: if a kill came too late, the next one comes earlier.
        duration_s *= 1.1 if version == 1 else 1 / 1.1
    print(dict(found))
    assert min(found[1], found[2]) > kills / 10, "all kills were before or all after the migration"


def _old_library(folder: Path) -> bytes:
    db = Database.open(folder / "library.db", scripts=migration_scripts()[:1])
    DraftStore(db).save("a", "text")
    db.close()
    return (folder / "library.db").read_bytes()


def _migrate(folder: Path, old: bytes, run: str, after: Sequence[float | None]) -> float:
    """Migrate in one process per entry of `after`, each killed that many seconds after its start; return the
    seconds."""
    path = folder / run / "library.db"
    path.parent.mkdir(mode=0o700)
    path.write_bytes(old)
    children = [ChildProcess(folder / f"{run}-child-{n}", migrate_library, path) for n in range(len(after))]
    began = time.monotonic()
    for child, seconds in zip(children, after, strict=True):
        child.until_reported("started")
        began = time.monotonic()
        if seconds is None:
            child.until_reported("done")
        else:
            time.sleep(seconds)
            child.kill()
    duration_s = time.monotonic() - began
    for child in children:
        child.end()
    return duration_s


def _check(path: Path) -> int:
    """Check that one complete version is left and that the next start migrates it; return the version."""
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
