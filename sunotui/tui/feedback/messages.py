"""Opens the log of messages."""

from __future__ import annotations

from typing import Protocol

from sunotui.tui.base import BaseApp
from sunotui.tui.dialogs.text_viewer import TextViewer


class HasApp(Protocol):
    """The context of a screen, or the app itself."""

    @property
    def app(self) -> BaseApp:
        """The app."""


def open_messages(ctx: HasApp) -> None:
    """Open the log of messages."""
    ctx.app.push_screen(TextViewer("Messages", ctx.app.message_log.lines()))
