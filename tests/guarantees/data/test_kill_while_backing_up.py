"""Every file with the name of a backup is complete and intact, even after kills and with two processes that start at
the same time; the next backup removes temporary files of killed processes (D6).

Fails if a backup is written under its final name, and if two processes that both find no backup make one each.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from sunotui.storage.backup import KEPT, back_up, backups_of, folder_of
from sunotui.storage.db.connection import Database
from sunotui.storage.db.integrity import fault_of
from sunotui.storage.tasks.task_store import TaskStore
from tests.guarantees.child_processes.process import ChildProcess
from tests.guarantees.child_processes.repairing import back_up_for_days
from tests.guarantees.child_processes.writing import song, write_mixed_rows

pytestmark = pytest.mark.guarantee(
    "D6",
    ordinary="20 kills while daily backups are made beside a writer; 10 times two processes at once",
    long="200 kills while daily backups are made beside a writer",
    last_long_run="2026-11-25: 200 kills, 406 s on a busy machine",
)

NOW = 1_770_000_000.0


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(900)])])
def test_backups_are_complete_after_kills(kills: int, quick_path: Path) -> None:
    rng = random.Random(kills)
    path = _library(quick_path)
    writer = ChildProcess(quick_path / "writer", write_mixed_rows, path, "w")
    writer.until_reported("unknown")
    copy_s = _seconds_for_a_copy(path)
    made = 0
    for kill in range(kills):
        child = ChildProcess(quick_path / f"child-{kill}", back_up_for_days, path, NOW + kill * 3 * 86_400.0, 3)
        # Every second process has made a copy, independent of the load.
        child.until_reported("made" if kill % 2 else "started")
        time.sleep(rng.uniform(0, 4 * copy_s))
        child.kill()
        copies = backups_of(path)
        made += len(copies)
        assert len(copies) <= KEPT + 1, "one may have been killed before it deleted the oldest"
        assert [fault_of(copy.path) for copy in copies] == [""] * len(copies)
    writer.kill()
    assert made >= kills // 2
    back_up(path, NOW + kills * 4 * 86_400.0)
    assert {entry.suffix for entry in folder_of(path).iterdir()} == {".db", ".lock"}
    assert len(backups_of(path)) == KEPT


def test_two_processes_at_once_make_one_backup(quick_path: Path) -> None:
    path = _library(quick_path)
    for turn in range(10):
        children = [
            ChildProcess(quick_path / f"child-{turn}-{n}", back_up_for_days, path, NOW + turn * 86_400.0, 1)
            for n in range(2)
        ]
        assert [child.end() for child in children] == [0, 0]
        assert sum(line.startswith("made") for child in children for line in child.lines()) == 1


def _seconds_for_a_copy(path: Path) -> float:
    began = time.monotonic()
    back_up(path, NOW - 86_400.0)
    return time.monotonic() - began


def _library(folder: Path) -> Path:
    path = folder / "data" / "library.db"
    db = Database.open(path)
    TaskStore(db).save([song(f"t{n}") for n in range(300)], {f"t{n}": "raw " * 300 for n in range(300)})
    db.close()
    return path
