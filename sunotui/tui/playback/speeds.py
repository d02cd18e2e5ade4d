"""The speeds of playback, and the choice of one."""

from __future__ import annotations

from typing import Any

from textual.app import App

from sunotui.core.playback.service import PlaybackService
from sunotui.tui.dialogs.select import Choice, choose

SPEEDS = (0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)


async def ask_speed(app: App[Any], playback: PlaybackService) -> None:
    """Let the user choose a speed. Call it in a worker."""
    current = playback.status.speed
    nearest = min(SPEEDS, key=lambda speed: abs(speed - current))
    chosen = await choose(app, "Speed", speed_choices(current), current=str(nearest))
    if chosen is not None:
        playback.set_speed(float(chosen))


def speed_choices(current: float) -> list[Choice]:
    """The speeds, with a note at the current one."""
    notes = {1.0: "as it was made"}
    return [
        (str(speed), f"{speed:g}x", ", ".join(filter(None, (notes.get(speed, ""), "now" if speed == current else ""))))
        for speed in SPEEDS
    ]
