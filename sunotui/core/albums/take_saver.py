"""Saves takes and waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from sunotui.core.downloads.service import DownloadService
from sunotui.core.event_bus import EventBus
from sunotui.core.events import DownloadsChanged, Event
from sunotui.domain.annotations import TakeRef
from sunotui.domain.saving.downloads import DownloadState, FileKind

_RUNNING = frozenset({DownloadState.ACTIVE, DownloadState.WAITING})
_STATES = {
    DownloadState.PAUSED: "its download is paused",
    DownloadState.CANCELLED: "its download was cancelled",
}
"""Why a take is not saved, if the download itself gives no reason."""
_NOT_SAVED = "it is not saved"


class TakeSaver:
    """Saves takes with the queue of downloads, which may contain other takes."""

    def __init__(self, events: EventBus, downloads: DownloadService) -> None:
        self._events, self._downloads = events, downloads

    async def save(self, takes: Sequence[TakeRef]) -> Mapping[str, str]:
        """Save the takes that are not saved yet, and wait for that; returns why others could not be, by clip id. Raises
        LibraryError, and InvalidRequest for settings with which nothing can be saved."""
        changed = asyncio.Event()

        def on_event(event: Event) -> None:
            if isinstance(event, DownloadsChanged):
                changed.set()

        unsubscribe = self._events.subscribe(on_event)
        try:
            await self._downloads.add(takes)
            while self._is_running(takes):
                await changed.wait()
                changed.clear()
        finally:
            unsubscribe()
        results = await self._downloads.results(takes, FileKind.AUDIO, None)
        return {
            result.take.clip_id: result.reason or _STATES.get(result.state, _NOT_SAVED)
            for result in results
            if result.file is None
        }

    def _is_running(self, takes: Sequence[TakeRef]) -> bool:
        wanted = set(takes)
        return any(
            entry.state in _RUNNING and entry.take in wanted and entry.kind is FileKind.AUDIO and not entry.folder
            for entry in self._downloads.status.entries
        )
