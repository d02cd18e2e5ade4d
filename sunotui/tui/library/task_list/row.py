"""One line of the task list: what of a task is told, and what gives way where there is no room."""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sunotui.domain.search.query import Query
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.tui import formatting
from sunotui.tui.library.task_list.highlight import found_segments

_TEXT_LIMIT = 500
"""Characters of a title or a reason that are looked at: no line is as long."""
_ROOMY = 44
"""Cells from which a line has room for model and length."""
_GATEWAY_CELLS = 7
_LEAST_TITLE = 14
"""Cells that a title keeps before the gateway's column gives way, the first of all."""
_MARGIN = 4
_NO_QUERY = Query()


def columns(width: int, *, with_gateway: bool) -> dict[str, int]:
    """The cells of each column beside the title, in a line so wide."""
    if width < _ROOMY:
        return {"age": 5}
    cells = {"model": 8, "length": 7, "age": 5}
    if with_gateway and width - _MARGIN - sum(cells.values()) - _GATEWAY_CELLS >= _LEAST_TITLE:
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
    is_marked: bool = False,
    query: Query = _NO_QUERY,
) -> Strip:
    """A task's line; `tone_style` gives the style of a tone, laid over the line's own. The words of `query` stand out
    in its title."""
    glyph, word, tone = formatting.look(row)
    cells = columns(width, with_gateway=with_gateway)
    text = formatting.title(row.title[:_TEXT_LIMIT])
    if row.status.is_final and tone in {"bad", "odd"}:
        text += f" ({word}{': ' + row.fail_reason[:_TEXT_LIMIT] if row.fail_reason else ''})"
    faint = tone_style("faint")
    opinion = _opinion(row)
    room = width - _MARGIN - sum(cells.values()) - len(opinion)
    parts = [
        _first_cell(row, style, tone_style, is_marked=is_marked),
        Segment(formatting.fit(glyph, 2), tone_style(tone)),
        *found_segments(formatting.fit(text, room), style, tone_style("found"), query),
    ]
    if opinion:
        parts.append(Segment(opinion, tone_style("star")))
    if "model" in cells:
        parts.append(Segment(" " + formatting.fit(formatting.model(row.model), cells["model"] - 2) + " ", faint))
        middle = formatting.length(row.duration_s) if row.status.is_final else word if width >= 70 else "…"
        parts.append(Segment(formatting.fit(middle, cells["length"] - 1).rjust(cells["length"] - 1) + " ", faint))
    if "gateway" in cells:
        parts.append(Segment(formatting.fit(row.profile, cells["gateway"] - 1) + " ", faint))
    parts.append(Segment(formatting.age(row.added_at, now).rjust(cells["age"] - 1) + " ", faint))
    parts.append(Segment(" ", style))
    return Strip(parts).adjust_cell_length(width, style)


def _first_cell(row: TaskSummary, style: Style, tone_style: Callable[[str], Style], *, is_marked: bool) -> Segment:
    if is_marked:
        return Segment("◈" if row.is_unheard else "◆", tone_style("mark"))
    return Segment("•", tone_style("active")) if row.is_unheard else Segment(" ", style)


def _opinion(row: TaskSummary) -> str:
    """The rating as the detail writes it, such as ★4, and a star by itself for what is starred."""
    return (f" ★{row.rating}" if row.rating else "") + (" ★" if row.is_starred else "")
