"""Plays all takes equally loud: each is measured once, and its gain follows from that."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from pathlib import Path

from sunotui.core.context import Context
from sunotui.core.playback.player import Player, PlayerUnavailable
from sunotui.domain.errors import LibraryError
from sunotui.storage.playback.loudness_store import LoudnessStore, MeasuredLoudness

TARGET_LUFS = -14.0
"""The target loudness of all takes, as used by music services."""
_MOST_GAIN_DB = 12.0
"""The maximum gain of a quiet take; a loud one is lowered by at most twice as much."""
RAMP_STEPS = 10
RAMP_STEP_S = 0.1
"""A gain that is known only while a take plays is applied in steps, so that the volume does not jump."""

_log = logging.getLogger(__name__)


def gain_for(loudness: MeasuredLoudness | None) -> float:
    """The gain in dB that adjusts a take to the target without clipping its peak; 0 for silence and before it is
    measured."""
    if loudness is None or loudness.lufs is None:
        return 0.0
    gain_db = TARGET_LUFS - loudness.lufs
    if loudness.peak_db is not None:
        gain_db = min(gain_db, -loudness.peak_db)
    return min(max(gain_db, -2 * _MOST_GAIN_DB), _MOST_GAIN_DB)


class Leveling:
    """The gains of takes."""

    def __init__(self, ctx: Context, store: LoudnessStore, *, is_on: bool) -> None:
        self._ctx = ctx
        self._store = store
        self._is_on = is_on
        self._failed: set[str] = set()

    async def gain(self, clip_id: str) -> float:
        """The gain of a take in dB; 0 if it is not known or leveling is off."""
        if not self._is_on:
            return 0.0
        try:
            return gain_for(await self._ctx.storage.run(self._store.get, clip_id))
        except LibraryError:
            return 0.0

    async def measured_gain(self, player: Player, clip_id: str, path: Path) -> float:
        """The gain of a take that is completely on disk, in dB; it is measured if that has not been done."""
        return gain_for(await self.measured(player, clip_id, path)) if self._is_on else 0.0

    async def measured(self, player: Player, clip_id: str, path: Path) -> MeasuredLoudness | None:
        """The loudness of a take that is completely on disk, also while leveling is off; it is measured if that has not
        been done. None if it cannot be measured or stored, which is logged."""
        loudness = None
        try:
            loudness = await self._ctx.storage.run(self._store.get, clip_id)
            if loudness is None and clip_id not in self._failed:
                measured = await player.measure(path)
                loudness = MeasuredLoudness(measured.lufs, measured.peak_db)
                await self._ctx.storage.run(self._store.put, clip_id, loudness, self._ctx.clock.now())
        except (LibraryError, PlayerUnavailable) as error:
            # Once in a run is enough for a file that cannot be measured.
            self._failed.add(clip_id)
            _log.info("the loudness of a take is not known: %s", type(error).__name__)
        return loudness

    def try_again(self, clip_id: str) -> None:
        """Allow another measurement: the take has a new file, which may work although the previous one failed."""
        self._failed.discard(clip_id)

    async def ramp(self, first_db: float, last_db: float) -> AsyncGenerator[float, None]:
        """The gains in dB between two values, each when it is due."""
        if first_db == last_db:
            return
        for step in range(1, RAMP_STEPS + 1):
            yield first_db + (last_db - first_db) * step / RAMP_STEPS
            if step < RAMP_STEPS:
                await self._ctx.clock.wait(asyncio.Event(), RAMP_STEP_S)
