"""Every file with the name of a backup is complete and sound, also after kills and with two processes that start at
once; the next backup removes temporary files of killed processes (D6).

Fails with a backup written under its final name, and with two processes that both find none and make one.
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
from tests.guarantees.child_processes.writing import song, write_all_sorts

pytestmark = pytest.mark.guarantee(
    "D6",
    ordinary="20 kills while daily backups are made beside a writer; 10 times two processes at once",
    long="200 kills while daily backups are made beside a writer",
    last_long_run="2026-11-25: 200 kills, 406 s on a busy machine",
)

NOW = 1_770_000_000.0


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(900)])])
def test_copies_are_whole_whatever_is_killed(kills: int, quick_path: Path) -> None:
    rng = random.Random(kills)
    path = _library(quick_path)
    writer = ChildProcess(quick_path / "writer", write_all_sorts, path, "w")
    writer.until_reported("unknown")
    took = _seconds_for_a_copy(path)
    made = 0
    for kill in range(kills):
        child = ChildProcess(quick_path / f"voice-{kill}", back_up_for_days, path, NOW + kill * 3 * 86_400.0, 3)
        # Every second one has made a copy, however busy the machine is.
        child.until_reported("made" if kill % 2 else "going")
        time.sleep(rng.uniform(0, 4 * took))
        child.kill()
        copies = backups_of(path)
        made += len(copies)
        assert len(copies) <= KEPT + 1, "one may have been killed before it forgot the oldest"
        assert [fault_of(copy.path) for copy in copies] == [""] * len(copies)
    writer.kill()
    assert made >= kills // 2
    back_up(path, NOW + kills * 4 * 86_400.0)
    assert {entry.suffix for entry in folder_of(path).iterdir()} == {".db", ".lock"}
    assert len(backups_of(path)) == KEPT


def test_two_that_begin_at_once_make_one(quick_path: Path) -> None:
    path = _library(quick_path)
    for turn in range(10):
        children = [
            ChildProcess(quick_path / f"voice-{turn}-{n}", back_up_for_days, path, NOW + turn * 86_400.0, 1)
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
