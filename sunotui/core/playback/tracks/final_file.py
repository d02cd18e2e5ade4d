"""Songs that are being generated: from their streams to their final files."""

from __future__ import annotations

import asyncio

from sunotui.core.playback.track import PlayableTake
from sunotui.core.playback.tracks.current_track import CUT_S, CurrentTrack
from sunotui.core.playback.tracks.track_loader import TrackLoader
from sunotui.domain.errors import SunotuiError
from sunotui.domain.playback import PlayState, clock_text


class FinalFile:
    """Switches from the stream of a song to its final file, at the same position."""

    def __init__(self, current: CurrentTrack, loader: TrackLoader) -> None:
        self._current, self._loader = current, loader

    def fetch(self, track: PlayableTake) -> None:
        """Check whether the song of a track is done, and continue in its file."""
        self._current.ctx.background.start("read the finished take", self._fetch, track)

    def wait_for(self, track: PlayableTake, decoded_s: float) -> None:
        """The stream ended before the song was known to be done."""
        track.position_s = decoded_s
        track.is_loaded = False
        problem = f"The stream ended at {clock_text(decoded_s)}; it resumes there when the song is done"
        if track.cut:
            # While the network is down, the state of the song is not reliable.
            problem = (
                f"The stream was cut off at {clock_text(decoded_s)}: {track.cut}; "
                "it resumes there when the song is done and can be fetched"
            )
        self._current.owner.show(
            state=PlayState.WAITING,
            position_s=decoded_s,
            problem=problem,
        )
        self.fetch(track)

    async def _fetch(self, track: PlayableTake) -> None:
        """Continue in the file of a song that is done, at the same position."""
        track.owns(asyncio.current_task())
        try:
            source = await self._current.opener.final(track.entry.ref)
            if source is None or track is not self._current.track or not track.is_live:
                return
            media = await self._current.opener.fetch(source)
        except SunotuiError as error:
            # A stream that still plays is played to its end; then this is retried.
            if track is self._current.track and not track.is_loaded and not track.is_opening:
                self._current.owner.on_failed(error.what)
            return
        if track is not self._current.track or not track.is_live:
            media.close()
            return
        stream, track.media, track.source = track.media, media, source
        track.is_complete, track.cut = True, ""
        track.tracker.length_s = track.length_s
        self._current.owner.show(is_live=False, length_s=track.length_s)
        if track.is_loaded and self._current.player is not None:
            self._current.player.swap(media.path)
            self._loader.describe(track)
        elif self._current.wants_play:
            self._continue(track)
        if stream is not None:
            stream.close()
        if track is self._current.track and self._current.player is not None:
            await self._loader.level(track, self._current.player, media.path)

    def _continue(self, track: PlayableTake) -> None:
        """Continue where the stream ended, if that was not the end of the song."""
        self._current.owner.show(problem="")
        if track.length_s is not None and track.position_s >= track.length_s - CUT_S:
            self._current.owner.on_ended(None)
        else:
            self._current.owner.show(state=PlayState.LOADING)
            self._loader.load(track)
