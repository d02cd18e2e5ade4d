"""Libraries of the version before responses were compressed, made from ones of today."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sunotui.storage.db.sql_values import unpacked_text

VERSION = 10
"""The last version whose responses are texts."""


def downgrade(library: Path) -> None:
    """Store the responses of a closed library as that version does."""
    with closing(sqlite3.connect(library, isolation_level=None)) as connection:
        connection.create_function("unpacked", 1, unpacked_text)
        connection.executescript(
            f"""
            BEGIN;
            CREATE TABLE older (
                task_id TEXT NOT NULL PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
                raw TEXT NOT NULL
            );
            INSERT INTO older SELECT task_id, unpacked(raw) FROM answer ORDER BY rowid;
            DROP TABLE answer;
            ALTER TABLE older RENAME TO answer;
            PRAGMA user_version = {VERSION};
            COMMIT;
            VACUUM;
            """
        )
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
