"""Skipping to the next or the previous take, for every screen that has keys for it."""

from __future__ import annotations

from sunotui.core.playback.service import PlaybackService
from sunotui.tui.base import BaseApp


def skip_take(app: BaseApp, playback: PlaybackService, direction: int) -> None:
    """Go to the next take of the queue, or to the previous one; after the last one there is none."""
    if direction < 0:
        playback.previous()
    elif not playback.next():
        app.say("This is the last take of the queue", "warning")
