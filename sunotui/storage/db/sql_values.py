"""Values made fit for the database: it refuses or quietly bends what Python allows (D9)."""

from __future__ import annotations

import math
from collections.abc import Iterable

from sunotui.domain.text import storable_text

__all__ = ["storable", "storable_row", "storable_text"]

Value = str | int | float | None

_LARGEST = 2**63 - 1


def storable(value: Value) -> Value:
    """The value as the database keeps it.

    Lone surrogates and NUL become U+FFFD, whole numbers beyond 64 bits the nearest that fits, and numbers that are
    none (NaN and the infinities) None.
    """
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, int):
        return max(-_LARGEST - 1, min(_LARGEST, int(value)))
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def storable_row(values: Iterable[Value]) -> tuple[Value, ...]:
    """A row of values, each made storable."""
    return tuple(storable(value) for value in values)
