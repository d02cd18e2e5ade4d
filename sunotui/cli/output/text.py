"""Prints results: one JSON document for scripts, tables and pages for users, messages on standard error."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, TextIO, TypeVar

from sunotui.cli.exits.errors import error_text
from sunotui.domain.errors import SunotuiError
from sunotui.domain.text import clean, clean_lines, encodable

T = TypeVar("T")

_NARROWEST = 8
"""The width, in cells, below which a column is narrowed only if the table does not fit otherwise."""
_NARROWEST_FIRST = 13
"""The minimum width of the first column: enough to distinguish ids, even with a "task_" prefix."""
_STUB = 4
"""The minimum width of other columns, in cells."""

Document = Mapping[str, Any] | Sequence[Mapping[str, Any]]

_NOT_ASCII = r"[^\x00-\x7e]+"


def print_json(document: Document) -> None:
    """Print one document on standard output, in ASCII, so that a gateway's text cannot control the terminal."""
    print(_json(document, 2))


def one_line_json(document: Document) -> str:
    """A document in one line, in ASCII."""
    return _json(document, None)


def _json(document: Document, indent: int | None) -> str:
    # allow_nan=False: NaN is not JSON, and storage does not accept it.
    text = json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False)
    # Only strings contain non-ASCII characters. A lone surrogate is not valid Unicode even when escaped.
    return re.sub(_NOT_ASCII, lambda found: json.dumps(found[0])[1:-1], encodable(text))


def say(sentence: str) -> None:
    """Print a message for the user on standard error."""
    print(clean(sentence, 2_000), file=sys.stderr, flush=True)


def say_error(error: SunotuiError) -> None:
    """Print the sentence of an error on standard error, with the command that helps."""
    say(error_text(error))


def within_limit(found: list[T], limit: int) -> list[T]:
    """The first `limit` items of `found`; prints a message if there are more."""
    if len(found) > limit:
        say(f"Only the first {limit:,} are shown; --limit N shows more")
    return found[:limit]


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, flexible: int = 0) -> None:
    """Print a table; on a terminal the column `flexible` is narrowed so that no row wraps."""
    for line in table_lines(heads, rows, terminal_width(sys.stdout), flexible):
        print(line)


def table_lines(
    heads: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None, flexible: int = 0
) -> list[str]:
    """The lines of a table with sanitized cells; columns are as wide as their widest cell. With `width`, no line is
    wider, and all columns are shown as long as there is one cell for each: the column `flexible` is narrowed first,
    then the widest of the others, and last the first one, which identifies the row.
    """
    cell_len = _rich_cells().cell_len
    cells = [[clean(cell, 500) for cell in row] for row in (heads, *rows)]
    widths = [max(cell_len(row[at]) for row in cells) for at in range(len(heads))]
    gap = 2 if width is None else _narrow(widths, width, flexible)
    lines = [
        (" " * gap).join(fit(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in cells
    ]
    return lines if width is None else [fit(line, width).rstrip() for line in lines]


def _narrow(widths: list[int], width: int, flexible: int) -> int:
    """Make columns narrower until a row fits, if it can. Returns the cells between two columns."""
    natural, others, gap = tuple(widths), range(1, len(widths)), 2
    room = width - gap * len(others)
    _take(widths, (flexible,), _NARROWEST, room)
    _take(widths, others, _NARROWEST, room)
    if sum(widths) <= room:
        return gap
    # A name or an id that is truncated anyway leaves its space to the others.
    widths[0] = min(widths[0], _NARROWEST_FIRST)
    if sum(widths) > room:
        gap = 1
        room = width - gap * len(others)
        for columns, least in ((others, _STUB), ((0,), _STUB), (range(len(widths)), 1)):
            _take(widths, columns, least, room)
    for at in (flexible, *others, 0):
        widths[at] += max(0, min(natural[at] - widths[at], room - sum(widths)))
    return gap


def _take(widths: list[int], columns: Sequence[int], least: int, room: int) -> None:
    """Narrow these columns, the widest first but none below `least`, until all columns fit into `room` cells."""
    excess = sum(widths) - room
    while excess > 0 and (at := max(columns, key=lambda at: widths[at], default=-1)) >= 0 and widths[at] > least:
        widths[at] -= 1
        excess -= 1


def fit(cell: str, size: int) -> str:
    """The text in `size` cells of a terminal: truncated with an ellipsis, or padded."""
    cells = _rich_cells()
    if cells.cell_len(cell) > size:
        cell = f"{cells.set_cell_size(cell, size - 1)}…"
    return f"{cell}{' ' * (size - cells.cell_len(cell))}"


def _rich_cells() -> ModuleType:
    """Rich's character widths, which `--json` does not need."""
    from rich import cells

    return cells


def print_page(facts: Sequence[tuple[str, str]], text: str = "") -> None:
    """Print named facts, one per line and without empty ones, then a multi-line text."""
    shown = [(name, clean(value, 2_100)) for name, value in facts if value]
    size = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        print(f"{name:<{size}}  {value}")
    if text:
        print()
        print(clean_lines(text))


def length(seconds: float | None) -> str:
    """A length as minutes and seconds: 2:41."""
    if seconds is None or not 0 < seconds < 1e6:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def age(seconds: float) -> str:
    """How long ago, in the largest unit that fits: now, 14m, 2h, 3d."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return "now"


def terminal_width(stream: TextIO) -> int | None:
    """The width of the terminal that a stream writes to; None if it is not a terminal."""
    if not stream.isatty():
        return None
    try:
        # From the terminal itself: COLUMNS may be outdated.
        return max(1, os.get_terminal_size(stream.fileno()).columns or 80)
    except OSError:
        return 80
