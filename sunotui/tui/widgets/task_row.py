"""One line of the task list: what of a task is told, and what gives way where there is no room."""

from collections.abc import Callable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sunotui.domain.summary import TaskSummary
from sunotui.tui import show

_ROOMY = 44
"""Cells from which a line has room for model and length."""
_GATEWAY_CELLS = 7
_LEAST_TITLE = 14
"""Cells that a title keeps before the gateway's column gives way, the first of all."""
_MARGIN = 4


def columns(width: int, *, with_gateway: bool) -> dict[str, int]:
    """The cells of each column beside the title, in a line so wide."""
    if width < _ROOMY:
        return {"age": 5}
    cells = {"model": 8, "length": 7, "age": 5}
    if with_gateway and width - _MARGIN - sum(cells.values()) - _GATEWAY_CELLS >= _LEAST_TITLE:
        cells["gateway"] = _GATEWAY_CELLS
    return cells


def task_strip(
    row: TaskSummary, width: int, style: Style, tone_style: Callable[[str], Style], now: float, *, with_gateway: bool
) -> Strip:
    """A task's line; `tone_style` gives the style of a tone, laid over the line's own."""
    glyph, word, tone = show.look(row)
    cells = columns(width, with_gateway=with_gateway)
    text = show.title(row.title)
    if row.status.is_final and tone in {"bad", "odd"}:
        text += f" ({word}{': ' + row.fail_reason if row.fail_reason else ''})"
    faint = tone_style("faint")
    parts = [
        Segment(" ", style),
        Segment(show.fit(glyph, 2), tone_style(tone)),
        Segment(show.fit(text, width - _MARGIN - sum(cells.values())), style),
    ]
    if "model" in cells:
        parts.append(Segment(" " + show.fit(show.model(row.model), cells["model"] - 2) + " ", faint))
        middle = show.length(row.duration_s) if row.status.is_final else word if width >= 70 else "…"
        parts.append(Segment(show.fit(middle, cells["length"] - 1).rjust(cells["length"] - 1) + " ", faint))
    if "gateway" in cells:
        parts.append(Segment(show.fit(row.profile, cells["gateway"] - 1) + " ", faint))
    parts.append(Segment(show.age(row.added_at, now).rjust(cells["age"] - 1) + " ", faint))
    parts.append(Segment(" ", style))
    return Strip(parts).adjust_cell_length(width, style)
