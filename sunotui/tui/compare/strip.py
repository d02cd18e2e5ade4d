"""The row above the takes: which one is audible, and the position of both."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from sunotui.core.comparison.comparison import Comparison, Stage
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.playback.transport import BOLD, cells_of, sign_of
from sunotui.tui.theming import glyphs
from sunotui.tui.theming.token_styles import Background, Tone

_WORDS_FROM = 76
"""The width in cells from which the row says how to hear the other take."""


class CompareStrip(Widget):
    """Draws one row. A click on its bar seeks, another one pauses or resumes, and the wheel changes the volume."""

    ALLOW_SELECT = False
    app: BaseApp

    def __init__(self, comparison: Comparison, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._comparison = comparison
        self._drawn: list[Segment] = []
        self._bar_start = self._bar_cells = 0

    def show(self) -> None:
        """Show a new state of the comparison."""
        if self.is_mounted and self.size.width and self._segments() != self._drawn:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The row."""
        style = self.app.token_styles.style(Tone.PLAIN)
        if y:
            return Strip.blank(self.size.width, style)
        self._drawn = self._segments()
        return Strip(self._drawn).adjust_cell_length(self.size.width, style)

    def _segments(self) -> list[Segment]:
        comparison, style = self._comparison, self.app.token_styles.style
        width, audible = self.size.width, comparison.audible
        problem = comparison.status.problem
        if comparison.stage is Stage.FAILED or problem:
            text = problem or self._why_not()
            return [Segment(formatting.fit(f"  {glyphs.WARNING} {text}", width), style(Tone.WARN))]
        chosen = style(Tone.KEY) + BOLD
        start = [
            Segment("  You hear ", style(Tone.MUTED)),
            Segment(f" {'AB'[audible]} ", chosen if self.app.no_color else style(Tone.KEY, Background.CURSOR) + BOLD),
        ]
        if width >= _WORDS_FROM:
            start.append(Segment(f"   tab switches to {'AB'[1 - audible]}", style(Tone.MUTED)))
        count = comparison.knockout.count
        if count > 1:
            start.append(Segment(f"   pair {comparison.knockout.number} of {count}", style(Tone.MUTED)))
        if comparison.is_blind:
            words = "names hidden" if comparison.is_hidden else "names shown"
            start.append(Segment(f"   {words}", style(Tone.MUTED)))
        length_s = self._length_s()
        position_s = comparison.position_s
        times = [
            Segment(f"   {sign_of(comparison.status.state)} ", style(Tone.KEY)),
            Segment(f"{formatting.moment_of_clip(position_s)} ", style(Tone.STRONG) + BOLD),
        ]
        end = [Segment(f" {formatting.moment_of_clip(round(length_s)) if length_s else ''} ", style(Tone.MUTED))]
        self._bar_start = cells_of([*start, *times])
        self._bar_cells = max(0, width - self._bar_start - cells_of(end))
        share = min(1.0, position_s / length_s) if length_s else 0.0
        full, rest = formatting.bar(share, self._bar_cells)
        drawn = [Segment(full, style(Tone.KEY)), Segment(rest, style(Tone.RULE_STRONG))]
        return [*start, *times, *drawn, *end]

    def _length_s(self) -> float:
        return self._comparison.length_s(self._comparison.audible)

    def _why_not(self) -> str:
        """Why the pair cannot be played; each side shows the problem of its take."""
        lost = [take for take in self._comparison.pair if take.problem]
        if all(take.is_unfinished for take in lost):
            return "Still being generated: both play as soon as they are done"
        return "Neither of the two can be played" if len(lost) > 1 else "One of the two cannot be played"

    def on_click(self, event: events.Click) -> None:
        """Seek on the bar; elsewhere, pause or resume."""
        event.stop()
        at = event.x - self._bar_start
        if 0 <= at < self._bar_cells and self._length_s():
            self._comparison.seek_to(self._length_s() * at / max(1, self._bar_cells - 1))
        else:
            self._comparison.toggle()

    async def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Louder."""
        event.stop()
        await self.run_action("screen.run_command('compare.louder')")

    async def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Quieter."""
        event.stop()
        await self.run_action("screen.run_command('compare.quieter')")
