"""A database connection that fails at a chosen statement."""

from __future__ import annotations

import sqlite3
from typing import Any

REASONS = ("FULL", "READONLY", "IOERR_WRITE", "IOERR_FSYNC", "BUSY", "CORRUPT")


class FailingConnection:
    """Wraps a connection: the `nth` statement that starts with `prefix` fails, and all statements after it."""

    def __init__(self, connection: sqlite3.Connection, prefix: str, nth: int, reason: str) -> None:
        self._connection, self._prefix, self._left, self._reason = connection, prefix, nth, reason
        self.has_failed = False

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Run the statement or raise an error with the reason."""
        if sql.startswith(self._prefix):
            self._left -= 1
        if self._left <= 0 and not sql.startswith(("ROLLBACK", "SELECT", "PRAGMA")):
            self.has_failed = True
            error = sqlite3.OperationalError(self._reason)
            error.sqlite_errorname = f"SQLITE_{self._reason}"
            raise error
        return self._connection.execute(sql, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)
