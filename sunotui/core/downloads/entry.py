"""One download of the queue while the program runs, with its speed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sunotui.domain.annotations import TakeRef
from sunotui.domain.saving.downloads import DownloadEntry, DownloadState, DownloadStatus, StoredDownload

SPEED_WINDOW_S = 3.0
"""The number of recent seconds over which the speed is measured."""
USUAL_BYTES_S = 24_000
"""The size of a second of a song in bytes, to estimate a download before its server reports the size."""
USUAL_BYTES = 4_000_000
"""The estimated size of a song in bytes if its length is not known."""

_ENDED = frozenset({DownloadState.SAVED, DownloadState.FAILED, DownloadState.CANCELLED})


@dataclass(slots=True, eq=False)
class Download:
    """A download of the queue."""

    id: int
    """Identifies it until the program ends."""
    row: StoredDownload
    title: str
    number: int
    length_s: float | None
    """The length of the take as its gateway says, in seconds."""
    state: DownloadState
    received: int = 0
    total: int | None = None
    reason: str = ""
    path: Path | None = None
    ended_at: float | None = None
    work: asyncio.Task[None] | None = None
    is_received: bool = False
    """Whether everything has arrived, and only this computer works on it."""
    is_counted: bool = True
    """Whether it belongs to the totals: to those that run now, or that were saved with them."""
    _samples: deque[tuple[float, int]] = field(default_factory=deque)
    _last: tuple[tuple[object, ...], DownloadEntry] | None = None
    """What was shown of it when it did not run, and the facts that this follows from."""

    @property
    def take(self) -> TakeRef:
        """The take's ids."""
        return self.row.take

    @property
    def expected(self) -> int:
        """The size of the whole file in bytes, estimated if it is not known."""
        if self.total is not None:
            return self.total
        usual = USUAL_BYTES if self.length_s is None else round(self.length_s * USUAL_BYTES_S)
        return max(usual, self.received)

    def begin(self) -> None:
        """Record that it runs."""
        self.state, self.reason, self.ended_at = DownloadState.ACTIVE, "", None
        self.is_received = False
        self._samples.clear()

    def end(self, state: DownloadState, now: float | None = None, reason: str = "") -> None:
        """Record that it no longer runs, at `now` in Unix seconds if it has ended."""
        self.state, self.reason, self.ended_at = state, reason, now
        self._samples.clear()

    def shown(self, now: float) -> DownloadEntry:
        """Its state at `now` by the monotonic clock, in seconds."""
        if self.state is DownloadState.ACTIVE:
            return self._entry(now)
        # The same entry until it changes: a queue may have thousands, and is shown four times a second.
        facts = self.state, self.received, self.total, self.reason, self.path, self.ended_at
        if self._last is None or self._last[0] != facts:
            self._last = facts, self._entry(now)
        return self._last[1]

    def _entry(self, now: float) -> DownloadEntry:
        speed = self._speed(now)
        left = None if self.total is None or speed <= 0 else max(0, self.total - self.received) / speed
        return DownloadEntry(
            self.id,
            self.take,
            self.title,
            self.number,
            self.row.kind,
            self.state,
            self.row.folder,
            self.received,
            self.total,
            speed,
            left,
            self.reason,
            self.path,
            self.ended_at,
        )

    def _speed(self, now: float) -> float:
        if self.state is not DownloadState.ACTIVE:
            return 0.0
        samples = self._samples
        samples.append((now, self.received))
        while len(samples) > 2 and samples[1][0] < now - SPEED_WINDOW_S:
            samples.popleft()
        (start, before), (end, after) = samples[0], samples[-1]
        return max(0, after - before) / (end - start) if end > start else 0.0


def status_of(downloads: Iterable[Download], now: float) -> DownloadStatus:
    """The state of all downloads at `now` by the monotonic clock, in seconds."""
    downloads = list(downloads)
    entries = tuple(one.shown(now) for one in downloads)
    running = [one for one in downloads if one.state in {DownloadState.ACTIVE, DownloadState.WAITING}]
    has_paused = any(one.state is DownloadState.PAUSED for one in downloads)
    if not running:
        return DownloadStatus(entries, is_paused=has_paused)
    counted = [one for one in downloads if one.is_counted and one.state not in _ENDED - {DownloadState.SAVED}]
    received, total = sum(one.received for one in counted), sum(one.expected for one in counted)
    speed = sum(entry.bytes_per_s for entry in entries)
    left = (total - received) / speed if speed > 0 else None
    return DownloadStatus(entries, False, received, total, speed, left)
