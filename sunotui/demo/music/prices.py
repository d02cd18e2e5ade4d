"""The prices of actions on the demo gateway, in dollars."""

from __future__ import annotations

from sunotui.domain.tasks.task import TaskKind

QUOTA_PER_DOLLAR = 500_000
"""Quota units per dollar, the relays' own unit (protocol 1.3)."""
SONG = 0.10
"""A stock relay's default price, as is the next (protocol 1.3)."""
LYRICS = 0.01
TWELVE_STEMS = 0.50
"""Two stems cost as much as a song."""
PERSONA = 0.02
TAGS = 0.01
WAV = 0.03
MP4 = 0.03
MIDI = 0.03
"""These five are this demo's own: their prices are not documented."""


def price_of(kind: TaskKind, stems: int = 0) -> float:
    """The price of one task; an upload is free, and so are feeds and timings."""
    if stems > 2:
        return TWELVE_STEMS
    return _OTHERS.get(kind, SONG)


_OTHERS = {TaskKind.LYRICS: LYRICS, TaskKind.UPLOAD: 0.0, TaskKind.PERSONA: PERSONA, TaskKind.TAGS: TAGS}
