"""A killed import can be repeated without duplicates (D3); imported submissions are never sent (S1).

Fails if prices are added without a check for existing ones (duplicates after a repeated import), and if submissions
keep the state given in the file (the second test claims one).
"""

from __future__ import annotations

import io
import itertools
import random
import time
from pathlib import Path

import pytest

from sunotui.core.transfer import jsonl_import
from sunotui.domain.submission import SubmissionState
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.transfer.importer import Importer
from tests.guarantees.child_processes.process import ChildProcess, report
from tests.support.sample_library import exported, fill, records, sent

SONGS = 150
BATCHES = 8
"""The minimum number of batches of an import."""


def import_in_batches(path: Path, file: Path, transaction_s: float) -> None:
    """Import in small batches, one or several in a transaction, and report each."""
    jsonl_import.LINES_AT_ONCE = 20
    jsonl_import.TRANSACTION_S = transaction_s
    jsonl_import.PAUSE_S = 0.0
    db = Database.open(path)
    importer, count = Importer(db), itertools.count(1)

    class ReportingImporter(Importer):
        def add(self, records):  # type: ignore[no-untyped-def]
            done = importer.add(records)
            report(f"batch {next(count)}")
            return done

        def add_new(self, rows):  # type: ignore[no-untyped-def]
            done = importer.add_new(rows)
            if done:
                report(f"batch {next(count)}")
            return done

    with file.open("rb") as opened:
        jsonl_import.import_jsonl(opened, ReportingImporter(db), lambda *_: None)
    db.close()
    report("done")


@pytest.mark.guarantee(
    "D3",
    ordinary="20 kills of an import, each repeated afterwards",
    long="100 kills of an import",
    last_long_run="2026-11-25: 100 kills, 21 s",
)
@pytest.mark.parametrize("kills", [20, pytest.param(100, marks=[pytest.mark.long, pytest.mark.timeout(600)])])
def test_a_killed_import_can_be_repeated(kills: int, tmp_path: Path) -> None:
    rng = random.Random(kills)
    source = Database.open(tmp_path / "source" / "library.db")
    fill(source, songs=SONGS)
    whole = exported(source)
    (file := tmp_path / "export.jsonl").write_bytes(whole)
    source.close()
    interrupted = 0
    for kill in range(kills):
        path = tmp_path / f"data-{kill // 4}" / "library.db"
        child = ChildProcess(tmp_path / f"v-{kill}", import_in_batches, path, file, rng.choice((0.0, 0.02, 0.1)))
        child.until_reported(f"batch {rng.randrange(1, BATCHES)}" if rng.random() < 0.8 else "done")
        time.sleep(rng.uniform(0, 0.002))
        child.kill()
        interrupted += "done" not in child.lines()
        db = Database.open(path)
        assert db.query("PRAGMA integrity_check")[0][0] == "ok"
        assert db.query("PRAGMA foreign_key_check") == []
        assert all(line in whole for line in exported(db).splitlines()[:-1]), "a partial record"
        if kill % 4 == 3:
            jsonl_import.import_jsonl(io.BytesIO(whole), Importer(db), lambda *_: None)
            assert exported(db) == whole
        db.close()
    assert kills // 5 < interrupted < kills, "some in the middle, some after their end"


@pytest.mark.guarantee("S1", ordinary="every state of an imported submission: none can be claimed here")
@pytest.mark.parametrize("state", SubmissionState)
def test_an_imported_submission_is_never_sent(state: SubmissionState, tmp_path: Path) -> None:
    db = Database.open(tmp_path / "library.db")
    Importer(db).add([*records(), sent("s9", state)])
    Importer(db).add([sent("s9", SubmissionState.READY)])
    journal = Journal(db)
    assert not journal.claim("s9", 1.0)
    journal.recover(2.0)
    assert not journal.claim("s9", 3.0)
    rows = {row.state for row in journal.reader.list()}
    assert not rows & {SubmissionState.READY, SubmissionState.SENDING}
    db.close()
