"""Stores the user's choices in the screens: read with the library, and written when nothing has changed for a while."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from sunotui.core.background import BackgroundTasks
from sunotui.core.clock import Clock
from sunotui.storage.config.ui_state import UiState, Value, load_ui_state, save_ui_state
from sunotui.storage.worker import StorageThread

QUIET_S = 2.0
"""Seconds without a change before the file is written, so that a moving cursor writes nothing."""

_log = logging.getLogger(__name__)


class SavedUiState:
    """The current choices, and their file. If the file cannot be written, only the choices are lost."""

    def __init__(self, path: Path, storage: StorageThread, clock: Clock, background: BackgroundTasks) -> None:
        self._path = path
        self._storage = storage
        self._clock = clock
        self._background = background
        self._unsaved: dict[str, Value] = {}
        self._changed = asyncio.Event()
        self._is_writing = False
        self.now = UiState()

    def load(self) -> None:
        """Read the file; on the storage thread, before the first screen asks."""
        self.now = load_ui_state(self._path)

    def keep(self, **values: Value) -> None:
        """Keep these values of `UiState`. Only changed values are written, soon afterwards, without waiting."""
        changed = {name: value for name, value in values.items() if getattr(self.now, name) != value}
        if not changed:
            return
        self.now = UiState(**self.now._asdict() | changed)
        self._unsaved |= changed
        self._changed.set()
        if not self._is_writing:
            self._is_writing = True
            self._background.start("write ui state", self._write_when_quiet)

    async def close(self) -> None:
        """Write what is not written yet."""
        await self._write()

    async def _write_when_quiet(self) -> None:
        try:
            while self._unsaved:
                self._changed.clear()
                if not await self._clock.wait(self._changed, QUIET_S):
                    await self._write()
        finally:
            self._is_writing = False

    async def _write(self) -> None:
        changes, self._unsaved = self._unsaved, {}
        if not changes:
            return
        try:
            await self._storage.run(save_ui_state, self._path, changes)
        except OSError as error:
            _log.warning("The state of the screens could not be written: %s", error.strerror)
