"""Functions run by the processes that are killed or run concurrently in the tests of the library (D3, D4, D7)."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from sunotui.domain.errors import TimedOut
from sunotui.domain.requests.request import LyricsRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.db.schema import migration_scripts
from sunotui.storage.drafts import DraftStore
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from tests.guarantees.child_processes.process import report
from tests.support.waiting import HANG_S

TABLES = 120
"""The number of tables that the killed migration creates."""


def migration() -> tuple[str, ...]:
    """The scripts of a slow migration from version 1 to a version 2 with many tables."""
    steps = (f"CREATE TABLE x{n} (a);\nINSERT INTO x{n} SELECT text FROM draft;\n" for n in range(TABLES))
    return (*migration_scripts()[:1], "".join(steps))


def song(name: str, status: TaskStatus = TaskStatus.SUCCESS) -> Task:
    """A task with two takes."""
    clips = tuple(Clip(f"{name}-{take}", title=name, status=ClipStatus.COMPLETE) for take in (1, 2))
    return Task(name, "home", TaskKind.MUSIC, status, 1.0, clips=clips, submission_id=None)


def ready(name: str) -> Submission:
    """A submission that is not in the journal yet."""
    return Submission(name, "home", LyricsRequest("x" * 500), "/p", "{}", SubmissionState.READY, 1.0)


def write_mixed_rows(path: Path, name: str) -> None:
    """Write tasks, drafts and submissions with every outcome, endlessly; report every write after its commit."""
    db = Database.open(path, busy_limit_s=HANG_S)
    library, journal, drafts = TaskStore(db), Journal(db), DraftStore(db)
    report("open")
    for number in itertools.count():
        one = f"{name}-{number}"
        library.save([song(f"a-{one}"), song(f"b-{one}")], {f"a-{one}": "raw " * 100})
        report(f"tasks {one}")
        drafts.save(name, str(number))
        report(f"draft {name} {number}")
        journal.add(ready(one))
        report(f"added {one}")
        journal.claim(one, 2.0)
        report(f"claimed {one}")
        if number % 2:
            journal.accept(one, song(f"made-{one}", TaskStatus.SUBMITTED), 3.0)
            report(f"accepted {one}")
        else:
            journal.mark_unknown(one, TimedOut(), 3.0)
            report(f"unknown {one}")


def write_many(path: Path, name: str, times: int) -> None:
    """Write `times` times, each in its own transaction, while another process does the same."""
    db = Database.open(path, busy_limit_s=HANG_S)
    library, drafts = TaskStore(db), DraftStore(db)
    for number in range(times // 2):
        library.save([song(f"{name}-{number}")])
        drafts.save(f"{name}-{number}", "words")
        library.task(f"{name}-{number}")
    db.close()
    report("done")


def migrate_library(path: Path) -> None:
    """Open the library with the migration scripts of the newer version."""
    report("started")
    Database.open(path, scripts=migration()).close()
    report("done")
    sys.exit(0)


def upgrade_library(path: Path) -> None:
    """Upgrade the library to the version of today, and report the progress in percent."""
    report("started")
    Database.open(path, report_upgrade=lambda progress: report(f"{progress.share:.2%}")).close()
    report("done")
    sys.exit(0)
