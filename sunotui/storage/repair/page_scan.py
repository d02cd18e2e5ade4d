"""Finds rows of a table whose inner pages are damaged: reads each page of the file as if it were the whole table (D6).

A leaf page does not say to which table it belongs, so this works for a table whose rows contain bytes that the rows of
no other table contain.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from sunotui.storage.repair.damaged_copy import open_repaired_copy
from sunotui.storage.repair.table_reader import DAMAGE, Row, Table, TableReader

_HEADER = 100
_LEAF = 13
"""The first byte of a page that holds rows of a numbered table (SQLite file format)."""


def scan_rows(copy: Path, work: Path, table: Table, sql: str, mark: bytes) -> Iterator[tuple[Sequence[str], Row]]:
    """The rows of all leaf pages that contain `mark`, with the names of their columns; rows of other tables may be
    among them.

    `sql` creates the table, `copy` is the copy of the damaged file, `work` is a folder to create and use. Raises
    sqlite3.Error and OSError.
    """
    work.mkdir(0o700)
    _checkpoint(copy)
    size = _page_size(copy)
    first, root = _one_table(work / "one.db", table.name, sql, size)
    trial = work / "trial.db"
    # The whole file, since a row that does not fit into a page continues in overflow pages.
    shutil.copyfile(copy, trial)
    with trial.open("r+b", buffering=0) as target, copy.open("rb") as source:
        target.write(first)
        source.seek(size)
        while page := source.read(size):
            if page[0] == _LEAF and mark in page:
                target.seek((root - 1) * size)
                target.write(page)
                yield from _rows_of(trial, table)


def _rows_of(trial: Path, table: Table) -> Iterator[tuple[Sequence[str], Row]]:
    # A new connection each time, which has not cached the previous page.
    with closing(open_repaired_copy(trial)) as connection:
        reader = TableReader(connection, table, lambda: ())
        for batch in reader.batches():
            for row in batch:
                yield reader.columns, row


def _checkpoint(copy: Path) -> None:
    try:
        with closing(open_repaired_copy(copy)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except DAMAGE:
        # The pages of the file itself can still be read.
        pass


def _page_size(copy: Path) -> int:
    with copy.open("rb") as file:
        size = int.from_bytes(file.read(_HEADER)[16:18], "big")
    if size == 1:
        return 65_536
    return size if size >= 512 and not size & (size - 1) else 4_096


def _one_table(path: Path, name: str, sql: str, page_size: int) -> tuple[bytes, int]:
    """The first page of a file that has this table only, without a page count; and the number of the table's root
    page."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {page_size}")
        connection.execute(sql)
        found = connection.execute("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?", [name])
        root: int = found.fetchone()[0]
    first = path.read_bytes()[:page_size]
    return first[:28] + bytes(4) + first[32:92] + bytes(4) + first[96:], root


def sql_of(connection: sqlite3.Connection, table: Table) -> str:
    """The CREATE TABLE statement of the table. Raises sqlite3.Error."""
    found = connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", [table.name])
    sql: str = found.fetchone()[0]
    return sql
