"""The times and the bar at the bottom of the now-playing screen."""

from __future__ import annotations

from rich.segment import Segment

from sunotui.domain.playback import PlaybackStatus
from sunotui.tui import formatting
from sunotui.tui.playback.bar import PositionBar
from sunotui.tui.playback.transport import (
    BOLD,
    Line,
    cells_of,
    length_text,
    position_bar,
    position_text,
    shown_length,
    sign_of,
    state_text,
    volume_text,
)
from sunotui.tui.theming import glyphs
from sunotui.tui.theming.token_styles import Background, Tone

_GAP = 2
"""Cells between the words below the bar and the volume."""


class PlayingStrip(PositionBar):
    """Sign, position, bar and length; below them problems with playback, speed and volume. In a window with few rows it
    has one row."""

    ground = Background.PLAIN

    def __init__(self, status: PlaybackStatus, *, id: str | None = None) -> None:
        super().__init__(status, id=id)
        self._note = ""

    @property
    def note(self) -> str:
        """A remark about what is shown, if there is no problem with playback."""
        return self._note

    @note.setter
    def note(self, text: str) -> None:
        if text != self._note:
            self._note = text
            self.repaint_changed()

    def draw_lines(self, status: PlaybackStatus, position_s: float, width: int) -> list[Line]:
        """One line, or two if there is room."""
        style = self.app.token_styles.style
        is_low = self.size.height < 2
        problem = self.problem_of(status)
        side = self._side(status, problem)
        sign = Segment(f" {sign_of(status.state)} ", style(Tone.KEY) + BOLD)
        start = [sign, Segment(f" {position_text(status, position_s)}  ", style(Tone.STRONG) + BOLD)]
        end = [Segment(f"  {length_text(status)} ", style(Tone.MUTED))]
        if is_low:
            end.append(Segment(f"  {volume_text(status)} ", style(Tone.MUTED)))
            if problem or state_text(status):
                # Without sound, the words need more room than the bar.
                room = max(0, width - cells_of(start) if problem else width // 2)
                end = [Segment(formatting.fit(f"  {side} ", room), style(Tone.WARN))]
        cells = max(0, width - cells_of(start) - cells_of(end))
        drawn = position_bar(status, position_s, cells, self.app.token_styles, Background.PLAIN)
        first = Line((*start, *drawn, *end), cells_of(start), cells if shown_length(status) is not None else 0)
        if is_low:
            return [first]
        volume = Segment(f"{volume_text(status)}  ", style(Tone.MUTED))
        room = max(0, width - cells_of([volume]) - cells_of(start))
        tone = Tone.WARN if problem else Tone.MUTED
        below = [
            Segment(" " * cells_of(start), style(Tone.MUTED)),
            Segment(formatting.fit(side, max(0, room - _GAP)) + " " * min(room, _GAP), style(tone)),
            volume,
        ]
        return [first, Line(tuple(below))]

    def _side(self, status: PlaybackStatus, problem: str) -> str:
        """The problem with playback, or what it waits for, or else the remark."""
        return f"{glyphs.WARNING} {problem}" if problem else state_text(status) or self._note
