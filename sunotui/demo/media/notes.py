"""The notes of a clip, as documented by yutoai and key4u in November 2026: instruments with pitch, start, end and
velocity."""

from __future__ import annotations

import random
from typing import Any

from sunotui.demo.music.jobs import Take

_SCALE = (0, 2, 4, 7, 9)
"""The steps of a major pentatonic scale, in semitones: any order of them sounds melodic."""
_INSTRUMENTS = (("Piano", 60, 0.5, 0.7), ("Bass", 36, 1.0, 0.8), ("Drums", 36, 0.25, 0.9))
"""Name, lowest pitch, seconds between notes, and velocity."""
_NOTES_AT_MOST = 200


def notes_json(take: Take) -> list[dict[str, Any]]:
    """The instruments of a clip, or the one of a stem. The notes are invented, and fixed for a clip."""
    rng = random.Random(f"notes/{take.id}")
    made = []
    stem = take.title.rpartition("(")[2].rstrip(")")
    own = [each for each in _INSTRUMENTS if each[0] == stem] or [(stem, *_INSTRUMENTS[0][1:])]
    for name, lowest, step_s, velocity in own if stem else _INSTRUMENTS:
        count = min(_NOTES_AT_MOST, int(take.duration_s / step_s))
        notes = [
            {
                "pitch": lowest + rng.choice(_SCALE),
                "start": round(at * step_s, 3),
                "end": round(at * step_s + step_s * 0.9, 3),
                "velocity": velocity,
            }
            for at in range(count)
        ]
        made.append({"name": name, "notes": notes})
    return made
