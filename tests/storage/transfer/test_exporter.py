"""The library as records: everything is in them, in one order, and a few at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.domain.export_records import ExportedAlbum, ExportedTask
from sunotui.storage.db.connection import Database
from sunotui.storage.transfer import exporter
from sunotui.storage.transfer.exporter import Exporter
from sunotui.storage.transfer.importer import Importer
from tests.support.sample_library import fill, records, song


def test_what_was_put_in_comes_out(db: Database) -> None:
    fill(db)
    assert list(Exporter(db).records()) == records()


def test_an_order_that_never_changes(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few are read at a time."""
    fill(db, songs=9)
    whole = list(Exporter(db).records())
    monkeypatch.setattr(exporter, "_BATCH", 2)
    assert list(Exporter(db).records()) == whole


def test_a_long_album_comes_in_pieces_and_is_one_again(db: Database, tmp_path: Path) -> None:
    takes = tuple((f"t{number}", f"t{number}-c1") for number in range(2_500))
    Importer(db).add([*(ExportedTask(song(task_id)) for task_id, _ in takes), ExportedAlbum("All", 1.0, takes)])
    pieces = [found for found in Exporter(db).records() if isinstance(found, ExportedAlbum)]
    assert [len(piece.takes) for piece in pieces] == [1_000, 1_000, 500]
    other = Database.open(tmp_path / "other" / "library.db")
    Importer(other).add(Exporter(db).records())
    assert [found for found in Exporter(other).records() if isinstance(found, ExportedAlbum)] == pieces
    other.close()


def test_a_snapshot_sees_nothing_that_others_write_meanwhile(db: Database, path: Path) -> None:
    fill(db)
    neighbour = Database.open(path)
    with db.snapshot():
        before = list(Exporter(db).records())
        Importer(neighbour).add([ExportedTask(song("later"))])
        assert list(Exporter(db).records()) == before
    assert len(list(Exporter(db).records())) == len(before) + 1
    neighbour.close()


def test_labels_and_albums_are_no_damage(db: Database) -> None:
    """SQLite 3.40 takes columns of a table without row ids that stand before the key's, or out of its order, for NULL:
    a library with one label could not be opened any more."""
    fill(db)
    assert db.damage() == ""
