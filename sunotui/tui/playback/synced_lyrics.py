"""The lyrics of what plays: the line that is sung in the middle, with its sung words in the accent; and when they are
repainted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from sunotui.core.playback.lyrics_sync import LyricSheet
from sunotui.tui.base import BaseApp
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings
from sunotui.tui.playback.transport import BOLD
from sunotui.tui.theming.token_styles import Background, Tone
from sunotui.tui.widgets.lines import PaintedLines
from sunotui.tui.widgets.text_view import TextPosition, row_of, wrap

_UNDERLINE = Style(underline=True)
_BROWSING_S = 8.0
"""Seconds after the user moved the text during which it does not follow what is sung."""
_WRAP_CELLS = 2
"""Cells at the right that stay free."""
_NEVER = float("-inf")
_LEAST_WAIT_S = 0.05
"""The minimum interval between two repaints of the sung words, in seconds."""


class _Row(NamedTuple):
    """A part of a line that fits in the width."""

    line: int
    start: int
    """The index of its first character in the line."""
    text: str

    @property
    def position(self) -> TextPosition:
        """Where it begins."""
        return TextPosition(self.line, self.start)


class SyncedLyrics(ScrollView, can_focus=True):
    """Shows lyrics and follows the position of playback. Without times the text scrolls in proportion to the length of
    the take, and no line is marked."""

    BINDINGS = bindings(Scope.SYNCED_LYRICS)
    ALLOW_SELECT = False
    app: BaseApp

    def __init__(self, monotonic: Callable[[], float], *, id: str | None = None) -> None:
        """`monotonic` returns seconds of a monotonic clock."""
        super().__init__(id=id)
        self._monotonic = monotonic
        self._sheet = LyricSheet()
        self._empty_text = ""
        self._rows: Sequence[_Row] = ()
        self._position_s = 0.0
        self._length_s: float | None = None
        self._line: int | None = None
        """The line that is sung."""
        self._chosen: int | None = None
        """The line that the user chose."""
        self._moved_at = _NEVER
        self._top = TextPosition(0, 0)
        """What is in the first visible row."""
        self._fitted_size = Size(0, 0)
        """The size of the view that the lines were last wrapped for."""
        self._painted = PaintedLines(self, self._row_content)
        self._sung_tone = Tone.KEY

    @property
    def is_browsing(self) -> bool:
        """Whether the user moved the text a moment ago, so that it does not follow what is sung."""
        return self._chosen is not None or self._monotonic() - self._moved_at < _BROWSING_S

    def show_sheet(self, sheet: LyricSheet, empty_text: str = "") -> None:
        """Show the lyrics of another take, or the same with times; `empty_text` is shown without lyrics."""
        if (sheet, empty_text) == (self._sheet, self._empty_text):
            return
        self._sheet, self._empty_text = sheet, empty_text
        self._chosen = None
        self._wrap()
        self._line = sheet.line_at(self._position_s)
        self._follow()
        self.refresh()

    def show_position(self, position_s: float, length_s: float | None) -> None:
        """Show what is sung at a position of the take, in seconds; the length is None if it is not known."""
        self._position_s, self._length_s = position_s, length_s
        self._line = self._sheet.line_at(position_s)
        if not self.is_browsing:
            self._follow()
        self._painted.repaint_changed()

    def next_change_s(self, position_s: float) -> float | None:
        """The position at which the next word is sung; None after the last one."""
        return self._sheet.next_word_s(position_s)

    # --- drawing -----------------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Wrap the lines to the new width. While the text does not follow what is sung, the same line stays at the top,
        and the chosen line visible."""
        self._wrap()
        if self._chosen is None and self._moved_at == _NEVER:
            self._follow()
        else:
            top = row_of([row.position for row in self._rows], self._top)
            self.scroll_to(y=top, animate=False, force=True, immediate=True)
            self._show_chosen()
            self._fitted_size = self.size
        self.refresh()

    def _wrap(self) -> None:
        width = max(8, (self.scrollable_content_region.width or self.size.width) - _WRAP_CELLS)
        self._rows = [row for index, line in enumerate(self._sheet.lines) for row in _rows(index, line.text, width)]
        self.virtual_size = Size(0, len(self._rows))

    def _follow(self) -> None:
        """Scroll what is sung to the middle; without times, scroll in proportion."""
        self._moved_at = _NEVER
        height = self.size.height
        if self._sheet.has_times:
            top = self._first_row(self._line) - (height - 1) // 2 if self._line is not None else 0
        elif self._length_s:
            share = min(1.0, self._position_s / self._length_s)
            top = round(share * max(0, len(self._rows) - height))
        else:
            top = 0
        self.scroll_to(y=max(0, top), animate=False, force=True, immediate=True)
        self._fitted_size = self.size
        self._remember_top()

    def _remember_top(self) -> None:
        row = self.scroll_offset.y
        if self.size == self._fitted_size and row < len(self._rows):
            self._top = self._rows[row].position

    def _first_row(self, line: int) -> int:
        return next((at for at, row in enumerate(self._rows) if row.line == line), 0)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw the lines at their new positions, and remember what is at the top, unless the view only fits the scroll
        position to its new size: the lines are wrapped to that afterwards."""
        super().watch_scroll_y(old_value, new_value)
        self._remember_top()
        self.refresh()

    def _row_content(self, y: int) -> object:
        """Everything that a row depends on."""
        index = y + self.scroll_offset.y
        if index >= len(self._rows):
            return None
        row = self._rows[index]
        if row.line == self._line:
            return row, True, self._sung(row), row.line == self._chosen
        return row, self._is_over(row), row.line == self._chosen

    def _sung(self, row: _Row) -> int:
        """How many characters of a row of the current line have been sung."""
        sung = self._sheet.lines[row.line].sung(self._position_s)
        return max(0, min(sung - row.start, len(row.text)))

    def _is_over(self, row: _Row) -> bool:
        return self._line is not None and row.line < self._line

    def render_line(self, y: int) -> Strip:
        """One row of the lyrics."""
        self._painted.paint(y)
        index, width = y + self.scroll_offset.y, self.size.width
        style = self.app.token_styles.style
        if not self._rows and not y:
            return Strip([Segment(self._empty_text, style(Tone.MUTED))]).adjust_cell_length(width, style(Tone.PLAIN))
        if index >= len(self._rows):
            return Strip.blank(width, style(Tone.PLAIN))
        row = self._rows[index]
        ground = Background.CURSOR if row.line == self._chosen else Background.PLAIN
        line = self._sheet.lines[row.line]
        if line.is_section:
            segments = [Segment(line.text.strip().strip("[]").upper(), style(Tone.MUTED, ground))]
        elif row.line == self._line:
            sung = self._sung(row)
            # Without colours, sung and unsung words would look the same.
            mark = BOLD + _UNDERLINE if self.app.no_color else BOLD
            segments = [
                Segment(row.text[:sung], style(self._sung_tone, ground) + mark),
                Segment(row.text[sung:], style(Tone.STRONG, ground) + BOLD),
            ]
        else:
            segments = [Segment(row.text, style(Tone.MUTED if self._is_over(row) else Tone.PLAIN, ground))]
        return Strip(segments).adjust_cell_length(width, style(Tone.PLAIN, ground))

    # --- keys and mouse ----------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the command that follows again unless the text was moved, so that escape leaves the screen."""
        return self.is_browsing if action == "follow" else True

    def action_choose(self, step: int) -> None:
        """Choose the next line that can be played, or the previous one; without times, scroll."""
        timed = [at for at, line in enumerate(self._sheet.lines) if line.start_s is not None]
        if not timed:
            self.scroll_text(step)
            return
        start = self._chosen if self._chosen is not None else self._line
        if start is None:
            start = -1
        later = [at for at in timed if (at > start if step > 0 else at < start)]
        if later:
            self._chosen = later[0] if step > 0 else later[-1]
        self._show_chosen()

    def scroll_half_pages(self, count: int) -> None:
        """Scroll by half pages, and do not follow what is sung for a while."""
        self.scroll_text(count * max(1, self.size.height // 2))

    def action_half_page(self, step: int) -> None:
        """Scroll half a page."""
        self.scroll_half_pages(step)

    def action_go_to_line(self) -> None:
        """Play from the chosen line on."""
        if self._chosen is not None:
            self._seek_to(self._chosen)
        elif not self._sheet.has_times and self._rows:
            self.app.say("The times of these lyrics are not known", "warning")

    def action_follow(self) -> None:
        """Show what is sung again."""
        self._chosen = None
        self._follow()
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Play from the line under the mouse on."""
        index = event.y + self.scroll_offset.y
        if 0 <= index < len(self._rows):
            self._seek_to(self._rows[index].line)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll, and stop following for a while."""
        _take_over(event)
        self._scroll_by_wheel(round(self.app.scroll_sensitivity_y))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll, and stop following for a while."""
        _take_over(event)
        self._scroll_by_wheel(-round(self.app.scroll_sensitivity_y))

    def _scroll_by_wheel(self, rows: int) -> None:
        self.scroll_text(rows)

    def scroll_text(self, rows: int) -> None:
        """Scroll by rows, and do not follow what is sung for a while."""
        self._moved_at = self._monotonic()
        self.scroll_relative(y=rows, animate=False)

    def _show_chosen(self) -> None:
        if self._chosen is not None:
            rows = sum(row.line == self._chosen for row in self._rows)
            region = Region(0, self._first_row(self._chosen), 1, max(1, min(rows, self.size.height)))
            self.scroll_to_region(region, animate=False, force=True, immediate=True, x_axis=False)
        self.refresh()

    def _seek_to(self, line: int) -> None:
        start_s = self._sheet.lines[line].start_s
        if start_s is not None:
            self.app.core.services.playback.seek_to(start_s)
            self.action_follow()


def _take_over(event: events.MouseEvent) -> None:
    """Handle an event alone: Textual would scroll as well."""
    event.stop()
    event.prevent_default()


def _rows(index: int, text: str, width: int) -> list[_Row]:
    """A line in rows, each with its place in the line."""
    rows, at = [], 0
    for piece in wrap(text, width):
        bare = piece.strip()
        start = max(at, text.find(bare, at))
        rows.append(_Row(index, start, bare))
        at = start + len(bare)
    return rows


class WordTimer:
    """Calls back when the next word is sung."""

    def __init__(self, screen: Screen[None], callback: Callable[[], None]) -> None:
        self._screen, self._callback = screen, callback
        self._timer: Timer | None = None

    @property
    def is_set(self) -> bool:
        """Whether it will call back."""
        return self._timer is not None

    def set(self, wait_s: float | None) -> None:
        """Call back after this time and not after the one that was set before; with None, not at all."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        # The status comes once a second, and sets the timer again.
        if wait_s is not None and wait_s < 1.0:
            self._timer = self._screen.set_timer(max(_LEAST_WAIT_S, wait_s), self._callback)
