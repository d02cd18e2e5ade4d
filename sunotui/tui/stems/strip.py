"""The times and the bar of the parts that play."""

from __future__ import annotations

from collections.abc import Callable

from sunotui.core.stems.session import StemSession, StemsStatus
from sunotui.domain.playback import PlaybackStatus
from sunotui.tui.playback.strip import PlayingStrip


class StemsStrip(PlayingStrip):
    """The strip of the now-playing screen, for the parts instead of a single take."""

    def __init__(self, session: Callable[[], StemSession], volume: PlaybackStatus, *, id: str | None = None) -> None:
        """`session` returns what plays; `volume` has the volume, which is that of everything."""
        super().__init__(volume, id=id)
        self._session = session
        self._volume = volume

    def show_volume(self, status: PlaybackStatus) -> None:
        """Show another volume."""
        self._volume = status
        self.show_stems(self._session().status)

    def show_stems(self, status: StemsStatus) -> None:
        """Show a new state of the parts."""
        fetching = len(status.parts) - status.fetched
        self.note = f"{status.fetched} of {len(status.parts)} parts are there" if fetching else ""
        self.show(
            PlaybackStatus(
                state=status.state,
                position_s=status.position_s,
                length_s=status.length_s,
                volume=self._volume.volume,
                is_muted=self._volume.is_muted,
                problem=status.problem,
            )
        )

    def _side(self, status: PlaybackStatus, problem: str) -> str:
        """The number of loaded parts, which is more useful than a word for loading."""
        return self.note if self.note and not status.problem else super()._side(status, problem)

    def go_to(self, position_s: float) -> None:
        """Go to a position in all parts."""
        self._session().seek_to(position_s)

    def pause_or_go_on(self) -> None:
        """Pause, or resume."""
        self._session().toggle()
