"""Makes players for files that play together, and fetches the files of takes for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sunotui.core.context import Context
from sunotui.core.decks.deck_player import DeckPlayer, DecksStatus
from sunotui.core.playback.leveling import TARGET_LUFS, Leveling
from sunotui.core.playback.player import Player, PlayerListener
from sunotui.core.playback.track import PlayableTake, TrackOpener
from sunotui.domain.errors import MediaError
from sunotui.domain.playback import QueueEntry
from sunotui.storage.playback.loudness_store import MeasuredLoudness


class DeckService:
    """Players for files that play together, which end with the library at the latest. Only one is useful at a time:
    each has its own process and output."""

    def __init__(
        self, ctx: Context, opener: TrackOpener, leveling: Leveling, make_player: Callable[[PlayerListener], Player]
    ) -> None:
        """`leveling` measures takes even if the user has switched leveling off."""
        self._ctx = ctx
        self._opener = opener
        self._leveling = leveling
        self._make_player = make_player
        self._players: list[DeckPlayer] = []

    def player(self, on_change: Callable[[DecksStatus], None]) -> DeckPlayer:
        """A player with nothing loaded; its process starts with the first file. `on_change` is called with each new
        status."""
        player = DeckPlayer(self._ctx.clock, self._ctx.background, self._make_player, on_change)
        self._players = [*(one for one in self._players if not one.is_closed), player]
        return player

    async def fetch(self, take: QueueEntry) -> PlayableTake:
        """The whole file of a take, which is fetched unless it is in the cache. It stays on disk until the take is
        closed. Raises SunotuiError."""
        opened = PlayableTake(take)
        try:
            await self._opener.open(opened)
            if opened.is_live or opened.media is None:
                raise MediaError("The song is still being generated", advice="Wait until it is done")
            await opened.media.wait_complete()
        except BaseException:  # also when it is cancelled
            opened.close()
            raise
        return opened

    async def loudness(self, player: DeckPlayer, clip_id: str, path: Path) -> MeasuredLoudness | None:
        """How loud the file of a take is; it is measured if that has not been done. None if it cannot be measured."""
        return await self._leveling.measured(player.player, clip_id, path)

    async def close(self) -> None:
        """End all players."""
        for player in self._players:
            await player.close()
        self._players.clear()


def matched_gains(loudness: list[MeasuredLoudness | None]) -> list[float]:
    """The gains in dB with which files are equally loud, as loud as possible without clipping a peak or passing the
    usual loudness; 0 for those whose loudness is not known."""
    known = [one for one in loudness if one is not None and one.lufs is not None]
    target = min((_loudest(one) for one in known), default=0.0)
    return [target - one.lufs if one is not None and one.lufs is not None else 0.0 for one in loudness]


def _loudest(one: MeasuredLoudness) -> float:
    from_peak = (one.lufs or 0.0) - (one.peak_db or 0.0)
    return min(from_peak, TARGET_LUFS)
