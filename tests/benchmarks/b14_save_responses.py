"""B14: importing 10,000 tasks with two clips from batch responses into the library, searchable, as the poller does. The
reference parses the same bodies with json.loads and writes the same rows with the same full-text index, in as many
transactions, into its own library.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sunotui.domain.tasks.merge import task_from_report
from sunotui.gateway.parsing.envelope import read_documents
from sunotui.gateway.parsing.tasks import reports_in
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.benchmarks.bare_responses import BatchResponse, batch_responses, put_bare
from tests.benchmarks.big_library import PROFILE
from tests.benchmarks.table import Row, in_turn, median_ms

COUNT = 10_000
_TARGET = 3.0
_MOST_ROUNDS = 5
"""The maximum number of rounds: each writes 20,000 tasks, and more rounds add no precision."""


def measure(rounds: int) -> list[Row]:
    """Compare with json.loads and executemany."""
    responses = batch_responses(COUNT)
    times = in_turn(
        min(rounds, _MOST_ROUNDS),
        {"ours": lambda: _seconds(save_responses, responses), "bare": lambda: _seconds(put_bare, responses)},
    )
    (ours, cpu), (bare, bare_cpu) = (
        (median_ms([seconds for seconds, _ in found]), median_ms([used for _, used in found]))
        for found in (times["ours"], times["bare"])
    )
    what = f"{COUNT:,} tasks of batch responses into the library"
    return [Row("B14", what, ours, bare, _TARGET, cpu_ms=cpu, cpu_reference_ms=bare_cpu)]


def save_responses(db: Database, responses: Sequence[BatchResponse]) -> None:
    """The steps of the poller for a response, in order."""
    library = TaskStore(db)
    for response in responses:
        reports = [
            report for document in read_documents(response.body) for report in reports_in(document, response.ids)
        ]
        known = library.tasks([report.id for report in reports])
        assert not known
        now = time.time()
        found = [task_from_report(report, PROFILE, now) for report in reports]
        library.save(found, {report.id: report.raw for report in reports})


def _seconds(
    take: Callable[[Database, Sequence[BatchResponse]], None], responses: Sequence[BatchResponse]
) -> tuple[float, float]:
    """The time and the processor time, in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database.open(Path(folder) / "library.db")
        try:
            begun, cpu = time.perf_counter(), time.process_time()
            take(db, responses)
            seconds = time.perf_counter() - begun, time.process_time() - cpu
            assert db.numbers("SELECT count(*) FROM words WHERE words MATCH 'jazz'")[0]
            assert db.numbers("SELECT count(*) FROM task")[0] == sum(len(response.ids) for response in responses)
        finally:
            db.close()
    return seconds
