"""The unfinished file of a download, beside the files that are saved; it survives the program and is resumed.

All functions block on the disk: call them in threads.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import re
import stat
from collections import deque
from contextlib import suppress
from itertools import islice
from pathlib import Path

from sunotui.core.media.locked_file import lock
from sunotui.gateway.audio_content import HEAD_BYTES
from sunotui.gateway.audio_stream import ResumePoint
from sunotui.storage.paths import FILE_MODE

# Not on Windows.
_SAFE_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NAME = re.compile(r"\.sunotui-(?P<key>[0-9a-f]{32})\.(?:part|json|new)")
_TRIES = 5
_MOST_PIECES = 1_000
"""How many pieces are written at a time; systems take 1,024."""


class PartFile:
    """The received bytes of one download. Its lock excludes other processes, and ends with this process at the
    latest."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """Use `open`; this takes a file that is already locked."""
        self.path = path
        self._facts = path.with_suffix(".json")
        self.copy = path.with_suffix(".new")
        """Where the complete file is prepared before it gets its name."""
        self._descriptor = descriptor
        self.point = ResumePoint()
        """Describes what is on disk, so that it can be resumed."""
        self.placed: Path | None = None
        """The user's file, if it already has its name: the program ended before it could record that."""

    @classmethod
    def open(cls, folder: Path, key: str) -> PartFile | None:
        """Open or create the part for a key in an existing folder; None while another process has it. Symbolic links
        are not followed. Raises OSError."""
        path = _path(folder, key)
        for _ in range(_TRIES):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _SAFE_FLAGS | getattr(os, "O_NONBLOCK", 0), FILE_MODE)
            try:
                state = os.fstat(descriptor)
                if not stat.S_ISREG(state.st_mode):
                    raise OSError(errno.EINVAL, "It is not a regular file")
                if not lock(descriptor, fcntl.LOCK_EX):
                    os.close(descriptor)
                    return None
                if not _is_at(descriptor, path):
                    # Another process has finished it in the meantime.
                    os.close(descriptor)
                    continue
                if state.st_nlink > 1:
                    # The file under its other name would also be written.
                    path.unlink(missing_ok=True)
                    os.close(descriptor)
                    continue
                part = cls(path, descriptor)
                part._read_point(state.st_size)
            except BaseException:  # also an interrupt: the open file keeps its lock
                with suppress(OSError):
                    os.close(descriptor)
                raise
            return part
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    @property
    def size(self) -> int:
        """The size in bytes, from the disk."""
        return os.fstat(self._descriptor).st_size

    @property
    def is_closed(self) -> bool:
        """Whether it was released."""
        return self._descriptor < 0

    @property
    def is_complete(self) -> bool:
        """Whether everything that the server announced is on disk."""
        return self.point.length is not None and self.size == self.point.length > 0

    @property
    def head(self) -> bytes:
        """Its first bytes, by which it is recognized."""
        return os.pread(self._descriptor, HEAD_BYTES, 0)

    def begin(self, length: int | None, validator: str) -> None:
        """Empty it for a new transfer, whose length and strong ETag are recorded first. Raises OSError."""
        os.ftruncate(self._descriptor, 0)
        self.point = ResumePoint(0, length, validator)
        facts = json.dumps({"length": length, "etag": validator})
        self._facts.unlink(missing_ok=True)
        descriptor = os.open(self._facts, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFE_FLAGS, FILE_MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(facts)

    def append(self, *pieces: bytes) -> None:
        """Append pieces. Raises OSError, also if the disk becomes full in between: the data that fit stays."""
        at = self.point.size
        rest = deque(memoryview(piece) for piece in pieces if piece)
        try:
            while rest:
                # Not joined: that would copy everything once more.
                written = os.pwritev(self._descriptor, list(islice(rest, _MOST_PIECES)), at)
                at += written
                while rest and written >= len(rest[0]):
                    written -= len(rest.popleft())
                if written:
                    rest[0] = rest[0][written:]
        finally:
            self.point = self.point._replace(size=at)

    def sync(self) -> None:
        """Wait until it is on disk. Raises OSError."""
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Release it; it stays on disk if it can be used again, and a copy only if it has its name: it is the note of
        that. Calling it again does nothing."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor < 0:
            return
        try:
            if not _is_at(descriptor, self.path):
                return
            if not self._is_of_use(os.fstat(descriptor).st_size):
                self._delete()
            elif _other_name(self.copy) is None:
                self.copy.unlink(missing_ok=True)
        except OSError:
            # The folder vanished.
            pass
        finally:
            os.close(descriptor)

    def discard(self) -> None:
        """Delete it with its companion files, and release it. Raises OSError."""
        self._delete()
        self.close()

    def _is_of_use(self, size: int) -> bool:
        """Whether a part of this size, from the disk, is complete or can be resumed."""
        is_complete = self.point.length is not None and size == self.point.length
        return size > 0 and (is_complete or _is_strong(self.point.validator))

    def _delete(self) -> None:
        for path in (self.copy, self._facts, self.path):
            path.unlink(missing_ok=True)

    def _read_point(self, size: int) -> None:
        """Find out what can be resumed; anything else is emptied."""
        self.placed = _other_name(self.copy)
        if self.placed is None:
            # A copy that a killed program left behind may be half written.
            self.copy.unlink(missing_ok=True)
        try:
            facts = json.loads(_read_small(self._facts)) if size else {}
            length, etag = facts["length"], facts["etag"]
            is_usable = (
                isinstance(etag, str)
                and (length is None or (type(length) is int and 0 < size <= length))
                # Without an ETag only a complete file is certain.
                and (_is_strong(etag) or size == length)
            )
        except (OSError, ValueError, RecursionError, KeyError, TypeError):
            is_usable = False
        if is_usable:
            self.point = ResumePoint(size, length, etag)
        elif size:
            os.ftruncate(self._descriptor, 0)


def part_size(folder: Path, key: str) -> int:
    """How many bytes of a download are on disk; 0 if there is no part, or if the folder cannot be read."""
    try:
        return _path(folder, key).lstat().st_size
    except OSError:
        return 0


def forget_part(folder: Path, key: str) -> None:
    """Delete what has arrived of a download, unless a process uses it."""
    with suppress(OSError):
        _delete_unused(_path(folder, key))


def delete_abandoned(folder: Path, wanted: frozenset[str]) -> int:
    """Delete the parts of a folder that no process uses and that do not belong to the downloads with these keys;
    returns how many were deleted. Does nothing if the folder cannot be read."""
    kept = {_digest(key) for key in wanted}
    deleted = 0
    with suppress(OSError):
        found = {match["key"] for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))}
        for digest in found - kept:
            with suppress(OSError):
                deleted += _delete_unused(folder / f".sunotui-{digest}.part")
    return deleted


def _delete_unused(path: Path) -> bool:
    # The companion files of a part may exist without it.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _SAFE_FLAGS, FILE_MODE)
    try:
        # Another process may have finished this one, and created another one with the same name.
        if not lock(descriptor, fcntl.LOCK_EX) or not _is_at(descriptor, path):
            return False
        for one in (path.with_suffix(".new"), path.with_suffix(".json"), path):
            one.unlink(missing_ok=True)
        return True
    finally:
        os.close(descriptor)


def _path(folder: Path, key: str) -> Path:
    return folder / f".sunotui-{_digest(key)}.part"


def _digest(key: str) -> str:
    """The name for a key. Ids come from gateways, so they cannot be used as file names."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:32]


def _other_name(path: Path) -> Path | None:
    """The other name of a file in its folder; None if it has only one name."""
    try:
        state = path.lstat()
        if not stat.S_ISREG(state.st_mode) or state.st_nlink < 2:
            return None
        with os.scandir(path.parent) as entries:
            found = (entry for entry in entries if entry.inode() == state.st_ino and entry.name != path.name)
            return next((Path(entry.path) for entry in found if os.path.samestat(entry.stat(), state)), None)
    except OSError:
        return None


def _is_strong(etag: str) -> bool:
    """Whether an ETag belongs to exactly one content (W3)."""
    return etag.startswith('"')


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except OSError:
        return False


def _read_small(path: Path) -> str:
    # Without waiting for the other end of a pipe.
    descriptor = os.open(path, os.O_RDONLY | _SAFE_FLAGS | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, encoding="utf-8") as file:
        return file.read(4_096)
