"""Plays the parts of a take together: each can be muted, or played alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sunotui.core.context import Context
from sunotui.core.decks.deck_player import DecksStatus
from sunotui.core.decks.service import DeckService
from sunotui.core.events import Event, PlaybackChanged
from sunotui.core.playback.player import DECKS, DeckFile
from sunotui.core.playback.service import PlaybackService
from sunotui.core.playback.track import PlayableTake
from sunotui.core.stems.splits import StemSplit
from sunotui.domain.errors import SunotuiError
from sunotui.domain.music.stems import StemPart
from sunotui.domain.playback import PlayState, QueueEntry
from sunotui.player.sentences import TOO_MANY_FOR_MPV

FETCHES = 4
"""How many parts are fetched at the same time."""
MPV_DECKS = 4
"""How many parts play together where mpv plays them, with a process for each."""


class PartState(StrEnum):
    """Whether a part can be heard."""

    FETCHING = "fetching"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PartStatus:
    """One part, as it is shown."""

    part: StemPart
    state: PartState = PartState.FETCHING
    is_muted: bool = False
    is_solo: bool = False
    problem: str = ""
    """Why it cannot be heard, as a sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class StemsStatus:
    """Everything that a screen shows of the parts, at one moment."""

    title: str
    parts: tuple[PartStatus, ...]
    state: PlayState = PlayState.LOADING
    position_s: float = 0.0
    length_s: float | None = None
    """The length of the longest part; None if the gateway does not report lengths."""
    problem: str = ""
    """One sentence without its full stop; empty without a problem."""

    @property
    def has_solo(self) -> bool:
        """Whether only some parts are audible because the user chose them."""
        return any(part.is_solo for part in self.parts)

    def is_audible(self, index: int) -> bool:
        """Whether a part is audible while it plays. A part that is played alone is audible although it is muted."""
        part = self.parts[index]
        return part.state is PartState.READY and (part.is_solo if self.has_solo else not part.is_muted)

    @property
    def fetched(self) -> int:
        """How many parts are no longer being fetched."""
        return sum(part.state is not PartState.FETCHING for part in self.parts)


class StemSession:
    """Plays one split, in a player of its own. Methods return at once; the status shows their outcome. Playing anything
    else pauses it, and it pauses everything else."""

    def __init__(
        self,
        ctx: Context,
        split: StemSplit,
        *,
        decks: DeckService,
        playback: PlaybackService,
        on_change: Callable[[StemsStatus], None],
    ) -> None:
        self._ctx = ctx
        self._split = split
        self._service = decks
        self._playback = playback
        self._on_change = on_change
        self._player = decks.player(self._on_decks)
        self._files: dict[int, PlayableTake] = {}
        """What was fetched, by the index of the part."""
        self._decks: tuple[int, ...] = ()
        """The index of the part that each deck of the player has; empty while nothing is loaded."""
        self._most = DECKS
        """How many parts play together here."""
        self._fetching: set[asyncio.Task[None]] = set()
        self._is_closed = False
        lengths = [part.clip.duration_s for part in split.parts if part.clip.duration_s]
        self.status = StemsStatus(
            split.title,
            # A part that the gateway delivered twice is audible once.
            tuple(PartStatus(part, is_muted=part.is_repeated) for part in split.parts),
            length_s=max(lengths, default=None),
        )
        self._unsubscribe = ctx.events.subscribe(self._on_core_event)

    # --- commands ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Fetch the parts, then play them."""
        self._playback.pause()
        self._ctx.background.start("fetch stems", self._fetch)

    def toggle(self) -> None:
        """Pause, or resume; at the end, start again."""
        if self.status.state.is_active:
            self._pause()
            return
        self._playback.pause()
        if self._decks:
            self._player.play()
        else:
            self._show(state=PlayState.LOADING, problem="")
            self._load_if_fetched()

    def seek_to(self, position_s: float) -> None:
        """Go to a position in all parts."""
        limit_s = self.status.length_s
        position_s = max(position_s, 0.0) if limit_s is None else min(max(position_s, 0.0), limit_s)
        if self._decks:
            self._player.seek_to(position_s)
        else:
            self._show(position_s=position_s)

    def seek_by(self, seconds: float) -> None:
        """Go forward or, if negative, back."""
        self.seek_to(self.position_s + seconds)

    def toggle_mute(self, index: int) -> str:
        """Mute or unmute a part. Returns why that is not possible, as a sentence without its full stop; empty if it was
        done."""
        before = self.status.parts
        self._change_part(index, is_muted=not self.status.parts[index].is_muted)
        return self._apply_audible(before)

    def toggle_solo(self, index: int) -> str:
        """Play this part alone, together with others that are played alone, or stop that; returns the same as
        `toggle_mute`."""
        before = self.status.parts
        self._change_part(index, is_solo=not self.status.parts[index].is_solo)
        return self._apply_audible(before)

    def hear_all(self) -> None:
        """Unmute every part once, as at the start; those beyond the limit stay muted."""
        for index, part in enumerate(self.status.parts):
            self._change_part(index, is_muted=part.part.is_repeated, is_solo=False)
        self._mute_excess()
        self._apply_audible(self.status.parts)

    def retry(self) -> None:
        """Fetch the parts again that could not be fetched."""
        failed = [index for index, part in enumerate(self.status.parts) if part.state is PartState.FAILED]
        if not failed:
            return
        for index in failed:
            if (file := self._files.pop(index, None)) is not None:
                # What the player could not play is not kept.
                file.drop_file()
            self._change_part(index, state=PartState.FETCHING, problem="")
        self._player.pause()
        self._decks = ()
        self._show(state=PlayState.LOADING, problem="")
        self._ctx.background.start("fetch stems", self._fetch)

    @property
    def position_s(self) -> float:
        """Where the parts are, in seconds; between two reports of the player that is estimated."""
        return self._player.position_s if self._decks else self.status.position_s

    async def close(self) -> None:
        """End the player, and release the files."""
        self._is_closed = True
        self._unsubscribe()
        for work in self._fetching:
            work.cancel()
        await self._player.close()
        for index in tuple(self._files):
            self._give_up(index)

    # --- fetching ----------------------------------------------------------------------------------------------------

    async def _fetch(self) -> None:
        limit = asyncio.Semaphore(FETCHES)
        wanted = [index for index, part in enumerate(self.status.parts) if part.state is PartState.FETCHING]
        self._fetching = {asyncio.create_task(self._fetch_part(index, limit), name="fetch a stem") for index in wanted}
        await asyncio.gather(*self._fetching, return_exceptions=True)
        self._load_if_fetched()

    async def _fetch_part(self, index: int, limit: asyncio.Semaphore) -> None:
        part, task = self.status.parts[index].part, self._split.task
        entry = QueueEntry(task.id, part.clip.id, part.name, part.take, task.profile, part.clip.duration_s)
        async with limit:
            try:
                fetched = await self._service.fetch(entry)
            except SunotuiError as error:
                self._change_part(index, state=PartState.FAILED, problem=error.what)
                return
        self._files[index] = fetched
        self._change_part(index, state=PartState.READY)

    def _give_up(self, index: int) -> None:
        if (file := self._files.pop(index, None)) is not None:
            file.close()

    # --- the player --------------------------------------------------------------------------------------------------

    def _load_if_fetched(self) -> None:
        """Give the parts to the player, once all are fetched or have failed."""
        if self._is_closed or self.status.fetched < len(self.status.parts):
            return
        ready = [index for index, part in enumerate(self.status.parts) if part.state is PartState.READY]
        if not ready:
            reasons = {part.problem for part in self.status.parts}
            why = reasons.pop() if len(reasons) == 1 else "None of the parts can be fetched"
            self._show(state=PlayState.STOPPED, problem=why if self.status.parts else "There are no parts yet")
            return
        self._mute_excess()
        self._load(ready, self.status.position_s, plays=True)

    def _load(self, ready: Iterable[int], position_s: float, *, plays: bool) -> None:
        """Load as many of these parts as the player plays together; audible ones come first."""
        parts = self.status.parts
        chosen = sorted(ready, key=lambda index: (not self.status.is_audible(index), parts[index].part.is_repeated))
        self._decks = tuple(sorted(chosen[: self._most]))
        self._send_volume()
        self._player.load(list(self._deck_files()), position_s=position_s, plays=plays)

    def _deck_files(self) -> Iterator[DeckFile]:
        for index in self._decks:
            if (media := self._files[index].media) is not None:
                yield DeckFile(media.path, is_muted=not self.status.is_audible(index))

    @property
    def _audible(self) -> list[int]:
        """The indexes of the audible parts."""
        return [index for index in range(len(self.status.parts)) if self.status.is_audible(index)]

    def _mute_excess(self) -> None:
        """Mute the parts that exceed the number that the player plays together."""
        for index in self._audible[self._most :]:
            self._change_part(index, is_muted=True)

    def _apply_audible(self, before: tuple[PartStatus, ...]) -> str:
        """Apply the choice to the player. If it cannot, the parts are as `before`, and the reason is returned."""
        if len(self._audible) > self._most:
            self._show(parts=before)
            return f"At most {self._most} parts play together: mute another one first"
        if self._decks and not set(self._audible) <= set(self._decks):
            ready = [index for index, part in enumerate(self.status.parts) if part.state is PartState.READY]
            self._load(ready, self.position_s, plays=self.status.state.is_active)
            return ""
        for deck, index in enumerate(self._decks):
            is_muted = not self.status.is_audible(index)
            if is_muted is (deck in self._player.status.audible):
                self._player.set_muted(deck, is_muted)
        return ""

    def _send_volume(self) -> None:
        status = self._playback.status
        self._player.set_volume(0 if status.is_muted else status.volume)

    def _pause(self) -> None:
        if self._decks:
            self._player.pause()
        else:
            self._show(state=PlayState.PAUSED)

    # --- events ------------------------------------------------------------------------------------------------------

    def _on_core_event(self, event: Event) -> None:
        if isinstance(event, PlaybackChanged):
            if event.status.state.is_active and self.status.state.is_active:
                # The user has chosen something else.
                self._pause()
            self._send_volume()

    def _on_decks(self, status: DecksStatus) -> None:
        if not self._decks or self._is_closed:
            return
        if status.problem == TOO_MANY_FOR_MPV and self._most > MPV_DECKS:
            self._most = MPV_DECKS
            self._mute_excess()
            self._load(self._decks, self.status.position_s, plays=True)
            return
        for deck, problem in status.failed.items():
            if deck < len(self._decks) and self.status.parts[self._decks[deck]].state is PartState.READY:
                self._change_part(self._decks[deck], state=PartState.FAILED, problem=problem)
        self._show(state=status.state, position_s=status.position_s, problem=status.problem)

    # --- status ------------------------------------------------------------------------------------------------------

    def _change_part(self, index: int, **changes: Any) -> None:
        parts = list(self.status.parts)
        parts[index] = replace(parts[index], **changes)
        self._show(parts=tuple(parts))

    def _show(self, **changes: Any) -> None:
        status = replace(self.status, **changes)
        if status != self.status:
            self.status = status
            if not self._is_closed:
                self._on_change(status)
