"""The queue as a popup, for every screen and for windows without room for it beside the lyrics."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from sunotui.core.core import Core
from sunotui.domain.playback import PlaybackStatus
from sunotui.tui.commands import footers
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings, command_named
from sunotui.tui.dialogs.base import Dialog
from sunotui.tui.playback.queue import QueueList
from sunotui.tui.playback.screen_actions import PlayingContext, playing_keys
from sunotui.tui.widgets.footer import FooterKey

_ROWS_AROUND = 8
"""Rows of the screen that do not belong to the list: borders, padding, the order below the takes, and the keys."""


class QueuePopup(Dialog[None]):
    """Shows the queue over another screen, with the keys of the now-playing screen."""

    BINDINGS = bindings(Scope.PLAYING)

    def __init__(self, core: Core) -> None:
        super().__init__("Queue", classes="-queue")
        self._queue = QueueList(core.services.playback.status, id="queue-list")
        self._ctx = PlayingContext(self.app, core, self, lambda: None)

    def compose_body(self) -> ComposeResult:
        """The list."""
        yield self._queue

    def on_mount(self) -> None:
        """Focus the list."""
        self._fit_queue(self._ctx.playback.status)
        self._queue.focus()

    def on_resize(self) -> None:
        """Fit the list to the window."""
        self._fit_queue(self._ctx.playback.status)

    def show_playing(self, status: PlaybackStatus) -> None:
        """Show a new state of the queue."""
        self._queue.show(status)
        self._fit_queue(status)
        self.update_keys()

    def _fit_queue(self, status: PlaybackStatus) -> None:
        rows = min(len(status.queue) + 2, max(3, self.app.size.height - _ROWS_AROUND))
        self._queue.styles.height = rows
        self.show_position(str(self._queue.border_subtitle))

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys of the queue."""
        return playing_keys(self._ctx, footers.QUEUE)

    def action_leave(self) -> None:
        """Close, so that another screen can be shown."""
        self.dismiss(None)

    async def action_run_command(self, name: str) -> None:
        """Run a command on what plays."""
        await command_named(name).run(self._ctx)
