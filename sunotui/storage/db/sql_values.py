"""Converts values to those that SQLite can store: it rejects or changes some that Python allows (D9)."""

from __future__ import annotations

import math
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from sunotui.domain.text import storable_text

__all__ = [
    "CHUNK",
    "Value",
    "chunks",
    "id_chunks",
    "insert_all",
    "packed_text",
    "placeholders",
    "storable",
    "storable_row",
    "storable_text",
    "unpacked_text",
]

T = TypeVar("T")
Value = str | int | float | None

CHUNK = 500
"""The number of values in one statement: far below SQLite's limit, and more would not be faster."""
_ROWS_AT_ONCE = 10
_LARGEST = 2**63 - 1
_LONGEST_UNPACKED = 4 * 2**20
"""In bytes: four times as much as the longest response, of 262,144 characters, may take. A few damaged bytes could
stand for gigabytes."""


def storable(value: Value) -> Value:
    """The value as the database stores it.

    Lone surrogates and NUL become U+FFFD, integers beyond 64 bits the nearest that fits, and NaN and the infinities
    None.
    """
    if isinstance(value, str):
        return value if value.isascii() and "\0" not in value else storable_text(value)
    if isinstance(value, int):
        return max(-_LARGEST - 1, min(_LARGEST, int(value)))
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def storable_row(values: Iterable[Value]) -> tuple[Value, ...]:
    """A row of storable values."""
    row: list[Value] = []
    for value in values:
        kind = value.__class__
        # Most values are texts and numbers that are stored unchanged: a call for each would take most of the time.
        if kind is str:
            if not value.isascii() or "\0" in value:  # type: ignore[union-attr, operator]
                value = storable_text(value)  # type: ignore[arg-type]
        elif kind is float:
            if not math.isfinite(value):  # type: ignore[arg-type]
                value = None
        elif kind is bool:
            value = int(value)  # type: ignore[arg-type]
        elif value is not None and not (kind is int and -_LARGEST <= value <= _LARGEST):  # type: ignore[operator]
            value = storable(value)
        row.append(value)
    return tuple(row)


def packed_text(text: str) -> bytes:
    """A long text as it is stored compressed."""
    # A higher level takes longer, and saves 2 % of such short texts.
    return zlib.compress(storable_text(text).encode(), 1)


def unpacked_text(stored: bytes | str | None) -> str:
    """The text of `packed_text`, or a text that was stored as it is; None is an empty text. Raises ValueError for
    damaged bytes, and for more of them than any response has."""
    if isinstance(stored, bytes):
        unpacking = zlib.decompressobj()
        try:
            text = unpacking.decompress(stored, _LONGEST_UNPACKED)
        except zlib.error as error:
            raise ValueError("a compressed text is damaged") from error
        if not unpacking.eof:
            raise ValueError("a compressed text is damaged: it is cut off or too long")
        return text.decode()
    return stored or ""


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Split the items into batches of at most CHUNK, for one statement each."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def id_chunks(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    """Split ids into batches of at most CHUNK, each once and as the database stores it."""
    return chunks([storable_text(each) for each in dict.fromkeys(ids)])


def placeholders(values: Sequence[object]) -> str:
    """As many question marks as values, separated by commas, for IN (...)."""
    return ", ".join("?" * len(values))


def insert_all(connection: sqlite3.Connection, statement: str, rows: Sequence[Sequence[Value]]) -> None:
    """Insert rows of one table in the open transaction; `statement` has "{rows}" after VALUES.

    Several rows are inserted by one statement. If the table has triggers or a row may be rejected, SQLite copies each
    page that a statement changes, to be able to undo the statement.
    """
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        batch = rows[start : start + _ROWS_AT_ONCE]
        marks = ", ".join([f"({placeholders(batch[0])})"] * len(batch))
        connection.execute(statement.format(rows=marks), [*chain.from_iterable(batch)])
