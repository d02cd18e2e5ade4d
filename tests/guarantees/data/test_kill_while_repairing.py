"""A kill at any moment of a repair leaves the damaged library or the repaired one, never an empty or partial one that
opens. The next repair succeeds, includes the rows that were only in the write-ahead log, and keeps the damaged files
(D6).

Fails if the log is removed before the repaired file is ready, and if the repaired file is moved into place before the
old log is removed.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from sunotui.domain.errors import LibraryDamaged
from sunotui.storage.db.connection import Database
from sunotui.storage.db.integrity import fault_of
from sunotui.storage.drafts import DraftStore
from sunotui.storage.repair.repair import repair
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from tests.guarantees.child_processes.process import ChildProcess
from tests.guarantees.child_processes.repairing import repair_and_exit_at_step, repair_library
from tests.guarantees.child_processes.writing import ready, song

pytestmark = pytest.mark.guarantee(
    "D6",
    ordinary="40 kills of a repair, and an exit before each step of replacing the file",
    long="200 kills of a repair",
    last_long_run="2026-11-25: 200 kills, 47 s",
)

NOW = 1_770_000_000.0
SUBMISSIONS = 20


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A library without a header, whose last submission is only in its write-ahead log."""
    path = tmp_path_factory.mktemp("damaged") / "library.db"
    db = Database.open(path)
    TaskStore(db).save([song(f"t{n}") for n in range(100)])
    journal = Journal(db)
    for n in range(SUBMISSIONS - 1):
        journal.add(ready(f"s{n}"))
    db.close()
    content = path.read_bytes()
    db = Database.open(path)
    Journal(db).add(ready(f"s{SUBMISSIONS - 1}"))
    DraftStore(db).save("a", "text")
    log = path.with_name("library.db-wal").read_bytes()
    db.close()
    return {"library.db": bytes(100) + content[100:], "library.db-wal": log}


@pytest.mark.parametrize("kills", [40, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(900)])])
def test_a_repair_killed_at_random(kills: int, damaged: dict[str, bytes], quick_path: Path) -> None:
    rng = random.Random(kills)
    duration_s = min(_run(quick_path, damaged, f"whole-{n}", None) for n in range(3))
    found: Counter[str] = Counter()
    for kill in range(kills):
        _run(quick_path, damaged, f"run-{kill}", rng.uniform(0, 1.2 * duration_s))
        state = _check(quick_path / f"run-{kill}" / "library.db", damaged)
        found[state] += 1
        # Adapts to the load of the machine: if a kill came too late, the next one comes earlier.
        duration_s *= 1.1 if state == "damaged" else 1 / 1.1
    print(dict(found))
    assert min(found["damaged"], found["repaired"]) > 0, "all kills were before or all after the repair"


def test_an_exit_before_each_step_of_replacing_the_file(damaged: dict[str, bytes], quick_path: Path) -> None:
    found: Counter[str] = Counter()
    for step in range(1, 100):
        path = _placed(quick_path / str(step), damaged)
        child = ChildProcess(quick_path / f"child-{step}", repair_and_exit_at_step, path, NOW, step)
        if child.end() == 0:
            break
        found[_check(path, damaged)] += 1
    print(dict(found), step)
    assert step > 10
    assert found["damaged"] > 5


def _placed(folder: Path, damaged: dict[str, bytes]) -> Path:
    folder.mkdir(mode=0o700)
    for name, content in damaged.items():
        (folder / name).write_bytes(content)
    return folder / "library.db"


def _run(folder: Path, damaged: dict[str, bytes], run: str, after: float | None) -> float:
    """Repair in a process that is killed `after` seconds after its start; return the seconds it took."""
    path = _placed(folder / run, damaged)
    child = ChildProcess(folder / f"{run}-child", repair_library, path, NOW)
    child.until_reported("started")
    began = time.monotonic()
    if after is None:
        child.until_reported("done")
    else:
        time.sleep(after)
        child.kill()
    duration_s = time.monotonic() - began
    child.end()
    return duration_s


def _check(path: Path, damaged: dict[str, bytes]) -> str:
    """Check the remaining files and the next repair; return whether the library was "damaged" or "repaired"."""
    assert path.exists()
    state = "repaired" if fault_of(path) == "" else "damaged"
    if state == "damaged":
        with pytest.raises(LibraryDamaged):
            Database.open(path)
        assert path.read_bytes() == damaged["library.db"]
    repair(path, NOW + 60)
    assert fault_of(path) == ""
    kept = {name: content for name, content in _contents(path.parent).items() if ".corrupt-" in name}
    assert sorted(content for name, content in kept.items() if not name.endswith("-shm")) == sorted(damaged.values())
    assert not [entry for entry in path.parent.iterdir() if ".new-" in entry.name or ".repaired-" in entry.name]
    db = Database.open(path)
    assert len(Journal(db).reader.list(limit=1_000)) == SUBMISSIONS
    assert DraftStore(db).load("a") == "text"
    db.close()
    return state


def _contents(folder: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
