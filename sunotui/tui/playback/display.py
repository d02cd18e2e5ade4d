"""What all screens show of playback: the bar above the footer, and the sign of what plays."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from textual.screen import ModalScreen, Screen

from sunotui.domain.playback import PlaybackStatus, PlayState
from sunotui.tui.base import BaseApp
from sunotui.tui.playback.bar import PlayingBar
from sunotui.tui.playback.queue_popup import QueuePopup
from sunotui.tui.playback.screen import PlayingScreen
from sunotui.tui.playback.transport import sign_of
from sunotui.tui.widgets.footer import Footer


@runtime_checkable
class ShowsPlaying(Protocol):
    """A screen with its own display of what plays."""

    def show_playing(self, status: PlaybackStatus) -> None:
        """Show a new playback status."""


class PlayingDisplay:
    """Made when something is played or restored for the first time: the first frame does not need it."""

    def __init__(self, app: BaseApp) -> None:
        self._app = app
        self._status = PlaybackStatus()
        self._told = ""
        """The problem that the footer has already shown."""

    @property
    def take(self) -> tuple[str, str]:
        """The ids of the song and of the take that is loaded; empty if nothing is."""
        entry = self._status.entry
        return (entry.task_id, entry.clip_id) if entry is not None else ("", "")

    @property
    def sign(self) -> str:
        """The sign of the playback state, two cells wide; empty without a take."""
        return sign_of(self._status.state) if self._status.entry is not None else ""

    @property
    def is_active(self) -> bool:
        """Whether it plays, or will as soon as it can."""
        return self._status.state.is_active

    def show(self, status: PlaybackStatus) -> None:
        """Show a new playback status on every screen. The bar shows why there is no sound; the footer shows it when the
        bar does not: without a take, and while something still plays."""
        before, self._status = self._status, status
        for screen in self._app.screen_stack:
            if screen.is_mounted:
                self.show_on(screen)
        if not status.problem:
            self._told = ""
        elif status.entry is not None and status.state is not PlayState.PLAYING:
            if status.problem != before.problem:
                self._app.message_log.add("warning", status.problem, None)
        elif status.problem != self._told:
            self._told = status.problem
            self._app.say(status.problem, "warning", is_event=True)

    def show_on(self, screen: Screen[object]) -> None:
        """Show what plays on a screen that was opened, or after a change."""
        if isinstance(screen, ShowsPlaying):
            screen.show_playing(self._status)
        elif not isinstance(screen, ModalScreen):
            self._show_bar(screen)

    def open_screen(self) -> None:
        """Open the now-playing screen, unless it is open."""
        if not any(isinstance(screen, PlayingScreen) for screen in self._app.screen_stack):
            self._app.push_screen(PlayingScreen(self._app.core))

    def open_queue(self) -> None:
        """Open the queue as a popup."""
        self._app.push_screen(QueuePopup(self._app.core))

    def _show_bar(self, screen: Screen[object]) -> None:
        bars = screen.query(PlayingBar)
        if self._status.entry is None:
            bars.remove()
        elif bars:
            for bar in bars:
                bar.show(self._status)
        else:
            for footer in screen.query(Footer):
                bar = PlayingBar(self._status, id="playing")
                # The first widget docked to the bottom is the lowest.
                if footer.styles.is_split:
                    screen.mount(bar, after=footer)
                else:
                    screen.mount(bar, before=footer)
