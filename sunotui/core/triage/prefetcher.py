"""Fetches the next takes in advance, so that no verdict waits for a download."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sunotui.core.context import Context
from sunotui.core.playback.track import PlayableTake
from sunotui.core.playback.track_player import TrackPlayer
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import SunotuiError
from sunotui.domain.playback import QueueEntry

AHEAD = 3
"""How many takes after the current one are fetched."""
_AT_ONCE = 2


class Prefetcher:
    """Fetches and measures takes in advance. Use it on the event loop."""

    def __init__(self, ctx: Context, tracks: TrackPlayer) -> None:
        self._ctx = ctx
        self._tracks = tracks
        self._wanted: dict[TakeRef, PlayableTake] = {}
        self._ready: set[TakeRef] = set()
        self._slots = asyncio.Semaphore(_AT_ONCE)

    def want(self, entries: Sequence[QueueEntry]) -> None:
        """Fetch these takes, the most urgent first, and release the others."""
        refs = {entry.ref for entry in entries}
        for ref in [ref for ref in self._wanted if ref not in refs]:
            self._wanted.pop(ref).close()
            self._ready.discard(ref)
        for entry in entries:
            if entry.ref not in self._wanted:
                track = self._wanted[entry.ref] = PlayableTake(entry)
                self._ctx.background.start("fetch a take for triage", self._fetch, track)

    def take(self, ref: TakeRef) -> PlayableTake | None:
        """Hand over a take that can be played at once; None if it is not ready yet. The caller closes it."""
        if ref not in self._ready:
            return None
        self._ready.discard(ref)
        return self._wanted.pop(ref)

    def is_fetching(self, ref: TakeRef) -> bool:
        """Whether a take is being fetched."""
        return ref in self._wanted and ref not in self._ready

    def close(self) -> None:
        """Release all takes."""
        self.want(())

    async def _fetch(self, track: PlayableTake) -> None:
        track.owns(asyncio.current_task())
        try:
            async with self._slots:
                await self._tracks.fetch_ahead(track)
        except SunotuiError:
            # Reported when the take is due, if the problem persists.
            track.close()
            if self._wanted.get(track.entry.ref) is track:
                del self._wanted[track.entry.ref]
            return
        if self._wanted.get(track.entry.ref) is track:
            track.is_complete = True
            self._ready.add(track.entry.ref)
