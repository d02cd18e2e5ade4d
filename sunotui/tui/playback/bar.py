"""The row of what plays, above the footer of every screen while something is loaded."""

from __future__ import annotations

from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from sunotui.core.playback.service import PlaybackService
from sunotui.domain.playback import PlaybackStatus
from sunotui.tui.base import BaseApp
from sunotui.tui.commands.command import shown_key
from sunotui.tui.commands.registry import command_named
from sunotui.tui.playback.transport import (
    SIGN_CELLS,
    Line,
    changed_cells,
    playing_line,
    problem_text,
    shown_length,
)
from sunotui.tui.theming.token_styles import Background, Tone

HAND_OVER = "library.hand-over"
"""The command that copies a command line for another player."""
VOLUME_STEP = 5
"""Percent by which a key or a step of the wheel changes the volume."""


class PositionBar(Widget):
    """Draws what plays, and repaints only the cells that changed. A click on the sign pauses or resumes, a click or
    drag on the bar seeks, and the wheel changes the volume. Subclasses say how the line looks."""

    ALLOW_SELECT = False
    ground = Background.BAR
    app: BaseApp

    def __init__(self, status: PlaybackStatus, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._status = status
        self._lines: list[Line] = []
        self._chosen_s: float | None = None
        """The position to which the user drags the bar."""

    @property
    def playback(self) -> PlaybackService:
        """What plays."""
        return self.app.core.services.playback

    def show(self, status: PlaybackStatus) -> None:
        """Show a new playback status."""
        if status.entry != self._status.entry or not self.screen.is_current:
            self._stop_dragging()
        self._status = status
        self.repaint_changed()

    def draw_lines(self, status: PlaybackStatus, position_s: float, width: int) -> list[Line]:
        """The lines for a status and a position; the first one has the bar."""
        raise NotImplementedError

    def problem_of(self, status: PlaybackStatus) -> str:
        """Why there is no sound."""
        keys = self.app.keys_of(command_named(HAND_OVER))
        return problem_text(status, shown_key(keys[0]) if keys else "")

    def on_click_outside(self) -> None:
        """A click beside the sign and the bar."""

    def go_to(self, position_s: float) -> None:
        """Go to a position that was clicked."""
        self.playback.seek_to(position_s)

    def pause_or_go_on(self) -> None:
        """Pause, or resume, after a click on the sign."""
        self.playback.toggle()

    def repaint_changed(self) -> None:
        """Repaint the cells that differ from what was drawn."""
        if not self.size.width or not self.is_mounted:
            return
        before, self._lines = self._lines, self._made()
        if len(before) != len(self._lines):
            self.refresh()
            return
        regions = [
            Region(start, y, end - start, 1)
            for y, (old, new) in enumerate(zip(before, self._lines, strict=True))
            for start, end in changed_cells(old.segments, new.segments)
        ]
        if regions:
            self.refresh(*regions)

    def _made(self) -> list[Line]:
        position_s = self._status.position_s if self._chosen_s is None else self._chosen_s
        return self.draw_lines(self._status, position_s, self.size.width)

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        width, style = self.size.width, self.app.token_styles.style(Tone.PLAIN, self.ground)
        if not y:
            self._lines = self._made()
        if y >= len(self._lines):
            return Strip.blank(width, style)
        return Strip(self._lines[y].segments).adjust_cell_length(width, style)

    # --- mouse -------------------------------------------------------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to choose a position."""
        if event.button == 1 and self._is_on_bar(event.x):
            event.stop()
            self.capture_mouse()
            self._choose(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show the position to which the bar is dragged."""
        if self._chosen_s is not None:
            event.stop()
            self._choose(event.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Go to the position."""
        if self._chosen_s is not None:
            event.stop()
            self.release_mouse()
            chosen_s, self._chosen_s = self._chosen_s, None
            self.go_to(chosen_s)

    def on_click(self, event: events.Click) -> None:
        """Pause or resume with the sign."""
        event.stop()
        if event.x < SIGN_CELLS:
            self.pause_or_go_on()
        elif not self._is_on_bar(event.x):
            self.on_click_outside()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Louder."""
        event.stop()
        self.playback.change_volume(VOLUME_STEP)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Quieter."""
        event.stop()
        self.playback.change_volume(-VOLUME_STEP)

    def on_unmount(self) -> None:
        """Release the mouse if the bar is removed while it is dragged."""
        self._stop_dragging()

    def _stop_dragging(self) -> None:
        """Cancel the position that was being chosen."""
        if self._chosen_s is not None:
            self._chosen_s = None
            self.release_mouse()

    def _is_on_bar(self, x: int) -> bool:
        return bool(self._lines) and 0 <= x - self._lines[0].bar_start < self._lines[0].bar_cells

    def _choose(self, x: int) -> None:
        length_s = shown_length(self._status)
        if length_s is None or not self._lines or not self._lines[0].bar_cells:
            return
        share = (x - self._lines[0].bar_start) / max(1, self._lines[0].bar_cells - 1)
        self._chosen_s = length_s * min(1.0, max(0.0, share))
        self.repaint_changed()


class PlayingBar(PositionBar):
    """The bar above a footer. A click on its words opens the now-playing screen."""

    def draw_lines(self, status: PlaybackStatus, position_s: float, width: int) -> list[Line]:
        """State, title and take, times with the bar, volume, and what comes next."""
        return [playing_line(status, position_s, width, self.app.token_styles, self.problem_of(status))]

    def on_click_outside(self) -> None:
        """Open the now-playing screen."""
        if self.app.playing is not None:
            self.app.playing.open_screen()
