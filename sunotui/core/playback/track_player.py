"""Plays one track after the other: from the library through the download to the player."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sunotui.core.context import Context
from sunotui.core.playback.leveling import Leveling
from sunotui.core.playback.player import Player, PlayerListener
from sunotui.core.playback.track import PlayableTake, TrackOpener
from sunotui.core.playback.tracks.current_track import CurrentTrack, TrackOwner
from sunotui.core.playback.tracks.final_file import FinalFile
from sunotui.core.playback.tracks.next_track import NextTrack
from sunotui.core.playback.tracks.player_events import PlayerEvents
from sunotui.core.playback.tracks.track_loader import TrackLoader
from sunotui.domain.errors import MediaError
from sunotui.domain.playback import PlayState, QueueEntry


class TrackPlayer:
    """Has the current track and the one after it, and the player once something was played."""

    def __init__(
        self,
        ctx: Context,
        owner: TrackOwner,
        *,
        opener: TrackOpener,
        leveling: Leveling,
        make_player: Callable[[PlayerListener], Player],
    ) -> None:
        """`make_player` makes the player when something is played for the first time."""
        self._current = CurrentTrack(ctx, owner, opener=opener, leveling=leveling, make_player=make_player)
        self._loader = TrackLoader(self._current)
        self._following = NextTrack(self._current, self._loader)
        self._final = FinalFile(self._current, self._loader)
        self._current.on_event = PlayerEvents(self._current, self._loader, self._following, self._final).handle

    @property
    def track(self) -> PlayableTake | None:
        """The current track."""
        return self._current.track

    @property
    def position_s(self) -> float:
        """Where the current track is, in seconds; between two reports of the player that is estimated."""
        return self._current.position_s

    def put(self, track: PlayableTake | None) -> None:
        """Make a track the current one, without opening it; the previous one ends."""
        self._current.timeout.end()
        self._following.forget(notifies_player=False)
        self._current.wants_play = False
        if self._current.track is not None:
            was_loaded = self._current.track.is_loaded
            self._current.track.close()
            if was_loaded and self._current.player is not None:
                self._current.player.stop()
        before, self._current.track = self._current.track, track
        if track is None and self._current.player is not None:
            self._current.player.clear_description()
        elif track is not None and before is not None and track.entry.ref != before.entry.ref:
            self._loader.publish_to_desktop(track, None)

    def resume(self, *, problem: str = "") -> None:
        """Play the current track from where it is; `problem` is shown about the previous take."""
        self._loader.resume(problem=problem)

    def pause(self) -> None:
        """Pause."""
        self._current.pause()

    def seek(self, position_s: float) -> None:
        """Go to a position in the current track."""
        track = self._current.track
        if track is None:
            return
        limit_s = track.length_s
        self._current.place(track, max(position_s, 0.0) if limit_s is None else min(max(position_s, 0.0), limit_s))
        track.is_starved, track.waited_at_s = False, None
        if track.is_loaded and self._current.player is not None:
            self._current.player.seek(track.position_s)

    def send_sound(self) -> None:
        """Tell the player the volume and the speed that are shown."""
        self._current.send_sound()

    def check_next(self) -> None:
        """What follows may have changed."""
        self._following.check()

    def renew(self, entry: QueueEntry) -> None:
        """The current take has changed in the library."""
        track = self._current.track
        if track is None:
            return
        track.entry = entry
        track.tracker.length_s = track.length_s
        self._current.owner.show(length_s=track.length_s)
        track.has_changed = True
        if self._current.owner.status.state is PlayState.AWAITED:
            self._loader.start_opening(track, may_ask=False)
        if track.is_live:
            self._final.fetch(track)

    async def fetch_ahead(self, track: PlayableTake) -> None:
        """Fetch the whole file of a track and measure it, so that it starts at once when it becomes the current one.
        The track is closed by its owner, also after a failure. Raises SunotuiError; a song that is still being
        generated is not fetched."""
        track.owns(asyncio.current_task())
        await self._current.opener.open(track)
        if track.is_live or track.media is None:
            raise MediaError("The song is still being generated", advice="Wait until it is done")
        await track.media.wait_complete()
        track.gain_db = await self._current.leveling.measured_gain(
            self._current.started_player(), track.entry.clip_id, track.media.path
        )

    async def end(self) -> None:
        """End the player and its downloads; other players keep theirs."""
        self._current.is_closed = True
        self._current.timeout.end()
        self._following.close()
        if self._current.track is not None:
            self._current.track.close()
        if self._current.player is not None:
            await self._current.player.close()

    async def close(self) -> None:
        """End the player and all downloads."""
        await self.end()
        await self._current.opener.close()
