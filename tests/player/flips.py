"""Flips between two files that play together, as they are heard: recorded from a sound server."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

from tests.player.harness import PlayerUnderTest
from tests.player.sound_server import recorded_samples
from tests.player.sounds import RAMP, ramp
from tests.support.waiting import until

FADE = 221
"""Frames that a flip may take: 5 ms of fading."""


def _has_flips(recording: Path, number: int) -> bool:
    return len(changes(recorded_samples(recording))) == number


def changes(samples: array[int]) -> list[tuple[int, int]]:
    """Where the recording of two ramps of opposite signs changes from one to the other: how many frames that takes, and
    by how many frames the second one is away from where the first one would be."""
    is_sure = [abs(after) - abs(before) == 1 and before * after > 0 for before, after in pairwise(samples)]
    found = []
    for at in range(1, len(is_sure)):
        if is_sure[at] or not is_sure[at - 1]:
            continue
        following = next((later for later in range(at, len(is_sure)) if is_sure[later]), None)
        if following is not None and samples[at] * samples[following] < 0:
            shift = abs(samples[following]) - abs(samples[at]) - (following - at)
            found.append((following - at, (shift + RAMP // 2) % RAMP - RAMP // 2))
    return found


def flips(
    under_test: PlayerUnderTest,
    recording: Path,
    folder: Path,
    count: int,
    *,
    most: int | None = None,
    until_true: Callable[[list[tuple[int, int]]], bool] = lambda heard: True,
) -> list[tuple[int, int]]:
    """Flip `count` times between two files in which each sample encodes its frame: the recording says what was heard
    when. Flip on, up to `most` times, until a condition is true of what was heard."""
    files = [{"path": str(ramp(folder / f"{sign}.wav", 60, sign=sign)), "muted": sign < 0} for sign in (1, -1)]
    under_test.ask("load_decks", gen=1, files=files)
    under_test.wait_for_position(0.9)
    heard: list[tuple[int, int]] = []
    while len(heard) < count or (len(heard) < (most or count) and not until_true(heard)):
        number = len(heard) + 1
        under_test.ask("flip", deck=number % 2)
        until(partial(_has_flips, recording, number), "the flip")
        heard = changes(recorded_samples(recording))
    return heard
