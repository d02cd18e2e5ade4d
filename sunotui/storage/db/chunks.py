"""Long lists of ids in pieces that one statement takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from sunotui.storage.db.sql_values import Value

T = TypeVar("T")

CHUNK = 500
"""Values of one statement: far below what any SQLite takes, and enough that their number does not count."""


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in order, at most CHUNK at a time."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def marks_for(values: Sequence[Value]) -> str:
    """As many question marks as values, for IN (...)."""
    return ", ".join("?" * len(values))
