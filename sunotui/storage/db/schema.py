"""The library's version, and the way from an older one to this one (D4)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from sunotui.domain.models import model_key
from sunotui.domain.search.folding import fold, title_key
from sunotui.storage.paths import FILE_MODE, sync_folder

APPLICATION_ID = 0x53554E4F
"""Written into the file's header, so that no other program's database is taken for a library."""
_VERSION_AT = 60
"""Where the user_version stands in a file's header."""
SCHEMA_VERSION = 6
"""The number of migration scripts; a constant, so that an ordinary start need not look for them."""


def migration_scripts() -> tuple[str, ...]:
    """The SQL scripts of the package in order; script N makes version N out of version N - 1."""
    # Not by importlib.resources: its 3 ms are a third of what making a library takes.
    folder = Path(__file__).with_name("migrations")
    return tuple(path.read_text("utf-8") for path in sorted(folder.glob("*.sql")))


def migrate(connection: sqlite3.Connection, scripts: Sequence[str]) -> None:
    """Bring the library to version `len(scripts)` in one transaction: the whole way or not at all.

    Two processes may come here at once; the second finds nothing left to do. Raises sqlite3.Error.
    """
    # By the names that the scripts call them by, which stay whatever the functions are called.
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
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def copy_aside(connection: sqlite3.Connection, library: Path, version: int) -> Path | None:
    """A whole copy of the library beside it, made before it is changed; None when another process has brought it up
    from `version` meanwhile, with a copy of its own. Raises sqlite3.Error and OSError."""
    # Made under another name: a copy that was cut off must not look like one that can be brought back.
    fresh = library.with_name(f"{library.stem}.version-{version}.new-{os.urandom(6).hex()}")
    # VACUUM INTO takes an empty file that is there: made first, so that it is private from its first byte.
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
    try:
        connection.execute("VACUUM INTO ?", (str(fresh),))
        descriptor = os.open(fresh, os.O_RDONLY)
        try:
            if int.from_bytes(os.pread(descriptor, 4, _VERSION_AT), "big") != version:
                return None
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        copy = _put_under_a_free_name(fresh, library, version)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(library.parent)
    return copy


def _put_under_a_free_name(fresh: Path, library: Path, version: int) -> Path:
    number = 0
    while True:
        copy = library.with_name(f"{library.stem}.version-{version}{f'-{number}' if number else ''}.db")
        try:
            # A link, not a rename: it overwrites no earlier copy.
            copy.hardlink_to(fresh)
            return copy
        except FileExistsError:
            number += 1
        except OSError:
            # A file system without links, such as exFAT.
            if not copy.exists():
                fresh.rename(copy)
                return copy
            number += 1


def _statements(script: str) -> Iterator[str]:
    # executescript() would commit first and break the one transaction.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
