"""The rows of measurements, and the printed table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_COLUMNS = "{:<4} {:<46} {:>10} {:>10} {:>6} {:>9} {:>20}  {}"
_CPU = "processor time"


class Skipped(Exception):
    """The measurement is not possible here; the text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Without a reference the target is absolute, in the row's own unit."""

    id: str
    what: str
    ours: float
    reference: float | None
    target: float
    """The maximum of sunotui's value, or of its ratio to the reference."""
    unit: str = "ms"
    note: str = ""
    cpu_ms: float | None = None
    """The processor time of sunotui, which other processes on the machine change less; None if it is not measured."""
    cpu_reference_ms: float | None = None

    @property
    def ratio(self) -> float | None:
        """The ratio of sunotui's value to the reference."""
        return self.ours / self.reference if self.reference else None

    @property
    def is_ok(self) -> bool:
        """Whether the target was met."""
        return (self.ours if self.ratio is None else self.ratio) <= self.target


def print_head() -> None:
    """Print the column names."""
    print(_COLUMNS.format("row", "what", "ours", "reference", "ratio", "target", _CPU, "ok"), flush=True)


def ours_text(row: Row) -> str:
    """sunotui's value, with its unit."""
    return f"{row.ours:.4g} {row.unit}".rstrip()


def reference_text(row: Row) -> str:
    """The value of the reference, with its unit."""
    return "-" if row.reference is None else f"{row.reference:.4g} {row.unit}".rstrip()


def ratio_text(row: Row) -> str:
    """The ratio of both."""
    return "-" if row.ratio is None else f"{row.ratio:.2f}"


def target_text(row: Row) -> str:
    """The target, with its unit or as a ratio."""
    return f"{row.target:g} {row.unit}".rstrip() if row.ratio is None else f"{row.target:.2f}x"


def cpu_text(row: Row) -> str:
    """The processor time, and that of the reference."""
    if row.cpu_ms is None:
        return "-"
    if not row.cpu_reference_ms:
        return f"{row.cpu_ms:.4g} ms"
    return f"{row.cpu_ms:.4g}, {row.cpu_reference_ms:.4g}: {row.cpu_ms / row.cpu_reference_ms:.2f}"


def print_row(row: Row) -> None:
    """Print one measurement."""
    end = ("yes" if row.is_ok else "NO") + (f"  ({row.note})" if row.note else "")
    texts = (ours_text(row), reference_text(row), ratio_text(row), target_text(row), cpu_text(row))
    print(_COLUMNS.format(row.id, row.what, *texts, end), flush=True)


def print_skipped(id: str, why: str) -> None:
    """Print a row that could not be measured."""
    print(_COLUMNS.format(id, "skipped: " + why, "", "", "", "", "", "").rstrip(), flush=True)


def in_turn(rounds: int, actions: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """The results of all actions, `rounds` times in turn, so that disturbances of the machine affect all of them. Each
    is run once before that, so that files are cached and byte-code exists.
    """
    found: dict[str, list[T]] = {name: [] for name in actions}
    for action in actions.values():
        action()
    for _ in range(rounds):
        for name, action in actions.items():
            found[name].append(action())
    return found


def median_ms(seconds: list[float]) -> float:
    """The median, in milliseconds."""
    return statistics.median(seconds) * 1e3
