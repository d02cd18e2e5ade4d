"""The progress of an import: how much of the file was read, and how long the rest takes."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from sunotui.core.transfer import jsonl_import
from sunotui.core.transfer.import_progress import ImportProgress, ProgressMeter
from sunotui.core.transfer.jsonl_import import import_jsonl
from sunotui.storage.db.connection import Database
from sunotui.storage.transfer.importer import Importer
from tests.support.sample_library import exported, fill


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def file(tmp_path: Path) -> BinaryIO:
    """An open file of 1,000 bytes."""
    path = tmp_path / "file"
    path.write_bytes(bytes(1_000))
    return path.open("rb")


def test_the_rest_is_estimated_from_songs(file: BinaryIO) -> None:
    """Requests, which come first, take a fraction of the time of songs."""
    seen: list[ImportProgress] = []
    clock = Clock()
    meter = ProgressMeter(file, seen.append, clock)
    for now, at, has_songs in ((1.0, 200, False), (2.0, 500, True), (2.5, 550, True), (6.0, 600, True)):
        clock.now = now
        file.seek(at)
        assert meter.position() == at
        meter.update(at, at, has_songs=has_songs)
    assert [(progress.records, progress.share, progress.seconds_left) for progress in seen] == [
        (200, 0.2, None),
        (500, 0.5, None),
        (550, 0.55, None),
        (600, 0.6, pytest.approx(16.0)),
    ]
    file.close()


def test_the_size_of_a_pipe_is_unknown() -> None:
    reader, writer = os.pipe()
    os.close(writer)
    seen: list[ImportProgress] = []
    with os.fdopen(reader, "rb") as pipe:
        meter = ProgressMeter(pipe, seen.append)
        meter.update(7, meter.position(), has_songs=True)
    ProgressMeter(io.BytesIO(b"text"), seen.append).update(8, 4, has_songs=True)
    assert seen == [ImportProgress(7), ImportProgress(8)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_import_reports_its_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    monkeypatch.setattr(jsonl_import, "LINES_AT_ONCE", 100)
    monkeypatch.setattr(jsonl_import, "TRANSACTION_S", 0.0)
    source, target = (Database.open(tmp_path / name / "library.db") for name in ("source", "target"))
    fill(source, songs=1_000)
    path = tmp_path / "export"
    path.write_text(exported(source).decode(), encoding)
    seen: list[ImportProgress] = []
    with path.open("rb") as file:
        import_jsonl(file, Importer(target), lambda *_: None, seen.append)
    assert [progress.records for progress in seen[:-1]] == [100 * number - 1 for number in range(1, len(seen))], (
        "the first line is no record"
    )
    shares = [progress.share or 0.0 for progress in seen]
    assert shares == sorted(shares)
    assert 0.0 < shares[0] < 0.5 < shares[-1] <= 1.0
    source.close()
    target.close()
