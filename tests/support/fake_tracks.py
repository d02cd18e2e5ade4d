"""A player of single takes that plays nothing: every take is there at once, and its user moves its time."""

from __future__ import annotations

from sunotui.core.core import Core
from sunotui.core.playback.track import PlayableTake
from sunotui.core.playback.tracks.current_track import TrackOwner
from sunotui.domain.playback import PlayState


def use_fake_tracks(core: Core) -> list[FakeTracks]:
    """Let takes be triaged with players that play nothing; returns those that were made."""
    made: list[FakeTracks] = []

    def make(owner: TrackOwner) -> FakeTracks:
        made.append(FakeTracks(owner))
        return made[-1]

    core.services.triage._make_tracks = make  # type: ignore[assignment]
    return made


class FakeTracks:
    """The methods of `TrackPlayer` that a triage calls."""

    def __init__(self, owner: TrackOwner) -> None:
        self._owner = owner
        self.track: PlayableTake | None = None
        self.position_s = 0.0

    def put(self, track: PlayableTake | None) -> None:
        """Make a take the current one."""
        self.track = track
        self.position_s = track.position_s if track is not None else 0.0

    def resume(self) -> None:
        """Play."""
        self._owner.show(state=PlayState.PLAYING, position_s=self.position_s)

    def pause(self) -> None:
        """Pause."""
        self._owner.show(state=PlayState.PAUSED)

    def seek(self, position_s: float) -> None:
        """Go to a position."""
        self.position_s = position_s
        self._owner.show(position_s=position_s)

    def send_sound(self) -> None:
        """There is no sound."""

    async def fetch_ahead(self, track: PlayableTake) -> None:
        """Every take is there already."""

    async def end(self) -> None:
        """There is nothing to end."""
