"""Saves takes automatically as soon as they are favourites, or done."""

from __future__ import annotations

import asyncio

from sunotui.core.context import Context
from sunotui.core.downloads.service import DownloadService
from sunotui.core.events import AutoSaveFailed, Event, TasksChanged
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import SunotuiError
from sunotui.domain.saving.downloads import DownloadEntry, DownloadState
from sunotui.storage.downloads.safety import SafetyStore

TASKS_AT_ONCE = 100
"""How many songs are looked at at once, so that nothing that is sent or saved waits for many."""


class AutoSaver:
    """Adds takes to the downloads, each once: takes that were saved, deleted, cancelled or could not be saved are not
    added again."""

    def __init__(self, ctx: Context, store: SafetyStore, downloads: DownloadService, auto_save: str) -> None:
        """`auto_save` is the setting of this name."""
        self._ctx, self._store, self._downloads = ctx, store, downloads
        self._is_off, self._is_every_take = auto_save == "off", auto_save == "all"
        self._changed: dict[str, None] = {}
        """The ids of changed songs that still have to be checked, in order."""
        self._idle = asyncio.Event()
        self._idle.set()
        self._problem = ""
        self._added: set[TakeRef] = set()

    def on_event(self, event: Event) -> None:
        """Check songs that changed."""
        if self._is_off or not isinstance(event, TasksChanged):
            return
        self._changed |= dict.fromkeys(event.ids)
        if self._changed and self._idle.is_set():
            self._idle.clear()
            self._ctx.background.start("save favourites", self._run)

    @property
    def is_busy(self) -> bool:
        """Whether there is something to check or to save."""
        return not self._idle.is_set() or any(
            entry.state in {DownloadState.ACTIVE, DownloadState.WAITING} for entry in self._own()
        )

    async def finish(self) -> list[DownloadEntry]:
        """Wait until everything possible is saved; returns what could not be saved."""
        await self._idle.wait()
        if self._added:
            await self._downloads.wait_idle()
        return [entry for entry in self._own() if entry.state is DownloadState.FAILED]

    def _own(self) -> list[DownloadEntry]:
        return [entry for entry in self._downloads.status.entries if entry.take in self._added]

    async def _run(self) -> None:
        try:
            while self._changed:
                ids, self._changed = list(self._changed), {}
                await self._save(ids)
        except SunotuiError as error:
            # For example a template that cannot name files: reported once, not for each song.
            if (problem := error.worded("").rstrip(".")) != self._problem:
                self._problem = problem
                self._ctx.events.publish(AutoSaveFailed(f"Favourites are not saved: {problem}"))
        finally:
            self._idle.set()

    async def _save(self, ids: list[str]) -> None:
        takes: list[TakeRef] = []
        for start in range(0, len(ids), TASKS_AT_ONCE):
            piece = ids[start : start + TASKS_AT_ONCE]
            takes += await self._ctx.storage.run(self._store.to_save, piece, is_every_take=self._is_every_take)
        if takes:
            self._added.update(takes)
            await self._downloads.add(takes)
