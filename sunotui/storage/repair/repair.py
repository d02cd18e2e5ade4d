"""Repairs a damaged library: rescues what can be read, and keeps the damaged file under another name (D6)."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sunotui.domain.errors import LibraryDamaged, LibraryError, LibraryNewer
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
from sunotui.storage.db.schema import APPLICATION_ID, SCHEMA_VERSION, migration_scripts
from sunotui.storage.db.temp_files import remove_temp_files
from sunotui.storage.paths import FOLDER_MODE
from sunotui.storage.repair.damaged_copy import open_repaired_copy, repaired_copy
from sunotui.storage.repair.rebuild import Rebuilder, TableReport
from sunotui.storage.repair.relink import INDEXES, add_placeholders, drop_corrupt, drop_orphans
from sunotui.storage.repair.replace_file import finish_swap, is_half_swapped, swap_in
from sunotui.storage.repair.table_reader import DAMAGE, tables_of


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What a repair did."""

    library: Path
    kept: Path | None = None
    """The damaged file's new name; None where there was none, or nothing was wrong."""
    backup: Path | None = None
    """What the rows that could not be read were taken from."""
    tables: tuple[TableReport, ...] = ()
    placeholders: tuple[str, ...] = ()
    """Ids of tasks of which only the clips or the submission were left."""
    orphans: int = 0
    """Rows left out since what they belong to is gone."""
    was_intact: bool = False
    was_cut_off: bool = False
    """An earlier repair was killed after its work was done, and has been ended now."""


def repair(library: Path, now: float, agree: Callable[[RepairReport], bool] = lambda _: True) -> RepairReport | None:
    """Rescue what can be read of the library into a new one that takes its place, if `agree` says so of what it will
    be; None when it does not, and nothing has changed then.

    A sound library is left alone. Raises LibraryError while another process has it open, when it is another
    program's, when there is nothing at all to repair, or when the disk says no; LibraryNewer when it is a newer
    version's. The damaged file is where it was then.
    """
    try:
        if not library.parent.is_dir():
            raise LibraryError(f"There is no library {library}", advice="Nothing needs to be repaired")
        tenancy = LibraryLock.alone(library)
        try:
            return _repair_alone(library, now, agree)
        finally:
            tenancy.release()
    except (*DATABASE_ERRORS, OSError) as error:
        raise LibraryError(
            f"The library could not be repaired: {reason_of(error, library.parent)}",
            advice="The damaged file was left as it is",
        ) from error


def _repair_alone(library: Path, now: float, agree: Callable[[RepairReport], bool]) -> RepairReport | None:
    remove_temp_files(library.parent, library, older_than=None)
    if is_half_swapped(library):
        kept = finish_swap(library)
        return RepairReport(library, kept, tables=_counted(library), was_cut_off=True)
    with _work_folder(library) as work:
        if is_intact(library, work):
            return RepairReport(library, was_intact=True)
        scripts = migration_scripts()
        grounds = _intact_copies(library)
        if not library.exists() and not grounds:
            raise LibraryError(f"There is no library {library}", advice="Nothing needs to be repaired")
        done = _rebuild(library, work, scripts, grounds, now)
        if not agree(done):
            return None
        stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
        kept = swap_in(work / "fresh" / "library.db", library, stamp)
    return replace(done, kept=kept)


def is_intact(library: Path, work: Path) -> bool:
    """Whether nothing is wrong with the library, down to each row; looked at in a copy in the folder `work`.

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


def _rebuild(library: Path, work: Path, scripts: Sequence[str], grounds: Sequence[Path], now: float) -> RepairReport:
    """The new library in the folder `work`, sound and closed."""
    (work / "sample").mkdir(FOLDER_MODE)
    sample = work / "sample" / "library.db"
    create_library(sample, scripts)
    with closing(sqlite3.connect(sample)) as connection:
        names = list(tables_of(connection))
    copy = repaired_copy(library, work, names, [*grounds, sample])
    version = _version_of(copy, len(scripts)) if copy is not None else len(scripts)
    fresh = work / "fresh" / "library.db"
    fresh.parent.mkdir(FOLDER_MODE)
    rescue = Rebuilder(fresh, scripts[:version])
    try:
        if copy is None:
            rescue.nothing_was_there()
        else:
            rescue.copy_from(copy)
        rescue.migrate(scripts)
        rescue.drop_corrupt()
        backup = _ground(rescue, grounds, work) if rescue.lost_anything else None
        rescue.copy_repaired()
    finally:
        rescue.close()
    if rescue.dropped:
        _create_replacement(fresh, work / "again", scripts)
    stood_in, strays = _relink(fresh, now, is_incomplete=rescue.lost_anything)
    if fault := fault_of(fresh):
        raise sqlite3.DatabaseError(fault)
    return RepairReport(library, None, backup, tuple(rescue.rescued.values()), stood_in, strays)


def _create_replacement(fresh: Path, folder: Path, scripts: Sequence[str]) -> None:
    """The same rows once more, so that what triggers make of them knows nothing of those that were taken out."""
    folder.mkdir(FOLDER_MODE)
    again = Rebuilder(folder / fresh.name, scripts)
    try:
        again.copy_from(fresh)
    finally:
        again.close()
    shutil.rmtree(fresh.parent)
    folder.rename(fresh.parent)


def _ground(rescue: Rebuilder, grounds: Sequence[Path], work: Path) -> Path | None:
    """Fill up with what the newest backup has; its path."""
    for number, backup in enumerate(grounds):
        if rescue.add_from(backup, work / f"ground-{number}.db"):
            return backup
    return None


def _relink(fresh: Path, now: float, *, is_incomplete: bool) -> tuple[tuple[str, ...], int]:
    db = Database.open(fresh)
    try:
        # A task that a person removed for good must not come back where nothing was lost.
        stood_in = tuple(add_placeholders(db, now)) if is_incomplete else ()
        strays = drop_orphans(db)
        for fill in INDEXES.values():
            fill(db)
        return stood_in, strays
    finally:
        db.close()


def _version_of(copy: Path, newest: int) -> int:
    """The version whose tables the damaged file has; the newest where its header tells nothing sensible."""
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
    """Backups and copies from before migrations that are sound, the newest backup first."""
    older = sorted(library.parent.glob(f"{library.stem}.version-*.db"), reverse=True)
    return [path for path in (*(backup.path for backup in backups_of(library)), *older) if not fault_of(path)]


def _counted(library: Path) -> tuple[TableReport, ...]:
    with closing(sqlite3.connect(f"{library.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return tuple(
            TableReport(name, connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])
            for name in tables_of(connection)
        )


@contextmanager
def _work_folder(library: Path) -> Iterator[Path]:
    """A folder of its own beside the library, gone afterwards; a killed one is litter."""
    folder = library.with_name(f"{library.name}.new-{os.urandom(6).hex()}")
    folder.mkdir(FOLDER_MODE)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
