"""What the player reports, and what follows from it."""

from __future__ import annotations

from sunotui.core.playback.player import (
    MediaKey,
    PlayerDeckFailed,
    PlayerDied,
    PlayerEnded,
    PlayerEvent,
    PlayerOutput,
    PlayerPosition,
    PlayerReady,
    PlayerStarved,
    PlayerState,
    PlayerSwapped,
)
from sunotui.core.playback.track import PlayableTake
from sunotui.core.playback.tracks.current_track import STALL_TIMEOUT_S, CurrentTrack, cut_at, is_short
from sunotui.core.playback.tracks.final_file import FinalFile
from sunotui.core.playback.tracks.next_track import NextTrack
from sunotui.core.playback.tracks.track_loader import TrackLoader
from sunotui.domain.playback import PlayState

MOVED_S = 0.1
"""A position that advanced by this many seconds shows that the take plays."""


class PlayerEvents:
    """Handles the events of the player."""

    def __init__(self, current: CurrentTrack, loader: TrackLoader, following: NextTrack, final: FinalFile) -> None:
        self._current, self._loader, self._following, self._final = current, loader, following, final
        self._known_short: set[str] = set()
        """Takes whose file was shorter than the gateway says also when it was fetched again: it is kept, since the
        gateway may be wrong."""

    def handle(self, event: PlayerEvent) -> None:
        """Handle an event; ignored after the end."""
        if self._current.is_closed:
            return
        if isinstance(event, PlayerReady):
            self._current.owner.show(backend=event.backend, output=event.output)
            if event.message:
                self._on_output_lost(event.message)
        elif isinstance(event, PlayerOutput):
            self._on_output(event)
        elif isinstance(event, PlayerDied):
            self._on_died(event)
        elif isinstance(event, MediaKey):
            self._current.owner.on_media_key(event)
        elif self._current.track is not None and self._current.track.is_loaded:
            self._on_track_event(self._current.track, event)

    def _on_track_event(
        self,
        track: PlayableTake,
        event: PlayerPosition | PlayerState | PlayerStarved | PlayerDeckFailed | PlayerSwapped | PlayerEnded,
    ) -> None:
        if isinstance(event, PlayerPosition):
            self._count(track, event.played_s)
            self._check_waiting(track, event.position_s)
            track.was_missing = track.was_missing and event.played_s <= 0
            self._current.place(track, event.position_s)
            track.reached_s = max(track.reached_s, event.position_s)
            self._current.owner.show(length_s=track.length_s)
            self._current.owner.on_position()
            self._following.prepare()
        elif isinstance(event, PlayerState):
            self._on_state(track, event)
        elif isinstance(event, PlayerStarved):
            self._on_starved(track, event)
        elif isinstance(event, PlayerSwapped):
            self._final.on_swapped(track, event)
        elif isinstance(event, PlayerEnded):
            self._on_ended(track, event)

    def _on_state(self, track: PlayableTake, event: PlayerState) -> None:
        if event.is_playing is not self._current.wants_play:
            # It was sent before something else was requested.
            return
        if event.position_s is not None:
            self._current.place(track, event.position_s)
        if event.is_playing and self._current.owner.status.state is PlayState.LOADING:
            self._current.owner.show(state=PlayState.PLAYING)

    def _count(self, track: PlayableTake, played_s: float) -> None:
        now = self._current.ctx.clock.monotonic()
        # A report may be late, and the next one early.
        track.tracker.report(played_s, (now - track.reported_at + 1.0) * self._current.owner.status.speed)
        track.reported_at = now
        if track.tracker.is_played and not track.is_counted:
            track.is_counted = True
            self._current.owner.on_played(track)

    def _on_starved(self, track: PlayableTake, event: PlayerStarved) -> None:
        track.is_starved = event.is_starved
        if not self._current.wants_play:
            return
        if event.is_starved:
            track.waited_at_s = None
            self._current.wait_for_audio()
        else:
            self._current.timeout.end()
            self._current.owner.show(state=PlayState.PLAYING)

    def _check_waiting(self, track: PlayableTake, position_s: float) -> None:
        """A position that moves while playback waits shows that the waiting is over. The first position may be later
        than the previous one only because it had moved before the wait."""
        if self._current.owner.status.state is not PlayState.WAITING:
            track.waited_at_s = None
        elif track.waited_at_s is None:
            track.waited_at_s = position_s
        elif position_s > track.waited_at_s + MOVED_S:
            track.is_starved = False
            self._current.timeout.end()
            self._current.owner.show(state=PlayState.PLAYING, problem="")

    def _on_output(self, event: PlayerOutput) -> None:
        if event.is_lost:
            self._on_output_lost(event.message or "The sound output was lost", is_final=event.is_final)
            return
        self._current.timeout.end()
        self._current.owner.show(problem="")
        if self._current.wants_play and self._current.owner.status.state is not PlayState.AWAITED:
            self._current.owner.show(state=PlayState.PLAYING)

    def _on_output_lost(self, message: str, *, is_final: bool = False) -> None:
        if not self._current.wants_play and self._current.owner.status.output:
            # Nothing was interrupted, and no one would report that the output is back: playing opens it again.
            return
        if self._current.wants_play and (is_final or not self._current.owner.status.output):
            # It is not opened again, or was never open: there is nothing to wait for.
            self._current.pause()
        elif self._current.wants_play and self._current.owner.status.state is not PlayState.AWAITED:
            # The player tries to open it again.
            self._current.owner.show(state=PlayState.WAITING)
            self._current.timeout.start(STALL_TIMEOUT_S, self._current.pause)
        # Last, so that it never seems to play without an output.
        self._current.owner.show(problem=message)

    def _on_died(self, event: PlayerDied) -> None:
        self._following.forget(notifies_player=False)
        self._current.timeout.end()
        was_playing = self._current.wants_play or self._current.owner.status.state.is_active
        self._current.wants_play = False
        if self._current.owner.status.state.is_active:
            self._current.owner.show(state=PlayState.PAUSED)
        track = self._current.track
        if track is not None and track.is_loaded:
            track.is_loaded = False
            self._final.adopt(track)
            if event.is_restarted:
                self._loader.load(track)
        if was_playing:
            # Otherwise nothing was interrupted: a player starts when it is needed, and what is shown stays true.
            self._current.show_lost_player(event.message, is_restarted=event.is_restarted)

    def _on_ended(self, track: PlayableTake, event: PlayerEnded) -> None:
        self._current.timeout.end()
        self._count(track, event.played_s)
        if event.error:
            self._on_unplayable(track, event)
        elif track.is_live:
            self._final.wait_for(track, event.decoded_s)
        elif track.cut and is_short(track, event.decoded_s):
            # A file that was fetched again may have less data.
            self._loader.interrupt(track, max(event.decoded_s, track.position_s))
        elif self._may_be_truncated(track, event.decoded_s) and track.is_from_disk:
            # The file in the cache may be truncated.
            self._known_short.add(track.entry.clip_id)
            track.drop_file()
            track.position_s = max(event.decoded_s, track.position_s)
            self._loader.resume()
        else:
            self._current.owner.show(problem=self._cut_sentence(track, event.decoded_s))
            self._current.owner.on_ended(self._following.start(track) if event.has_next else None)

    def _on_unplayable(self, track: PlayableTake, event: PlayerEnded) -> None:
        may_fetch = track.is_from_disk if event.is_damaged else event.is_missing and not track.was_missing
        if event.is_damaged:
            track.drop_file()
        elif event.is_missing:
            # It was deleted from outside: nothing is known against the file.
            track.give_file_up()
            track.was_missing = True
        if event.is_damaged or event.is_missing:
            self._current.leveling.try_again(track.entry.clip_id)
        if may_fetch and self._current.wants_play:
            self._loader.resume()
        elif may_fetch and event.is_missing:
            # The next resume fetches it.
            return
        else:
            self._current.owner.on_failed(event.error)

    def _cut_sentence(self, track: PlayableTake, decoded_s: float) -> str:
        if track.length_s is None or not is_short(track, decoded_s):
            return ""
        if track.media is not None and self._may_be_truncated(track, decoded_s):
            # It is fetched again the next time, once.
            track.media.discard()
            self._known_short.add(track.entry.clip_id)
        return cut_at(track, decoded_s)

    def _may_be_truncated(self, track: PlayableTake, decoded_s: float) -> bool:
        """Whether a whole file may lack its end, so that fetching it again helps."""
        is_known = track.entry.clip_id in self._known_short
        return track.length_s is not None and is_short(track, decoded_s) and not is_known
