"""A process that resumes the downloads of a library until all have ended."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sunotui.core.events import DownloadsChanged, Event
from tests.core.downloads.harness import FakeTagger, FileServer, running
from tests.gateway.loopback import LoopbackServer
from tests.guarantees.child_processes.process import report


def download_takes(folder: Path, port: int) -> None:
    """Resume the downloads, and report every change."""
    asyncio.run(_download(folder, port))


async def _download(folder: Path, port: int) -> None:
    def on_event(event: Event) -> None:
        if isinstance(event, DownloadsChanged):
            report(f"received {event.status.received}")

    async with running(folder, FileServer(), LoopbackServer(port), tagger=FakeTagger(), on_event=on_event) as made:
        # So that it is also killed while a file is copied and checked.
        made.verifier.takes_s = 0.02
        await made.service.restore()
        entries = await made.ended()
        for entry in entries:
            report(f"ended {entry.state} {entry.reason}")
