"""The progress lines of uploads and downloads, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sunotui.core.core import Core
from sunotui.core.events import DownloadsChanged, Event, UploadProgress
from sunotui.domain.playback import clock_text
from sunotui.domain.saving.downloads import DownloadState, DownloadStatus

_UPLOAD_BAR, _DOWNLOAD_BAR = 30, 24
"""The widths of the bars in cells; more words follow that of a download."""


def upload_progress(core: Core) -> AbstractContextManager[None]:
    """Show the progress of uploads, only if standard error is a terminal."""
    return _progress(
        core, lambda event: upload_line(event.sent, event.size) if isinstance(event, UploadProgress) else ""
    )


def download_progress(core: Core) -> AbstractContextManager[None]:
    """Show the progress of downloads, only if standard error is a terminal."""
    return _progress(
        core,
        lambda event: (
            download_line(event.status) if isinstance(event, DownloadsChanged) and event.status.is_busy else ""
        ),
    )


def upload_line(sent: int, size: int) -> str:
    """The progress line, such as "━━━━━━──── 61 % of 3.1 MiB"."""
    share = min(1.0, sent / size) if size > 0 else 0.0
    words = f"{int(share * 100)} % of {size / 2**20:.1f} MiB" if share < 1 else "sent; the gateway is processing it"
    return f"{_bar(share, _UPLOAD_BAR)} {words}"


def download_line(status: DownloadStatus) -> str:
    """The progress line, such as "━━━━──── 3 of 20 saved, 12.0 of 80.1 MB, 3.2 MB/s, 0:21 left"."""
    total = status.total or 0
    share = min(1.0, status.received / total) if total else 0.0
    saved = status.count(DownloadState.SAVED)
    parts = [f"{saved} of {len(status.entries)} saved", f"{status.received / 1e6:.1f} of {total / 1e6:.1f} MB"]
    if status.bytes_per_s > 0:
        parts.append(f"{status.bytes_per_s / 1e6:.1f} MB/s")
    if status.seconds_left is not None:
        parts.append(f"{clock_text(status.seconds_left)} left")
    return f"{_bar(share, _DOWNLOAD_BAR)} {', '.join(parts)}"


@contextmanager
def _progress(core: Core, line_of: Callable[[Event], str]) -> Iterator[None]:
    """Show the line of each event that has one."""
    if not sys.stderr.isatty():
        yield
        return

    def show(event: Event) -> None:
        if line := line_of(event):
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    unsubscribe = core.events.subscribe(show)
    try:
        yield
    finally:
        unsubscribe()
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _bar(share: float, cells: int) -> str:
    full = int(share * cells)
    return "━" * full + "─" * (cells - full)
