"""Upgrading an older library: what is said before, the progress, and interrupts (D4)."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sunotui.domain.errors import LibraryError
from sunotui.domain.export_records import ExportedTask
from sunotui.domain.upkeep import UpgradeProgress
from sunotui.storage.db.connection import Database
from sunotui.storage.db.upgrade import copy_aside
from sunotui.storage.db.version import SCHEMA_VERSION, is_upgradable, upgrade_lock
from sunotui.storage.drafts import DraftStore
from sunotui.storage.transfer.importer import Importer
from tests.support.older_library import VERSION, downgrade
from tests.support.sample_library import exported, records, song
from tests.support.waiting import HANG_S

SONGS = 1_500
LONG_AGO_NS = 1_700_000_000 * 10**9


class Interrupted(KeyboardInterrupt):
    """What ends an upgrade in these tests, like Ctrl+C."""


@pytest.fixture(scope="session")
def current(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A closed library with long responses, and its export."""
    path = tmp_path_factory.mktemp("current") / "library.db"
    db = Database.open(path)
    long = (ExportedTask(song(f"long-{n}"), raw=f'{{"text":"{f"{n} la " * 150}"}}') for n in range(SONGS))
    Importer(db).add([*records(), *long])
    whole = exported(db)
    db.close()
    return path, whole


@pytest.fixture(scope="session")
def older(current: tuple[Path, bytes]) -> Path:
    """The library in the version before."""
    path = current[0].with_name("older.db")
    shutil.copyfile(current[0], path)
    downgrade(path)
    return path


@pytest.fixture
def library(older: Path, tmp_path: Path) -> Path:
    """A copy of the older library, last changed long ago."""
    path = tmp_path / "library.db"
    shutil.copyfile(older, path)
    path.chmod(0o600)
    os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    return path


def version_of(path: Path) -> int:
    """The version in the header of a file."""
    return int.from_bytes(path.read_bytes()[60:64], "big")


def copies(library: Path) -> list[str]:
    """The names of the copies of older versions."""
    return sorted(path.name for path in library.parent.glob("library.version-*"))


def upgraded(library: Path, report: Callable[[UpgradeProgress], None]) -> bytes:
    """Upgrade a library; returns its export."""
    db = Database.open(library, report_upgrade=report)
    try:
        assert db.damage() == ""
        return exported(db)
    finally:
        db.close()


def interrupted_at(library: Path, share: float) -> None:
    """Upgrade a library, and end that as soon as so much is done."""

    def stop(progress: UpgradeProgress) -> None:
        if progress.share >= share:
            raise Interrupted

    with pytest.raises(Interrupted):
        Database.open(library, report_upgrade=stop)


def test_the_export_stays_the_same_byte_for_byte(library: Path, current: tuple[Path, bytes]) -> None:
    size = library.stat().st_size
    assert upgraded(library, lambda _: None) == current[1]
    assert library.stat().st_size < 0.75 * size


def test_what_it_needs_is_reported_before_anything_is_done(library: Path) -> None:
    first: list[UpgradeProgress] = []

    def look(progress: UpgradeProgress) -> None:
        if not first:
            assert version_of(library) == VERSION
            assert copies(library) == []
        first.append(progress)

    size = library.stat().st_size
    upgraded(library, look)
    plan = first[0].plan
    assert (plan.version, plan.copy_name, first[0].share) == (VERSION, "library.version-10.db", 0.0)
    assert size < plan.needed_bytes < 3 * size
    assert plan.seconds > 0
    assert copies(library) == [plan.copy_name]


def test_the_progress_only_grows(library: Path) -> None:
    shares: list[float] = []
    upgraded(library, lambda progress: shares.append(progress.share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    # The copy, the migration and the smaller file each report more than their end.
    assert len({share for share in shares if 0.0 < share < 0.15}) > 2
    assert any(0.15 < share < 0.75 for share in shares)
    assert len({share for share in shares if 0.75 < share < 1.0}) > 2


@pytest.mark.guarantee("D4", ordinary="an interrupt during the copy, the migration and the vacuum; the next start")
@pytest.mark.parametrize("share", [0.0, 0.05, 0.15, 0.2, 0.75, 0.8, 1.0])
def test_an_interrupted_upgrade_is_finished_by_the_next_one(
    library: Path, current: tuple[Path, bytes], share: float
) -> None:
    interrupted_at(library, share)
    assert [path for path in library.parent.iterdir() if ".new-" in path.name] == []
    connection = sqlite3.connect(library)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == (VERSION if share < 0.75 else SCHEMA_VERSION)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
    assert upgraded(library, lambda _: None) == current[1]
    assert copies(library) == ["library.version-10.db"], "a complete copy is not made again"
    assert not is_upgradable(library, SCHEMA_VERSION)
    assert upgraded(library, lambda _: pytest.fail("there is nothing left to do")) == current[1]


def test_a_copy_of_another_state_is_made_again(library: Path) -> None:
    interrupted_at(library, 0.2)
    older = sqlite3.connect(library)
    older.execute("INSERT INTO draft (name, text) VALUES ('later', 'text')")
    older.commit()
    older.close()
    upgraded(library, lambda _: None)
    assert copies(library) == ["library.version-10-1.db", "library.version-10.db"]
    kept = sqlite3.connect(library.with_name("library.version-10-1.db"))
    assert kept.execute("SELECT text FROM draft WHERE name = 'later'").fetchall() == [("text",)]
    kept.close()


def test_a_library_that_has_just_changed_is_copied_again(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of its change may be too coarse to show a later change."""
    monkeypatch.setattr("sunotui.storage.db.upgrade.time.time_ns", lambda: LONG_AGO_NS + 1_000_000)
    interrupted_at(library, 0.2)
    upgraded(library, lambda _: None)
    assert copies(library) == ["library.version-10-1.db", "library.version-10.db"]


def test_without_space_nothing_is_begun(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(library.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=library.stat().st_size))
    with pytest.raises(LibraryError, match=r"no space to upgrade it: it needs \d+ MB, and \d+ MB are free"):
        Database.open(library, report_upgrade=lambda _: pytest.fail("it was begun"))
    assert version_of(library) == VERSION
    assert copies(library) == []


def test_an_incomplete_copy_is_removed_before_the_space_is_measured(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next upgrade would be refused for lack of the space that the copy takes."""
    folder = library.parent
    left = [
        folder / f"library.version-{VERSION}.new-0123456789ab{suffix}" for suffix in ("", "-journal", "-wal", "-shm")
    ]
    others = [
        folder / name
        for name in ("library.version-10.new-notes", "library.version-10.txt", "library.db.new-0123456789ab")
    ]
    for path in [*left, *others]:
        path.write_bytes(b"bytes")
    usage = shutil.disk_usage(folder)

    def measure(_folder: Path) -> object:
        return usage._replace(free=0 if any(path.exists() for path in left) else usage.free)

    monkeypatch.setattr(shutil, "disk_usage", measure)
    upgraded(library, lambda _: None)
    assert version_of(library) == SCHEMA_VERSION
    assert [path.name for path in left if path.exists()] == []
    assert all(path.read_bytes() == b"bytes" for path in others)


def test_the_copy_of_another_process_is_not_removed(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A suspended process keeps its lock, and loses only its turn."""
    copying = library.with_name(f"library.version-{VERSION}.new-0123456789ab")
    copying.write_bytes(b"bytes")
    monkeypatch.setattr("sunotui.storage.db.upgrade._TURN_LIMIT_S", 0.0)
    with upgrade_lock(library).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        upgraded(library, lambda _: None)
    assert version_of(library) == SCHEMA_VERSION
    assert copying.read_bytes() == b"bytes"


def test_an_incomplete_copy_may_be_irremovable(
    library: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("sunotui.storage.db.upgrade.remove_temp_files", refuse)
    upgraded(library, lambda _: None)
    assert version_of(library) == SCHEMA_VERSION
    assert "could not be removed" in caplog.text


def test_a_failed_copy_leaves_no_journal(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal is there after an error of the disk, too, when the database cannot remove it."""

    def fail(_descriptor: int) -> None:
        (path,) = [path for path in library.parent.iterdir() if ".new-" in path.name]
        path.with_name(f"{path.name}-journal").write_bytes(b"bytes")
        raise OSError(28, "No space left on device")

    connection = sqlite3.connect(library, isolation_level=None)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        copy_aside(connection, library, VERSION)
    connection.close()
    assert [path.name for path in library.parent.iterdir() if ".new-" in path.name] == []


def test_an_ordinary_library_is_left_alone(current: tuple[Path, bytes], tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    shutil.copyfile(current[0], path)
    assert not is_upgradable(path, SCHEMA_VERSION)
    db = Database.open(path, report_upgrade=lambda _: pytest.fail("there is nothing to do"))
    assert DraftStore(db).load("composer")
    db.close()


def test_two_processes_upgrade_one_after_the_other(library: Path, current: tuple[Path, bytes]) -> None:
    """Verified to fail without the turns: the second one made a copy of its own, and gave up after five seconds."""
    waiting = threading.Event()

    def wait(progress: UpgradeProgress) -> None:
        if progress.is_waiting:
            waiting.set()

    def hold(progress: UpgradeProgress) -> None:
        if progress.share >= 0.2 and not waiting.is_set():
            other.start()
            assert waiting.wait(HANG_S)

    found: list[bytes] = []
    other = threading.Thread(target=lambda: found.append(upgraded(library, wait)))
    assert upgraded(library, hold) == current[1]
    other.join(HANG_S)
    assert found == [current[1]]
    assert copies(library) == ["library.version-10.db"]
    assert not library.with_name("library.upgrade.lock").exists()
