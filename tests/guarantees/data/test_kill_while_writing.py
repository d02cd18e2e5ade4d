"""A kill during mixed writes leaves an intact library with everything that was reported as written (D3).

Fails with `synchronous` and the journal turned off (the file is malformed), and with a write that is reported before
its COMMIT.
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
from tests.guarantees.child_processes.writing import write_all_sorts
from tests.support.whole_listing import all_ids

pytestmark = pytest.mark.guarantee(
    "D3",
    ordinary="40 kills; integrity and every acknowledged write checked after each tenth",
    long="200 kills",
    last_long_run="2026-11-25: 200 kills, 15 s",
    gaps="A power cut is not simulated; `synchronous=FULL` protects against it.",
)


State = SubmissionState


@pytest.mark.parametrize("kills", [40, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(600)])])
def test_what_was_promised_is_there_and_the_file_is_sound(kills: int, tmp_path: Path) -> None:
    rng = random.Random(kills)
    said: list[str] = []
    promised = 0
    for kill in range(kills):
        path = tmp_path / f"data-{kill // 10}" / "library.db"
        # Two at once every third time: the survivor writes on while the other dies.
        children = [
            ChildProcess(tmp_path / f"v-{kill}-{n}", write_all_sorts, path, f"r{kill}x{n}")
            for n in range(1 + (kill % 3 == 0))
        ]
        # So far at least, however busy the machine is.
        children[0].until_lines(rng.randint(2, 20))
        time.sleep(rng.uniform(0, 0.025))
        for child in children:
            child.kill()
            said += child.lines()
        if kill % 10 == 9 or kill == kills - 1:
            _look(path, said)
            promised += len(said)
            said.clear()
    assert promised > kills * 5


def _look(path: Path, said: list[str]) -> None:
    """Check every acknowledged write in the library that the next start finds."""
    db = Database.open(path)
    try:
        assert db.query("PRAGMA integrity_check")[0][0] == "ok"
        assert db.query("PRAGMA foreign_key_check") == []
        journal, library, drafts = Journal(db), TaskStore(db), DraftStore(db)
        journal.recover(9.0)
        rows = {row.id: row for row in journal.list(limit=1_000_000)}
        promised = [line.split() for line in said]
        whole = library.tasks([f"{half}-{words[1]}" for words in promised if words[0] == "tasks" for half in "ab"])
        made = library.tasks([f"made-{words[1]}" for words in promised if words[0] == "accepted"])
        last_draft = {words[1]: int(words[2]) for words in promised if words[0] == "draft"}
        for words in promised:
            match words[0]:
                case "tasks":
                    assert len(whole[f"a-{words[1]}"].clips) == len(whole[f"b-{words[1]}"].clips) == 2
                case "added":
                    assert words[1] in rows
                case "claimed":
                    assert rows[words[1]].state in {State.ACCEPTED, State.UNKNOWN}
                case "accepted":
                    assert rows[words[1]].task_id == made[f"made-{words[1]}"].id
                case "unknown":
                    assert rows[words[1]].state is State.UNKNOWN
        stored = all_ids(db)
        assert _named("a-", stored) == _named("b-", stored), "half of a transaction"
        assert _named("made-", stored) == {row.id for row in rows.values() if row.state is State.ACCEPTED}
        for name, number in last_draft.items():
            # The write after the last one that was said may have come through as well.
            assert int(drafts.load(name)) - number in {0, 1}
        assert not {State.READY, State.SENDING} & {row.state for row in rows.values()}
    finally:
        db.close()


def _named(beginning: str, ids: Iterable[str]) -> set[str]:
    return {task_id.removeprefix(beginning) for task_id in ids if task_id.startswith(beginning)}
