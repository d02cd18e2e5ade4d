"""A daily backup of an intact library only, of which three are kept (D6)."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sunotui.domain.errors import LibraryDamaged
from sunotui.storage.backup import back_up, backups_of, folder_of, is_due
from sunotui.storage.db.connection import Database
from sunotui.storage.db.integrity import fault_of
from sunotui.storage.drafts import DraftStore

DAY_S = 86_400.0
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()


def noon_of(day: int) -> float:
    """Noon `day` days later, in local time."""
    return (datetime.fromtimestamp(NOON).astimezone() + timedelta(days=day)).timestamp()


def names(path: Path) -> list[str]:
    return [backup.path.name for backup in backups_of(path)]


def test_one_complete_private_backup_a_day_while_the_library_is_open(path: Path, db: Database) -> None:
    DraftStore(db).save("a", "text")
    assert is_due(path, noon_of(0))
    made = back_up(path, noon_of(0))
    assert made == folder_of(path) / "library-2026-03-01.db"
    assert not is_due(path, noon_of(0) + 3_600)
    assert back_up(path, noon_of(0) + 3_600) is None
    assert made is not None
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
    assert fault_of(made) == ""
    DraftStore(db).save("a", "later")
    copy = Database.open(made)
    assert DraftStore(copy).load("a") == "text"
    copy.close()


def test_the_last_three_are_kept(path: Path, db: Database) -> None:
    for day in range(6):
        back_up(path, noon_of(day))
    assert names(path) == ["library-2026-03-06.db", "library-2026-03-05.db", "library-2026-03-04.db"]
    # The clock was set back: the new backup stays, although it looks like the oldest.
    back_up(path, noon_of(-30))
    assert names(path) == ["library-2026-03-06.db", "library-2026-03-05.db", "library-2026-01-30.db"]
    assert not is_due(path, noon_of(-30))


def test_a_damaged_library_is_not_backed_up_and_older_backups_stay(
    path: Path, open_db: Callable[..., Database]
) -> None:
    db = open_db()
    for number in range(300):
        DraftStore(db).save(str(number), "x" * 500)
    db.close()
    for day in range(3):
        back_up(path, noon_of(day))
    before = names(path)
    with path.open("r+b") as file:
        file.seek(100_000)
        file.write(os.urandom(30_000))
    with pytest.raises(LibraryDamaged, match="damaged"):
        back_up(path, noon_of(3))
    assert names(path) == before
    assert {entry.name for entry in folder_of(path).iterdir()} == {*before, "making.lock"}


def test_a_program_that_ends_leaves_no_incomplete_backup(path: Path, db: Database) -> None:
    stop = threading.Event()
    stop.set()
    assert back_up(path, noon_of(0), stop) is None
    assert {entry.name for entry in folder_of(path).iterdir()} == {"making.lock"}
    assert is_due(path, noon_of(0))


def test_temporary_files_of_killed_processes_are_removed(path: Path, db: Database) -> None:
    folder_of(path).mkdir()
    cut_short = folder_of(path) / "library-2026-02-01.db.new-0123456789ab"
    old_wal = path.with_name("library.db.new-0123456789ab-wal")
    cut_off = path.with_name("library.db.new-ba9876543210")
    young = path.with_name("library.version-1.new-0123456789ab")
    cut_off.mkdir()
    (cut_off / "damaged.db").write_bytes(b"half")
    for file in (cut_short, old_wal, young):
        file.write_bytes(b"half")
    strange = path.with_name("library.new-mine")
    strange.write_bytes(b"not ours")
    for old in (old_wal, cut_off):
        os.utime(old, (NOON - DAY_S, NOON - DAY_S))
    os.utime(young, (NOON, NOON))
    back_up(path, NOON)
    assert [file.exists() for file in (cut_short, old_wal, cut_off, young, strange)] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_concurrent_writes_neither_wait_nor_do_harm(path: Path, open_db: Callable[..., Database]) -> None:
    db = open_db()
    for number in range(2_000):
        DraftStore(db).save(str(number), "x" * 2_000)
    writer = open_db(busy_limit_s=0.0)
    copying = threading.Thread(target=back_up, args=(path, NOON))
    copying.start()
    written = 0
    # Without a wait for locks: a held one would raise immediately.
    while copying.is_alive() or written < 10:
        DraftStore(writer).save("new", str(written))
        written += 1
    copying.join()
    (made,) = backups_of(path)
    assert fault_of(made.path) == ""
    with sqlite3.connect(made.path) as connection:
        assert connection.execute("SELECT count(*) FROM draft WHERE name <> 'new'").fetchone()[0] == 2_000
    connection.close()
