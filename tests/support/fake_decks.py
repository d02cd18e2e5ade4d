"""Decks that play nothing: every take is there at once, and its user moves its time."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sunotui.core.core import Core
from sunotui.core.decks.deck_player import DeckPlayer
from sunotui.core.decks.service import DeckService
from sunotui.core.playback.player import PlayerListener, PlayerPosition
from sunotui.core.playback.track import PlayableTake
from sunotui.domain.playback import QueueEntry
from sunotui.storage.playback.loudness_store import MeasuredLoudness


def use_fake_decks(core: Core) -> FakeDecks:
    """Let takes be compared on decks that play nothing."""
    decks = core.services.decks
    fake = FakeDecks(decks._ctx, decks._opener, decks._leveling, _SilentPlayer)
    core.services.comparison._decks = fake
    return fake


class FakeDecks(DeckService):
    """Decks without files and without a sound output."""

    def show(self, position_s: float) -> None:
        """Report a position, as the player's events do."""
        for player in self._players:
            player.player.report(position_s)  # type: ignore[attr-defined]

    async def fetch(self, take: QueueEntry) -> PlayableTake:
        """A take whose file is not read."""
        media: Any = SimpleNamespace(path=Path(f"/{take.clip_id}.mp3"), close=lambda: None)
        return PlayableTake(take, media=media)

    async def loudness(self, player: DeckPlayer, clip_id: str, path: Path) -> MeasuredLoudness | None:
        """The last letter of its id decides how loud a take is."""
        return MeasuredLoudness(-9.0 - ord(clip_id[-1]) % 8, -1.0)


class _SilentPlayer:
    """Takes every command."""

    def __init__(self, listener: PlayerListener) -> None:
        self._listener = listener

    def report(self, position_s: float) -> None:
        self._listener(PlayerPosition(position_s, position_s))

    async def close(self) -> None:
        """There is nothing to end."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None
