"""A progress bar for uploads, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sunotui.core.core import Core
from sunotui.core.events import Event, UploadProgress

_BAR = 30
"""The width of the bar in cells."""


@contextmanager
def upload_progress(core: Core) -> Iterator[None]:
    """Show the progress of uploads, only if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    unsubscribe = core.events.subscribe(_on_event)
    try:
        yield
    finally:
        unsubscribe()
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def upload_line(sent: int, size: int) -> str:
    """The progress line, such as "━━━━━━──── 61 % of 3.1 MiB"."""
    share = min(1.0, sent / size) if size > 0 else 0.0
    full = int(share * _BAR)
    words = f"{int(share * 100)} % of {size / 2**20:.1f} MiB" if share < 1 else "sent; the gateway is processing it"
    return f"{'━' * full}{'─' * (_BAR - full)} {words}"


def _on_event(event: Event) -> None:
    if isinstance(event, UploadProgress):
        print(f"\r\x1b[K{upload_line(event.sent, event.size)}", end="", file=sys.stderr, flush=True)
