"""A progress line for downloads, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sunotui.core.core import Core
from sunotui.core.events import DownloadsChanged, Event
from sunotui.domain.downloads import DownloadState, DownloadStatus
from sunotui.domain.playback import clock_text

_BAR = 24
"""The width of the bar in cells."""


@contextmanager
def download_progress(core: Core) -> Iterator[None]:
    """Show the progress of downloads, only if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    unsubscribe = core.events.subscribe(_on_event)
    try:
        yield
    finally:
        unsubscribe()
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def download_line(status: DownloadStatus) -> str:
    """The progress line, such as "━━━━──── 3 of 20 saved, 12.0 of 80.1 MB, 3.2 MB/s, 0:21 left"."""
    total = status.total or 0
    share = min(1.0, status.received / total) if total else 0.0
    full = int(share * _BAR)
    saved = status.count(DownloadState.SAVED)
    parts = [f"{saved} of {len(status.entries)} saved", f"{status.received / 1e6:.1f} of {total / 1e6:.1f} MB"]
    if status.bytes_per_s > 0:
        parts.append(f"{status.bytes_per_s / 1e6:.1f} MB/s")
    if status.seconds_left is not None:
        parts.append(f"{clock_text(status.seconds_left)} left")
    return f"{'━' * full}{'─' * (_BAR - full)} {', '.join(parts)}"


def _on_event(event: Event) -> None:
    if isinstance(event, DownloadsChanged) and event.status.is_busy:
        print(f"\r\x1b[K{download_line(event.status)}", end="", file=sys.stderr, flush=True)
