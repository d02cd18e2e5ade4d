"""Songs that are being generated: from their streams to their final files."""

from __future__ import annotations

import asyncio
import logging

from sunotui.core.playback.player import PlayerSwapped
from sunotui.core.playback.track import FinalMedia, PlayableTake
from sunotui.core.playback.tracks.current_track import CUT_S, CurrentTrack
from sunotui.core.playback.tracks.track_loader import TrackLoader
from sunotui.domain.errors import SunotuiError
from sunotui.domain.playback import PlayState, clock_text

_log = logging.getLogger(__name__)


class FinalFile:
    """Switches from the stream of a song to its final file, at the same position."""

    def __init__(self, current: CurrentTrack, loader: TrackLoader) -> None:
        self._current, self._loader = current, loader

    def fetch(self, track: PlayableTake) -> None:
        """Check whether the song of a track is done, and continue in its file."""
        self._current.ctx.background.start("read the finished take", self._fetch, track)

    def wait_for(self, track: PlayableTake, decoded_s: float) -> None:
        """The stream ended before the player continued in the file of the song."""
        track.position_s = decoded_s
        track.is_loaded = False
        if track.final is not None:
            self._current.owner.show(position_s=decoded_s)
            self.adopt(track)
            self._continue(track)
            return
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

    def on_swapped(self, track: PlayableTake, event: PlayerSwapped) -> None:
        """The player plays the final file, or cannot: then the stream is played to its end, and this is tried again."""
        if event.error:
            _log.info("the finished take does not follow its stream: %s", event.error)
            track.drop_final()
            track.cannot_follow = True
        elif track.final is not None:
            self.adopt(track)
            self._loader.describe(track)

    def adopt(self, track: PlayableTake) -> None:
        """The final file of a track takes the place of its stream, if it is there."""
        if track.final is None:
            return
        track.adopt_final()
        self._current.owner.show(is_live=False, length_s=track.length_s)
        self._current.ctx.background.start("measure the finished take", self._level, track)

    async def _level(self, track: PlayableTake) -> None:
        track.owns(asyncio.current_task())
        if track.media is not None and self._current.player is not None:
            await self._loader.level(track, self._current.player, track.media.path)

    async def _fetch(self, track: PlayableTake) -> None:
        """Continue in the file of a song that is done, at the same position."""
        track.owns(asyncio.current_task())
        try:
            source = await self._current.opener.final(track.entry.ref)
            if source is None or not self._is_wanted(track):
                return
            media = await self._current.opener.fetch(source)
        except SunotuiError as error:
            # A stream that still plays is played to its end; then this is retried.
            if track is self._current.track and not track.is_loaded and not track.is_opening:
                self._current.owner.on_failed(error.what)
            return
        if not self._is_wanted(track):
            media.close()
            return
        track.final = FinalMedia(media, source)
        if track.is_loaded and self._current.player is not None:
            # The stream stays until the player plays the file.
            self._current.player.swap(media.path)
        else:
            self.adopt(track)
            if self._current.wants_play:
                self._continue(track)

    def _is_wanted(self, track: PlayableTake) -> bool:
        """Whether a track waits for its final file: not while its stream is being opened, and after a failure only when
        the stream has ended."""
        if track.is_opening or (track.cannot_follow and track.is_loaded):
            return False
        return track is self._current.track and track.is_live and track.final is None

    def _continue(self, track: PlayableTake) -> None:
        """Continue where the stream ended, if that was not the end of the song."""
        self._current.owner.show(problem="")
        if track.length_s is not None and track.position_s >= track.length_s - CUT_S:
            self._current.owner.on_ended(None)
        else:
            self._current.owner.show(state=PlayState.LOADING)
            self._loader.load(track)
