"""Covers on disk, up to a total size: the least recently used ones are deleted first. It blocks: call it on a
thread."""

from __future__ import annotations

import os
import re
import stat
import threading
from pathlib import Path

from sunotui.core.media.own_folder import check_own, is_own
from sunotui.storage.paths import make_private, private_binary_file

CAPACITY = 100 * 10**6
"""The maximum size of all covers together in bytes."""
_NAME = re.compile(r"[0-9a-f]{64}")
_OURS = re.compile(rf"{_NAME.pattern}|\.sunotui-[0-9a-f]{{12}}\.part")
"""The name of a cover, or of what an interrupted write left behind. Other files in the folder are not touched."""


class CoverFiles:
    """A folder of covers that only its owner can read. It can be deleted at any time. Creating it counts the files.

    A key is the name of the file: 64 hexadecimal digits. A folder that is a symbolic link is not used.
    """

    def __init__(self, folder: Path, capacity: int = CAPACITY) -> None:
        self._folder = folder
        self._capacity = capacity
        self._lock = threading.Lock()
        self._names: set[str] = set()
        self._size = self._count()
        """The maximum size of all covers together in bytes."""

    def __contains__(self, key: str) -> bool:
        """Whether a cover was there when this was created, or has been written since; from memory only."""
        return key in self._names

    def path(self, key: str) -> Path:
        """Where a cover is, or would be."""
        return self._folder / key

    def read(self, key: str, most: int) -> bytes | None:
        """A cover of at most `most` bytes, which becomes the most recently used one; None if it is missing or
        larger."""
        if not is_own(self._folder):
            return None
        try:
            descriptor = os.open(self.path(key), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    return None
                content = file.read(most + 1)
                os.utime(descriptor)
        except OSError:
            return None
        return content if 0 < len(content) <= most else None

    def write(self, key: str, content: bytes) -> None:
        """Store a cover, and remove others if the size limit is exceeded. Raises OSError."""
        path = self.path(key)
        with self._lock:
            check_own(self._folder)
            make_private(self._folder)
            if path.is_symlink():
                # Otherwise the target of the link would be replaced.
                path.unlink()
            with private_binary_file(path) as file:
                file.write(content)
            self._names.add(key)
            # A replaced file counts twice until the next count, which errs on the safe side.
            self._size += len(content)
            if self._size > self._capacity:
                self._size = self._shrink()

    def remove(self, key: str) -> None:
        """Delete a cover. Never raises."""
        self._names.discard(key)
        try:
            check_own(self._folder)
            self.path(key).unlink(missing_ok=True)
        except OSError:
            pass

    def _count(self) -> int:
        try:
            found = self._found()
        except OSError:
            # There is no folder yet.
            return 0
        self._names = {path.name for _, _, path in found if _NAME.fullmatch(path.name)}
        return sum(size for _, size, _ in found)

    def _shrink(self) -> int:
        """Remove the least recently used covers until a tenth of the capacity is free; returns what is left."""
        found = sorted(self._found())
        size = sum(one for _, one, _ in found)
        for _, one, path in found:
            if size <= self._capacity * 9 // 10:
                break
            try:
                path.unlink(missing_ok=True)
            except OSError:
                continue
            self._names.discard(path.name)
            size -= one
        return size

    def _found(self) -> list[tuple[float, int, Path]]:
        """The last use in Unix seconds, size and path of every file of the cache. Raises OSError."""
        check_own(self._folder)
        found = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if not _OURS.fullmatch(entry.name):
                    continue
                try:
                    state = entry.stat(follow_symlinks=False)
                except OSError:
                    # Another process removed it.
                    continue
                if entry.is_file(follow_symlinks=False):
                    found.append((state.st_mtime, state.st_size, Path(entry.path)))
        return found
