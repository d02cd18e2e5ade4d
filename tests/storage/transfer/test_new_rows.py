"""Rows are made of new submissions and tasks only, and none is inserted if one of them is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.domain.export_records import ExportedLabel, ExportedRating, ExportedTask, Record
from sunotui.storage.db.connection import Database
from sunotui.storage.transfer.importer import Importer
from sunotui.storage.transfer.new_rows import rows_of
from tests.support.sample_library import exported, sent, song

SUBMISSION = sent("s1")
SONG = ExportedTask(
    song("t1", submission_id="s1"), raw='{"a":1}', note="calm", labels=("x",), ratings=(ExportedRating("t1-c1", True),)
)
OTHER = ExportedTask(song("t2"))


@pytest.mark.parametrize(
    "records",
    [
        [],
        [SONG, ExportedLabel("x")],
        [SONG, SUBMISSION],
        [OTHER, SONG, OTHER],
        [SUBMISSION, SUBMISSION, SONG],
    ],
)
def test_other_records_have_no_rows(records: list[Record]) -> None:
    assert rows_of(records) is None


@pytest.mark.parametrize("known", [SUBMISSION, SONG, OTHER])
def test_nothing_is_inserted_if_one_is_known(tmp_path: Path, known: Record) -> None:
    db = Database.open(tmp_path / "library.db")
    Importer(db).add([known])
    before, rows = exported(db), rows_of([SUBMISSION, SONG, OTHER])
    assert rows is not None
    assert not Importer(db).add_new(rows)
    assert exported(db) == before
    db.close()


def test_a_song_is_found_by_its_request_its_note_and_its_label(tmp_path: Path) -> None:
    db = Database.open(tmp_path / "library.db")
    rows = rows_of([SUBMISSION, OTHER, SONG])
    assert rows is not None
    assert Importer(db).add_new(rows)
    for words, found in (
        ("prompt:verse", ["t1"]),
        ("note:calm", ["t1"]),
        ("labels:x", ["t1"]),
        ("lyrics:verse", ["t2", "t1"]),
    ):
        assert db.column("SELECT id FROM words JOIN task ON seq = words.rowid WHERE words MATCH ?", [words]) == found
    db.close()
