"""The library as records: complete, in a fixed order, and a few at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.domain.export_records import ExportedAlbum, ExportedTask
from sunotui.storage.db.connection import Database
from sunotui.storage.transfer import exporter
from sunotui.storage.transfer.exporter import Exporter
from sunotui.storage.transfer.importer import Importer
from tests.support.sample_library import fill, records, song


def test_all_records_are_exported(db: Database) -> None:
    fill(db)
    assert list(Exporter(db).records()) == records()


def test_the_order_never_changes(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Independent of the batch size."""
    fill(db, songs=9)
    whole = list(Exporter(db).records())
    monkeypatch.setattr(exporter, "_BATCH", 2)
    assert list(Exporter(db).records()) == whole


def test_a_long_album_is_split_and_joined_again(db: Database, tmp_path: Path) -> None:
    takes = tuple((f"t{number}", f"t{number}-c1") for number in range(2_500))
    Importer(db).add([*(ExportedTask(song(task_id)) for task_id, _ in takes), ExportedAlbum("All", 1.0, takes)])
    pieces = [found for found in Exporter(db).records() if isinstance(found, ExportedAlbum)]
    assert [len(piece.takes) for piece in pieces] == [1_000, 1_000, 500]
    other = Database.open(tmp_path / "other" / "library.db")
    Importer(other).add(Exporter(db).records())
    assert [found for found in Exporter(other).records() if isinstance(found, ExportedAlbum)] == pieces
    other.close()


def test_a_snapshot_ignores_concurrent_writes(db: Database, path: Path) -> None:
    fill(db)
    other_program = Database.open(path)
    with db.snapshot():
        before = list(Exporter(db).records())
        Importer(other_program).add([ExportedTask(song("later"))])
        assert list(Exporter(db).records()) == before
    assert len(list(Exporter(db).records())) == len(before) + 1
    other_program.close()


def test_labels_and_albums_are_not_reported_as_damage(db: Database) -> None:
    """Regression: SQLite 3.40 treats columns of a WITHOUT ROWID table that precede the key, or are out of its order, as
    NULL: a library with one label could not be opened."""
    fill(db)
    assert db.damage() == ""
