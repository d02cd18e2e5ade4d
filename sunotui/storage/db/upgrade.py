"""Upgrades a library of an older version (D4): copies it aside, migrates it and makes its file smaller. It may be
interrupted or killed at any time; the next start continues. A complete copy is not made again, the migration is one
transaction, and the file that locks an upgrade stays beside the library until it has ended.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sunotui.domain.errors import LibraryError
from sunotui.domain.upkeep import ReportUpgrade, UpgradePlan, UpgradeProgress
from sunotui.storage.db.schema import migrate, migration_scripts
from sunotui.storage.db.temp_files import remove_temp_files
from sunotui.storage.db.version import VERSION_AT, upgrade_lock, version_in
from sunotui.storage.paths import FILE_MODE, sync_folder

_WORTH_GIVING_BACK = 8
"""A file is made smaller if at least one of so many pages is free."""
_SMALL_BYTES = 2**20
"""A file of this size stays as it is."""
_ROOM = 1.8
"""The free space that an upgrade needs, as a multiple of the file: the copy, and what is written before the commit."""
_ROOM_WITH_COPY = 0.8
_BYTES_A_SECOND = 40e6
"""How much of a library is upgraded in a second; a guess for the sentence before the upgrade begins."""
_SETTLED_NS = 50_000_000
"""A time of change may be coarse: a file that was changed less than this ago may change again without a new one."""
_STEPS_A_PAGE = 57
"""How many steps of the database's machine copy one page, as measured. Used where no copy was made."""
_STEPS_BETWEEN_CHECKS = 1_000
_COPIED, _MIGRATED = 0.15, 0.75
"""The shares of the work that are done after the copy and after the migration, as measured."""
_ROWS_A_REPORT = 50
_PAUSE_S = 0.1
_TURN_LIMIT_S = 900.0
_log = logging.getLogger(__name__)


_NO_PLAN = UpgradePlan(0, "", 0, 0.0)


def upgrade(
    connection: sqlite3.Connection,
    library: Path,
    scripts: Sequence[str] | None = None,
    report: ReportUpgrade = lambda _: None,
) -> None:
    """Upgrade an open library to the version of these scripts, or those of the package, if it is older, and make its
    file smaller if much of it is free. What `report` raises, such as an interrupt, ends the upgrade. Raises
    sqlite3.Error, OSError, and LibraryError where there is not enough space.
    """
    scripts = scripts or migration_scripts()
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version < len(scripts) or upgrade_lock(library).exists():
        with _turn(library, lambda: report(UpgradeProgress(_NO_PLAN, 0.0, is_waiting=True))) as is_alone:
            if is_alone:
                _remove_incomplete_copies(library)
            _upgrade(connection, library, scripts, report)


@contextmanager
def _turn(library: Path, report_waiting: Callable[[], None]) -> Iterator[bool]:
    """Wait until no other process upgrades the library: it would make a copy as well, and wait for the transaction of
    the first one for longer than a write may wait. A killed process ends its turn; a suspended one loses it after a
    while, and then only the transaction keeps both apart. The file stays if the body raises. Yields whether no other
    process is upgrading."""
    path = upgrade_lock(library)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, FILE_MODE)
    except OSError:
        # The upgrade itself tells what is wrong with the folder.
        yield False
        return
    try:
        until = time.monotonic() + _TURN_LIMIT_S
        while not (is_alone := _try_lock(descriptor)) and time.monotonic() < until:
            report_waiting()
            time.sleep(_PAUSE_S)
        yield is_alone
        path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    """Lock a file, unless another process has; returns whether it is locked. It counts as locked where the file system
    has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def _remove_incomplete_copies(library: Path) -> None:
    """Remove the copies that killed upgrades left incomplete, before the free space is measured: each is as large as
    the library. Only with the lock, since another process may be writing one."""
    try:
        remove_temp_files(library.parent, library, older_than=None, kind=".version-")
    except OSError as error:
        _log.warning("an incomplete copy of the library could not be removed: %s", error)


def _upgrade(connection: sqlite3.Connection, library: Path, scripts: Sequence[str], report: ReportUpgrade) -> None:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    is_older = version < len(scripts)
    if not is_older and not _has_free_pages(connection):
        return
    settled = _settled_time(connection, library)
    copy = _complete_copy(library, version, settled) if is_older else None
    plan = _plan(connection, library, version, copy, is_older=is_older)
    meter = _Meter(plan, report)
    meter.show(0.0)
    if is_older:
        if copy is None:
            with meter.steps(connection, 0.0, _COPIED, _STEPS_A_PAGE * _pages(connection)):
                copy_aside(connection, library, version)
        meter.show(_COPIED)
        with meter.interrupts(connection):
            rows = _responses(connection, version)
            meter.expect_rows(rows)
            migrate(connection, scripts, meter.count_row)
    give_back_pages(connection, meter)
    meter.show(1.0)


class _Meter:
    """Counts what is done, and reports it."""

    def __init__(self, plan: UpgradePlan, report: ReportUpgrade) -> None:
        self._plan, self._report = plan, report
        self._began = time.monotonic()
        self._rows = self._expected_rows = 0
        self.counted_steps = 0
        """How many steps the copy took; 0 if none was made."""

    def show(self, share: float) -> None:
        """Report how much is done."""
        elapsed = time.monotonic() - self._began
        left = elapsed / share * (1 - share) if share > 0.02 and elapsed > 0.5 else None
        self._report(UpgradeProgress(self._plan, share, left))

    def expect_rows(self, rows: int) -> None:
        """The number of rows that `count_row` will be called for."""
        self._expected_rows = rows

    def count_row(self) -> None:
        """Report one more row of the migration; what the report raises ends the migration."""
        self._rows += 1
        if self._expected_rows and self._rows % _ROWS_A_REPORT == 0:
            self.show(_COPIED + (_MIGRATED - _COPIED) * min(1.0, self._rows / self._expected_rows))

    @contextmanager
    def steps(self, connection: sqlite3.Connection, first: float, last: float, expected: int) -> Iterator[None]:
        """Report the steps of the body's statement as a share between `first` and `last`."""
        counted = 0

        def count() -> None:
            nonlocal counted
            counted += _STEPS_BETWEEN_CHECKS
            self.show(first + (last - first) * min(1.0, counted / max(1, expected)))

        with self.interrupts(connection, count):
            yield
        self.counted_steps = counted

    @contextmanager
    def interrupts(self, connection: sqlite3.Connection, count: Callable[[], None] = lambda: None) -> Iterator[None]:
        """End a statement of the body when a signal comes or a report raises: otherwise, Python would handle the signal
        only after the statement, and sqlite3 would lose the exception."""
        raised: list[BaseException] = []

        def check() -> int:
            try:
                count()
            except BaseException as error:  # noqa: BLE001 - raised again below
                raised.append(error)
            return len(raised)

        connection.set_progress_handler(check, _STEPS_BETWEEN_CHECKS)
        try:
            yield
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorname", "") not in {"SQLITE_INTERRUPT", "SQLITE_ERROR"}:
                raise
            if raised:
                raise raised[0] from None
            if error.sqlite_errorname == "SQLITE_INTERRUPT":
                # The signal came between the call of `check` and its first line.
                raise KeyboardInterrupt from None
            raise
        finally:
            connection.set_progress_handler(None, 0)


def give_back_pages(connection: sqlite3.Connection, meter: _Meter | None = None) -> None:
    """Make the file smaller after a migration that has freed much of it. If that fails, such as on a full disk, the
    pages stay in the file and are used again."""
    if not _has_free_pages(connection):
        return
    meter = meter or _Meter(_NO_PLAN, lambda _: None)
    expected = meter.counted_steps or _STEPS_A_PAGE * _pages(connection)
    try:
        with meter.steps(connection, _MIGRATED, 1.0, expected):
            connection.execute("VACUUM")
    except sqlite3.OperationalError as error:
        _log.warning("the library could not be made smaller: %s", error)


def _has_free_pages(connection: sqlite3.Connection) -> bool:
    free: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
    size: int = connection.execute("PRAGMA page_size").fetchone()[0]
    pages = _pages(connection)
    return pages * size > _SMALL_BYTES and free * _WORTH_GIVING_BACK >= pages


def _pages(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("PRAGMA page_count").fetchone()[0]
    return found


def _responses(connection: sqlite3.Connection, version: int) -> int:
    """How many responses a migration from this version compresses."""
    if version not in range(1, 11):
        return 0
    found: int = connection.execute("SELECT count(*) FROM answer").fetchone()[0]
    return found


def _plan(
    connection: sqlite3.Connection, library: Path, version: int, copy: Path | None, *, is_older: bool
) -> UpgradePlan:
    """What is about to be done. Raises LibraryError where there is not enough space."""
    size = _pages(connection) * connection.execute("PRAGMA page_size").fetchone()[0]
    needed = int(size * (_ROOM if is_older and copy is None else _ROOM_WITH_COPY))
    free = shutil.disk_usage(library.parent).free
    if is_older and free < needed:
        raise LibraryError(
            f"The library {library} is of an older version, and there is no space to upgrade it: it needs "
            f"{needed / 1e6:,.0f} MB, and {free / 1e6:,.0f} MB are free"
        )
    seconds = size / _BYTES_A_SECOND
    name = "" if not is_older else copy.name if copy is not None else _unused_copy(library, version).name
    return UpgradePlan(version, name, needed, seconds)


def copy_aside(connection: sqlite3.Connection, library: Path, version: int) -> Path | None:
    """Copy the library beside itself before a migration; None when another process has migrated it from `version` in
    the meantime and made a copy. The copy gets the library's time of change, unless another process changed the library
    in the meantime: `_complete_copy` finds it by that. Raises sqlite3.Error and OSError."""
    settled = _settled_time(connection, library)
    # Created under a temporary name: an incomplete copy must not look like one that can be restored.
    copying = library.with_name(f"{library.stem}.version-{version}.new-{os.urandom(6).hex()}")
    # VACUUM INTO accepts an empty file, which is created first so that the copy is private from the first byte.
    os.close(os.open(copying, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
    try:
        connection.execute("VACUUM INTO ?", (str(copying),))
        if settled is not None and settled == _settled_time(connection, library):
            os.utime(copying, ns=(settled, settled))
        descriptor = os.open(copying, os.O_RDONLY)
        try:
            if int.from_bytes(os.pread(descriptor, 4, VERSION_AT), "big") != version:
                return None
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        copy = _rename_to_unused(copying, library, version)
    finally:
        for suffix in ("", "-journal"):
            copying.with_name(copying.name + suffix).unlink(missing_ok=True)
    sync_folder(library.parent)
    return copy


def _settled_time(connection: sqlite3.Connection, library: Path) -> int | None:
    """When the library was last changed, in nanoseconds, if all of it is in its file; None if other processes use it,
    or if it may change again without a new time."""
    try:
        is_busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        log = library.with_name(f"{library.name}-wal")
        if is_busy or (log.exists() and log.stat().st_size):
            return None
        changed_at = library.stat().st_mtime_ns
    except (sqlite3.Error, OSError):
        return None
    return changed_at if abs(time.time_ns() - changed_at) > _SETTLED_NS else None


def _complete_copy(library: Path, version: int, settled: int | None) -> Path | None:
    """The copy that an interrupted upgrade made of the library as it is now."""
    for copy in sorted(library.parent.glob(f"{library.stem}.version-{version}*.db")):
        try:
            if copy.stat().st_mtime_ns == settled and version_in(copy) == version:
                return copy
        except OSError:
            continue
    return None


def _rename_to_unused(copying: Path, library: Path, version: int) -> Path:
    while True:
        copy = _unused_copy(library, version)
        try:
            # A link, not a rename, which would overwrite an earlier copy.
            copy.hardlink_to(copying)
            return copy
        except FileExistsError:
            continue
        except OSError:
            # A file system without links, such as exFAT.
            if not copy.exists():
                copying.rename(copy)
                return copy


def _unused_copy(library: Path, version: int) -> Path:
    """The first name for a copy that no file has."""
    number = 0
    while True:
        copy = library.with_name(f"{library.stem}.version-{version}{f'-{number}' if number else ''}.db")
        if not os.path.lexists(copy):
            return copy
        number += 1
