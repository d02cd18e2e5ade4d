"""One line of the task list: its columns, and which of them are dropped in a narrow terminal."""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sunotui.domain.search.query import Query
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.tui import formatting
from sunotui.tui.library.task_list.highlight import highlighted_segments

_TEXT_LIMIT = 500
"""The number of characters of a title or a reason that are used: no line is longer."""
_MODEL_MIN_WIDTH = 44
"""The width in cells from which a line shows model and length."""
_GATEWAY_CELLS = 7
_MIN_TITLE_CELLS = 14
"""With fewer cells for the title, the column of the gateway is dropped first."""
_MARGIN = 4
_NO_QUERY = Query()


def columns(width: int, *, with_gateway: bool) -> dict[str, int]:
    """The width of each column but the title, for a line of `width` cells."""
    if width < _MODEL_MIN_WIDTH:
        return {"age": 5}
    cells = {"model": 8, "length": 7, "age": 5}
    if with_gateway and width - _MARGIN - sum(cells.values()) - _GATEWAY_CELLS >= _MIN_TITLE_CELLS:
        cells["gateway"] = _GATEWAY_CELLS
    return cells


def task_strip(
    row: TaskSummary,
    width: int,
    style: Style,
    tone_style: Callable[[str], Style],
    now: float,
    *,
    with_gateway: bool,
    is_selected: bool = False,
    query: Query = _NO_QUERY,
) -> Strip:
    """The line of a task. `tone_style` gives the style of a tone on top of the line's `style`; matches of `query` are
    highlighted in the title."""
    glyph, status, tone = formatting.look(row)
    cells = columns(width, with_gateway=with_gateway)
    text = formatting.title(row.title[:_TEXT_LIMIT])
    if row.status.is_final and tone in {"bad", "odd"}:
        text += f" ({status}{': ' + row.fail_reason[:_TEXT_LIMIT] if row.fail_reason else ''})"
    faint = tone_style("faint")
    rating = _rating(row)
    title_cells = width - _MARGIN - sum(cells.values()) - len(rating)
    parts = [
        _first_cell(row, style, tone_style, is_selected=is_selected),
        Segment(formatting.fit(glyph, 2), tone_style(tone)),
        *highlighted_segments(formatting.fit(text, title_cells), style, tone_style("found"), query),
    ]
    if rating:
        parts.append(Segment(rating, tone_style("star")))
    if "model" in cells:
        parts.append(Segment(" " + formatting.fit(formatting.model(row.model), cells["model"] - 2) + " ", faint))
        middle = formatting.length(row.duration_s) if row.status.is_final else status if width >= 70 else "…"
        parts.append(Segment(formatting.fit(middle, cells["length"] - 1).rjust(cells["length"] - 1) + " ", faint))
    if "gateway" in cells:
        parts.append(Segment(formatting.fit(row.profile, cells["gateway"] - 1) + " ", faint))
    parts.append(Segment(formatting.age(row.added_at, now).rjust(cells["age"] - 1) + " ", faint))
    parts.append(Segment(" ", style))
    return Strip(parts).adjust_cell_length(width, style)


def _first_cell(row: TaskSummary, style: Style, tone_style: Callable[[str], Style], *, is_selected: bool) -> Segment:
    if is_selected:
        return Segment("◈" if row.is_unheard else "◆", tone_style("mark"))
    return Segment("•", tone_style("active")) if row.is_unheard else Segment(" ", style)


def _rating(row: TaskSummary) -> str:
    """The rating as the detail pane writes it, such as ★4, and a star alone if the task is starred."""
    return (f" ★{row.rating}" if row.rating else "") + (" ★" if row.is_starred else "")
