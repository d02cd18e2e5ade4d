"""The schema version of the library, and the migration of older ones (D4)."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from sunotui.domain.gateways.models import model_key
from sunotui.domain.search.folding import fold, title_key
from sunotui.storage.paths import FILE_MODE, sync_folder

APPLICATION_ID = 0x53554E4F
"""The application id in the header of the file, which identifies a library of sunotui."""
_VERSION_AT = 60
"""The offset of user_version in the header of the file."""
_WORTH_GIVING_BACK = 4
"""A file is shrunk if at least one in this many pages is free."""
_log = logging.getLogger(__name__)
SCHEMA_VERSION = 10
"""The number of migration scripts; a constant, so that an ordinary start does not list them."""


def migration_scripts() -> tuple[str, ...]:
    """The SQL scripts of the package in order; script N migrates version N - 1 to version N."""
    # Not by importlib.resources: it takes 3 ms, a third of the time in which a library is created.
    folder = Path(__file__).with_name("migrations")
    return tuple(path.read_text("utf-8") for path in sorted(folder.glob("*.sql")))


def migrate(connection: sqlite3.Connection, scripts: Sequence[str]) -> None:
    """Migrate the library to version `len(scripts)` in one transaction.

    Two processes may do so at the same time; the second has nothing left to do. Raises sqlite3.Error.
    """
    # The names by which the scripts call these functions never change.
    functions = {"fold": fold, "title_key": title_key, "model_key": model_key}
    for name, function in functions.items():
        connection.create_function(name, 1, function, deterministic=True)
    connection.execute("BEGIN IMMEDIATE")
    try:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        for script in scripts[version:]:
            for statement in _statements(script):
                connection.execute(statement)
        if version < len(scripts):
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {len(scripts)}")
        connection.execute("COMMIT")
    except BaseException:  # also an interrupt: the next user of the connection must not commit half of it
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def give_back_pages(connection: sqlite3.Connection) -> None:
    """Make the file smaller after a migration that has freed much of it. If that fails, such as on a full disk, the
    pages stay in the file and are used again."""
    free, pages = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count"))
    if free * _WORTH_GIVING_BACK >= pages:
        try:
            connection.execute("VACUUM")
        except sqlite3.OperationalError as error:
            _log.warning("the library could not be made smaller: %s", error)


def copy_aside(connection: sqlite3.Connection, library: Path, version: int) -> Path | None:
    """Copy the library beside itself before a migration; None when another process has migrated it from `version` in
    the meantime and made a copy. Raises sqlite3.Error and OSError."""
    # Created under a temporary name: an incomplete copy must not look like one that can be restored.
    copying = library.with_name(f"{library.stem}.version-{version}.new-{os.urandom(6).hex()}")
    # VACUUM INTO accepts an empty file, which is created first so that the copy is private from the first byte.
    os.close(os.open(copying, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
    try:
        connection.execute("VACUUM INTO ?", (str(copying),))
        descriptor = os.open(copying, os.O_RDONLY)
        try:
            if int.from_bytes(os.pread(descriptor, 4, _VERSION_AT), "big") != version:
                return None
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        copy = _rename_to_unused(copying, library, version)
    finally:
        copying.unlink(missing_ok=True)
    sync_folder(library.parent)
    return copy


def _rename_to_unused(copying: Path, library: Path, version: int) -> Path:
    number = 0
    while True:
        copy = library.with_name(f"{library.stem}.version-{version}{f'-{number}' if number else ''}.db")
        try:
            # A link, not a rename, which would overwrite an earlier copy.
            copy.hardlink_to(copying)
            return copy
        except FileExistsError:
            number += 1
        except OSError:
            # A file system without links, such as exFAT.
            if not copy.exists():
                copying.rename(copy)
                return copy
            number += 1


def _statements(script: str) -> Iterator[str]:
    # executescript() would commit first and end the transaction.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
