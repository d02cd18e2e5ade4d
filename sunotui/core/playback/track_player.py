"""Plays one track after the other: from the library through the download to the player."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from sunotui.core.context import Context
from sunotui.core.playback.leveling import Leveling
from sunotui.core.playback.player import (
    MediaKey,
    Player,
    PlayerDeckFailed,
    PlayerDied,
    PlayerEnded,
    PlayerEvent,
    PlayerListener,
    PlayerOutput,
    PlayerPosition,
    PlayerReady,
    PlayerStarved,
    PlayerState,
)
from sunotui.core.playback.timeout import Timeout
from sunotui.core.playback.track import PlayableTake, TrackOpener
from sunotui.domain.errors import MediaError, SunotuiError
from sunotui.domain.playback import PlaybackStatus, PlayState, QueueEntry, clock_text
from sunotui.domain.text import clean

PRELOAD_S = 30.0
"""How long before the end of a take the next one is fetched, in seconds."""
CUT_S = 2.0
"""A file that is shorter than the gateway said by more than this was cut off, in seconds."""
STALL_TIMEOUT_S = 30.0
"""How long playback waits for more audio, or for an output that was lost, in seconds."""
MOVED_S = 0.1
"""A position that is so much later than the one before shows that the take plays, in seconds."""
MEASURE_S = 3.0
"""How long a take that is on disk may be measured before it begins to play, in seconds."""
_REPORTED_EVERY_S = 1.5
"""The player reports its position more often than that, in seconds."""
_TITLE_LIMIT = 40
"""Characters of a title in a sentence."""
_DECK = 0
"""A file that plays alone is deck 0."""


class TrackOwner(Protocol):
    """What owns the tracks, and decides which one follows."""

    @property
    def status(self) -> PlaybackStatus:
        """What is shown."""

    def show(self, **changes: Any) -> None:
        """Change fields of what is shown."""

    def following(self) -> QueueEntry | None:
        """The take that follows the current one."""

    def on_heard(self, track: PlayableTake) -> None:
        """Enough of a take was heard to count it as played."""

    def on_position(self) -> None:
        """The position was reported."""

    def on_ended(self, follower: PlayableTake | None) -> None:
        """The current track has ended; `follower` plays already."""

    def on_awaited(self, sentence: str) -> None:
        """The current track has no audio yet, as a sentence without its full stop says; it is still being made."""

    def on_failed(self, sentence: str) -> None:
        """The current track cannot be played; a sentence without its full stop says why."""

    def on_media_key(self, key: MediaKey) -> None:
        """The desktop asked for something."""


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
        self._ctx = ctx
        self._owner = owner
        self._opener = opener
        self._leveling = leveling
        self._make_player = make_player
        self._player: Player | None = None
        self._timeout = Timeout(ctx)
        self._is_closed = False
        self.track: PlayableTake | None = None
        """The current track."""
        self._next: PlayableTake | None = None
        """The track that the player continues with by itself."""
        self.wants_play = False
        """What was asked for last."""

    # --- commands ----------------------------------------------------------------------------------------------------

    def put(self, track: PlayableTake | None) -> None:
        """Make a track the current one, without opening it; the one before it ends."""
        self._timeout.end()
        self.forget_next(notifies_player=False)
        self.wants_play = False
        if self.track is not None:
            was_loaded = self.track.is_loaded
            self.track.close()
            if was_loaded and self._player is not None:
                self._player.stop()
        before, self.track = self.track, track
        if track is None and self._player is not None:
            self._player.clear_description()
        elif track is not None and before is not None and track.entry.ref != before.entry.ref:
            self._publish_to_desktop(track, None)

    def resume(self, *, problem: str = "") -> None:
        """Play the current track from where it is; `problem` is what is shown of the take before."""
        track = self.track
        if track is None or self._is_closed:
            return
        self.wants_play = True
        self._owner.show(state=PlayState.PLAYING if track.is_loaded else PlayState.LOADING, problem=problem)
        if track.is_loaded and self._player is not None:
            self._place(track, track.position_s)
            self._player.play()
            if track.is_starved:
                self._wait_for_audio()
        elif track.media is not None and not track.is_opening:
            self._load(track)
        else:
            self._start_opening(track)

    def pause(self) -> None:
        """Pause."""
        self.wants_play = False
        self._timeout.end()
        if self.track is not None and self.track.is_loaded and self._player is not None:
            self._player.pause()
        self._owner.show(state=PlayState.PAUSED)

    @property
    def position_s(self) -> float:
        """Where the current track is, in seconds; between two reports of the player that is estimated."""
        track = self.track
        if track is None:
            return 0.0
        if self._owner.status.state is not PlayState.PLAYING:
            return track.position_s
        passed_s = min(max(self._ctx.clock.monotonic() - track.positioned_at, 0.0), _REPORTED_EVERY_S)
        return track.position_s + passed_s * self._owner.status.speed

    def _place(self, track: PlayableTake, position_s: float) -> None:
        """A track is at a position now."""
        track.position_s, track.positioned_at = position_s, self._ctx.clock.monotonic()
        self._owner.show(position_s=position_s)

    def seek(self, position_s: float) -> None:
        """Go to a position in the current track."""
        track = self.track
        if track is None:
            return
        limit_s = track.length_s
        self._place(track, max(position_s, 0.0) if limit_s is None else min(max(position_s, 0.0), limit_s))
        track.is_starved = False
        if track.is_loaded and self._player is not None:
            self._player.seek(track.position_s)

    def send_sound(self) -> None:
        """Tell the player the volume and the speed that are shown."""
        if self._player is not None:
            status = self._owner.status
            self._player.set_volume(0 if status.is_muted else status.volume)
            self._player.set_speed(status.speed)

    def renew(self, entry: QueueEntry) -> None:
        """The current take has changed in the library."""
        track = self.track
        if track is None:
            return
        track.entry = entry
        track.tracker.length_s = track.length_s
        self._owner.show(length_s=track.length_s)
        track.has_changed = True
        if self._owner.status.state is PlayState.AWAITED:
            self._start_opening(track, may_ask=False)
        if track.is_live:
            self._ctx.background.start("read the finished take", self._take_final, track)

    async def close(self) -> None:
        """End the player and all downloads."""
        self._is_closed = True
        self._timeout.end()
        for track in (self.track, self._next):
            if track is not None:
                track.close()
        if self._player is not None:
            await self._player.close()
        await self._opener.close()

    # --- opening and loading -----------------------------------------------------------------------------------------

    def _start_opening(self, track: PlayableTake, *, may_ask: bool = True) -> None:
        """Open a track, unless that is under way; `may_ask` says whether its gateway is asked for a link."""
        if not track.is_opening:
            track.is_opening, track.has_changed = True, False
            self._ctx.background.start("open a take", self._open, track, may_ask=may_ask)

    async def _open(self, track: PlayableTake, *, may_ask: bool) -> None:
        track.owns(asyncio.current_task())
        try:
            await self._opener.open(track, may_ask=may_ask)
            track.gain_db = await self._first_gain(track)
        except SunotuiError as error:
            await self._report_failure(track, error)
            return
        finally:
            track.is_opening = False
        if track is self.track:
            if self._owner.status.state is PlayState.AWAITED:
                self._owner.show(state=PlayState.LOADING)
            self._load(track)
            await self._follow_download(track)
        else:
            track.close()

    async def _report_failure(self, track: PlayableTake, error: SunotuiError) -> None:
        """Say why a track could not be opened, or wait for its audio."""
        is_expected = False
        if track.source is None:
            with suppress(SunotuiError):
                is_expected = await self._opener.is_expected(track.entry.ref)
        track.is_opening = False
        if track is not self.track:
            return
        if not is_expected:
            self._owner.on_failed(error.what)
        elif not self.wants_play:
            # Resuming opens it again.
            return
        elif track.has_changed:
            self._start_opening(track, may_ask=False)
        else:
            self._owner.on_awaited(error.what)

    def _started_player(self) -> Player:
        if self._player is None:
            self._player = self._make_player(self._on_event)
        self._player.start()
        return self._player

    def _load(self, track: PlayableTake) -> None:
        """Give a track to the player."""
        if track.media is None or self._is_closed:
            return
        player = self._started_player()
        self.send_sound()
        track.is_loaded = True
        track.is_complete = track.media.is_complete
        track.reported_at = self._ctx.clock.monotonic()
        player.load(
            track.media.path,
            position_s=track.position_s,
            is_growing=not track.is_complete,
            gain_db=track.gain_db,
            plays=self.wants_play,
        )
        self._describe(track)
        self._owner.show(is_live=track.is_live, length_s=track.length_s)

    async def _follow_download(self, track: PlayableTake) -> None:
        """Wait for the rest of the file that plays."""
        media, player = track.media, self._player
        if media is None or player is None:
            return
        try:
            await media.wait_complete()
        except MediaError as error:
            # What has arrived is played to its end.
            track.cut = error.what
        if track is self.track and track.media is media:
            if track.cut and track.is_starved and not track.is_live:
                self._interrupt(track, track.position_s)
                return
            if track.is_loaded and not track.is_complete:
                player.complete()
            track.is_complete = True
            if not track.is_live and not track.cut:
                await self._level(track, player, media.path)

    async def _first_gain(self, track: PlayableTake) -> float:
        """The gain with which a track begins. A file that is on disk already is measured before, if that is quick."""
        clip_id = track.entry.clip_id
        if track.is_live or not track.is_from_cache or track.media is None or self._is_closed:
            return await self._leveling.gain(clip_id)
        try:
            async with asyncio.timeout(MEASURE_S):
                return await self._leveling.measured_gain(self._started_player(), clip_id, track.media.path)
        except TimeoutError:
            return 0.0

    async def _level(self, track: PlayableTake, player: Player, path: Path) -> None:
        """Measure the whole file of a track that plays, and bring it to its gain gradually."""
        gain_db = await self._leveling.measured_gain(player, track.entry.clip_id, path)
        async for step_db in self._leveling.ramp(track.gain_db, gain_db):
            if track is not self.track:
                return
            track.gain_db = step_db
            if track.is_loaded:
                player.set_gain(_DECK, step_db)

    def _describe(self, track: PlayableTake) -> None:
        """Tell the desktop what plays; its cover follows, since it may have to be fetched."""
        self._publish_to_desktop(track, None)
        self._ctx.background.start("find the cover for the desktop", self._describe_with_cover, track)

    async def _describe_with_cover(self, track: PlayableTake) -> None:
        track.owns(asyncio.current_task())
        cover = await self._opener.cover(track)
        if cover is not None and track is self.track:
            self._publish_to_desktop(track, cover)

    def _publish_to_desktop(self, track: PlayableTake, cover: Path | None) -> None:
        if self._player is not None:
            artist = track.source.artist if track.source is not None else ""
            self._player.describe(title=track.entry.title, artist=artist, cover=cover, length_s=track.length_s)

    # --- the track that follows --------------------------------------------------------------------------------------

    def check_next(self) -> None:
        """What follows may have changed."""
        following = self._owner.following()
        if self._next is not None and (following is None or following.ref != self._next.entry.ref):
            self.forget_next()
        self._prepare_next()

    def _prepare_next(self) -> None:
        """Fetch the next track, so that it follows without a gap, when the current one is near its end."""
        track, entry = self.track, self._owner.following()
        if track is None or entry is None or self._next is not None or not track.is_loaded or not track.is_complete:
            return
        if track.cut:
            # It will not be played to its end.
            return
        if track.length_s is None or track.length_s - track.position_s > PRELOAD_S:
            return
        self._next = PlayableTake(entry)
        self._ctx.background.start("prepare the next take", self._open_next, self._next)

    async def _open_next(self, track: PlayableTake) -> None:
        track.owns(asyncio.current_task())
        try:
            await self._opener.open(track)
            if track.is_live or track.media is None or self._player is None:
                # A stream changes while it is played; it is opened when its time has come.
                track.close()
                return
            await track.media.wait_complete()
            track.gain_db = await self._leveling.measured_gain(self._player, track.entry.clip_id, track.media.path)
        except SunotuiError:
            # Said when its time has come, if it is so still.
            track.close()
            return
        if track is self._next and self.track is not None and self.track.is_loaded:
            track.is_complete = track.is_loaded = True
            self._player.set_next(track.media.path, gain_db=track.gain_db)

    def forget_next(self, *, notifies_player: bool = True) -> None:
        """Another track follows, or none; `notifies_player` says whether the player is notified."""
        track, self._next = self._next, None
        if track is not None:
            if notifies_player and track.is_loaded and self._player is not None:
                self._player.set_next(None)
            track.close()

    # --- events of the player ----------------------------------------------------------------------------------------

    def _on_event(self, event: PlayerEvent) -> None:
        if self._is_closed:
            return
        if isinstance(event, PlayerReady):
            self._owner.show(backend=event.backend, output=event.output)
            if event.message:
                self._on_output_lost(event.message)
        elif isinstance(event, PlayerOutput):
            self._on_output(event)
        elif isinstance(event, PlayerDied):
            self._on_died(event)
        elif isinstance(event, MediaKey):
            self._owner.on_media_key(event)
        elif self.track is not None and self.track.is_loaded:
            self._on_track_event(self.track, event)

    def _on_track_event(
        self, track: PlayableTake, event: PlayerPosition | PlayerState | PlayerStarved | PlayerDeckFailed | PlayerEnded
    ) -> None:
        if isinstance(event, PlayerPosition):
            self._count(track, event.heard_s)
            if self.wants_play and event.position_s > track.position_s + MOVED_S:
                self._on_resumed(track)
            self._place(track, event.position_s)
            track.reached_s = max(track.reached_s, event.position_s)
            self._owner.show(length_s=track.length_s)
            self._owner.on_position()
            self._prepare_next()
        elif isinstance(event, PlayerState):
            self._on_state(track, event)
        elif isinstance(event, PlayerStarved):
            self._on_starved(track, event)
        elif isinstance(event, PlayerEnded):
            self._on_ended(track, event)

    def _on_state(self, track: PlayableTake, event: PlayerState) -> None:
        if event.is_playing is not self.wants_play:
            # It was on its way before something else was asked for.
            return
        if event.position_s is not None:
            self._place(track, event.position_s)
        if event.is_playing and self._owner.status.state is PlayState.LOADING:
            self._owner.show(state=PlayState.PLAYING)

    def _count(self, track: PlayableTake, heard_s: float) -> None:
        now = self._ctx.clock.monotonic()
        # A report may be late, and the next one early.
        track.tracker.report(heard_s, (now - track.reported_at + 1.0) * self._owner.status.speed)
        track.reported_at = now
        if track.tracker.is_played and not track.is_counted:
            track.is_counted = True
            self._owner.on_heard(track)

    def _on_starved(self, track: PlayableTake, event: PlayerStarved) -> None:
        track.is_starved = event.is_starved
        if not self.wants_play:
            return
        if event.is_starved:
            self._wait_for_audio()
        else:
            self._timeout.end()
            self._owner.show(state=PlayState.PLAYING)

    def _wait_for_audio(self) -> None:
        """The player has nothing more to play yet."""
        self._owner.show(state=PlayState.WAITING)
        self._timeout.start(STALL_TIMEOUT_S, self._give_up_waiting)

    def _on_resumed(self, track: PlayableTake) -> None:
        """The position moves: whatever was waited for is there."""
        track.is_starved = False
        if self._owner.status.state is PlayState.WAITING:
            self._timeout.end()
            self._owner.show(state=PlayState.PLAYING, problem="")

    def _give_up_waiting(self) -> None:
        self.pause()
        self._owner.show(problem=f"No more audio has come since {clock_text(self._owner.status.position_s)}")

    def _on_output(self, event: PlayerOutput) -> None:
        if event.is_lost:
            self._on_output_lost(event.message or "The sound output was lost", is_final=event.is_final)
            return
        self._timeout.end()
        self._owner.show(problem="")
        if self.wants_play and self._owner.status.state is not PlayState.AWAITED:
            self._owner.show(state=PlayState.PLAYING)

    def _on_output_lost(self, message: str, *, is_final: bool = False) -> None:
        self._owner.show(problem=message)
        if self.wants_play and (is_final or not self._owner.status.output):
            # It is not tried again, or there was none from the start: nothing is waited for.
            self.pause()
        elif self.wants_play and self._owner.status.state is not PlayState.AWAITED:
            # The player tries to open it again.
            self._owner.show(state=PlayState.WAITING)
            self._timeout.start(STALL_TIMEOUT_S, self.pause)

    def _on_died(self, event: PlayerDied) -> None:
        self.forget_next(notifies_player=False)
        self._timeout.end()
        self.wants_play = False
        if self._owner.status.state.is_active:
            self._owner.show(state=PlayState.PAUSED)
        track = self.track
        if track is not None and track.is_loaded:
            track.is_loaded = False
            if event.is_restarted:
                self._load(track)
        self._owner.show(problem=event.message)

    # --- the end of a track ------------------------------------------------------------------------------------------

    def _on_ended(self, track: PlayableTake, event: PlayerEnded) -> None:
        self._timeout.end()
        self._count(track, event.heard_s)
        follower = self._next if event.has_next else None
        if event.error:
            self._on_unplayable(track, event)
        elif track.is_live:
            self._wait_for_final(track, event.decoded_s)
        elif track.cut and self._is_short(track, event.decoded_s):
            # One that was fetched again may have come less far.
            self._interrupt(track, max(event.decoded_s, track.position_s))
        elif track.is_from_cache and track.length_s is not None and self._is_short(track, event.decoded_s):
            # The file in the cache may have lost its end.
            track.drop_file()
            track.position_s = event.decoded_s
            self.resume()
        else:
            self._owner.show(problem=self._cut_sentence(track, event.decoded_s))
            if follower is not None:
                self._follow(track, follower)
            self._owner.on_ended(follower)

    def _on_unplayable(self, track: PlayableTake, event: PlayerEnded) -> None:
        is_from_cache = track.is_from_cache
        if event.is_damaged:
            track.drop_file()
            self._leveling.try_again(track.entry.clip_id)
        if event.is_damaged and is_from_cache and self.wants_play:
            self.resume()
        else:
            self._owner.on_failed(event.error)

    def _interrupt(self, track: PlayableTake, position_s: float) -> None:
        """All that has come before the download broke off was played: pause there. To resume, it is fetched again."""
        # The reason comes first: a narrow window cuts the rest.
        problem = f"{track.cut}: {_cut_at(track, position_s)}"
        track.drop_file()
        track.position_s = position_s
        if self._player is not None:
            self._player.stop()
        self.pause()
        self._owner.show(position_s=position_s, problem=problem)

    def _cut_sentence(self, track: PlayableTake, decoded_s: float) -> str:
        if track.length_s is None or not self._is_short(track, decoded_s):
            return ""
        if track.media is not None:
            # It is fetched again the next time.
            track.media.discard()
        return _cut_at(track, decoded_s)

    @staticmethod
    def _is_short(track: PlayableTake, decoded_s: float) -> bool:
        return track.length_s is None or decoded_s < track.length_s - CUT_S

    def _follow(self, track: PlayableTake, follower: PlayableTake) -> None:
        """The player continued with the next track by itself."""
        track.close()
        self._next, self.track = None, follower
        follower.reported_at = follower.positioned_at = self._ctx.clock.monotonic()
        self._describe(follower)

    # --- songs that are being generated ------------------------------------------------------------------------------

    def _wait_for_final(self, track: PlayableTake, decoded_s: float) -> None:
        """The stream ended before the song was known to be done."""
        track.position_s = decoded_s
        track.is_loaded = False
        problem = f"The stream ended at {clock_text(decoded_s)}; it resumes there when the song is done"
        if track.cut:
            # Whether the song will be done says little while the network is away.
            problem = (
                f"The stream was cut off at {clock_text(decoded_s)}: {track.cut}; "
                "it resumes there when the song is done and can be fetched"
            )
        self._owner.show(
            state=PlayState.WAITING,
            position_s=decoded_s,
            problem=problem,
        )
        self._ctx.background.start("read the finished take", self._take_final, track)

    async def _take_final(self, track: PlayableTake) -> None:
        """Continue in the file of a song that is done, at the same position."""
        track.owns(asyncio.current_task())
        try:
            source = await self._opener.final(track.entry.ref)
            if source is None or track is not self.track or not track.is_live:
                return
            media = await self._opener.fetch(source)
        except SunotuiError as error:
            # A stream that still plays is played to its end; then this is tried again.
            if track is self.track and not track.is_loaded and not track.is_opening:
                self._owner.on_failed(error.what)
            return
        if track is not self.track or not track.is_live:
            media.close()
            return
        stream, track.media, track.source = track.media, media, source
        track.is_complete, track.cut = True, ""
        track.tracker.length_s = track.length_s
        self._owner.show(is_live=False, length_s=track.length_s)
        if track.is_loaded and self._player is not None:
            self._player.swap(media.path)
            self._describe(track)
        elif self.wants_play:
            self._continue_in_final(track)
        if stream is not None:
            stream.close()
        if track is self.track and self._player is not None:
            await self._level(track, self._player, media.path)

    def _continue_in_final(self, track: PlayableTake) -> None:
        """Continue where the stream ended, if that was not the end of the song."""
        self._owner.show(problem="")
        if track.length_s is not None and track.position_s >= track.length_s - CUT_S:
            self._owner.on_ended(None)
        else:
            self._owner.show(state=PlayState.LOADING)
            self._load(track)


def _cut_at(track: PlayableTake, position_s: float) -> str:
    return f"“{clean(track.entry.title, _TITLE_LIMIT)}” was cut off at {clock_text(position_s)}"
