"""Plays several files together at one position, each of them audible or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sunotui.core.background import BackgroundTasks
from sunotui.core.clock import Clock
from sunotui.core.playback.player import (
    DeckFile,
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
from sunotui.core.playback.tracks.current_track import LOST_PLAYER_S, STALL_TIMEOUT_S
from sunotui.core.playback.tracks.timeout import Timeout
from sunotui.domain.playback import PlayState

_REPORTED_EVERY_S = 1.5
"""The maximum time between two reports of the position, in seconds."""


@dataclass(frozen=True, slots=True)
class DecksStatus:
    """The state of the decks at one moment."""

    state: PlayState = PlayState.STOPPED
    position_s: float = 0.0
    """The position of all decks at the time of the report."""
    audible: frozenset[int] = frozenset()
    """The decks that are not muted."""
    problem: str = ""
    """Why nothing is heard, as a sentence without its full stop."""
    failed: Mapping[int, str] = field(default_factory=dict)
    """The decks whose files have no sound, and why."""


class DeckPlayer:
    """Plays files that are on disk. Methods return at once and show the requested state; the outcome is reported. Use
    it on the event loop, and close it."""

    def __init__(
        self,
        clock: Clock,
        background: BackgroundTasks,
        make_player: Callable[[PlayerListener], Player],
        on_change: Callable[[DecksStatus], None],
    ) -> None:
        """`make_player` makes the player when it is first needed. `on_change` is called with each new status."""
        self._clock = clock
        self._lost_player = Timeout(clock, background)
        """Limits how long the sentence about a lost player is shown."""
        self._lost_output = Timeout(clock, background)
        """Limits how long an output that was lost is waited for."""
        self._make_player = make_player
        self._on_change = on_change
        self._made: Player | None = None
        self._files: list[DeckFile] = []
        self._status = DecksStatus()
        self._positioned_at = 0.0
        self._volume = 100
        self._has_output = False
        """Whether there was an output."""
        self._has_files = False
        """Whether the player's process has the files: a process that died twice is not restarted."""
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return self._is_closed

    @property
    def status(self) -> DecksStatus:
        """The current state of the decks."""
        return self._status

    @property
    def position_s(self) -> float:
        """Where the decks are, in seconds; between two reports of the player that is estimated."""
        if self._status.state is not PlayState.PLAYING:
            return self._status.position_s
        passed_s = min(max(self._clock.monotonic() - self._positioned_at, 0.0), _REPORTED_EVERY_S)
        return self._status.position_s + passed_s

    def load(self, files: Sequence[DeckFile], *, position_s: float = 0.0, plays: bool = True) -> None:
        """Load 1 to DECKS complete files instead of the previous ones. The first one is deck 0."""
        self._files = list(files)
        self._show(failed={}, problem="")
        self._load(position_s, plays=plays)

    def toggle(self) -> None:
        """Pause, or resume; at the end, start again."""
        if self._status.state.is_active:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Resume; at the end, start again."""
        if self._has_files:
            self.player.play()
            self._place(self._status.position_s, state=PlayState.PLAYING, problem="")
        elif self._files:
            self._show(problem="")
            self._load(self._status.position_s, plays=True)

    def pause(self) -> None:
        """Pause."""
        self._lost_output.end()
        if self._made is not None and self._status.state.is_active:
            self._made.pause()
            self._place(self.position_s, state=PlayState.PAUSED)

    def seek_to(self, position_s: float) -> None:
        """Go to a position."""
        if self._files:
            self._place(max(0.0, position_s))
            if self._has_files:
                self.player.seek(self._status.position_s)

    def seek_by(self, seconds: float) -> None:
        """Go forward or, if negative, back."""
        self.seek_to(self.position_s + seconds)

    def flip(self, deck: int) -> None:
        """Hear only this deck, from the same sample on."""
        if deck < len(self._files):
            if self._has_files:
                self.player.flip(deck)
            self._files = [file._replace(is_muted=number != deck) for number, file in enumerate(self._files)]
            self._show_audible()

    def set_muted(self, deck: int, is_muted: bool) -> None:
        """Mute or unmute a deck."""
        if deck < len(self._files):
            if self._has_files:
                self.player.set_muted(deck, is_muted)
            self._files[deck] = self._files[deck]._replace(is_muted=is_muted)
            self._show_audible()

    def set_gain(self, deck: int, gain_db: float) -> None:
        """Set the gain of a deck in dB."""
        if deck < len(self._files):
            if self._has_files:
                self.player.set_gain(deck, gain_db)
            self._files[deck] = self._files[deck]._replace(gain_db=gain_db)

    def set_volume(self, volume: int) -> None:
        """Set the volume of all, 0 to 100."""
        self._volume = volume
        if self._made is not None:
            self._made.set_volume(volume)

    @property
    def player(self) -> Player:
        """The player, whose process is started if it does not run."""
        if self._made is None:
            self._made = self._make_player(self._on_event)
        self._made.start()
        return self._made

    async def close(self) -> None:
        """End the player's process."""
        self._is_closed = True
        self._lost_player.end()
        self._lost_output.end()
        self._files = []
        if self._made is not None:
            await self._made.close()

    def _load(self, position_s: float, *, plays: bool) -> None:
        player = self.player
        player.set_volume(self._volume)
        player.load_decks(self._files, position_s=position_s, plays=plays)
        self._has_files = True
        self._show_audible()
        self._place(position_s, state=PlayState.PLAYING if plays else PlayState.PAUSED)

    # --- events of the player ----------------------------------------------------------------------------------------

    def _on_event(self, event: PlayerEvent) -> None:
        if self._is_closed:
            return
        if isinstance(event, PlayerReady):
            self._has_output = bool(event.output)
            if event.message:
                self._lose(event.message)
        elif isinstance(event, PlayerOutput):
            self._on_output(event)
        elif isinstance(event, PlayerDied):
            self._on_died(event)
        elif self._files:
            self._on_deck_event(event)

    def _on_deck_event(self, event: PlayerEvent) -> None:
        plays = self._status.state.is_active
        if isinstance(event, PlayerState):
            if event.is_playing is plays and event.position_s is not None:
                self._place(event.position_s)
        elif isinstance(event, PlayerPosition):
            self._place(event.position_s)
        elif isinstance(event, PlayerStarved):
            if plays:
                self._show(state=PlayState.WAITING if event.is_starved else PlayState.PLAYING)
        elif isinstance(event, PlayerDeckFailed):
            self._show(failed={**self._status.failed, event.deck: event.error})
        elif isinstance(event, PlayerEnded):
            position_s = self._status.position_s if event.error else event.decoded_s
            self._place(position_s, state=PlayState.PAUSED, problem=event.error)

    def _on_output(self, event: PlayerOutput) -> None:
        if not event.is_lost:
            self._lost_output.end()
            if self._status.state is PlayState.WAITING:
                self._place(self._status.position_s, state=PlayState.PLAYING)
            self._show(problem="")
            return
        message = event.message or "The sound output was lost"
        if self._has_output and not self._status.state.is_active:
            # Nothing was interrupted, and no one would report that the output is back: playing opens it again.
            return
        if self._has_output and not event.is_final:
            # The player tries to open it again, and continues.
            self._place(self.position_s, state=PlayState.WAITING, problem=message)
            self._lost_output.start(STALL_TIMEOUT_S, self.pause)
        else:
            self._lose(message)

    def _lose(self, message: str) -> None:
        """The output was lost and is not opened again, or could not be opened."""
        self.pause()
        self._show(problem=message)

    def _on_died(self, event: PlayerDied) -> None:
        position_s, was_playing = self.position_s, self._status.state.is_active
        self._has_files = False
        self._lost_output.end()
        if self._files:
            self._place(position_s, state=PlayState.PAUSED)
        if event.is_restarted and self._files:
            self._load(position_s, plays=False)
        if not was_playing:
            # Nothing was interrupted, and what is shown stays true.
            return
        self._lost_player.end()
        self._show(problem=event.message)
        if event.is_restarted:
            # The message is out of date as soon as it was read.
            self._lost_player.start(LOST_PLAYER_S, partial(self._forget_lost_player, event.message))

    def _forget_lost_player(self, message: str) -> None:
        if self._status.problem == message:
            self._show(problem="")

    # --- status ------------------------------------------------------------------------------------------------------

    def _show_audible(self) -> None:
        self._show(audible=frozenset(number for number, file in enumerate(self._files) if not file.is_muted))

    def _place(self, position_s: float, **changes: Any) -> None:
        self._positioned_at = self._clock.monotonic()
        self._show(position_s=position_s, **changes)

    def _show(self, **changes: Any) -> None:
        status = replace(self._status, **changes)
        if status != self._status:
            self._status = status
            self._on_change(status)
