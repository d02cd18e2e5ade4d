"""The current track and the player: what the parts that open, load and follow a track share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from sunotui.core.context import Context
from sunotui.core.playback.leveling import Leveling
from sunotui.core.playback.player import MediaKey, Player, PlayerListener
from sunotui.core.playback.track import PlayableTake, TrackOpener
from sunotui.core.playback.tracks.timeout import Timeout
from sunotui.domain.playback import PlaybackStatus, PlayState, QueueEntry, clock_text
from sunotui.domain.text import clean

CUT_S = 2.0
"""A file that is shorter than the gateway's length by more than this many seconds was cut off."""
STALL_TIMEOUT_S = 30.0
"""How long playback waits for more audio, or for an output that was lost, in seconds."""
LOST_PLAYER_S = 10.0
"""How long it is shown that the player was lost, if it was restarted, in seconds."""
DECK = 0
"""A file that plays alone is deck 0."""
_REPORTED_EVERY_S = 1.5
"""The maximum time between two reports of the position, in seconds."""
_TITLE_LIMIT = 40
"""Characters of a title in a sentence."""


class TrackOwner(Protocol):
    """What owns the tracks, and decides which one follows."""

    @property
    def status(self) -> PlaybackStatus:
        """What is shown."""

    def show(self, **changes: Any) -> None:
        """Change fields of what is shown."""

    def following(self) -> QueueEntry | None:
        """The take that follows the current one."""

    def on_played(self, track: PlayableTake) -> None:
        """Enough of a take was played to count it."""

    def on_position(self) -> None:
        """The position was reported."""

    def on_ended(self, follower: PlayableTake | None) -> None:
        """The current track has ended; `follower` plays already."""

    def on_awaited(self, sentence: str) -> None:
        """The current track has no audio yet, since it is still being generated; a sentence without its full stop says
        so."""

    def on_failed(self, sentence: str) -> None:
        """The current track cannot be played; a sentence without its full stop says why."""

    def on_media_key(self, key: MediaKey) -> None:
        """The desktop sent a request."""


class CurrentTrack:
    """The current track, once there is one, and the player, once something was played."""

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
        self.ctx, self.owner, self.opener, self.leveling = ctx, owner, opener, leveling
        self._make_player = make_player
        self.timeout = Timeout(ctx.clock, ctx.background)
        self._lost_player = Timeout(ctx.clock, ctx.background)
        """Limits how long the sentence about a lost player is shown."""
        self.player: Player | None = None
        self.track: PlayableTake | None = None
        self.wants_play = False
        """Whether playing was requested last."""
        self.is_closed = False
        self.on_event: PlayerListener = lambda event: None
        """Receives the events of the player."""

    def started_player(self) -> Player:
        """The player, started if it does not run."""
        if self.player is None:
            self.player = self._make_player(self.on_event)
        self.player.start()
        return self.player

    def pause(self) -> None:
        """Pause the current track."""
        self.wants_play = False
        self.timeout.end()
        if self.track is not None and self.track.is_loaded and self.player is not None:
            self.player.pause()
        self.owner.show(state=PlayState.PAUSED)

    def show_lost_player(self, message: str, *, is_restarted: bool) -> None:
        """Show that the player was lost while it played: for a while if it was restarted, since the message is out of
        date as soon as it was read, otherwise until playing is requested."""
        self._lost_player.end()
        self.owner.show(problem=message)
        if is_restarted:
            self._lost_player.start(LOST_PLAYER_S, partial(self._forget_lost_player, message))

    def _forget_lost_player(self, message: str) -> None:
        if self.owner.status.problem == message:
            self.owner.show(problem="")

    @property
    def position_s(self) -> float:
        """Where the current track is, in seconds; between two reports of the player that is estimated."""
        track = self.track
        if track is None:
            return 0.0
        if self.owner.status.state is not PlayState.PLAYING:
            return track.position_s
        passed_s = min(max(self.ctx.clock.monotonic() - track.positioned_at, 0.0), _REPORTED_EVERY_S)
        return track.position_s + passed_s * self.owner.status.speed

    def place(self, track: PlayableTake, position_s: float) -> None:
        """A track is at a position now."""
        track.position_s, track.positioned_at = position_s, self.ctx.clock.monotonic()
        self.owner.show(position_s=position_s)

    def send_sound(self) -> None:
        """Tell the player the volume and the speed that are shown."""
        if self.player is not None:
            status = self.owner.status
            self.player.set_volume(0 if status.is_muted else status.volume)
            self.player.set_speed(status.speed)

    def wait_for_audio(self) -> None:
        """The player has nothing more to play yet."""
        self.owner.show(state=PlayState.WAITING)
        self.timeout.start(STALL_TIMEOUT_S, self._give_up_waiting)

    def _give_up_waiting(self) -> None:
        self.pause()
        self.owner.show(problem=f"No more audio has come since {clock_text(self.owner.status.position_s)}")


def is_short(track: PlayableTake, decoded_s: float) -> bool:
    """Whether less of a track was decoded than there should be; also while its length is unknown."""
    return track.length_s is None or decoded_s < track.length_s - CUT_S


def cut_at(track: PlayableTake, position_s: float) -> str:
    """The sentence that a track was cut off at a position in seconds, without its full stop."""
    return f"“{clean(track.entry.title, _TITLE_LIMIT)}” was cut off at {clock_text(position_s)}"
