"""The track with which the player continues automatically, fetched in advance."""

from __future__ import annotations

import asyncio

from sunotui.core.playback.track import PlayableTake
from sunotui.core.playback.tracks.current_track import CurrentTrack
from sunotui.core.playback.tracks.track_loader import TrackLoader
from sunotui.domain.errors import SunotuiError

PRELOAD_S = 30.0
"""How long before the end of a take the next one is fetched, in seconds."""


class NextTrack:
    """At most one track, which follows the current one without a gap."""

    def __init__(self, current: CurrentTrack, loader: TrackLoader) -> None:
        self._current, self._loader = current, loader
        self.track: PlayableTake | None = None
        """The track that follows, once it is being prepared."""

    def check(self) -> None:
        """What follows may have changed."""
        following = self._current.owner.following()
        if self.track is not None and (following is None or following.ref != self.track.entry.ref):
            self.forget()
        self.prepare()

    def prepare(self) -> None:
        """Fetch the next track, so that it follows without a gap, when the current one is near its end."""
        track, entry = self._current.track, self._current.owner.following()
        if track is None or entry is None or self.track is not None or not track.is_loaded or not track.is_complete:
            return
        if track.cut:
            # It will not be played to its end.
            return
        if track.length_s is None or track.length_s - track.position_s > PRELOAD_S:
            return
        self.track = PlayableTake(entry)
        self._current.ctx.background.start("prepare the next take", self._open, self.track)

    async def _open(self, track: PlayableTake) -> None:
        track.owns(asyncio.current_task())
        try:
            await self._current.opener.open(track)
            if track.is_live or track.media is None or self._current.player is None:
                # A stream changes while it is played; it is opened when it is due.
                track.close()
                return
            await track.media.wait_complete()
            track.gain_db = await self._current.leveling.measured_gain(
                self._current.player, track.entry.clip_id, track.media.path
            )
        except SunotuiError:
            # Reported when the take is due, if the problem persists.
            track.close()
            return
        if track is self.track and self._current.track is not None and self._current.track.is_loaded:
            track.is_complete = track.is_loaded = True
            self._current.player.set_next(track.media.path, gain_db=track.gain_db)

    def forget(self, *, notifies_player: bool = True) -> None:
        """Forget the next track, since another one or nothing follows; `notifies_player` says whether the player is
        notified."""
        track, self.track = self.track, None
        if track is not None:
            if notifies_player and track.is_loaded and self._current.player is not None:
                self._current.player.set_next(None)
            track.close()

    def start(self, before: PlayableTake) -> PlayableTake | None:
        """Record that the player continued with the next track; returns it, or None if it was forgotten."""
        follower = self.track
        if follower is None:
            return None
        before.close()
        self.track, self._current.track = None, follower
        follower.reported_at = follower.positioned_at = self._current.ctx.clock.monotonic()
        self._loader.describe(follower)
        return follower

    def close(self) -> None:
        """Release the track."""
        if self.track is not None:
            self.track.close()
