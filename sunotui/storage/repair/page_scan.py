"""Rows of a table whose upper pages are broken: each page of the file is tried as if it were the whole table (D6).

A page that holds rows says nothing of whose they are. So this is for a table with a mark in its rows that no other has.
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
    """Rows of all pages in which `mark` stands, with the names of their columns; other tables' rows may be among them.

    `sql` makes the table; `copy` is the mended copy, `work` a folder of its own. Raises sqlite3.Error and OSError.
    """
    work.mkdir(0o700)
    _fold_log(copy)
    size = _page_size(copy)
    first, root = _one_table(work / "one.db", table.name, sql, size)
    trial = work / "trial.db"
    # The whole file: what does not fit into a page goes on in others.
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
    # A new connection each time, which knows nothing of the page that stood there before.
    with closing(open_repaired_copy(trial)) as connection:
        salvage = TableReader(connection, table, lambda: ())
        for piece in salvage.pieces():
            for row in piece:
                yield salvage.columns, row


def _fold_log(copy: Path) -> None:
    try:
        with closing(open_repaired_copy(copy)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except DAMAGE:
        # The pages of the file itself are left.
        pass


def _page_size(copy: Path) -> int:
    with copy.open("rb") as file:
        size = int.from_bytes(file.read(_HEADER)[16:18], "big")
    if size == 1:
        return 65_536
    return size if size >= 512 and not size & (size - 1) else 4_096


def _one_table(path: Path, name: str, sql: str, page_size: int) -> tuple[bytes, int]:
    """The first page of a file that has this table alone, without a count of pages; and where the table begins."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {page_size}")
        connection.execute(sql)
        found = connection.execute("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?", [name])
        root: int = found.fetchone()[0]
    first = path.read_bytes()[:page_size]
    return first[:28] + bytes(4) + first[32:92] + bytes(4) + first[96:], root


def sql_of(connection: sqlite3.Connection, table: Table) -> str:
    """What makes the table. Raises sqlite3.Error."""
    found = connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", [table.name])
    made: str = found.fetchone()[0]
    return made
