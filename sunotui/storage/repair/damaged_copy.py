"""Copies a damaged library so that as much of the copy as possible can be read; the file itself is never opened
(D6)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from sunotui.storage.paths import FILE_MODE
from sunotui.storage.repair.table_reader import DAMAGE, quoted

_HEADER = 100
_MAGIC = b"SQLite format 3\0"
_BLOCK = 4_096


def repaired_copy(library: Path, folder: Path, names: Iterable[str], donors: Iterable[Path]) -> Path | None:
    """Copy the damaged library into `folder`, with the header that makes most of the tables in `names` readable; None
    if there is no file. Raises OSError.

    `donors` are intact files whose beginning is tried in place of the damaged one: the pages of tables are often at the
    same position in a backup, and the header of any library fits where only the header is damaged.
    """
    if not library.exists():
        return None
    copy = folder / "damaged.db"
    _copy_past_faults(library, copy)
    log = library.with_name(library.name + "-wal")
    own_log = b""
    if log.exists():
        _copy_past_faults(log, copy.with_name(copy.name + "-wal"))
        own_log = copy.with_name(copy.name + "-wal").read_bytes()
    with copy.open("rb") as file:
        own = file.read(64 * 1024)
    tables, best, most = list(names), own, -1
    for head in _heads(own, donors):
        _write_head(copy, head, own_log)
        found = _tables_found(copy, tables)
        if found > most:
            best, most = head, found
        if most == len(tables):
            break
    _write_head(copy, best, own_log)
    return copy


def open_repaired_copy(copy: Path) -> sqlite3.Connection:
    """Open a connection to the copy that reads past errors where possible. Raises sqlite3.Error."""
    connection = sqlite3.connect(copy, isolation_level=None)
    # Otherwise a missing end or one bad line of the schema would make the whole file unreadable.
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _heads(own: bytes, donors: Iterable[Path]) -> Iterator[bytes]:
    """The file headers to try, the file's own first; all without a page count, so that all pages are read."""
    if own.startswith(_MAGIC):
        yield _without_page_count(own)
    for donor in donors:
        with donor.open("rb") as file:
            head = file.read(64 * 1024)
        yield _without_page_count(head[:_HEADER]) + own[_HEADER:]
        yield _without_page_count(head[: _page_size(head)])


def _without_page_count(head: bytes) -> bytes:
    if len(head) < _HEADER:
        return head
    # Offsets of the SQLite file format: a change counter unlike "version valid for" voids the number of pages.
    return head[:24] + (1).to_bytes(4, "big") + head[28:92] + bytes(4) + head[96:]


def _page_size(head: bytes) -> int:
    size = int.from_bytes(head[16:18], "big")
    return 65_536 if size == 1 else size


def _write_head(copy: Path, head: bytes, log: bytes) -> None:
    for suffix in ("-wal", "-shm"):
        copy.with_name(copy.name + suffix).unlink(missing_ok=True)
    if log:
        copy.with_name(copy.name + "-wal").write_bytes(log)
    with copy.open("r+b") as file:
        file.write(head)


def _tables_found(copy: Path, names: Iterable[str]) -> int:
    """The number of tables whose first row can be read."""
    found = 0
    try:
        with closing(open_repaired_copy(copy)) as connection:
            for name in names:
                try:
                    connection.execute(f"SELECT * FROM {quoted(name)} NOT INDEXED LIMIT 1").fetchall()
                    found += 1
                except DAMAGE:
                    continue
    except DAMAGE:
        return 0
    return found


def _copy_past_faults(source: Path, target: Path) -> None:
    """Copy a file, with zeros for the blocks that the disk cannot read."""
    descriptor = os.open(source, os.O_RDONLY)
    try:
        copy = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(copy, "wb") as file:
            for offset in range(0, os.fstat(descriptor).st_size, _BLOCK):
                try:
                    block = os.pread(descriptor, _BLOCK, offset)
                except OSError:
                    block = bytes(_BLOCK)
                file.write(block)
    finally:
        os.close(descriptor)
