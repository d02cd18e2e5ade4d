"""Notices saved files that were moved, deleted or changed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

from sunotui.core.context import Context
from sunotui.core.downloads.placing import sha256_of
from sunotui.core.downloads.verification import head_of, suffix_of
from sunotui.core.events import TasksChanged
from sunotui.domain.downloads import FileState, SavedFile
from sunotui.domain.errors import MediaError
from sunotui.storage.downloads.saved_files import SavedFileStore


class FileChecker:
    """Looks for saved files, in threads."""

    def __init__(self, ctx: Context, files: SavedFileStore) -> None:
        self._ctx, self._files = ctx, files

    async def check_all(self) -> int:
        """Check all files; returns how many states changed. Raises LibraryError."""
        before = await self._ctx.storage.run(self._files.all)
        after = await self.check(before)
        states = {(file.clip_id, file.kind, file.path): file.state for file in before}
        return sum(
            file.state is not states.get((file.clip_id, file.kind, file.path), FileState.MISSING) for file in after
        )

    async def check(self, files: Sequence[SavedFile]) -> list[SavedFile]:
        """The files as they are now; what has changed is stored. Raises LibraryError."""
        if not files:
            return []
        now = self._ctx.clock.now()
        found = await asyncio.to_thread(lambda: [checked(file, now) for file in files])
        changed = [
            after
            for before, after in zip(files, found, strict=True)
            if (before.state, before.mtime_ns) != (after.state, after.mtime_ns)
        ]
        if changed:
            await self._ctx.storage.run(self._files.put, changed)
            self._ctx.events.publish(TasksChanged(tuple(dict.fromkeys(file.task_id for file in changed))))
        return found


def checked(file: SavedFile, now: float) -> SavedFile:
    """A saved file as it is at `now` in Unix seconds. It is read only when its size or its time has changed."""
    try:
        state = file.path.stat()
        if file.is_there and (state.st_size, state.st_mtime_ns) == (file.size, file.mtime_ns):
            return file._replace(checked_at=now)
        return _read_again(file, state, now)
    except (OSError, MediaError, ValueError):
        return file._replace(state=FileState.MISSING, checked_at=now)


def _read_again(file: SavedFile, state: os.stat_result, now: float) -> SavedFile:
    """A file with another size or time: the same content, such as a copy that was put back, or another one. Raises
    MediaError for what cannot be the take any more, and OSError."""
    if not file.path.is_file() or 2 * state.st_size < file.size:
        raise MediaError
    suffix_of(file.kind, head_of(file.path))
    sha256 = sha256_of(file.path)
    # The hash stays that of the saved file, so that it is known again.
    is_same = sha256 == file.sha256
    return file._replace(
        size=state.st_size,
        mtime_ns=state.st_mtime_ns,
        checked_at=now,
        state=FileState.PRESENT if is_same else FileState.CHANGED,
    )
