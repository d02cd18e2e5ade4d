"""The speeds that can be chosen."""

from __future__ import annotations

from sunotui.tui.dialogs.select import Choice

SPEEDS = (0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)


def speed_choices(current: float) -> list[Choice]:
    """The speeds, with a note at the current one."""
    notes = {1.0: "as it was made"}
    return [
        (str(speed), f"{speed:g}x", ", ".join(filter(None, (notes.get(speed, ""), "now" if speed == current else ""))))
        for speed in SPEEDS
    ]
