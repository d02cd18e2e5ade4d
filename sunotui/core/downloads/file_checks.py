"""Notices saved files that were moved, deleted or changed."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from sunotui.core.context import Context
from sunotui.core.downloads.folders import default_folder
from sunotui.core.downloads.placing import sha256_of
from sunotui.core.downloads.verify.file_verification import head_of, suffix_of
from sunotui.core.events import TasksChanged
from sunotui.domain.errors import MediaError
from sunotui.domain.saving.downloads import FileState, SavedFile
from sunotui.named_tuple import NamedTuple
from sunotui.storage.db.connection import Database
from sunotui.storage.downloads.saved_files import SavedFileStore

FILES_AT_ONCE = 50
"""How many files are read or written at once: a few milliseconds of the storage thread."""
MOST_FILES = 100_000
"""The maximum number of files that are searched for moved ones."""
_SECOND_NS = 1_000_000_000


class FileCounts(NamedTuple):
    """How many takes have files, and the states of these files."""

    takes: int = 0
    """Takes with at least one file that is there."""
    missing: int = 0
    """Files that are not where they were saved, of takes that have no other file."""


def count_files(db: Database, now: float) -> FileCounts:
    """Look for all saved files at `now`, in Unix seconds, without noting anything. Blocks; raises LibraryError."""
    before = SavedFileStore(db).all()
    files = without_replaced(before, [checked(file, now) for file in before], before)
    there = {file.clip_id for file in files if file.is_there and file.kind.is_sound}
    return FileCounts(len(there), sum(not file.is_there and file.clip_id not in there for file in files))


class FileChecker:
    """Looks for saved files, in threads."""

    def __init__(self, ctx: Context, files: SavedFileStore, folder: str) -> None:
        """`folder` is that of the settings; empty for the default one."""
        self._ctx, self._files, self._folder = ctx, files, folder

    async def check_all(self) -> int:
        """Check all files; returns how many states changed. Raises LibraryError."""
        before = await self._all()
        after = await self._moved(await self.check(before))
        states = {(file.clip_id, file.kind, file.path): file.state for file in before}
        return sum(
            file.state is not states.get((file.clip_id, file.kind, file.path), FileState.MISSING) for file in after
        )

    async def _all(self) -> list[SavedFile]:
        """All files, read in pieces, so that nothing that is sent or saved waits for all of them."""
        found: list[SavedFile] = []
        while piece := await self._ctx.storage.run(self._files.page, found[-1] if found else None, FILES_AT_ONCE):
            found += piece
        return found

    async def _moved(self, files: list[SavedFile]) -> list[SavedFile]:
        """The files, with the paths of those that were moved."""
        if all(file.is_there for file in files):
            return files
        moved = await asyncio.to_thread(lambda: moved_files(files, Path(self._folder or default_folder())))
        if moved:
            await self._ctx.storage.run(self._files.move, moved)
            self._ctx.events.publish(TasksChanged(tuple(dict.fromkeys(file.task_id for file in moved))))
        return [moved.get(file, file) for file in files]

    async def check(self, files: Sequence[SavedFile]) -> list[SavedFile]:
        """The files as they are now; what has changed is stored. Raises LibraryError."""
        if not files:
            return []
        now = self._ctx.clock.now()
        found = await asyncio.to_thread(lambda: [checked(file, now) for file in files])
        paths = [
            after.path
            for before, after in zip(files, found, strict=True)
            if after is not before and after.state is FileState.CHANGED
        ]
        if paths:
            found = without_replaced(files, found, await self._at(paths))
        changed = [
            after
            for before, after in zip(files, found, strict=True)
            if before is not after and (before.state, before.mtime_ns) != (after.state, after.mtime_ns)
        ]
        if changed:
            for start in range(0, len(changed), FILES_AT_ONCE):
                await self._ctx.storage.run(self._files.put, changed[start : start + FILES_AT_ONCE])
            self._ctx.events.publish(TasksChanged(tuple(dict.fromkeys(file.task_id for file in changed))))
        return found

    async def _at(self, paths: Sequence[Path]) -> list[SavedFile]:
        """The files of all takes at these paths, read in pieces."""
        found: list[SavedFile] = []
        for start in range(0, len(paths), FILES_AT_ONCE):
            found += await self._ctx.storage.run(self._files.at, paths[start : start + FILES_AT_ONCE])
        return found


def without_replaced(
    before: Sequence[SavedFile], found: Sequence[SavedFile], others: Iterable[SavedFile]
) -> list[SavedFile]:
    """What was found of files, of which those are missing that were deleted and whose names others got: at their paths
    is what was saved there for another take, one of the `others`."""
    saved = {(file.path, file.size, file.mtime_ns): file.sha256 for file in others if file.state is FileState.PRESENT}
    return [
        # With its own size, by which it is found if it was moved.
        file._replace(state=FileState.MISSING, checked_at=after.checked_at)
        if after.state is FileState.CHANGED
        and saved.get((after.path, after.size, after.mtime_ns), file.sha256) != file.sha256
        else after
        for file, after in zip(before, found, strict=True)
    ]


def moved_files(files: Sequence[SavedFile], folder: Path) -> dict[SavedFile, SavedFile]:
    """The missing ones of these files that are found under other names in `folder`, in the folders of the others, or
    below; by their size and then their content, or by the time of their last change for those that were changed before
    they were moved. Blocks."""
    by_size: dict[int, list[SavedFile]] = {}
    for file in files:
        if not file.is_there:
            by_size.setdefault(file.size, []).append(file)
    known = {str(file.path) for file in files if file.is_there}
    found: dict[SavedFile, SavedFile] = {}
    for path, state in _files_below({folder, *(file.path.parent for file in files)}):
        wanted = [file for file in by_size.get(state.st_size, ()) if file not in found]
        if not wanted or str(path) in known:
            continue
        with suppress(OSError):
            sha256 = sha256_of(path)
            for file in wanted:
                if file.sha256 == sha256:
                    moved = file._replace(path=path, mtime_ns=state.st_mtime_ns, state=FileState.PRESENT)
                    found.setdefault(file, moved)
                elif file.mtime_ns == state.st_mtime_ns and state.st_mtime_ns % _SECOND_NS:
                    # Two files have the same time only where it has whole seconds.
                    found.setdefault(file, file._replace(path=path, state=FileState.CHANGED))
    return found


def _files_below(folders: Iterable[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    """The regular files in folders and below, each once; at most MOST_FILES, so that a music collection of another
    program does not take minutes."""
    seen: set[str] = set()
    # Folders inside another one are left out: they are walked through anyway.
    roots = [one for one in sorted(set(folders)) if not any(parent in one.parents for parent in folders)]
    for root in roots:
        for folder, _, names in os.walk(root):
            for name in names:
                path = Path(folder, name)
                if str(path) in seen or name.startswith("."):
                    continue
                seen.add(str(path))
                if len(seen) > MOST_FILES:
                    return
                with suppress(OSError):
                    state = path.lstat()
                    if stat.S_ISREG(state.st_mode):
                        yield path, state


def checked(file: SavedFile, now: float) -> SavedFile:
    """A saved file as it is at `now` in Unix seconds. It is read only when its size or its time has changed;
    otherwise it is returned itself."""
    try:
        # Not copied, since thousands of files are checked at each start.
        state = file.path.stat()
        if state.st_size == file.size and state.st_mtime_ns == file.mtime_ns and file.is_there:
            return file
        return _read_again(file, state, now)
    except (OSError, MediaError, ValueError):
        return file._replace(state=FileState.MISSING, checked_at=now)


def _read_again(file: SavedFile, state: os.stat_result, now: float) -> SavedFile:
    """A file with another size or time: the same content, such as a copy that was put back, or another one. Raises
    MediaError if it can no longer be the take, and OSError."""
    if not file.path.is_file() or 2 * state.st_size < file.size:
        raise MediaError
    suffix_of(file.kind, head_of(file.path))
    sha256 = sha256_of(file.path)
    # The hash of the saved file is kept, so that it is recognized again.
    is_same = sha256 == file.sha256
    return file._replace(
        size=state.st_size,
        mtime_ns=state.st_mtime_ns,
        checked_at=now,
        state=FileState.PRESENT if is_same else FileState.CHANGED,
    )
