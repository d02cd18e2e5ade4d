"""Rows are made of new submissions and tasks only, and none is inserted if one of them is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.domain.export_records import ExportedLabel, ExportedRating, ExportedTask, Record
from sunotui.domain.requests.request import MusicRequest
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


def test_the_index_has_the_same_texts(tmp_path: Path) -> None:
    """Of the request, the song and the user; one text of the request is that of a take, the others are its own."""
    submission = sent("s1", request=MusicRequest(lyrics="[Verse]\nla\n  la", title="Ünder Öne", style="JAZZ"))
    records: list[Record] = [submission, OTHER, SONG]
    dbs = [Database.open(tmp_path / name / "library.db") for name in ("rows", "records")]
    rows = rows_of(records)
    assert rows is not None
    assert Importer(dbs[0]).add_new(rows)
    Importer(dbs[1]).add(records)
    found = [[tuple(row) for row in db.query("SELECT rowid, * FROM words ORDER BY rowid")] for db in dbs]
    assert found[0] == found[1]
    assert [row[4] for row in found[0]] == ["", "under one\njazz\n[verse]\nla\n  la"]
    assert [row[-2:] for row in found[0]] == [("", ""), ("x", "calm")]
    for db in dbs:
        db.close()


def test_the_texts_of_a_batch_are_one_segment_of_the_index(tmp_path: Path) -> None:
    """A segment for each task, which the next ones are merged with, would take most of the time of an import."""
    db = Database.open(tmp_path / "library.db")
    rows = rows_of([ExportedTask(song(f"t{number}"), raw='{"a":1}') for number in range(12)])
    assert rows is not None
    assert Importer(db).add_new(rows)
    assert db.numbers("SELECT count(DISTINCT segid) FROM words_idx") == [1]
    db.close()
