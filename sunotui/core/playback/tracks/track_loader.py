"""Opens the current track, gives it to the player, and follows its download."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from sunotui.core.playback.player import Player
from sunotui.core.playback.track import PlayableTake
from sunotui.core.playback.tracks.current_track import DECK, CurrentTrack, cut_at
from sunotui.domain.errors import MediaError, SunotuiError
from sunotui.domain.playback import PlayState

MEASURE_S = 3.0
"""How long measuring a take that is on disk may delay its start, in seconds."""


class TrackLoader:
    """Loads the current track when it is to play."""

    def __init__(self, current: CurrentTrack) -> None:
        self._current = current

    def resume(self, *, problem: str = "") -> None:
        """Play the current track from where it is; `problem` is shown about the previous take."""
        track = self._current.track
        if track is None or self._current.is_closed:
            return
        self._current.wants_play = True
        self._current.owner.show(state=PlayState.PLAYING if track.is_loaded else PlayState.LOADING, problem=problem)
        if track.is_loaded and self._current.player is not None:
            self._current.place(track, track.position_s)
            self._current.player.play()
            if track.is_starved:
                self._current.wait_for_audio()
        elif track.media is not None and not track.is_opening:
            self.load(track)
        else:
            self.start_opening(track)

    def start_opening(self, track: PlayableTake, *, may_ask: bool = True) -> None:
        """Open a track, unless it is already being opened; `may_ask` says whether its gateway is asked for a link."""
        if not track.is_opening:
            track.is_opening, track.has_changed = True, False
            self._current.ctx.background.start("open a take", self._open, track, may_ask=may_ask)

    async def _open(self, track: PlayableTake, *, may_ask: bool) -> None:
        track.owns(asyncio.current_task())
        try:
            await self._current.opener.open(track, may_ask=may_ask)
            track.gain_db = await self._first_gain(track)
        except SunotuiError as error:
            await self._report_failure(track, error)
            return
        finally:
            track.is_opening = False
        if track is self._current.track:
            if self._current.owner.status.state is PlayState.AWAITED:
                self._current.owner.show(state=PlayState.LOADING)
            self.load(track)
            await self._follow_download(track)
        else:
            track.close()

    async def _report_failure(self, track: PlayableTake, error: SunotuiError) -> None:
        """Report why a track could not be opened, or wait for its audio."""
        is_expected = False
        if track.source is None:
            with suppress(SunotuiError):
                is_expected = await self._current.opener.is_expected(track.entry.ref)
        track.is_opening = False
        if track is not self._current.track:
            return
        if not is_expected:
            self._current.owner.on_failed(error.what)
        elif not self._current.wants_play:
            # Resuming opens it again.
            return
        elif track.has_changed:
            self.start_opening(track, may_ask=False)
        else:
            self._current.owner.on_awaited(error.what)

    def load(self, track: PlayableTake) -> None:
        """Give a track to the player."""
        if track.media is None or self._current.is_closed:
            return
        player = self._current.started_player()
        self._current.send_sound()
        track.is_loaded = True
        track.is_complete = track.media.is_complete
        track.reported_at = self._current.ctx.clock.monotonic()
        player.load(
            track.media.path,
            position_s=track.position_s,
            is_growing=not track.is_complete,
            gain_db=track.gain_db,
            plays=self._current.wants_play,
        )
        self.describe(track)
        self._current.owner.show(is_live=track.is_live, length_s=track.length_s)

    async def _follow_download(self, track: PlayableTake) -> None:
        """Wait for the rest of the file that plays."""
        media, player = track.media, self._current.player
        if media is None or player is None:
            return
        cut = ""
        try:
            await media.wait_complete()
        except MediaError as error:
            cut = error.what
        if track is not self._current.track or track.media is not media:
            # A stream whose final file plays instead is closed, which ends it with an error.
            return
        # Received data is played to its end.
        track.cut = cut or track.cut
        if track.cut and track.is_starved and not track.is_live:
            self.interrupt(track, track.position_s)
            return
        if track.is_loaded and not track.is_complete:
            player.complete()
        track.is_complete = True
        if not track.is_live and not track.cut:
            await self.level(track, player, media.path)

    def interrupt(self, track: PlayableTake, position_s: float) -> None:
        """Everything received before the download broke off was played: pause there. Resuming fetches the file
        again."""
        # The reason comes first: a narrow window cuts the rest.
        problem = f"{track.cut}: {cut_at(track, position_s)}"
        track.drop_file()
        track.position_s = position_s
        if self._current.player is not None:
            self._current.player.stop()
        self._current.pause()
        self._current.owner.show(position_s=position_s, problem=problem)

    async def _first_gain(self, track: PlayableTake) -> float:
        """The gain with which a track begins. A file that is already on disk is measured first, if that is quick."""
        clip_id = track.entry.clip_id
        if track.is_live or track.media is None or not track.media.is_complete or self._current.is_closed:
            return await self._current.leveling.gain(clip_id)
        try:
            async with asyncio.timeout(MEASURE_S):
                return await self._current.leveling.measured_gain(
                    self._current.started_player(), clip_id, track.media.path
                )
        except TimeoutError:
            return 0.0

    async def level(self, track: PlayableTake, player: Player, path: Path) -> None:
        """Measure the whole file of a track that plays, and apply its gain gradually."""
        gain_db = await self._current.leveling.measured_gain(player, track.entry.clip_id, path)
        async for step_db in self._current.leveling.ramp(track.gain_db, gain_db):
            if track is not self._current.track:
                return
            track.gain_db = step_db
            if track.is_loaded:
                player.set_gain(DECK, step_db)

    def describe(self, track: PlayableTake) -> None:
        """Tell the desktop what plays; its cover follows later, since it may have to be fetched."""
        self.publish_to_desktop(track, None)
        self._current.ctx.background.start("find the cover for the desktop", self._describe_with_cover, track)

    async def _describe_with_cover(self, track: PlayableTake) -> None:
        track.owns(asyncio.current_task())
        cover = await self._current.opener.cover(track)
        if cover is not None and track is self._current.track:
            self.publish_to_desktop(track, cover)

    def publish_to_desktop(self, track: PlayableTake, cover: Path | None) -> None:
        """Tell the desktop what plays, if there is a player."""
        if self._current.player is not None:
            artist = track.source.artist if track.source is not None else ""
            self._current.player.describe(title=track.entry.title, artist=artist, cover=cover, length_s=track.length_s)
