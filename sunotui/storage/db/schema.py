"""The scripts that create a library and migrate older ones (D4)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sunotui.domain.gateways.models import model_key
from sunotui.domain.search.folding import fold, title_key
from sunotui.storage.db.sql_values import packed_text
from sunotui.storage.db.version import APPLICATION_ID


def migration_scripts() -> tuple[str, ...]:
    """The SQL scripts of the package in order; script N migrates version N - 1 to version N."""
    # Not by importlib.resources: it takes 3 ms, a third of the time in which a library is created.
    folder = Path(__file__).with_name("migrations")
    return tuple(path.read_text("utf-8") for path in sorted(folder.glob("*.sql")))


def migrate(
    connection: sqlite3.Connection, scripts: Sequence[str], report_packed: Callable[[], object] = lambda: None
) -> None:
    """Migrate the library to version `len(scripts)` in one transaction. `report_packed` is called after each response
    that is compressed.

    Two processes may do so at the same time; the second has nothing left to do. Raises sqlite3.Error.
    """

    def packed(text: str) -> bytes:
        # sqlite3 would lose an exception and raise one of its own.
        try:
            found = packed_text(text)
            report_packed()
        except BaseException as error:  # also that of a signal
            raised.append(error)
            raise
        return found

    raised: list[BaseException] = []
    # The names by which the scripts call these functions never change.
    functions: dict[str, Callable[[str], str | bytes]] = {
        "fold": fold,
        "title_key": title_key,
        "model_key": model_key,
        "packed": packed,
    }
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
        if raised:
            raise raised[0] from None
        raise


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
