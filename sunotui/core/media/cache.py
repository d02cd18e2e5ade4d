"""The media cache: audio files on disk up to a size; the least recently used files are deleted first."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sunotui.core.media.locked_file import LockedFile, Usage, delete_unused
from sunotui.core.media.own_folder import check_own, is_own
from sunotui.core.media.temporary_folder import TemporaryFolder
from sunotui.storage.paths import make_private

_PART = ".part"
_NAME = re.compile(r"[0-9a-f]{32}\.[a-z0-9]{1,8}")
_PART_NAME = re.compile(r"[0-9a-f]{32}-[0-9a-f]{12}\.part")
_SPARE_BYTES = 50_000_000
"""How much of a disk the cache leaves free for other programs."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

_log = logging.getLogger(__name__)


class MediaCache:
    """The files of one folder, shared with other processes. Its methods block on the disk, so call them in threads; any
    number of them may run at once.

    If the folder cannot be used, `problem` says why, and files are kept in a temporary folder while they are open.
    """

    def __init__(self, folder: Path, cap_bytes: int) -> None:
        """`cap_bytes` 0 keeps no file after its use, and deletes those that were kept before."""
        self._folder, self._cap = folder, cap_bytes
        self._temporary = TemporaryFolder()
        self._lock = threading.Lock()
        self._is_clean = False
        self.problem = ""
        """Why files are not kept, as a sentence; empty if they are."""

    def may_keep(self, size: int) -> bool:
        """Whether a file of this size may stay after its use."""
        return 0 < size <= self._cap

    def find(self, key: str) -> LockedFile | None:
        """Open the file of a key; None if the cache does not have it. It is not deleted before it is closed."""
        if not self._is_usable():
            return None
        with suppress(OSError):
            for path in sorted(self._folder.glob(f"{_digest(key)}.*")):
                if _NAME.fullmatch(path.name) and (found := LockedFile.open(path)) is not None:
                    return found
        return None

    def has(self, key: str) -> bool:
        """Whether there is a file of a key."""
        found = self.find(key)
        if found is not None:
            found.close()
        return found is not None

    def create(self, key: str, needed: int) -> LockedFile:
        """Create the file for a download of about `needed` bytes. Raises OSError if no file can be written."""
        name = f"{_digest(key)}-{secrets.token_hex(6)}{_PART}"
        with self._lock:
            if self._cap:
                try:
                    self._prepare(needed)
                    return LockedFile.create(self._folder / name)
                except OSError as error:
                    self.problem = _problem(self._folder, error)
            return LockedFile.create(self._temporary.path() / name)

    def append(self, part: LockedFile, data: bytes) -> None:
        """Append to a download; on a full disk, files that are not in use are deleted. Raises OSError."""
        start = part.size
        try:
            part.write(data)
        except OSError as error:
            if error.errno not in _FULL or not self._shrink(0):
                raise
            part.write(data[part.size - start :])

    def keep(self, key: str, part: LockedFile, suffix: str) -> None:
        """Give a complete download its name in the cache, so that it stays; `part` stays open, at its path. Without a
        cache, and for a file that is larger than the cache may be, it does nothing."""
        if part.path.parent != self._folder or not self.may_keep(part.size):
            return
        try:
            part.sync()
            self._publish(part.path, self._folder / f"{_digest(key)}.{suffix}")
            self.problem = ""
        except FileNotFoundError:
            # Deleted from outside, perhaps with the whole folder, which the next download creates again.
            _log.info("a download was deleted before it was complete")
        except OSError as error:
            self.problem = _problem(self._folder, error)
        self._shrink(self._cap)

    def remove(self, key: str) -> None:
        """Delete the files of a key, for example because they are damaged."""
        if not self._is_usable():
            return
        with suppress(OSError):
            for path in self._folder.glob(f"{_digest(key)}.*"):
                if _NAME.fullmatch(path.name):
                    path.unlink(missing_ok=True)

    def release(self, file: LockedFile) -> None:
        """Close a file; a part is deleted."""
        if file.path.suffix == _PART:
            with suppress(OSError):
                file.path.unlink(missing_ok=True)
        file.close()
        self._shrink(self._cap)

    def close(self) -> None:
        """Delete the temporary folder."""
        with self._lock:
            self._temporary.close()

    # --- the folder --------------------------------------------------------------------------------------------------

    def _is_usable(self) -> bool:
        """Whether files of the folder may be read and deleted."""
        return self._cap > 0 and is_own(self._folder)

    def _prepare(self, needed: int) -> None:
        """Make the folder usable, and make room. Raises OSError."""
        check_own(self._folder)
        make_private(self._folder)
        if not self._is_clean:
            self._is_clean = True
            for path in self._folder.glob(f"*{_PART}"):
                if _PART_NAME.fullmatch(path.name):
                    with suppress(OSError):
                        delete_unused(path)
        # Other files do not make room for one that is not kept, or may not be: its size is often only estimated.
        self._shrink(self._cap - needed if needed < self._cap else self._cap)
        missing = needed + _SPARE_BYTES - shutil.disk_usage(self._folder).free
        if missing > 0:
            self._shrink(max(0, media_usage(self._folder).size - missing))
            if shutil.disk_usage(self._folder).free < needed:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _publish(self, part: Path, path: Path) -> None:
        """Give a file its name in one step; the old name stays for players that have not opened it yet. Raises
        OSError."""
        second = part.with_name(f"{_digest(part.name)}-{secrets.token_hex(6)}{_PART}")
        try:
            second.hardlink_to(part)
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.EROFS, *_FULL}:
                raise
            # A file system without hard links.
            shutil.copyfile(part, second)
            second.chmod(0o600)
        second.replace(path)

    def _shrink(self, most: int) -> bool:
        """Delete files that are not in use, the longest unused first, until at most `most` bytes are left. Returns
        whether one was deleted."""
        is_changed = False
        # Also without a cap: files from before it was set to 0 are still there.
        if not is_own(self._folder):
            return is_changed
        with suppress(OSError):
            files = sorted(_files(self._folder), key=lambda file: file[1].st_mtime)
            size = sum(state.st_size for _, state in files)
            for path, state in files:
                if size <= most:
                    break
                with suppress(OSError):
                    if delete_unused(path):
                        size -= state.st_size
                        is_changed = True
        return is_changed


def media_usage(folder: Path) -> Usage:
    """How many files a cache folder has, and their size; nothing for a folder that cannot be read or is not used."""
    with suppress(OSError):
        check_own(folder)
        sizes = [state.st_size for _, state in _files(folder)]
        return Usage(len(sizes), sum(sizes))
    return Usage(0, 0)


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The complete files of a cache folder; other files in it are left alone. Raises OSError."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    yield Path(entry.path), entry.stat(follow_symlinks=False)


def _digest(key: str) -> str:
    """The name for a key. Ids come from gateways, so they cannot be used as file names."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:32]


def _problem(folder: Path, error: OSError) -> str:
    why = (error.strerror or "no reason given").lower()
    return f"Audio is not kept after playing: the cache folder {folder} cannot be used ({why})"
