"""A temporary folder for media that is deleted when the program exits, or by the next run after a kill."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

from sunotui.core.media.locked_file import lock

_PREFIX = "sunotui-media-"


class TemporaryFolder:
    """Creates its folder when it is first needed; only its owner can read it."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._descriptor = -1

    def path(self) -> Path:
        """The folder. Raises OSError."""
        if self._path is None or not self._path.is_dir():
            self.close()
            _delete_abandoned(Path(tempfile.gettempdir()))
            self._path = Path(tempfile.mkdtemp(prefix=_PREFIX))
            self._descriptor = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            lock(self._descriptor, fcntl.LOCK_EX)
        return self._path

    def close(self) -> None:
        """Delete the folder with all files."""
        if self._path is not None:
            shutil.rmtree(self._path, ignore_errors=True)
            self._path = None
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _delete_abandoned(parent: Path) -> None:
    """Delete the folders of killed programs, which have no lock."""
    for folder in parent.glob(f"{_PREFIX}*"):
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            if os.fstat(descriptor).st_uid == os.getuid() and lock(descriptor, fcntl.LOCK_EX):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(descriptor)
