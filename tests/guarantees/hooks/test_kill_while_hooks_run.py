"""Programs that see tasks end are killed at any moment: the command of on_done never runs twice for a task (A4).

Fails if `Hooks` runs the command before it writes the journal, and without the conflict clause of `claim`.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.guarantees.child_processes.ending import see_tasks_end
from tests.guarantees.child_processes.process import ChildProcess

pytestmark = pytest.mark.guarantee(
    "A4",
    ordinary="12 kills of 1 or 2 programs that see 6 tasks end, each followed by one that sees them again",
    long="120 kills",
    gaps=(
        "A task whose end was saved an instant before a kill has no run: the command runs at most once. A process that "
        "leaves the command's group, as with setsid, is not ended."
    ),
)

TASKS = 6


@pytest.mark.parametrize("kills", [12, pytest.param(120, marks=[pytest.mark.long, pytest.mark.timeout(900)])])
def test_the_command_runs_at_most_once(kills: int, tmp_path: Path) -> None:
    rng = random.Random(kills)
    runs = tmp_path / "runs"
    _configure(tmp_path, runs)
    all_ids: list[str] = []
    for kill in range(kills):
        ids = [f"task-{kill}-{number}" for number in range(TASKS)]
        all_ids += ids
        _add_tasks(tmp_path, ids)
        children = [
            ChildProcess(tmp_path / f"lines-{kill}-{n}", see_tasks_end, tmp_path, ids) for n in range(1 + kill % 2)
        ]
        children[0].until_lines(rng.randint(1, TASKS))
        time.sleep(rng.uniform(0, 0.03))
        for child in children:
            child.kill()
        # The next start sees the rest of them end, and polls those again that had ended.
        again = ChildProcess(tmp_path / f"again-{kill}", see_tasks_end, tmp_path, ids)
        assert again.end() == 0
    counts = Counter(runs.read_text().split())
    assert [task_id for task_id, number in counts.items() if number != 1] == []
    assert len(counts) > len(all_ids) // 2, "most of them ran"
    assert _journalled(tmp_path) >= counts.keys()


def test_two_programs_that_see_the_same_end_run_it_once(tmp_path: Path) -> None:
    """Both poll the same tasks until the last has ended."""
    runs = tmp_path / "runs"
    _configure(tmp_path, runs)
    ids = [f"task-{number}" for number in range(30)]
    _add_tasks(tmp_path, ids)
    children = [ChildProcess(tmp_path / f"lines-{n}", see_tasks_end, tmp_path, ids) for n in range(2)]
    assert [child.end() for child in children] == [0, 0]
    assert Counter(runs.read_text().split()) == dict.fromkeys(ids, 1)


def _configure(folder: Path, runs: Path) -> None:
    (folder / "config").mkdir()
    command = f'["/bin/sh", "-c", "echo $SUNOTUI_TASK_ID >>{runs}; sleep 0.01"]'
    (folder / "config" / "config.toml").write_text(f"on_done = {command}\n")


def _add_tasks(folder: Path, ids: list[str]) -> None:
    database = Database.open(folder / "data" / "library.db")
    TaskStore(database).save([Task(task_id, "main", TaskKind.MUSIC, TaskStatus.SUBMITTED, 1.0) for task_id in ids])
    database.close()


def _journalled(folder: Path) -> set[str]:
    database = Database.open(folder / "data" / "library.db")
    found = set(database.column("SELECT task_id FROM hook_run"))
    database.close()
    return found
