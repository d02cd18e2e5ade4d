"""A kill during the real upgrade of a library with responses leaves one complete version, also with two processes; the
next start finishes it, with every song, and a complete copy is not made again (D4).

Fails with a COMMIT after a part of the responses, if the copy does not get the library's time of change, and if an
incomplete copy is not removed.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from sunotui.domain.export_records import ExportedTask
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import unpacked_text
from sunotui.storage.db.version import SCHEMA_VERSION, is_upgradable
from sunotui.storage.transfer.importer import Importer
from tests.benchmarks.full_library import full_library
from tests.guarantees.child_processes.process import ChildProcess
from tests.guarantees.child_processes.writing import upgrade_library
from tests.support.older_library import VERSION, downgrade
from tests.support.sample_library import records, song

_LONG_AGO_NS = 1_700_000_000 * 10**9
_SONGS = 2_000


@pytest.mark.guarantee(
    "D4",
    ordinary="16 kills of an upgrade of 2,000 songs, half with two processes",
    long="8 kills of an upgrade of 100,000 songs, half with two processes",
    last_long_run="2026-11-30: 8 kills, 514 s",
)
@pytest.mark.parametrize(
    ("kills", "songs"),
    [(16, _SONGS), pytest.param(8, 100_000, marks=[pytest.mark.long, pytest.mark.timeout(3_600)])],
)
def test_a_killed_upgrade_is_finished_by_the_next_start(kills: int, songs: int, tmp_path: Path) -> None:
    rng = random.Random(kills)
    old = _older_library(tmp_path / "old", songs)
    expected = _content(old)
    found: Counter[int] = Counter()
    incomplete = 0
    for kill in range(kills):
        library = tmp_path / f"run-{kill}" / "library.db"
        library.parent.mkdir(mode=0o700)
        shutil.copyfile(old, library)
        library.chmod(0o600)
        os.utime(library, ns=(_LONG_AGO_NS, _LONG_AGO_NS))
        # Each fourth kill is during the copy.
        limit = 10 if kill % 4 == 0 else 100
        _kill(tmp_path, library, [rng.uniform(0, limit) for _ in range(1 + kill % 2)])
        found[_version(library)] += 1
        incomplete += bool(_incomplete_copies(library))
        _check(library, expected)
        shutil.rmtree(library.parent)
    print(dict(found), f"{incomplete} incomplete copies")
    assert min(found[VERSION], found[SCHEMA_VERSION]) > 0, "all kills were before or all after the migration"
    assert incomplete, "no kill was during a copy"


def _older_library(folder: Path, songs: int) -> Path:
    folder.mkdir()
    path = folder / "library.db"
    if songs == _SONGS:
        db = Database.open(path)
        raw = '{"text":"' + "la " * 500 + '"}'
        Importer(db).add([*records(), *(ExportedTask(song(f"long-{n}"), raw=raw) for n in range(songs))])
        db.close()
    else:
        shutil.copyfile(full_library(songs) / "library.db", path)
    downgrade(path)
    return path


def _content(library: Path) -> list[tuple[object, ...]]:
    """What the library has: how many rows of each table, and a number for all responses."""
    with closing(sqlite3.connect(library)) as connection:
        connection.create_function("response_mark", 1, lambda raw: hash(unpacked_text(raw)) & 0xFFFFFFFF)
        return [
            *((name, connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in _TABLES),
            connection.execute("SELECT sum(response_mark(raw)) FROM answer").fetchone(),
        ]


_TABLES = ("task", "clip", "submission", "answer", "opinion", "task_label", "words")


def _kill(folder: Path, library: Path, percent: list[float]) -> None:
    """Upgrade in one process for each number, and kill each when it has reported so much."""
    names = [folder / f"{library.parent.name}-{number}" for number in range(len(percent))]
    children = [ChildProcess(name, upgrade_library, library) for name in names]
    for child, share in zip(children, percent, strict=True):
        # A process that finds nothing left to do reports no progress.
        child.until_any(lambda line, share=share: line == "done" or _reaches(line, share), f"{share} %")  # type: ignore[misc]
        child.kill()


def _reaches(line: str, share: float) -> bool:
    return line.endswith("%") and float(line.rstrip("%")) >= share


def _version(library: Path) -> int:
    with closing(sqlite3.connect(library)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return version


def _incomplete_copies(library: Path) -> list[str]:
    return [path.name for path in library.parent.iterdir() if ".new-" in path.name]


def _check(library: Path, expected: list[tuple[object, ...]]) -> None:
    """Check that the next start leaves the whole library in the version of today, and a whole copy of the older one."""
    assert _content(library) == expected
    db = Database.open(library, report_upgrade=lambda _: None)
    assert db.damage() == ""
    db.close()
    assert _version(library) == SCHEMA_VERSION
    assert not is_upgradable(library, SCHEMA_VERSION)
    assert _content(library) == expected
    copies = list(library.parent.glob(f"library.version-{VERSION}*.db"))
    assert len(copies) == 1
    assert _incomplete_copies(library) == []
    assert _version(copies[0]) == VERSION
    assert _content(copies[0]) == expected
