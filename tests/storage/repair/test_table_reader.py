"""Rows are read past damage, and the tables are found without knowledge of the schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sunotui.storage.repair.rebuild import Rebuilder
from sunotui.storage.repair.table_reader import TableReader, filled_by_triggers, tables_of

SCRIPT = """
CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE thing (owner TEXT NOT NULL REFERENCES owner (name), text TEXT, PRIMARY KEY (owner, text)) WITHOUT ROWID;
CREATE TABLE "a ""strange"" name" (x);
CREATE TABLE tally (name TEXT PRIMARY KEY, n INTEGER);
CREATE VIRTUAL TABLE found USING fts5 (text);
CREATE VIEW seen AS SELECT * FROM owner;
CREATE TRIGGER counted AFTER INSERT ON owner BEGIN
    INSERT INTO tally VALUES (substr(new.name, 1, 1), 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
"""
OWNERS = 2_000


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A file with tables that no version of the program has."""
    path = tmp_path / "library.db"
    rescue = Rebuilder(path, [SCRIPT])
    rescue.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        with connection:
            connection.executemany("INSERT INTO owner VALUES (?, ?)", [(n * 3, f"o{n:05}") for n in range(OWNERS)])
            connection.executemany(
                "INSERT INTO thing VALUES (?, ?)",
                [(f"o{n:05}", f"{k} {'x' * 40}") for n in range(OWNERS) for k in "ab"],
            )
            connection.execute('INSERT INTO "a ""strange"" name" VALUES (1)')
            connection.execute("INSERT INTO found VALUES ('words')")
    return path


@pytest.fixture
def connection(library: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(library)) as connection:
        yield connection


def leaves_of(library: Path, kind: int) -> list[int]:
    """The offsets of pages of this kind: 13 for leaves of rowid tables, 10 for those of the others."""
    content = library.read_bytes()
    return [at for at in range(4_096, len(content), 4_096) if content[at] == kind]


def test_tables_are_those_with_their_own_rows(connection: sqlite3.Connection) -> None:
    found = tables_of(connection)
    assert set(found) == {"owner", "thing", 'a "strange" name', "tally"}
    assert found["owner"].has_rowid
    assert found["thing"].key == '"owner"'
    assert filled_by_triggers(connection, list(found)) == {"tally"}


@pytest.mark.parametrize("wounds", [1, 3])
def test_a_rowid_table_loses_only_the_damaged_pages(library: Path, wounds: int) -> None:
    leaves = leaves_of(library, 13)
    with library.open("r+b") as file:
        for wound in range(1, wounds + 1):
            file.seek(leaves[len(leaves) * wound // (wounds + 1)])
            file.write(b"\xff" * 4_096)
    with closing(sqlite3.connect(library)) as connection:
        reader = TableReader(connection, tables_of(connection)["owner"], lambda: ())
        read = {row[0] for piece in reader.batches() for row in piece}
    assert not reader.is_whole
    assert OWNERS - wounds * 4_096 // 8 <= len(read) < OWNERS


def test_a_without_rowid_table_is_continued_by_parent_keys(library: Path, tmp_path: Path) -> None:
    leaves = leaves_of(library, 10)
    with library.open("r+b") as file:
        for at in (leaves[len(leaves) // 2], leaves[len(leaves) * 3 // 4]):
            file.seek(at)
            file.write(b"\xff" * 4_096)
    rescue = Rebuilder(tmp_path / "fresh.db", [SCRIPT])
    rescue.copy_from(library)
    rescue.close()
    things = rescue.reports["thing"]
    assert not things.is_whole
    # From two leaves at most, each with fewer than a hundred rows.
    assert 2 * OWNERS - 200 <= things.rows < 2 * OWNERS


def test_tables_filled_by_triggers_are_not_copied(library: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.db"
    rescue = Rebuilder(fresh, [SCRIPT])
    rescue.copy_from(library)
    assert rescue.add_backup(library, tmp_path / "work.db")
    rescue.close()
    assert not rescue.is_incomplete
    with closing(sqlite3.connect(fresh)) as connection:
        assert connection.execute("SELECT * FROM tally").fetchall() == [("o", OWNERS)]
        assert connection.execute('SELECT * FROM "a ""strange"" name"').fetchall() == [(1,)]
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_rows_with_values_of_the_wrong_type_are_dropped(library: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(library)) as connection, connection:
        connection.execute("UPDATE owner SET name = x'ff00ff' WHERE id = 3")
    rescue = Rebuilder(tmp_path / "fresh.db", [SCRIPT])
    rescue.copy_from(library)
    rescue.close()
    assert rescue.reports["owner"].corrupt == 1
    assert rescue.reports["owner"].rows == OWNERS - 1
    assert rescue.is_incomplete
