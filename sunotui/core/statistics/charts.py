"""Charts of block characters, as plain text."""

from __future__ import annotations

from collections.abc import Sequence

_EIGHTHS_UP = " ▁▂▃▄▅▆▇█"
_EIGHTHS_RIGHT = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def columns(values: Sequence[float], height: int) -> list[str]:
    """The lines of a column chart with one column for each value. The tallest column is `height` lines high; any value
    above zero is visible."""
    most = max(values, default=0)
    if most <= 0:
        return [" " * len(values)] * height
    eighths = [max(1, round(value / most * height * 8)) if value > 0 else 0 for value in values]
    return [
        "".join(_EIGHTHS_UP[max(0, min(8, size - line * 8))] for size in eighths) for line in range(height - 1, -1, -1)
    ]


def bar(value: float, most: float, cells: int) -> str:
    """A horizontal bar for `value`, padded with spaces to `cells` cells; `most` fills all of them."""
    if most <= 0 or value <= 0:
        return " " * cells
    eighths = max(1, min(cells * 8, round(value / most * cells * 8)))
    return ("█" * (eighths // 8) + _EIGHTHS_RIGHT[eighths % 8]).ljust(cells)
