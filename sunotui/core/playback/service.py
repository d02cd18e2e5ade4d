"""Playback: plays takes of the library by a queue."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.core.context import Context
from sunotui.core.events import PlaybackChanged
from sunotui.core.library.annotations import AnnotationService
from sunotui.core.stores import Stores
from sunotui.domain.annotations import TakeRef
from sunotui.domain.playback import PlaybackStatus, RepeatMode


class PlaybackService:
    """Plays takes. Methods that are not coroutines return at once and show what was asked for; what becomes of it is
    published as PlaybackChanged. Nothing raises because of sound: `status.problem` says why there is none.
    """

    def __init__(self, ctx: Context, stores: Stores, annotations: AnnotationService) -> None:
        self._ctx = ctx
        self._stores = stores
        self._annotations = annotations
        self._status = PlaybackStatus()

    @property
    def status(self) -> PlaybackStatus:
        """What plays now."""
        return self._status

    async def restore(self) -> None:
        """Read what was kept at the last exit, if that has not been done: the queue, paused at its position, and the
        volume. Raises LibraryError."""

    # --- the current take --------------------------------------------------------------------------------------------

    async def play(self, takes: Sequence[TakeRef], start: int = 0) -> None:
        """Replace the queue by these takes and play the one at index `start`. Takes that cannot be played are left out.
        Raises LibraryError."""

    def toggle(self) -> None:
        """Pause, or go on."""

    def pause(self) -> None:
        """Pause."""

    def stop(self) -> None:
        """Stop, and go to the start of the take."""

    def seek_to(self, position_s: float) -> None:
        """Go to a position in the take."""

    def seek_by(self, seconds: float) -> None:
        """Go forward or, if negative, back."""

    def change_volume(self, step: int) -> None:
        """Change the volume by `step`, within 0 to 100; sound that was muted is heard again."""

    def toggle_mute(self) -> None:
        """Mute, or unmute."""

    def set_speed(self, speed: float) -> None:
        """Set the speed, 0.5 to 2."""

    # --- the queue ---------------------------------------------------------------------------------------------------

    def next(self) -> None:
        """Go to the next take of the queue."""

    def previous(self) -> None:
        """Go to the start of the take or, within its first 3 seconds, to the take before it."""

    async def add_next(self, takes: Sequence[TakeRef]) -> int:
        """Put takes into the queue after the current one; returns how many can be played. Raises LibraryError."""
        return 0

    async def add_last(self, takes: Sequence[TakeRef]) -> int:
        """Put takes at the end of the queue; returns how many can be played. Raises LibraryError."""
        return 0

    def move(self, index: int, step: int) -> int:
        """Move the take at `index` of the queue by `step` positions, at most to the end; returns its new index."""
        return index

    def remove(self, index: int) -> None:
        """Remove a take from the queue; if it is the current one, the next one follows."""

    def jump(self, index: int) -> None:
        """Play the take at `index` of the queue."""

    def clear(self) -> None:
        """Stop, and empty the queue."""

    def set_repeat(self, mode: RepeatMode) -> None:
        """Set what follows at the end of a take or of the queue."""

    def toggle_shuffle(self) -> None:
        """Play what follows in a random order, or in the order before it was shuffled."""

    # --- without a player --------------------------------------------------------------------------------------------

    async def hand_over(self, take: TakeRef) -> str:
        """A command line that plays a take with another program, "mpv URL". Raises InvalidRequest, which says why a
        take has no usable link, and LibraryError."""
        return ""

    async def close(self) -> None:
        """Write what is kept, and end the player."""

    def _show(self, status: PlaybackStatus) -> None:
        self._status = status
        self._ctx.events.publish(PlaybackChanged(status))
