"""A kill during mixed writes leaves an intact library with every acknowledged write (D3).

Fails with `synchronous` and the journal turned off (the file is malformed), and if a write is reported before its
COMMIT.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from sunotui.domain.submission import SubmissionState
from sunotui.storage.db.connection import Database
from sunotui.storage.drafts import DraftStore
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from tests.guarantees.child_processes.process import ChildProcess
from tests.guarantees.child_processes.writing import write_mixed_rows
from tests.support.complete_list import all_ids

pytestmark = pytest.mark.guarantee(
    "D3",
    ordinary="40 kills; integrity and every acknowledged write checked after each tenth",
    long="200 kills",
    last_long_run="2026-11-25: 200 kills, 15 s",
    gaps="A power cut is not simulated; `synchronous=FULL` protects against it.",
)


State = SubmissionState


@pytest.mark.parametrize("kills", [40, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(600)])])
def test_the_library_is_intact_with_every_acknowledged_write(kills: int, tmp_path: Path) -> None:
    rng = random.Random(kills)
    lines: list[str] = []
    acknowledged = 0
    for kill in range(kills):
        path = tmp_path / f"data-{kill // 10}" / "library.db"
        # Two processes every third time: one continues to write while the other is killed.
        children = [
            ChildProcess(tmp_path / f"v-{kill}-{n}", write_mixed_rows, path, f"r{kill}x{n}")
            for n in range(1 + (kill % 3 == 0))
        ]
        # At least this many writes, independent of the load.
        children[0].until_lines(rng.randint(2, 20))
        time.sleep(rng.uniform(0, 0.025))
        for child in children:
            child.kill()
            lines += child.lines()
        if kill % 10 == 9 or kill == kills - 1:
            _check(path, lines)
            acknowledged += len(lines)
            lines.clear()
    assert acknowledged > kills * 5


def _check(path: Path, lines: list[str]) -> None:
    """Check every acknowledged write in the library that the next start finds."""
    db = Database.open(path)
    try:
        assert db.query("PRAGMA integrity_check")[0][0] == "ok"
        assert db.query("PRAGMA foreign_key_check") == []
        journal, library, drafts = Journal(db), TaskStore(db), DraftStore(db)
        journal.recover(9.0)
        rows = {row.id: row for row in journal.reader.list(limit=1_000_000)}
        acknowledged = [line.split() for line in lines]
        pairs = library.tasks(
            [f"{prefix}-{fields[1]}" for fields in acknowledged if fields[0] == "tasks" for prefix in "ab"]
        )
        made = library.tasks([f"made-{fields[1]}" for fields in acknowledged if fields[0] == "accepted"])
        last_draft = {fields[1]: int(fields[2]) for fields in acknowledged if fields[0] == "draft"}
        for fields in acknowledged:
            match fields[0]:
                case "tasks":
                    assert len(pairs[f"a-{fields[1]}"].clips) == len(pairs[f"b-{fields[1]}"].clips) == 2
                case "added":
                    assert fields[1] in rows
                case "claimed":
                    assert rows[fields[1]].state in {State.ACCEPTED, State.UNKNOWN}
                case "accepted":
                    assert rows[fields[1]].task_id == made[f"made-{fields[1]}"].id
                case "unknown":
                    assert rows[fields[1]].state is State.UNKNOWN
        stored = all_ids(db)
        assert _without_prefix("a-", stored) == _without_prefix("b-", stored), "a partial transaction"
        assert _without_prefix("made-", stored) == {row.id for row in rows.values() if row.state is State.ACCEPTED}
        for name, number in last_draft.items():
            # The write after the last reported one may have been committed as well.
            assert int(drafts.load(name)) - number in {0, 1}
        assert not {State.READY, State.SENDING} & {row.state for row in rows.values()}
    finally:
        db.close()


def _without_prefix(prefix: str, ids: Iterable[str]) -> set[str]:
    return {task_id.removeprefix(prefix) for task_id in ids if task_id.startswith(prefix)}
