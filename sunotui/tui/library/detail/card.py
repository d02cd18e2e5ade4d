"""The top of the detail pane: the takes to choose from, and the most important facts about the one that is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widget import Widget

from sunotui.domain.saving.safety import TakeSafety
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.text import printable
from sunotui.tui import formatting
from sunotui.tui.library.detail.clip_detail import ClipDetail
from sunotui.tui.library.detail.cover_size import GAP, CoverSize
from sunotui.tui.library.task_list.row import SAFETY_SIGNS
from sunotui.tui.theming import glyphs
from sunotui.tui.theming.themed_app import ThemedApp
from sunotui.tui.theming.token_styles import Tone
from sunotui.tui.widgets.text_view import wrap

_TONE_COLOURS = {"good": "$good", "bad": "$bad", "active": "$key", "odd": "$warn"}
_STYLE_ROWS = 2
_STYLE_LIMIT = 400
"""The maximum number of characters of a style that are drawn."""
_MODEL_LIMIT = 20
"""The maximum number of characters of a model's name that are drawn."""
_MAX_TAKES = 9
"""The maximum number of takes with a box: more do not fit, and have no digit key."""
_MOST_ROWS = 9
"""The maximum number of rows of the card without a cover, as in the style sheet; with a cover it has at least the
cover's rows."""
_LOW = 20
"""With fewer rows in the window, the card has one row."""


class DetailCard(Widget):
    """Draws the card. A click on a take posts a message."""

    app: ThemedApp[object]

    # Textual's own lays out the screen once more when a layout has changed the size. Nothing scrolls in here.
    virtual_size = Reactive(Size(0, 0))

    class TakeChosen(Message):
        """A take was clicked."""

        def __init__(self, take: int) -> None:
            super().__init__()
            self.take = take

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._detail: ClipDetail | None = None
        self._now = 0.0
        self._rows: tuple[Content, ...] = ()
        self._cover_size: CoverSize | None = None

    def set_cover_size(self, size: CoverSize | None) -> None:
        """Leave room for a cover of this size at the left; None for no cover."""
        self._cover_size = size
        # No margin: the largest one of a column makes all its widgets narrower.
        self.styles.padding = (0, 0, 0, size.columns + GAP) if size is not None else 0
        self.styles.min_height = size.rows if size is not None else None
        self.styles.max_height = max(size.rows, _MOST_ROWS) if size is not None else None

    def show(self, detail: ClipDetail | None, now: float) -> None:
        """Show a take; `now` is the Unix time, for how long an unfinished song has taken."""
        self._detail, self._now = detail, now
        self._draw()

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self._draw()

    def _draw(self) -> None:
        rows = tuple(self._made_rows()) if self._detail is not None else ()
        if rows != self._rows:
            is_other_height = len(rows) != len(self._rows)
            self._rows = rows
            self.refresh(layout=is_other_height)

    def render(self) -> Content:
        """The rows."""
        return Content("\n").join(self._rows)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One row for each line."""
        return max(1, len(self._rows))

    def on_click(self, event: events.Click) -> None:
        """Choose the take under the mouse."""
        place = event.get_content_offset(self)
        if self._detail is None or place is None:
            return
        rows = _take_boxes(self._detail, self._take_width)
        start = 0
        for take, text in rows[place.y] if 0 <= place.y < len(rows) else ():
            end = start + len(text)
            if start <= place.x < end:
                self.post_message(self.TakeChosen(take))
                return
            start = end + 1

    @property
    def _take_width(self) -> int | None:
        """The width for the boxes of takes; None in low windows, where everything is in one row."""
        return None if self.app.size.height < _LOW else self._width

    @property
    def _width(self) -> int:
        return max(10, self.size.width)

    def _made_rows(self) -> list[Content]:
        detail = self._detail
        if detail is None:
            return []
        if self.app.size.height < _LOW:
            return [
                Content.assemble(
                    *(piece for row in self._take_rows(detail) for piece in row),
                    *_state(detail),
                    *_facts(detail, self._now),
                    *_rating(detail),
                    *_safety_sign(detail, self._now),
                )
            ]
        width = self._width
        parts = [[Content.assemble(*row) for row in self._take_rows(detail)]]
        parts += [_style_rows(detail, width), list(_fact_rows(detail, self._now, width))]
        rows = [row for part in parts for row in part]
        blanks = sum(map(bool, parts)) - 1
        if self._cover_size is None or len(rows) + blanks > self._cover_size.rows:
            return rows
        # Beside a cover there are rows for blank lines between the parts.
        return [row for part in parts if part for row in (Content(""), *part)][1:]

    def _take_rows(self, detail: ClipDetail) -> list[Pieces]:
        """The rows with a box for each take; the one of the take that is shown is filled."""
        return [
            [
                piece
                for take, text in row
                for piece in ((text, "bold reverse $key" if take == detail.take else self.app.idle_box), (" ", ""))
            ]
            for row in _take_boxes(detail, self._take_width)
        ]


Pieces = list[tuple[str, str]]


def _take_boxes(detail: ClipDetail, width: int | None) -> list[list[tuple[int, str]]]:
    """The rows of boxes of takes: each with the number of the take and its text, which has a mark if it was not played.
    Boxes that do not fit into one row of this width have only the number; without a width there is one row."""
    # As in the list, a song that is being generated does not count as unplayed.
    is_done = detail.shown.task.status is TaskStatus.SUCCESS
    marks = [
        glyphs.UNPLAYED if is_done and detail.shown.annotations.take_rating(clip.id).played_at is None else " "
        for clip in detail.shown.task.clips[:_MAX_TAKES]
    ]
    boxes = [(take, f"{mark}Take {take} ") for take, mark in enumerate(marks, 1)]
    if width is None or sum(len(text) + 1 for _, text in boxes) - 1 <= width:
        return [boxes] if boxes else []
    rows: list[list[tuple[int, str]]] = [[]]
    for take, mark in enumerate(marks, 1):
        text = f"{mark}{take} "
        if sum(len(one) + 1 for _, one in rows[-1]) + len(text) > width:
            rows.append([])
        rows[-1].append((take, text))
    return rows


def _style_rows(detail: ClipDetail, width: int) -> list[Content]:
    """The style, in at most two rows."""
    task, clip = detail.shown.task, detail.clip
    tags = clip.tags if clip is not None else ", ".join(task.lyrics.tags) if task.lyrics is not None else ""
    style = printable(" ".join(tags[:_STYLE_LIMIT].split()))
    if not style:
        return []
    lines = wrap(style, width)
    if len(lines) > _STYLE_ROWS:
        lines = [*lines[: _STYLE_ROWS - 1], formatting.fit(" ".join(lines[_STYLE_ROWS - 1 :]), width)]
    return [Content.styled(line, "$foreground") for line in lines]


def _fact_rows(detail: ClipDetail, now: float, width: int) -> Iterator[Content]:
    """State, model, length, day and rating, then facts that only some songs have."""
    task = detail.shown.task
    yield from _filled((_state(detail), _facts(detail, now), _rating(detail)), width)
    if not task.status.is_final and detail.shown.duration_estimate is not None:
        usual = formatting.usual(detail.shown.duration_estimate, now - task.added_at)
        yield from (Content.styled(line, "$muted") for line in wrap(usual, width))
    yield from (Content.styled(line, tone) for text, tone in _safety(detail, now) for line in wrap(text, width))
    if detail.shown.annotations.labels:
        labels = printable("  ".join(f"#{label[:60]}" for label in detail.shown.annotations.labels[:20]))
        yield Content.styled(formatting.fit(labels, width), "$muted")
    if detail.differences:
        fields = ", ".join(difference.field for difference in detail.differences)
        # Beside a cover a row is short, and there are rows for it.
        yield from (Content.styled(line, "$warn") for line in wrap(f"≠ differs: {fields}", width))


def _filled(groups: Iterable[Pieces], width: int) -> list[Content]:
    """The groups in as few rows as they fit in."""
    rows = [Content("")]
    for pieces in filter(None, groups):
        group = Content.assemble(*pieces)
        if rows[-1].plain and (rows[-1] + group).rstrip().cell_length > width:
            rows.append(Content.assemble((pieces[0][0].lstrip(), pieces[0][1]), *pieces[1:]))
        else:
            rows[-1] += group
    return rows


def _state(detail: ClipDetail) -> Pieces:
    """The state of a song, or the kind of another task; empty for a finished song."""
    task = detail.shown.task
    glyph, word, tone = formatting.look(task)
    if tone != "good":
        progress = f" {task.progress}" if task.progress and not task.status.is_final else ""
        return [(f"{glyph} {word}{printable(progress[:8])}  ", _TONE_COLOURS.get(tone, "$muted"))]
    return [(f"{glyphs.DONE} {task.kind.label}  ", "$good")] if task.kind is not TaskKind.MUSIC else []


def _facts(detail: ClipDetail, now: float) -> Pieces:
    """Model, length, and the day on which it was made or the time of today."""
    task, clip = detail.shown.task, detail.clip
    model = printable(formatting.model(clip.model if clip is not None else task.model)[:_MODEL_LIMIT])
    length = formatting.length(clip.duration_s if clip is not None else None)
    known = [fact for fact in (length, formatting.day(task.added_at, now)) if fact != "—"]
    first: Pieces = [(model + "  ", "$foreground")] if model != "—" else []
    return [*first, ("  ".join(known), "$muted")]


def _rating(detail: ClipDetail) -> Pieces:
    """Favourite and rating."""
    pieces: Pieces = [(f"  {glyphs.FAVOURITE}", "$mark")] if detail.rating.is_favourite else []
    if rating := detail.rating.rating:
        pieces += [(f"  {glyphs.STAR * rating}", "$mark"), (glyphs.NO_STAR * (5 - rating), "$muted")]
    return pieces


def _safety(detail: ClipDetail, now: float) -> Pieces:
    """Whether the take is saved, and how long its link works."""
    if (safety := detail.safety_at(now)) is None:
        return []
    if safety is TakeSafety.SAVED:
        return [(f"{glyphs.SAVED} saved", "$good")]
    link = formatting.link_expiry(now - detail.shown.task.added_at, detail.shown.link_life)
    sign = {TakeSafety.AT_RISK: f"{glyphs.WARNING} ", TakeSafety.LOST: f"{glyphs.FAILED} "}.get(safety, "")
    return [
        (sign + ", ".join(filter(None, ("not saved", link))), "$warn" if safety is TakeSafety.AT_RISK else "$muted")
    ]


def _safety_sign(detail: ClipDetail, now: float) -> Pieces:
    """The sign alone, if there is only one row."""
    sign, tone = SAFETY_SIGNS.get(detail.safety_at(now), ("", Tone.MUTED))
    return [(f"  {sign}", f"${tone.value}")] if sign else []
