"""Repairs a damaged library: recovers what can be read and keeps the damaged file under another name (D6)."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sunotui.domain.errors import LibraryDamaged, LibraryError, LibraryNewer
from sunotui.domain.upkeep import RepairReport, TableReport
from sunotui.storage.backup import backups_of
from sunotui.storage.db.connection import Database
from sunotui.storage.db.create import create_library
from sunotui.storage.db.integrity import (
    DATABASE_ERRORS,
    check_integrity,
    fault_of,
    index_fault_of,
    reason_of,
    text_fault_of,
)
from sunotui.storage.db.lock import LibraryLock
from sunotui.storage.db.schema import migration_scripts
from sunotui.storage.db.temp_files import remove_temp_files
from sunotui.storage.db.version import APPLICATION_ID, SCHEMA_VERSION
from sunotui.storage.paths import FOLDER_MODE
from sunotui.storage.repair.damaged_copy import open_repaired_copy, repaired_copy
from sunotui.storage.repair.rebuild import Rebuilder
from sunotui.storage.repair.relink import INDEXES, add_placeholders, drop_corrupt, drop_orphans
from sunotui.storage.repair.replace_file import finish_swap, is_half_swapped, swap_in
from sunotui.storage.repair.table_reader import DAMAGE, tables_of


def repair(library: Path, now: float, agree: Callable[[RepairReport], bool] = lambda _: True) -> RepairReport | None:
    """Copy the readable part of the library into a new one, and replace the library by it if `agree` returns true for
    the result; otherwise change nothing and return None. `now` is in Unix seconds.

    An intact library is not changed. Raises LibraryError while another process has the library open, for a file of
    another program, when there is nothing to repair, and when the disk fails; LibraryNewer for a library of a newer
    version. The damaged file is not changed then.
    """
    try:
        if not library.parent.is_dir():
            raise LibraryError(f"There is no library {library}", advice="Nothing needs to be repaired")
        lock = LibraryLock.exclusive(library)
        try:
            return _repair_alone(library, now, agree)
        finally:
            lock.release()
    except (*DATABASE_ERRORS, OSError) as error:
        raise LibraryError(
            f"The library could not be repaired: {reason_of(error, library.parent)}",
            advice="The damaged file was left as it is",
        ) from error


def _repair_alone(library: Path, now: float, agree: Callable[[RepairReport], bool]) -> RepairReport | None:
    remove_temp_files(library.parent, library, older_than=None)
    if is_half_swapped(library):
        damaged_file = finish_swap(library)
        return RepairReport(library, damaged_file, tables=_count_rows(library), was_cut_off=True)
    with _work_folder(library) as work:
        if is_intact(library, work):
            return RepairReport(library, was_intact=True)
        scripts = migration_scripts()
        backups = _intact_copies(library)
        if not library.exists() and not backups:
            raise LibraryError(f"There is no library {library}", advice="Nothing needs to be repaired")
        report = _rebuild(library, work, scripts, backups, now)
        if not agree(report):
            return None
        stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
        damaged_file = swap_in(work / "fresh" / "library.db", library, stamp)
    return report._replace(damaged_file=damaged_file)


def is_intact(library: Path, work: Path) -> bool:
    """Whether the library has no damage, down to each row; checks a copy in the folder `work`.

    Raises LibraryError for another program's file, LibraryNewer, sqlite3.Error and OSError.
    """
    try:
        check_integrity(library, SCHEMA_VERSION)
    except (LibraryDamaged, FileNotFoundError):
        return False
    copy = work / "as-it-is.db"
    for suffix in ("", "-wal"):
        source = library.with_name(library.name + suffix)
        if source.exists():
            shutil.copyfile(source, copy.with_name(copy.name + suffix))
    try:
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION:
                connection.execute("SELECT sum(length(request) + length(state)) FROM submission").fetchone()
                if any(drop_corrupt(connection).values()):
                    return False
            if text_fault_of(connection) or index_fault_of(connection):
                return False
    except DAMAGE:
        return False
    return not fault_of(copy)


def _rebuild(library: Path, work: Path, scripts: Sequence[str], backups: Sequence[Path], now: float) -> RepairReport:
    """Build the new library in the folder `work`; it is intact and closed afterwards."""
    (work / "sample").mkdir(FOLDER_MODE)
    sample = work / "sample" / "library.db"
    create_library(sample, scripts)
    with closing(sqlite3.connect(sample)) as connection:
        names = list(tables_of(connection))
    copy = repaired_copy(library, work, names, [*backups, sample])
    version = _version_of(copy, len(scripts)) if copy is not None else len(scripts)
    new = work / "fresh" / "library.db"
    new.parent.mkdir(FOLDER_MODE)
    rebuilder = Rebuilder(new, scripts[:version])
    try:
        if copy is None:
            rebuilder.mark_missing()
        else:
            rebuilder.copy_from(copy)
        rebuilder.migrate(scripts)
        rebuilder.drop_corrupt()
        backup = _add_newest(rebuilder, backups, work) if rebuilder.is_incomplete else None
        rebuilder.copy_repaired()
    finally:
        rebuilder.close()
    if rebuilder.dropped:
        _rerun_triggers(new, work / "again", scripts)
    placeholders, orphans = _relink(new, now, is_incomplete=rebuilder.is_incomplete)
    if fault := fault_of(new):
        raise sqlite3.DatabaseError(fault)
    return RepairReport(library, None, backup, tuple(rebuilder.reports.values()), placeholders, orphans)


def _rerun_triggers(new: Path, folder: Path, scripts: Sequence[str]) -> None:
    """Copy the rows once more, so that the tables that triggers fill do not include the rows that were deleted."""
    folder.mkdir(FOLDER_MODE)
    rebuilder = Rebuilder(folder / new.name, scripts)
    try:
        rebuilder.copy_from(new)
    finally:
        rebuilder.close()
    shutil.rmtree(new.parent)
    folder.rename(new.parent)


def _add_newest(rebuilder: Rebuilder, backups: Sequence[Path], work: Path) -> Path | None:
    """Add the missing rows of the newest readable backup; returns its path."""
    for number, backup in enumerate(backups):
        if rebuilder.add_backup(backup, work / f"backup-{number}.db"):
            return backup
    return None


def _relink(new: Path, now: float, *, is_incomplete: bool) -> tuple[tuple[str, ...], int]:
    db = Database.open(new)
    try:
        # If nothing is lost, a task without a row was deleted by the user and must not come back.
        placeholders = tuple(add_placeholders(db, now)) if is_incomplete else ()
        orphans = drop_orphans(db)
        for fill in INDEXES.values():
            fill(db)
        return placeholders, orphans
    finally:
        db.close()


def _version_of(copy: Path, newest: int) -> int:
    """The schema version of the damaged file; the newest one if its header is not readable."""
    try:
        with closing(open_repaired_copy(copy)) as connection:
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                return newest
            found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    except DAMAGE:
        return newest
    if found > newest:
        raise LibraryNewer
    return found or newest


def _intact_copies(library: Path) -> list[Path]:
    """The intact backups, newest first, and then the intact copies made before migrations."""
    older = sorted(library.parent.glob(f"{library.stem}.version-*.db"), reverse=True)
    return [path for path in (*(backup.path for backup in backups_of(library)), *older) if not fault_of(path)]


def _count_rows(library: Path) -> tuple[TableReport, ...]:
    with closing(sqlite3.connect(f"{library.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return tuple(
            TableReport(name, connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])
            for name in tables_of(connection)
        )


@contextmanager
def _work_folder(library: Path) -> Iterator[Path]:
    """A temporary folder beside the library, removed afterwards; after a kill `remove_temp_files` finds it by its
    name."""
    folder = library.with_name(f"{library.name}.new-{os.urandom(6).hex()}")
    folder.mkdir(FOLDER_MODE)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
