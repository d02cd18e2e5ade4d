"""How far the import of a file is, and how long it still takes."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from typing import BinaryIO

from sunotui.named_tuple import NamedTuple

_LEAST_S = 1.0
"""How long songs must have been imported before the rest is estimated, in seconds."""


class ImportProgress(NamedTuple):
    """The state of an import."""

    records: int
    """How many records were read."""
    share: float | None = None
    """How much of the file was read, from 0 to 1; None for a pipe, whose size is not known."""
    seconds_left: float | None = None
    """None while it cannot be estimated."""


ReportProgress = Callable[[ImportProgress], None]


class ProgressMeter:
    """Measures the progress of an import by the position in its file."""

    def __init__(self, file: BinaryIO, report: ReportProgress, clock: Callable[[], float] = time.monotonic) -> None:
        self._file, self._report, self._clock = file, report, clock
        self._size = _size_of(file)
        self._songs_began: tuple[float, float] | None = None
        """When the first songs were imported, and where in the file they end."""

    @property
    def has_size(self) -> bool:
        """Whether it is a regular file and not a pipe."""
        return self._size > 0

    def position(self) -> int:
        """How much of the file was read, in bytes; 0 for a pipe."""
        return self._file.tell() if self._size else 0

    def update(self, records: int, position: int, *, has_songs: bool) -> None:
        """Report the state, after the part of the file before `position` was imported.

        Requests come before songs in a file, and take a fraction of their time: the rest is estimated from songs only.
        """
        if not self._size:
            self._report(ImportProgress(records))
            return
        share = min(1.0, position / self._size)
        now, left = self._clock(), None
        if has_songs and self._songs_began is None:
            self._songs_began = now, share
        if self._songs_began is not None:
            began, at = self._songs_began
            if now - began >= _LEAST_S and share > at:
                left = (now - began) / (share - at) * (1 - share)
        self._report(ImportProgress(records, share, left))


def _size_of(file: BinaryIO) -> int:
    """The size of a regular file in bytes; 0 for anything else."""
    try:
        state = os.fstat(file.fileno())
    except (OSError, ValueError):
        return 0
    return state.st_size if stat.S_ISREG(state.st_mode) else 0
